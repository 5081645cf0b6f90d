"""Yes and no, by what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.handlers import knowledge, reminders, safety, weekly_plan
from skill.dialog.handlers.endings import goodbye
from skill.dialog.handlers.playing import READY_AGAIN, kept, ready_again, where_is
from skill.dialog.handlers.start import begin, still_offered, take, which_one
from skill.dialog.handlers.transport import ask_again, learned, pause, ready
from skill.dialog.progress import Progress
from skill.dialog.state import Pending
from skill.dialog.turn import Handler, Reply, Turn, asking

YES: Mapping[Pending | None, Handler] = {
    "tip": knowledge.tip,
    "count": weekly_plan.unless_playing(weekly_plan.yes_count, ready),
    "plan": weekly_plan.unless_playing(weekly_plan.yes_plan, ready),
    "remind": weekly_plan.unless_playing(reminders.yes_remind, ready),
    "forget": weekly_plan.yes_forget,
    **safety.YES,
}
"""What a yes does, by the question that is open (`Pending`), where it is not about a guide."""
NO: Mapping[Pending | None, Handler] = {
    "tip": knowledge.no_tip,
    "count": weekly_plan.unless_playing(weekly_plan.no_count, pause),
    "plan": weekly_plan.unless_playing(weekly_plan.no_plan, pause),
    "remind": weekly_plan.unless_playing(reminders.no_remind, pause),
    "forget": weekly_plan.no_forget,
    **safety.NO,
}
"""What a no does, by the question that is open, where it is not about a guide."""


def yes(turn: Turn) -> Reply:
    """Yes to whatever was asked."""
    pending, proposal = turn.session.pending, turn.session.proposal
    if pending in YES:
        return YES[pending](turn)
    if pending == "start" and proposal:
        return begin(turn, proposal, turn.speech())
    if pending in ("go on", "part") and (turn.session.guide or turn.remembered.unfinished):
        return ready(turn)
    if pending == "more" and not turn.session.guide:
        return which_one(turn, turn.speech())
    if pending == "choose" and (offered := still_offered(turn)):
        return take(turn, offered[0])
    return ready(turn) if turn.under_way else ask_again(turn)


def no(turn: Turn) -> Reply:
    """No to whatever was asked: another choice, a while longer, or goodbye."""
    pending, progress = turn.session.pending, turn.progress
    if pending in NO:
        return NO[pending](turn)
    if progress is not None and not progress.part_heard and (progress.playing or progress.on_pressure):
        return pause(turn)
    if pending == "more" or (pending == "choose" and turn.session.guide is None):
        return goodbye(turn)
    if pending == "part" and progress is not None:
        return _longer(learned(turn), progress)
    if pending == "go on" and progress is not None and turn.session.guide is not None:
        return goodbye(turn)
    if pending in ("start", "choose") and progress is not None:
        turn = replace(turn, session=replace(turn.session, proposal=None))
        return kept(turn, progress, turn.messages("paused already", where=where_is(turn, progress.here)))
    return which_one(turn, turn.speech())


def _longer(turn: Turn, progress: Progress) -> Reply:
    """Not ready yet: a while of silence, and the same question again. The part stays where it was."""
    speech = turn.speech(turn.messages("take your time")).pause(READY_AGAIN)
    before = progress.here.span.section == "down"
    question = turn.library.phrases.question
    return asking(turn, speech.say(question), "part", ready_again(turn, progress.guide, before))
