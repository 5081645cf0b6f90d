"""The table of questions: each has its messages, and a name that is unknown is no question."""

from __future__ import annotations

import pytest

from skill.dialog.deliver import deliver
from skill.dialog.questions import QUESTIONS, Question, no, open_question, yes
from skill.dialog.state import Remembered, session_from_json
from skill.dialog.turn import Turn
from tests.support.listener import shared_resources


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_has_its_messages(question: Question) -> None:
    """What a question names is said by the skill; one that is asked again after other answers has a text."""
    texts = shared_resources().messages.texts
    assert {question.text, question.reprompt} <= {"", *texts}
    assert question.text or not question.stays


@pytest.mark.parametrize("pending", ["of another version", None, "x" * 500, 3])
def test_a_question_of_another_version_is_no_question(pending: object) -> None:
    """A name that is not in the table is as if nothing had been asked: yes and no lead to a choice."""
    turn = Turn(shared_resources(), "AMAZON.YesIntent", {}, 0.0, session_from_json({"pending": pending}), Remembered())
    assert open_question(turn) is None
    for answered in (yes(turn), no(turn)):
        assert deliver(answered).session.pending == "choose"
