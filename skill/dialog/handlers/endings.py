"""The end of a session that was not asked for: by silence, or because something failed. The place is kept."""

from __future__ import annotations

from skill.dialog.counting import broken_off
from skill.dialog.outcome import End, Outcome, Rest
from skill.dialog.turn import Turn
from skill.dialog.wording import ease_off


def session_ended(turn: Turn) -> Outcome:
    """Nothing can be said any more; the guide is kept where the person was."""
    progress = turn.progress if turn.session.guide else None
    if progress is not None:
        turn = broken_off(turn, progress).keeping(progress.guide)
    return End(turn, turn.speech())


def apology(turn: Turn) -> Outcome:
    """Something failed here: off the ball, and a way on where there is one."""
    progress = turn.under_way
    if progress is None:
        return End(turn, turn.speech(turn.messages("apology")))
    return Rest(turn, progress, turn.messages("apology running", ease=ease_off(turn, progress.guide)))
