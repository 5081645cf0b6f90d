"""What a guide needs and how long it takes, before the person decides."""

from __future__ import annotations

from skill.dialog.moving import time_left
from skill.dialog.outcome import Answer, Choose, Outcome, Propose
from skill.dialog.proposals import last_proposal, options_of, still_offered
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import joined, place_of


def needs(turn: Turn) -> Outcome:
    """What to have ready: tools, and for the floor a chair and a phone (X12)."""
    meant = _meant(turn)
    if meant is None:
        return _which(turn)
    words, script, place = turn.messages, turn.script(meant), place_of(turn, meant)
    if things := script.needs_in(place.id):
        said = words("needs", name=script.name, place=place.name, needs=words.all_of(things))
    else:
        said = words("needs nothing", name=script.name, place=place.name)
    return _told(turn, meant, joined(said, words("needs for the floor") if place.floor else ""))


def duration(turn: Turn) -> Outcome:
    """How long it takes at least, at most and usually; what is left of a guide that is under way."""
    progress, slot = turn.current, turn.slots.get("script")
    if progress is not None and (slot is None or slot.id == progress.guide.script):
        return time_left(turn)
    meant = _meant(turn)
    if meant is None:
        return _which(turn)
    script, length = turn.script(meant), turn.messages.length
    least, usual, most = script.minutes.least * 60, script.minutes.usual * 60, script.minutes.most * 60
    if least == most:
        said = turn.messages("duration always", name=script.name, usual=length(usual))
    else:
        said = turn.messages("duration", name=script.name, least=length(least), usual=length(usual), most=length(most))
    return _told(turn, meant, said)


def _meant(turn: Turn) -> Proposal | None:
    """The guide that is asked about: the named, the proposed, the one under way, or last time's. None: not known."""
    slot, progress = turn.slots.get("script"), turn.current
    if slot is not None:
        script = turn.library.scripts.get(slot.id or "")
        return Proposal(script.id, options_of(turn, script)) if script else None
    if turn.session.proposal is not None:
        return turn.session.proposal
    if progress is not None:
        return Proposal(progress.guide.script, progress.guide.options)
    return None if still_offered(turn) or turn.remembered.last is None else last_proposal(turn)


def _which(turn: Turn) -> Outcome:
    """Which guide is meant is not known: no name was said, or an unknown one."""
    unknown = turn.messages("unknown script" if "script" in turn.slots else "that depends")
    if turn.current is not None:
        return Answer(turn, unknown, long=True)
    return Choose(turn, turn.speech(unknown))


def _told(turn: Turn, meant: Proposal, said: str) -> Outcome:
    """The answer; then back to the guide under way, or to the proposal of what was asked about."""
    if turn.current is not None:
        return Answer(turn, said, long=True)
    return Propose(turn, meant, turn.speech(said))
