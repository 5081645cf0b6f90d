"""The webhook, seen from outside: bytes in, JSON out."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from skill.app import create_app
from skill.config import Settings
from skill.errors import RequestUnreadable, StoreConflict
from skill.id_key import IdKey
from skill.persistence import MemoryAdapter
from skill.store import Store

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
SKILL = "amzn1.ask.skill.0f1e"
HELLO = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Hello."}}}
SORRY = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Sorry."}}}
SILENCE = {"version": "1.0", "response": {}}


class Fake:
    """A conversation that answers each try with the next of `turns`: a response, or an error to raise."""

    def __init__(self, *turns: dict[str, Any] | Exception) -> None:
        self.turns = list(turns) or [HELLO]
        self.remembered: list[bool] = []

    def respond(self, envelope: dict[str, Any], remember: bool = True) -> dict[str, Any]:
        self.remembered.append(remember)
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn

    def apology(self, envelope: dict[str, Any]) -> dict[str, Any]:
        return SORRY


def envelope_of(kind: str = "LaunchRequest", stamp: Any = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    return {
        "version": "1.0",
        "context": {
            "System": {
                "application": {"applicationId": SKILL},
                "user": {"userId": "amzn1.account.ANNA"},
                "device": {"deviceId": "amzn1.device.HALL"},
            }
        },
        "request": {"type": kind, "requestId": "amzn1.request.1", "timestamp": stamp, "locale": "en-US"},
    }


def client_of(
    conversation: Any = None, skill_id: str | None = None, url: str = "sqlite://", now: float = NOW
) -> FlaskClient:
    settings = Settings(url, skill_id, id_key="a key for the tests")
    return create_app(settings, lambda: now, conversation or Fake()).test_client()


def post(client: FlaskClient, body: Any, **options: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/alexa", data=data, content_type="application/json", **options)


def test_an_answer() -> None:
    """What the conversation answers is what Alexa gets, as JSON."""
    answer = post(client_of(), envelope_of())
    assert (answer.status_code, answer.json) == (200, HELLO)
    assert answer.content_type == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff{}", b"[]", b'"x"', b"null", b"{}", b'{"request": []}', b'{"request": {"type": 1}}']
    + [b'{"request": {"type": "LaunchRequest"}, "n": ' + n + b"}" for n in (b"NaN", b"1e999", b"9" * 5000)]
    + [b"[" * 100_000],
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
    "host", ["localhost", "localhost:8321", "LOCALHOST", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8321"]
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_served(host: str, peer: str) -> None:
    """Without a skill id, whoever calls this machine by one of its own names from itself is served."""
    answer = post(client_of(), envelope_of(), headers={"Host": host}, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        *(
            ({"Host": host}, "127.0.0.1")
            for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example")
        ),
        *(
            ({"Host": host}, "127.0.0.1")
            for host in ("localhost:", "localhost:80:80", "::1", "0.0.0.0", "127.0.0.2", "")
        ),
        *(
            ({name: "x"}, "127.0.0.1")
            for name in ("Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Anything")
        ),
        *(({name: "x"}, "127.0.0.1") for name in ("Via", "X-Real-IP", "Cf-Connecting-Ip", "X-Forwarded")),
        *(({}, peer) for peer in ("192.168.1.9", "::ffff:10.0.0.1", "fe80::1", "", "nonsense")),
    ],
)
@pytest.mark.parametrize("path", ["/alexa", "/health"])
def test_everyone_else_is_not(path: str, headers: dict[str, str], peer: str) -> None:
    """Without a skill id nothing is served to another machine, another name, or through a proxy or tunnel."""
    client = client_of()
    calls: dict[str, Callable[[], TestResponse]] = {
        "/alexa": lambda: post(client, envelope_of(), headers=headers, environ_overrides={"REMOTE_ADDR": peer}),
        "/health": lambda: client.get("/health", headers=headers, environ_overrides={"REMOTE_ADDR": peer}),
    }
    answer = calls[path]()
    assert answer.status_code == 403
    assert "MASSAGE_SKILL_ID" in answer.text and answer.text.count("\n") == 1


def test_a_tunnel_is_served_with_a_skill_id() -> None:
    """With a skill id the request may come from anywhere: what it says is checked instead."""
    headers = {"Host": "anna.example", "X-Forwarded-For": "1.2.3.4"}
    in_session = envelope_of() | {"session": {"application": {"applicationId": SKILL}}}
    for envelope in (envelope_of(), in_session):
        assert post(client_of(skill_id=SKILL), envelope, headers=headers).status_code == 200


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
    assert conversation.remembered == []
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
    """With a skill id, a request without a moment that can be told is refused, and one line says so."""
    assert post(client_of(skill_id=SKILL), envelope_of(stamp=stamp)).status_code == 400
    assert len(caplog.records) == 1


def test_another_time_zone_is_the_same_moment() -> None:
    """A timestamp counts with its offset."""
    assert post(client_of(skill_id=SKILL), envelope_of(stamp="2026-01-01T05:30:00+05:30")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("LaunchRequest", SORRY),
        ("IntentRequest", SORRY),
        ("SessionEndedRequest", SILENCE),
        ("AudioPlayer.PlaybackStarted", SILENCE),
        ("Alexa.Of.Next.Year", SILENCE),
    ],
)
@pytest.mark.parametrize("error", [RequestUnreadable("left knee"), RuntimeError("left knee")])
def test_a_failure_is_answered(
    kind: str, expected: dict[str, Any], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Who spoke hears an apology, what only informs gets a valid empty answer; no log line quotes anyone."""
    with caplog.at_level(logging.DEBUG):
        answer = post(client_of(Fake(error)), envelope_of(kind))
    assert (answer.status_code, answer.json) == (200, expected)
    assert len(caplog.records) == 1
    assert "knee" not in caplog.text and "amzn1" not in caplog.text


@pytest.mark.parametrize("conflicts", [0, 1, 2, 3])
def test_a_conflict_is_tried_again(conflicts: int) -> None:
    """A lost race is run again from the envelope, three tries in all, and then without the memory."""
    conversation = Fake(*[StoreConflict(1)] * conflicts, HELLO)
    answer = post(client_of(conversation), envelope_of())
    assert answer.json == HELLO
    assert conversation.remembered == [True] * min(conflicts + 1, 3) + [False] * (conflicts == 3)


def test_two_requests_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two requests that read the same row before either writes are both applied."""
    settings = Settings(f"sqlite:///{tmp_path / 'memory.sqlite3'}", id_key="a key for the tests")
    adapter = MemoryAdapter(Store(settings.database_url), IdKey(settings))
    both_have_read = threading.Barrier(2)
    first_tries = threading.local()

    class Counting(Fake):
        def respond(self, envelope: dict[str, Any], remember: bool = True) -> dict[str, Any]:
            read = DefaultSerializer().deserialize(json.dumps(envelope), RequestEnvelope)
            memory = adapter.get_attributes(read)
            if not hasattr(first_tries, "over"):
                first_tries.over = True
                both_have_read.wait(10)
            memory["person"]["n"] = memory["person"].get("n", 0) + 1
            adapter.save_attributes(read, memory)
            return HELLO

    app = create_app(settings, lambda: NOW, Counting())
    threads = [threading.Thread(target=lambda: post(app.test_client(), envelope_of())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    read = DefaultSerializer().deserialize(json.dumps(envelope_of()), RequestEnvelope)
    assert adapter.get_attributes(read)["person"] == {"n": 2}


def test_health(tmp_path: Path) -> None:
    """The skill is well while it answers; whether it remembers is said beside it."""
    (tmp_path / "deep").write_text("in the way")
    client = client_of(url=f"sqlite:///{tmp_path / 'deep' / 'memory.sqlite3'}")
    assert client.get("/health").json == {"status": "ok", "memory": "down"}
    (tmp_path / "deep").unlink()
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "memory": "ok"})


@pytest.mark.parametrize(("path", "status"), [("/alexa", 405), ("/elsewhere", 404)])
def test_other_doors(path: str, status: int) -> None:
    """There is no other door, and the refusal is one plain sentence."""
    answer = client_of().get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert answer.text.count("\n") == 1
