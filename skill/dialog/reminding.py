"""Setting the one reminder for tomorrow, and telling what became of it."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.outcome import Answer, End, Outcome
from skill.dialog.services import REMINDER_DELAY, Reminded
from skill.dialog.turn import Turn

ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"
"""The outcomes of Alexa's own question (developer.amazon.com, Set Up Voice Permissions for Reminders)."""
FAILURES = {
    Reminded.NOT_ALLOWED: "reminder not allowed",
    Reminded.NOT_HERE: "reminder not here",
    Reminded.TOO_MANY: "reminders too many",
    Reminded.FAILED: "reminder failed",
}
"""The message for each outcome but success."""


def set_reminder(turn: Turn, *, may_ask: bool) -> Outcome:
    """Set the reminder. Where the permission is missing, Alexa asks the person for it if she `may_ask`."""
    result = turn.services.remind(turn.now, turn.messages("reminder text"))
    if result is Reminded.NOT_ALLOWED and may_ask:
        progress = turn.under_way
        return End(turn.at_rest(progress) if progress else turn, turn.speech(), asks_permission=True)
    if result is not Reminded.SET:
        return done_with_question(turn, turn.messages(FAILURES[result]))
    practice = replace(turn.remembered.practice, reminder=turn.now + REMINDER_DELAY)
    return done_with_question(turn.with_memory(practice=practice), turn.messages("reminder set"))


def done_with_question(turn: Turn, text: str) -> Answer:
    """A short answer to a question of ours, then back to what was before it."""
    return Answer(turn.with_session(pending="more"), text)


def permission_told(turn: Turn) -> Outcome:
    """What the person answered to Alexa's own question: the reminder is set, or it is not, and either is fine."""
    answered = turn.slots["permission"].spoken if "permission" in turn.slots else NOT_ANSWERED
    if answered == ACCEPTED:
        return set_reminder(turn, may_ask=False)
    text = turn.messages("no reminder" if answered in (DENIED, NOT_ANSWERED) else "reminder failed")
    return done_with_question(turn, text)
