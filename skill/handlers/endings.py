"""Leaving: by a word, by silence, or because something failed. The place is kept."""

from __future__ import annotations

from dataclasses import replace

from skill.handlers.playing import ease_off, remember, standing
from skill.state import Session
from skill.turn import Reply, Turn, asking


def goodbye(turn: Turn) -> Reply:
    """The end of the session; off the ball and up slowly where a guide was running."""
    stand = standing(turn) if turn.session.guide else None
    if stand is None:
        return Reply(turn.kit.utterance().say(turn.words("goodbye")), Session(), turn.remembered)
    floor = stand.timeline.script.places[stand.timeline.ask.place or ""].floor
    up = turn.words("up from the floor") if floor else ""
    if stand.here.span.section == "down":
        text = turn.words("goodbye before", up=up) if floor else turn.words("goodbye")
    else:
        eased = ease_off(turn, stand.guide) if stand.here.span.section != "up" else ""
        text = turn.words("goodbye running", ease=eased, up=up).strip()
    remembered = remember(turn.remembered, stand.guide, turn.now)
    return Reply(turn.kit.utterance().say(text), Session(), remembered)


def session_ended(turn: Turn) -> Reply:
    """Nothing can be said any more; the guide is kept where the person was."""
    stand = standing(turn) if turn.session.guide else None
    remembered = turn.remembered
    if stand is not None:
        remembered = remember(remembered, stand.guide, turn.now)
    return Reply(turn.kit.utterance(), Session(), remembered)


def apology(turn: Turn) -> Reply:
    """Something failed here: off the ball, and a way on where there is one."""
    stand = standing(turn) if turn.session.guide else None
    if stand is None:
        return Reply(turn.kit.utterance().say(turn.words("apology")), Session(), turn.remembered)
    text = turn.words("apology running", ease=ease_off(turn, stand.guide))
    tool = turn.words.tool(turn.kit.script(stand.guide).needs)
    reply = asking(
        turn,
        turn.kit.utterance().say(text),
        "go on",
        turn.words("go on reprompt", tool=tool),
        guide=stand.guide,
    )
    return replace(reply, remembered=remember(turn.remembered, stand.guide, turn.now))
