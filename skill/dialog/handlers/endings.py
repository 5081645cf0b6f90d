"""Leaving: by a word, by silence, or because something failed. The place is kept."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.counting import followed
from skill.dialog.handlers.playing import Standing, ease_off, eased, kept, remember, standing, under_way
from skill.dialog.progress import FASTEST_VOICE
from skill.dialog.state import Session
from skill.dialog.turn import Reply, Turn


def goodbye(turn: Turn) -> Reply:
    """The end of the session; off the ball and up slowly where a guide was running."""
    stand = under_way(turn)
    if stand is None:
        return Reply(turn.speech(turn.messages("goodbye")), Session(), turn.remembered)
    if stand.here.span.section == "up" and stand.part_heard:
        turn = followed(turn, stand.guide, stand.timeline.total, ended=True)
        return Reply(turn.speech(turn.messages("goodbye")), Session(), remember(turn.remembered, None, 0.0))
    away = leaving(turn, stand)
    if stand.here.span.section == "down":
        text = turn.messages("goodbye before", leaving=away)
    else:
        text = turn.messages("goodbye running", ease=eased(turn, stand), leaving=away, later=turn.later)
    turn = followed(turn, stand.guide, stand.here.moment, ended=False)
    remembered = remember(turn.remembered, stand.guide, turn.now)
    return Reply(turn.speech(text), Session(), remembered)


def leaving(turn: Turn, stand: Standing) -> str:
    """How to come away from where the guide is done; nothing for somebody who cannot have gone there yet."""
    place = stand.timeline.script.places[stand.timeline.options.place or ""]
    if stand.here.span.section != "down":
        return place.leaving
    return place.leaving if place.floor and not _still_to_begin(turn, stand) else ""


def _still_to_begin(turn: Turn, stand: Standing) -> bool:
    """Whether nothing of the way down can have been heard."""
    guide = turn.session.guide or turn.remembered.unfinished
    if guide is None or stand.here.moment > stand.timeline.start:
        return False
    return guide.sent is None or turn.now - guide.sent <= guide.lead * FASTEST_VOICE + guide.lead_quiet


def session_ended(turn: Turn) -> Reply:
    """Nothing can be said any more; the guide is kept where the person was."""
    stand = standing(turn) if turn.session.guide else None
    if stand is not None:
        turn = followed(turn, stand.guide, stand.here.moment, ended=False)
        turn = replace(turn, remembered=remember(turn.remembered, stand.guide, turn.now))
    return Reply(turn.speech(), Session(), turn.remembered)


def apology(turn: Turn) -> Reply:
    """Something failed here: off the ball, and a way on where there is one."""
    stand = under_way(turn)
    if stand is None:
        return Reply(turn.speech(turn.messages("apology")), Session(), turn.remembered)
    return kept(turn, stand, turn.messages("apology running", ease=ease_off(turn, stand.guide)))
