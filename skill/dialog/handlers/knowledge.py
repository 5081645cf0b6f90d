"""Answers to questions about the subject; what is said stands in the messages."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.outcome import Answer, Outcome
from skill.dialog.questions import tell
from skill.dialog.turn import Card, Turn
from skill.messages.messages import topics


def answer(turn: Turn) -> Outcome:
    """The one answer of this intent."""
    return tell(turn, turn.messages.answers[turn.name])


def about(turn: Turn) -> Outcome:
    """What there is to know about a muscle, a technique, a tool or anything else that has a name."""
    slot = turn.slots.get("topic")
    known = topics(turn.messages.answers)
    if slot is None or slot.id not in known:
        return Answer(turn, turn.messages("unknown topic running" if turn.under_way else "unknown topic"))
    found = known[slot.id]
    return replace(tell(turn, found), card=Card(found.name.capitalize(), found.say))
