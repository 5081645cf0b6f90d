"""Which guide is meant, and with which plan options: what was said, filled in from what is known."""

from __future__ import annotations

import re
from dataclasses import replace

from skill.dialog.matching import ordered
from skill.dialog.outcome import Propose
from skill.dialog.planner import SpeechBuilder
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import eased
from skill.tracks.code import LONGEST_LENGTH
from speech.script.model import Script
from speech.timeline.options import PlanOptions

MOST_CHOICES = 3
"""Guides that are offered at once."""
FIRST_SCRIPT = "piriformis-ball"
"""The script that is proposed to a person of whom nothing is known."""
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def off_pressure(turn: Turn) -> tuple[Turn, SpeechBuilder]:
    """The turn with a running guide at rest, since a question follows, and the words that take the weight off."""
    progress = turn.under_way
    return (turn, turn.speech()) if progress is None else (turn.at_rest(progress), turn.speech(eased(turn, progress)))


def usual_proposal(turn: Turn) -> Proposal:
    """What is proposed to a person of whom nothing is known."""
    scripts = turn.library.scripts
    return Proposal(FIRST_SCRIPT if FIRST_SCRIPT in scripts else next(iter(scripts)), PlanOptions())


def last_proposal(turn: Turn) -> Proposal:
    """Last time's guide as far as it can still be done, else the usual."""
    last = turn.remembered.last
    if last is None or last.script not in turn.library.scripts:
        return usual_proposal(turn)
    places = turn.library.scripts[last.script].places
    return last if last.options.place in (None, *places) else replace(last, options=replace(last.options, place=None))


def base_of(turn: Turn) -> Proposal:
    """What an incomplete wish is about: the proposal, the first of a choice, the guide under way, or last time's."""
    if turn.session.proposal is not None:
        return turn.session.proposal
    if offered := still_offered(turn):
        return offered[0]
    progress = turn.progress if turn.session.guide else None
    return Proposal(progress.guide.script, progress.guide.options) if progress else last_proposal(turn)


def still_offered(turn: Turn) -> tuple[Proposal, ...]:
    """The guides to choose from at this moment, in the order in which they were said."""
    offered = turn.session.offered if turn.session.pending == "choose" else ()
    return tuple(one for one in offered if turn.timeline_of(one) is not None)


def choices(turn: Turn) -> tuple[Proposal, ...]:
    """Three guides to choose from: last time's, the usual, and the gentlest; one that was just proposed comes last."""
    last, open_now = turn.remembered.last, turn.session.proposal
    known = [last_proposal(turn).script] if last else []
    known += [usual_proposal(turn).script, *(script.id for script in ordered(turn.library, ""))]
    sorted_out = sorted(dict.fromkeys(known), key=lambda script: open_now is not None and script == open_now.script)
    scripts = [turn.library.scripts[script] for script in sorted_out[:MOST_CHOICES]]
    return tuple(Proposal(script.id, options_of(turn, script)) for script in scripts)


def options_of(turn: Turn, script: Script, base: Proposal | None = None) -> PlanOptions:
    """What is known of how a script is wanted: as it was offered, proposed or done last, else its usual."""
    base = base or base_of(turn)
    known = next((one for one in (*still_offered(turn), base) if one.script == script.id), None)
    return known.options if known else replace(base.options, seconds=None, place=None)


def take(turn: Turn, offered: Proposal) -> Propose:
    """One of the choice: proposed with what was already said of it."""
    turn, speech = off_pressure(turn)
    return fitting_proposal(turn, offered, speech)


def fitting_proposal(turn: Turn, proposal: Proposal, speech: SpeechBuilder) -> Propose:
    """The proposal with a length that its script can do."""
    options = fitted(turn, turn.script(proposal), proposal.options, speech)
    return Propose(turn, replace(proposal, options=options), speech)


def fitted(turn: Turn, script: Script, options: PlanOptions, speech: SpeechBuilder) -> PlanOptions:
    """The plan options with a length that the script can do. A person who asked for another hears so."""
    if options.seconds is None:
        return options
    total = turn.timeline(script.id, options).total
    if abs(total - options.seconds) < 1.0:
        return options
    length = turn.messages.length(total)
    speech.say(turn.messages("too short" if options.seconds < total else "too long", length=length))
    return replace(options, seconds=total)


def asked_seconds(turn: Turn) -> float | None:
    """The asked length in seconds, from a duration or from a bare number of minutes; None when none was said."""
    duration, number = turn.slots.get("minutes"), turn.slots.get("number")
    if duration is not None and (match := _DURATION.fullmatch(duration.spoken)):
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return min(max(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 1.0), LONGEST_LENGTH)
    if number is not None and number.spoken.isdecimal():
        return min(max(float(number.spoken) * 60, 1.0), LONGEST_LENGTH)
    return None


def sided(turn: Turn, options: PlanOptions) -> PlanOptions:
    """The plan options with the side that was said."""
    side = turn.slots.get("side")
    if side is None or not side.id:
        return options
    if side.id == "both":
        return replace(options, only=False)
    return replace(options, side="right" if side.id.startswith("right") else "left", only=side.id.endswith("_only"))
