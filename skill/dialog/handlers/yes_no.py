"""Yes and no to the question that is open."""

from __future__ import annotations

from skill.dialog.outcome import Outcome
from skill.dialog.questions import no_to_nothing, open_question, yes_to_nothing
from skill.dialog.turn import Turn


def yes(turn: Turn) -> Outcome:
    """Yes to whatever was asked."""
    question = open_question(turn)
    return (question.yes if question else yes_to_nothing)(turn)


def no(turn: Turn) -> Outcome:
    """No to whatever was asked: another choice, a while longer, or goodbye."""
    question = open_question(turn)
    return (question.no if question else no_to_nothing)(turn)
