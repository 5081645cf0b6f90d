"""Leaving: by a word, by silence, or because something failed. The place is kept."""

from __future__ import annotations

from dataclasses import replace

from skill.handlers.counting import followed
from skill.handlers.playing import ease_off, eased, kept, remember, standing, under_way
from skill.state import Session
from skill.turn import Reply, Turn


def goodbye(turn: Turn) -> Reply:
    """The end of the session; off the ball and up slowly where a guide was running."""
    stand = under_way(turn)
    if stand is None:
        return Reply(turn.kit.utterance().say(turn.words("goodbye")), Session(), turn.remembered)
    if stand.here.span.section == "up" and stand.part_heard:
        turn = followed(turn, stand.guide, stand.timeline.total, ended=True)
        return Reply(turn.kit.utterance().say(turn.words("goodbye")), Session(), remember(turn.remembered, None, 0.0))
    place = stand.timeline.script.places[stand.timeline.ask.place or ""]
    if stand.here.span.section == "down":
        text = turn.words("goodbye before", leaving=place.leaving if place.floor else "")
    else:
        text = turn.words("goodbye running", ease=eased(turn, stand), leaving=place.leaving, later=turn.later)
    turn = followed(turn, stand.guide, stand.here.moment, ended=False)
    remembered = remember(turn.remembered, stand.guide, turn.now)
    return Reply(turn.kit.utterance().say(text), Session(), remembered)


def session_ended(turn: Turn) -> Reply:
    """Nothing can be said any more; the guide is kept where the person was."""
    stand = standing(turn) if turn.session.guide else None
    if stand is not None:
        turn = followed(turn, stand.guide, stand.here.moment, ended=False)
        turn = replace(turn, remembered=remember(turn.remembered, stand.guide, turn.now))
    return Reply(turn.kit.utterance(), Session(), turn.remembered)


def apology(turn: Turn) -> Reply:
    """Something failed here: off the ball, and a way on where there is one."""
    stand = under_way(turn)
    if stand is None:
        return Reply(turn.kit.utterance().say(turn.words("apology")), Session(), turn.remembered)
    return kept(turn, stand, turn.words("apology running", ease=ease_off(turn, stand.guide)))
