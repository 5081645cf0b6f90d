"""Leaving: by a word, by silence, or because something failed. The place is kept."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.counting import followed
from skill.dialog.handlers.playing import ease_off, eased, kept, remember
from skill.dialog.progress import Progress
from skill.dialog.state import Session
from skill.dialog.turn import Reply, Turn


def goodbye(turn: Turn) -> Reply:
    """The end of the session; off the ball and up slowly where a guide was running."""
    progress = turn.under_way
    if progress is None:
        return Reply(turn.speech(turn.messages("goodbye")), Session(), turn.remembered)
    if progress.here.span.section == "up" and progress.part_heard:
        turn = followed(turn, progress.guide, progress.timeline.total, ended=True)
        return Reply(turn.speech(turn.messages("goodbye")), Session(), remember(turn.remembered, None, 0.0))
    away = leaving(progress)
    if progress.here.span.section == "down":
        text = turn.messages("goodbye before", leaving=away)
    else:
        text = turn.messages("goodbye running", ease=eased(turn, progress), leaving=away, later=turn.later)
    turn = followed(turn, progress.guide, progress.here.moment, ended=False)
    remembered = remember(turn.remembered, progress.guide, turn.now)
    return Reply(turn.speech(text), Session(), remembered)


def leaving(progress: Progress) -> str:
    """How to come away from where the guide is done; nothing for somebody who cannot have gone there yet."""
    place = progress.timeline.script.places[progress.timeline.options.place or ""]
    if progress.here.span.section != "down":
        return place.leaving
    return place.leaving if place.floor and progress.latest > progress.timeline.start else ""


def session_ended(turn: Turn) -> Reply:
    """Nothing can be said any more; the guide is kept where the person was."""
    progress = turn.progress if turn.session.guide else None
    if progress is not None:
        turn = followed(turn, progress.guide, progress.here.moment, ended=False)
        turn = replace(turn, remembered=remember(turn.remembered, progress.guide, turn.now))
    return Reply(turn.speech(), Session(), turn.remembered)


def apology(turn: Turn) -> Reply:
    """Something failed here: off the ball, and a way on where there is one."""
    progress = turn.under_way
    if progress is None:
        return Reply(turn.speech(turn.messages("apology")), Session(), turn.remembered)
    return kept(turn, progress, turn.messages("apology running", ease=ease_off(turn, progress.guide)))
