"""The start of a session: a welcome to a new person; to others their unfinished guide, or the same again."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.outcome import Ask, Outcome, rest
from skill.dialog.practice import ENOUGH, Offer
from skill.dialog.practice_days import ended_as_track, located, planned_today, today_of
from skill.dialog.proposals import last_proposal
from skill.dialog.questions import QUESTIONS
from skill.dialog.state import Proposal
from skill.dialog.track_mode import failed_lately
from skill.dialog.turn import Turn
from skill.dialog.wording import described, eased, joined, where_is

WELCOMES = {
    "practice": "welcome back practice",
    "gentle": "welcome back gentle",
    "rest": "welcome back rest",
    "done": "welcome back done",
}
"""The message for a person who follows a plan, by what it has for today."""
A_GAP = 7
"""Days without practice after which a start is a gentle one. They are known of people who are counted."""


def launch(turn: Turn) -> Outcome:
    """The first words of a session, ending in one question."""
    words, progress = turn.messages, turn.progress
    if progress is not None:
        there = progress.timeline.locate(progress.resume)
        name = turn.script(progress.guide).name
        if there.span.section == "down":
            text = words("unfinished before", name=name)
        else:
            left = words.length(progress.timeline.left(there.moment))
            text = words("unfinished", name=name, left=left, where=where_is(turn, there))
        if failed_lately(turn.remembered.track, turn.now):
            text = f"{words('track failed')} {text}"
        if progress.on_pressure:
            return rest(turn, progress, joined(eased(turn, progress), text))
        return Ask(turn, turn.speech(text), "go on", turn.speech(text))
    if (offer := after_a_track(turn)) is not None:
        text = words("welcome after a track", question=words(QUESTIONS[offer].text))
        return Ask(turn.with_memory(practice=turn.remembered.practice.offering(offer)), turn.speech(text), offer)
    proposal, text = _welcome(turn)
    return Ask(turn.with_session(proposal=proposal), turn.speech(text), "start")


def after_a_track(turn: Turn) -> Offer | None:
    """What a guide that ended as a track could not ask at its end: to count, or to follow a plan; no reminder now."""
    known = turn.remembered
    if not (ended_as_track(known.track) and known.available):
        return None
    practice = known.practice
    if practice.counting is None and practice.finished == ENOUGH and "count" not in practice.offered:
        return "count"
    return "plan" if practice.next_offer() == "plan" else None


def _welcome(turn: Turn) -> tuple[Proposal, str]:
    """What is proposed, in one sentence: what the plan has today, else the same as last time, else the usual."""
    plan = turn.remembered.practice.plan
    if plan is not None:
        turn = located(turn)
        proposal, text = planned_today(turn), WELCOMES[plan.today(today_of(turn)).why]
    elif turn.remembered.last is None:
        proposal = last_proposal(turn)
        return proposal, turn.messages("welcome", **described(turn, proposal))
    elif turn.remembered.practice.away(today_of(turn)) >= A_GAP:
        proposal, text = _gentler(turn, last_proposal(turn)), "welcome back gentle"
    else:
        proposal, text = last_proposal(turn), "welcome back"
    return proposal, turn.messages(text, manner=_manner(turn, proposal), **described(turn, proposal))


def _gentler(turn: Turn, proposal: Proposal) -> Proposal:
    """The same in about half the time, or in as little as the technique can be done in."""
    total = turn.timeline(proposal.script, proposal.options).total
    options = replace(proposal.options, seconds=float(round(total / 2)))
    return replace(proposal, options=replace(options, seconds=turn.timeline(proposal.script, options).total))


def _manner(turn: Turn, proposal: Proposal) -> str:
    """How it is said and done, where that is not the usual way."""
    words, options = turn.messages, proposal.options
    talk = {"few": words("manner few"), "normal": "", "many": words("manner many")}[options.cue_density]
    return f"{talk}{words('manner soft') if options.soft else ''}{words('manner slow') if options.slow else ''}"
