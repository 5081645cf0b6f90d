"""Coming in: who is new hears what this is, who was here before is offered to go on, or the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.handlers.counting import located, today_of, with_practice
from skill.dialog.handlers.listening import ended_as_track, failed_lately
from skill.dialog.handlers.naming import described
from skill.dialog.handlers.playing import eased, kept, where_is
from skill.dialog.handlers.start import last_proposal
from skill.dialog.handlers.weekly_plan import planned
from skill.dialog.practice import ENOUGH, Offer
from skill.dialog.state import Proposal
from skill.dialog.turn import Reply, Turn, asking

WELCOMES = {
    "practice": "welcome back practice",
    "gentle": "welcome back gentle",
    "rest": "welcome back rest",
    "done": "welcome back done",
}
"""What is said to somebody who follows a plan, by what it has for today."""


OFFERED: Mapping[Offer, str] = {"count": "offer to count", "plan": "offer a plan"}
"""What is asked at a launch, where it could not be asked at the end of a track."""
A_GAP = 7
"""Days without practice after which a start is a gentle one. They are known of people who are counted."""


def launch(turn: Turn) -> Reply:
    """The first words of a session, ending in one question."""
    words = turn.messages
    progress = turn.progress
    if progress is not None:
        moment = progress.resume
        name, located = turn.script(progress.guide).name, progress.timeline.locate(moment)
        if located.span.section == "down":
            text = words("unfinished before", name=name)
        else:
            left = words.length(progress.timeline.left(moment))
            text = words("unfinished", name=name, left=left, where=where_is(turn, located))
        if failed_lately(turn.remembered.track, turn.now):
            text = f"{words('track failed')} {text}"
        if progress.on_pressure:
            return kept(turn, progress, f"{eased(turn, progress)} {text}")
        return asking(turn, turn.speech(text), "go on", text)
    if (offer := after_a_track(turn)) is not None:
        text = words("welcome after a track", question=words(OFFERED[offer]))
        turn = with_practice(turn, turn.remembered.practice.offering(offer))
        return asking(turn, turn.speech(text), offer, words(f"{offer} question"))
    proposal, text = _welcome(turn)
    return asking(turn, turn.speech(text), "start", words("shall we start"), proposal=proposal)


def after_a_track(turn: Turn) -> Offer | None:
    """What a guide that ended as a track could not ask at its end: whether to count, or to build up by a plan.

    No reminder: whom it would call has just come. "Remind me" can be said at any time.
    """
    known = turn.remembered
    if not (ended_as_track(known.track) and known.available):
        return None
    practice = known.practice
    if practice.counting is None and practice.finished == ENOUGH and "count" not in practice.offered:
        return "count"
    return "plan" if practice.next_offer() == "plan" else None


def _welcome(turn: Turn) -> tuple[Proposal, str]:
    """What is proposed, in one sentence: what the plan has today, else the same as last time, else the usual."""
    words, followed = turn.messages, turn.remembered.practice.plan
    if followed is not None:
        turn = located(turn)
        proposal, why = planned(turn), followed.today(today_of(turn)).why
        return proposal, words(WELCOMES[why], manner=manner(turn, proposal), **described(turn, proposal))
    proposal = last_proposal(turn)
    if turn.remembered.last is None:
        return proposal, words("welcome", **described(turn, proposal))
    if turn.remembered.practice.away(today_of(turn)) >= A_GAP:
        proposal = gentler(turn, proposal)
        return proposal, words("welcome back gentle", manner=manner(turn, proposal), **described(turn, proposal))
    return proposal, words("welcome back", manner=manner(turn, proposal), **described(turn, proposal))


def gentler(turn: Turn, proposal: Proposal) -> Proposal:
    """The same in about half the time, or in as little as the technique can be done in."""
    total = turn.timeline(proposal.script, proposal.options).total
    options = replace(proposal.options, seconds=float(round(total / 2)))
    return replace(proposal, options=replace(options, seconds=turn.timeline(proposal.script, options).total))


def manner(turn: Turn, proposal: Proposal) -> str:
    """How it is said and done, where that is not the usual way."""
    words, options = turn.messages, proposal.options
    talk = {"few": words("manner few"), "normal": "", "many": words("manner many")}[options.cue_density]
    return f"{talk}{words('manner soft') if options.soft else ''}{words('manner slow') if options.slow else ''}"
