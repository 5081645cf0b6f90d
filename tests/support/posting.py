"""Posting an envelope to the webhook, with a conversation behind it that answers as told."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from skill.alexa.request_log import RequestRecord
from skill.alexa.skill import Conversation
from skill.server.app import create_app
from skill.server.config import Settings

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
SKILL = "amzn1.ask.skill.0f1e"
HELLO = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Hello."}}}


class Fake(Conversation):
    """A conversation that says hello to every request, and keeps it in `asked`."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def respond(self, envelope: dict[str, Any], record: RequestRecord | None = None) -> dict[str, Any]:
        self.asked.append(envelope)
        if record is not None:
            record.response = HELLO
        return HELLO

    def check(self) -> None:
        """All is well."""


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
    settings = Settings(url, skill_id, id_key="a key for the tests", verify=False)
    return create_app(settings, lambda: now, conversation or Fake()).test_client()


def post(client: FlaskClient, body: Any, **options: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/alexa", data=data, content_type="application/json", **options)
