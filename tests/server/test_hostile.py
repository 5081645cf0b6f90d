"""Whatever is posted is answered in time, and validly: no server error, no apology where Alexa could have sent it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import event, given, target
from werkzeug.test import TestResponse

from skill.simulator import envelopes
from skill.simulator.clock import MORNING, Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from tests.support.guided import skill_app
from tests.support.odd_envelopes import corpus, odd_envelopes, plain

LONGEST = 5.0
"""Seconds; two workers share the machine, and the largest bodies take a few tenths."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The whole skill, with a memory that the requests of a run share."""
    yield skill_app(Clock(), tmp_path_factory.mktemp("hostile")).test_client()


def sent(client: FlaskClient, body: bytes) -> TestResponse:
    """The answer to these bytes; raises AssertionError unless it is in time, and 200, 400 or 413."""
    started = time.monotonic()
    answer = client.post("/alexa", data=body, content_type="application/json")
    assert time.monotonic() - started < LONGEST
    assert answer.status_code in (200, 400, 413), answer.text
    return answer


def is_valid(body: bytes, answer: TestResponse) -> None:
    """A 200 keeps every rule; who spoke is answered."""
    if answer.status_code == 200:
        envelope = json.loads(body)
        assert check_response(envelope, answer.get_json()) == [], answer.text[:600]


@given(envelope=odd_envelopes())
def test_no_envelope_is_too_odd(client: FlaskClient, envelope: dict[str, Any]) -> None:
    """An envelope with anything dropped, swapped, deep or huge gets a valid answer, or a plain refusal, in time."""
    body = json.dumps(envelope).encode()
    answer = sent(client, body)
    event(str(answer.status_code))
    target(float(len(answer.data)), label="bytes of the answer")
    is_valid(body, answer)


@given(envelope=plain())
def test_what_alexa_could_send_is_never_an_apology(client: FlaskClient, envelope: dict[str, Any]) -> None:
    """Any intent with any slots in any state of the session is answered, and never because something failed."""
    body = json.dumps(envelope).encode()
    answer = sent(client, body)
    assert answer.status_code == 200
    is_valid(body, answer)
    assert "Something went wrong" not in answer.text


@pytest.mark.parametrize("file", corpus(), ids=lambda file: file.stem)
def test_what_was_found_once(file: Path, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """What was answered wrongly once is answered rightly ever after."""
    caplog.set_level(logging.ERROR)
    body = file.read_bytes()
    is_valid(body, sent(client, body))
    assert not caplog.records


def test_one_id_for_two_requests(client: FlaskClient) -> None:
    """A request that bears the id of another one is not given the other's answer."""
    for kind in ("SessionEndedRequest", "LaunchRequest"):
        envelope = envelopes.envelope(Profile(user="anna"), {"type": kind, "requestId": "one"}, MORNING, Session())
        body = json.dumps(envelope).encode()
        is_valid(body, sent(client, body))
