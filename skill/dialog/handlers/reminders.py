"""One reminder for tomorrow: asked about first, and allowed by the person in Alexa's own words."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.anytime import short_answer
from skill.dialog.handlers.counting import with_practice
from skill.dialog.handlers.playing import at_rest
from skill.dialog.handlers.weekly_plan import asked, on_from
from skill.dialog.services import REMINDER_DELAY, Reminded
from skill.dialog.state import Session
from skill.dialog.turn import Reply, Turn

ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"
"""What became of Alexa's own question (developer.amazon.com, Set Up Voice Permissions for Reminders)."""
FAILURES = {
    Reminded.NOT_ALLOWED: "reminder not allowed",
    Reminded.NOT_HERE: "reminder not here",
    Reminded.TOO_MANY: "reminders too many",
    Reminded.FAILED: "reminder failed",
}


def remind(turn: Turn) -> Reply:
    """Asks for an explicit yes to this one reminder, as Amazon's guidelines for reminders want it."""
    if not turn.services.reminds:
        return short_answer(turn, turn.messages("reminder not here"))
    if turn.remembered.practice.reminder > turn.now:
        return short_answer(turn, turn.messages("reminder is set"))
    return asked(turn, turn.messages("reminder question"), "remind", turn.messages("reminder question"))


def yes_remind(turn: Turn) -> Reply:
    """Sets it; where the permission is missing, Alexa asks the person for it."""
    result = turn.services.remind(turn.now, turn.messages("reminder text"))
    if result is not Reminded.NOT_ALLOWED:
        return _told(turn, result)
    progress = turn.under_way
    turn = at_rest(turn, progress) if progress else turn
    return Reply(turn.speech(), Session(), turn.remembered, asks_permission=True)


def no_remind(turn: Turn) -> Reply:
    """No reminder."""
    return on_from(turn, turn.messages("no reminder"))


def permission_told(turn: Turn) -> Reply:
    """What the person answered to Alexa's own question: the reminder is set, or it is not, and either is fine."""
    answered = turn.slots["permission"].spoken if "permission" in turn.slots else NOT_ANSWERED
    if answered == ACCEPTED:
        return _told(turn, turn.services.remind(turn.now, turn.messages("reminder text")))
    return on_from(turn, turn.messages("no reminder" if answered in (DENIED, NOT_ANSWERED) else "reminder failed"))


def _told(turn: Turn, result: Reminded) -> Reply:
    if result is not Reminded.SET:
        return on_from(turn, turn.messages(FAILURES[result]))
    practice = replace(turn.remembered.practice, reminder=turn.now + REMINDER_DELAY)
    return on_from(with_practice(turn, practice), turn.messages("reminder set"))
