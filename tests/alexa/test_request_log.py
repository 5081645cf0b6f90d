"""The line of a request in the log: it names no person, and holds no value that a sender chose."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from skill.alexa import request_log
from skill.dialog.private_intents import SAFETY_INTENTS
from skill.simulator.clock import Clock
from tests.support.guided import Massage, skill_app
from tests.support.posting import Fake, client_of, envelope_of, post

FIELDS = {"request", "locale", "intent", "mode", "outcome", "milliseconds"}


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, request_log.log.name)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(one.getMessage()) for one in caplog.records if one.name == request_log.log.name]


def asked(name: Any, **request: Any) -> dict[str, Any]:
    envelope = envelope_of("IntentRequest")
    envelope["request"] |= {"intent": {"name": name, "slots": {"script": {"value": "my left knee"}}}, **request}
    return envelope


def test_a_line_for_each_request(caplog: pytest.LogCaptureFixture) -> None:
    """Each request leaves one line with what it was, how it was answered and how long that took."""
    post(client_of(), asked("AMAZON.PauseIntent"))
    (line,) = lines(caplog)
    assert 0 <= line.pop("milliseconds") < 10_000
    assert line == {"request": "amzn1.request.1", "locale": "en-US", "intent": "AMAZON.PauseIntent", "mode": "spoken",
                    "outcome": "answered"}  # fmt: skip


def test_lines_go_where_they_are_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Served, each line stands alone on the standard output; where that is closed, nothing fails."""
    for intent in ("LaunchRequest", "safety"):
        request_log.to_stdout(
            request_log.Line("1" if intent != "safety" else None, "en-US", intent, "none", "answered", 2)
        )
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(line) for line in told] == [FIELDS, FIELDS - {"request"}]
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stdout", closed)
    request_log.to_stdout(request_log.Line("1", "en-US", "LaunchRequest", "none", "answered", 2))


@pytest.mark.parametrize("name", sorted(SAFETY_INTENTS))
def test_safety_is_only_safety(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """What a person says about a symptom, a condition or a doctor has no name and no request id in the log."""
    post(client_of(), asked(name))
    (line,) = lines(caplog)
    assert line["intent"] == "safety" and "request" not in line
    assert name not in caplog.text


def test_a_private_answer_is_only_safety(caplog: pytest.LogCaptureFixture) -> None:
    """An answer of which nothing is kept has no name in the log either, whatever it was asked with."""

    class Private(Fake):
        def respond(self, envelope: dict[str, Any], record: request_log.RequestRecord | None = None) -> dict[str, Any]:
            assert record is not None
            record.private = True
            return super().respond(envelope, record)

    post(client_of(Private()), asked("AMAZON.YesIntent"))
    (line,) = lines(caplog)
    assert line["intent"] == "safety" and "request" not in line


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"requestId": "my knee hurts"}, {"request": None}),
        ({"requestId": 7}, {"request": None}),
        ({"requestId": "x" * 101}, {"request": None}),
        ({"locale": "xx-my knee"}, {"locale": "other"}),
        ({"locale": ["en-US"]}, {"locale": "other"}),
        ({"locale": "en-GB"}, {"locale": "en-GB"}),
        ({"intent": {"name": "MyKneeIntent"}}, {"intent": "other"}),
        ({"intent": {"name": {"knee": 1}}}, {"intent": "other"}),
        ({"type": "AudioPlayer.PlaybackStarted", "intent": None}, {"mode": "track"}),
        ({"type": "My.Knee", "intent": None}, {"intent": "other"}),
    ],
)
def test_nothing_foreign_comes_into_a_line(
    changed: dict[str, Any], expected: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a sender may choose is one of ours, or "other", or left out."""
    post(client_of(), asked("AMAZON.PauseIntent", **changed))
    (line,) = lines(caplog)
    assert {name: line.get(name) for name in expected} == expected
    assert "knee" not in json.dumps(line).lower()


@pytest.mark.parametrize(
    ("post_", "outcome"),
    [
        (lambda: post(client_of(), b"{"), "refused"),
        (lambda: post(client_of(), b" " * 300_000), "refused"),
        (lambda: post(client_of(), envelope_of(), headers={"Host": "example.org"}), "refused"),
        (lambda: post(client_of(skill_id="amzn1.ask.skill.other"), envelope_of()), "refused"),
        (lambda: post(skill_app(Clock()).test_client(), envelope_of()), "apologised"),
    ],
)
def test_how_it_ended(
    post_: Any, outcome: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused request and a failed one have their line, too."""
    monkeypatch.setattr("skill.alexa.skill.handlers_for", lambda _: {"LaunchRequest": lambda turn: 1 / 0})
    post_()
    (line,) = lines(caplog)
    assert line["outcome"] == outcome and set(line) <= FIELDS


def test_a_whole_conversation_names_no_person(caplog: pytest.LogCaptureFixture) -> None:
    """No line of any logger holds an id of user or device, a slot, or a word that was said."""
    caplog.set_level(logging.INFO)
    massage = Massage(
        "open sciatica massage", "piriformis for five minutes", "ready", app=skill_app(clock := Clock()), clock=clock
    )
    for sentence in ("that is a sharp pain", "no", "i have diabetes", "stop"):
        massage.device.wait(30)
        massage.say(sentence)
    told = lines(caplog)
    assert "safety" in {line["intent"] for line in told}
    assert not any(word in caplog.text.lower() for word in ("simulated", "piriformis", "sharp", "diabetes"))
