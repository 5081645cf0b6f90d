"""A request is applied once, also when it comes again late."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.replay import BEGIN, BETWEEN, END, KEPT_ANSWERS, remembered_answer, with_answer
from skill.store.id_key import IdKey
from skill.store.memory import NO_ANSWERS, Memory
from skill.store.rows import as_stored
from skill.store.store import Store


def answer_of(n: int) -> dict[str, Any]:
    return {"response": {"n": [n]}, "session": {}}


def kept(known: str, request_id: str, answer: Any) -> str:
    return with_answer(known, request_id, as_stored(answer))


def test_an_answer_outlives_the_request(tmp_path: Path) -> None:
    """The answer is kept for its device, apart from all else, and given again for the same request id only."""
    memory = Memory(Store(f"sqlite:///{tmp_path / 'm.sqlite3'}"), IdKey("a key for tests"))
    known = memory.load("anna", "hall")
    assert remembered_answer(known.answers, "amzn1.request.1") is None
    known.answers = kept(known.answers, "amzn1.request.1", answer_of(1))
    known.device = {"guide": "anew"}  # what the next turn writes does not touch the answers
    memory.save(known)
    again = memory.load("anna", "hall")
    assert remembered_answer(again.answers, "amzn1.request.1") == answer_of(1)
    assert remembered_answer(again.answers, "amzn1.request.2") is None
    other = memory.load("anna", "kitchen")
    assert remembered_answer(other.answers, "amzn1.request.1") is None
    assert "amzn1.request" not in str(again)


def test_a_late_repeat_is_known_still() -> None:
    """The last three answers are kept and no more: a request may come again after those that followed it."""
    known = NO_ANSWERS
    for n in range(5):
        known = kept(known, f"request {n}", answer_of(n))
    assert KEPT_ANSWERS == 3
    assert [remembered_answer(known, f"request {n}") for n in range(5)] == [None, None, *map(answer_of, (2, 3, 4))]
    assert len(json.loads(known)["given"]) == 3


def test_a_request_answered_anew_has_one_answer() -> None:
    """The newest answer of a request takes the place of its older one."""
    known = NO_ANSWERS
    for n in (1, 1, 2):
        known = kept(known, "request 1", answer_of(n))
    assert remembered_answer(known, "request 1") == answer_of(2)
    assert len(json.loads(known)["given"]) == 1


def test_whatever_is_said_ends_no_line() -> None:
    """Answers that hold what stands between answers are still separate, and come back as they were."""
    odd = {"response": {"ssml": BEGIN + BETWEEN + END, BETWEEN: "\n\r\u2028\x85"}, "session": {"n": END}}
    known = kept(kept(NO_ANSWERS, "request 1", odd), "request 2", odd)
    assert [remembered_answer(known, f"request {n}") for n in (1, 2)] == [odd, odd]


def test_a_given_answer_can_be_changed() -> None:
    """What is done to an answer that was handed out does not reach the one that is kept."""
    known = kept(NO_ANSWERS, "request 1", answer_of(1))
    (remembered_answer(known, "request 1") or {})["response"]["n"].append(2)
    assert remembered_answer(known, "request 1") == answer_of(1)


@pytest.mark.parametrize("answer", [None, 5, [], {}, {"response": 5}, {"response": {}, "session": [1]}])
def test_an_answer_of_another_shape_is_none(answer: Any) -> None:
    """A damaged answer is no answer: the request is answered like a new one, and that answer is kept."""
    known = kept(NO_ANSWERS, "request 1", answer)
    assert remembered_answer(known, "request 1") is None
    assert remembered_answer(kept(known, "request 1", answer_of(2)), "request 1") == answer_of(2)


def test_a_damaged_line_costs_one_answer() -> None:
    """Of answers of which one is no JSON, the other is still known, and what is added to them is found."""
    known = NO_ANSWERS
    for n in (1, 2):
        known = kept(known, f"request {n}", answer_of(n))
    known = known.replace("[1]", "[1")
    assert [remembered_answer(known, f"request {n}") for n in (1, 2)] == [None, answer_of(2)]
    assert remembered_answer(kept(known, "request 3", answer_of(3)), "request 3") == answer_of(3)


@pytest.mark.parametrize("answers", [{}, {"given": None}, {"given": {}}, {"given": [5, None, {}, {"id": []}]}, "x", []])
def test_damaged_answers_are_passed_over(answers: Any) -> None:
    """What is damaged is left out, and what is added to it is found."""
    for known in (json.dumps(answers), str(answers)):
        assert remembered_answer(known, "request 1") is None
        assert remembered_answer(kept(known, "request 1", answer_of(1)), "request 1") == answer_of(1)


def test_answers_kept_by_an_earlier_version_are_known() -> None:
    """They all stood in one line, and up to three of them."""
    given = [{"id": short, "answer": answer_of(n)} for n, short in enumerate(("1" * 16, "ad1b9de910513527", "2" * 16))]
    known = json.dumps({"given": given}, separators=(",", ":"))
    assert remembered_answer(known, "request 1") == answer_of(1)
    assert remembered_answer(kept(known, "request 2", answer_of(2)), "request 2") == answer_of(2)
