"""One reminder for tomorrow: asked about first, and allowed by the person in Alexa's own words."""

from __future__ import annotations

from skill.dialog.outcome import Answer, Outcome
from skill.dialog.questions import ask
from skill.dialog.reminding import done_with_question, set_reminder
from skill.dialog.turn import Turn

ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"
"""The outcomes of Alexa's own question (developer.amazon.com, Set Up Voice Permissions for Reminders)."""


def remind(turn: Turn) -> Outcome:
    """Asks for an explicit yes to this one reminder, as Amazon's guidelines for reminders want it."""
    if not turn.services.reminds:
        return Answer(turn, turn.messages("reminder not here"))
    if turn.remembered.practice.reminder > turn.now:
        return Answer(turn, turn.messages("reminder is set"))
    return ask(turn, "remind", turn.messages("reminder question"))


def permission_told(turn: Turn) -> Outcome:
    """What the person answered to Alexa's own question: the reminder is set, or it is not, and either is fine."""
    answered = turn.slots["permission"].spoken if "permission" in turn.slots else NOT_ANSWERED
    if answered == ACCEPTED:
        return set_reminder(turn, may_ask=False)
    text = turn.messages("no reminder" if answered in (DENIED, NOT_ANSWERED) else "reminder failed")
    return done_with_question(turn, text)
