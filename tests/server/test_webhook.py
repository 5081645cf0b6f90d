"""The webhook over HTTP: bytes in, JSON out."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.request_log import RequestRecord
from skill.errors import StoreUnavailable
from skill.server.app import create_app
from skill.server.config import Settings
from tests.support.posting import HELLO, NOW, SKILL, Fake, client_of, envelope_of, post


def test_an_answer() -> None:
    """What the conversation answers is what Alexa gets, as JSON."""
    answer = post(client_of(), envelope_of())
    assert (answer.status_code, answer.json) == (200, HELLO)
    assert answer.content_type == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff{}", b"[]", b'"x"', b"null", b"{}", b'{"request": []}', b'{"request": {"type": 1}}']
    + [b'{"request": {"type": "LaunchRequest"}, "n": ' + n + b"}" for n in (b"NaN", b"1e999", b"9" * 5000)]
    + [b"[" * 100_000, b'{"request": {"type": "LaunchRequest"}, "n": ' + b"[" * 500 + b"]" * 500 + b"}"],
)
def test_what_is_no_envelope_is_refused(body: bytes) -> None:
    """Whatever is not a JSON object with a typed request gets a 400 and one plain sentence."""
    answer = post(client_of(), body)
    assert answer.status_code == 400
    assert answer.text.startswith("The body is not ") and answer.text.count("\n") == 1


def test_a_large_body_is_refused() -> None:
    """256 KB are read and no more, whether or not the sender says how much is coming."""
    fits = json.dumps(envelope_of()).encode()
    fits += b" " * (256 * 1024 - len(fits))
    assert post(client_of(), fits).status_code == 200
    assert post(client_of(), fits + b" ").status_code == 413
    unannounced = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert post(client_of(), fits + b" ", environ_overrides=unannounced).status_code == 413


@pytest.mark.parametrize(
    "changed",
    [
        {"context": {"System": {"application": {"applicationId": "amzn1.ask.skill.other"}}}},
        {"context": {}},
        {"context": None},
        {"context": {"System": []}},
        {"session": {"application": {"applicationId": "amzn1.ask.skill.other"}}},
        {"session": {}},
    ],
)
def test_another_skill_is_refused(changed: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """With a skill id, a request that names another, or none, is refused, and one line says so."""
    conversation = Fake()
    answer = post(client_of(conversation, SKILL), envelope_of() | changed)
    assert answer.status_code == 400
    assert conversation.asked == []
    assert len(caplog.records) == 1 and "amzn1" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "seconds", "status"),
    [
        ("LaunchRequest", 150, 200),
        ("LaunchRequest", -150, 200),
        ("LaunchRequest", 151, 400),
        ("LaunchRequest", -151, 400),
        ("AlexaSkillEvent.SkillDisabled", 3600, 200),
        ("AlexaSkillEvent.SkillDisabled", 3601, 400),
        ("AlexaSkillEventual", 151, 400),
    ],
)
def test_an_old_request_is_refused(kind: str, seconds: float, status: int) -> None:
    """Alexa: a request is at most 150 s old, a skill event at most an hour."""
    assert post(client_of(skill_id=SKILL, now=NOW + seconds), envelope_of(kind)).status_code == status


@pytest.mark.parametrize(
    "stamp",
    [None, "", "now", 1_767_225_600, "2026-01-01T00:00:00", "2026-01-01", "0001-01-01T00:00:00+23:59"],
)
def test_an_undated_request_is_refused(stamp: Any, caplog: pytest.LogCaptureFixture) -> None:
    """With a skill id, a request without a valid time is refused, and one line says so."""
    assert post(client_of(skill_id=SKILL), envelope_of(stamp=stamp)).status_code == 400
    assert len(caplog.records) == 1


def test_another_time_zone_is_the_same_moment() -> None:
    """A timestamp counts with its offset."""
    assert post(client_of(skill_id=SKILL), envelope_of(stamp="2026-01-01T05:30:00+05:30")).status_code == 200


def test_what_has_to_be_sent_again_is_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    """Where the conversation cannot do what must not be lost, the status asks for the request again."""

    class Down(Fake):
        def respond(self, envelope: dict[str, Any], record: RequestRecord | None = None) -> dict[str, Any]:
            raise StoreUnavailable(OSError("my left knee"))

    answer = post(client_of(Down()), envelope_of())
    assert answer.status_code == 503 and "knee" not in answer.text + caplog.text


@pytest.mark.parametrize(
    "damage",
    [
        ("data", '{"given":[{"id":"ID","answer":{"response":{},"session":{"n":NaN}}}]}'),
        ("data", '{"given":[{"id":"ID","answer":{"response":{"directives":[{"type":"x"}]},"session":[1]}}]}'),
        ("data", "[" * 100_000),
        ("data", '{"guide":' + "[" * 900 + "]" * 900 + "}"),
        ("data", b"\xff"),
        ("version", "x"),
        ("version", 2**63 - 1),
    ],
)
def test_damaged_rows_are_met_and_mended(tmp_path: Path, damage: tuple[str, Any]) -> None:
    """Whatever was done to the rows, the request is answered like a stranger's, and the rows are whole again."""
    file = tmp_path / "memory.sqlite3"
    client = create_app(
        Settings(f"sqlite:///{file}", id_key="a key for the tests", verify=False), lambda: NOW
    ).test_client()
    session = {"new": True, "sessionId": "s", "attributes": {}, "application": {"applicationId": SKILL}}
    envelope = envelope_of() | {"session": session}
    first = post(client, envelope).json
    column, value = damage
    if isinstance(value, str):
        value = value.replace("ID", hashlib.sha256(b"LaunchRequest amzn1.request.1").hexdigest()[:16])
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute(f"UPDATE memory SET {column} = ?", (value,))
    again = post(client, envelope)
    assert (again.status_code, again.json) == (200, first)  # like a stranger's, not an apology
    with closing(sqlite3.connect(file)) as plain:
        ((version, data),) = plain.execute("SELECT version, data FROM memory WHERE key LIKE '%/answers'")
    kept = json.loads(data)["given"][-1]["answer"]
    assert isinstance(version, int)
    assert kept["session"] == (first or {})["sessionAttributes"]
    assert kept["response"]["outputSpeech"] == (first or {})["response"]["outputSpeech"]


@pytest.mark.parametrize(("path", "status"), [("/alexa", 405), ("/elsewhere", 404)])
def test_other_addresses(path: str, status: int) -> None:
    """There is no other endpoint, and the refusal is one plain sentence."""
    answer = client_of().get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert answer.text.count("\n") == 1
