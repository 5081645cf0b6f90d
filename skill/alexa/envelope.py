"""A request envelope as it came: which skill it is for, when it was sent, what kind of request it holds.

Read from the plain JSON, before the SDK sees it, because the SDK refuses what it does not know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from skill import strict_json

TOLERANCE = 150.0  # seconds; Alexa: a request may not be older
EVENT_TOLERANCE = 3600.0  # seconds, for AlexaSkillEvent requests
SPOKEN = ("LaunchRequest", "IntentRequest", "Connections.Response")


def read_envelope(body: bytes) -> dict[str, Any]:
    """The envelope in these bytes. Raises ValueError, with a sentence, when there is none."""
    try:
        envelope = strict_json.loads(body.decode())
    except ValueError as error:
        raise ValueError("the body is not JSON") from error
    if not isinstance(envelope, dict):
        raise ValueError("the body is not a JSON object")
    if not isinstance(_at(envelope, "request", "type"), str):
        raise ValueError("the body is not a request envelope: it has no request with a type")
    return envelope


def kind(envelope: dict[str, Any]) -> str:
    """The request's type, such as "IntentRequest"."""
    return str(envelope["request"]["type"])


def name(envelope: dict[str, Any]) -> str:
    """The intent's name or, where there is no intent, the request's type."""
    return str(_at(envelope, "request", "intent", "name") or kind(envelope))


def is_spoken(envelope: dict[str, Any]) -> bool:
    """Whether somebody spoke, and waits for words."""
    return kind(envelope) in SPOKEN


def is_for(envelope: dict[str, Any], skill_id: str) -> bool:
    """Whether the context, and the session where there is one, name this skill."""
    named = [_at(envelope, "context", "System", "application", "applicationId")]
    if envelope.get("session") is not None:
        named.append(_at(envelope, "session", "application", "applicationId"))
    return all(name == skill_id for name in named)


def is_timely(envelope: dict[str, Any], now: float) -> bool:
    """Whether it was sent within 150 s (a skill event: an hour) of `now`, in seconds since 1970."""
    stamp = _at(envelope, "request", "timestamp")
    if not isinstance(stamp, str):
        return False
    try:
        sent = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if sent.tzinfo is None:
        return False
    tolerance = EVENT_TOLERANCE if kind(envelope).startswith("AlexaSkillEvent.") else TOLERANCE
    return abs(now - sent.timestamp()) <= tolerance


def _at(value: Any, *path: str) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
