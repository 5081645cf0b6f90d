"""Posting an envelope to the webhook, with a conversation behind it that answers as told."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from skill.server.app import create_app
from skill.server.config import Settings

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
SKILL = "amzn1.ask.skill.0f1e"
HELLO = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Hello."}}}
SORRY = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Sorry."}}}


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
