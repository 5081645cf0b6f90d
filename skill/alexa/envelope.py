"""A request envelope as plain JSON: whether it is one, whether it may be answered, and what it is a request of."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from skill import strict_json
from skill.errors import RequestRefused

log = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 256 * 1024
"""Alexa's own requests have a few thousand."""
MAX_REQUEST_AGE = 150.0
"""Seconds (Alexa, hosting a custom skill as a web service)."""
MAX_EVENT_AGE = 3600.0
"""Seconds, for skill events (Alexa, skill events)."""
SPOKEN_TYPES = ("LaunchRequest", "IntentRequest", "Connections.Response")
"""The types of request that a person waits for the answer to."""
REQUEST_TYPES = (
    "LaunchRequest", "SessionEndedRequest", "Connections.Response", "System.ExceptionEncountered",
    "AlexaSkillEvent.SkillEnabled", "AlexaSkillEvent.SkillDisabled", "AlexaSkillEvent.SkillAccountLinked",
    "AlexaSkillEvent.SkillPermissionAccepted", "AlexaSkillEvent.SkillPermissionChanged",
    "AudioPlayer.PlaybackStarted", "AudioPlayer.PlaybackFinished", "AudioPlayer.PlaybackStopped",
    "AudioPlayer.PlaybackNearlyFinished", "AudioPlayer.PlaybackFailed", "PlaybackController.PlayCommandIssued",
    "PlaybackController.PauseCommandIssued", "PlaybackController.NextCommandIssued",
    "PlaybackController.PreviousCommandIssued",
)  # fmt: skip
"""The types of request that have no intent and concern this skill."""


def read_envelope(body: bytes) -> dict[str, Any]:
    """The envelope in these bytes. Raises RequestRefused when there is none."""
    try:
        envelope = strict_json.loads(body.decode())
    except ValueError as error:
        raise RequestRefused("The body is not JSON.") from error
    if not isinstance(envelope, dict):
        raise RequestRefused("The body is not a JSON object.")
    if not isinstance(_at(envelope, "request", "type"), str):
        raise RequestRefused("The body is not a request envelope: it has no request with a type.")
    return envelope


def kind(envelope: dict[str, Any]) -> str:
    """The request's type, such as "IntentRequest"."""
    return str(envelope["request"]["type"])


def name(envelope: dict[str, Any]) -> str:
    """The intent's name or, for a request without an intent, its type. "" for an intent that is called like a type."""
    if kind(envelope) != "IntentRequest":
        return kind(envelope)
    intent = _at(envelope, "request", "intent", "name")
    return intent if isinstance(intent, str) and intent not in REQUEST_TYPES else ""


def check_envelope(envelope: dict[str, Any], skill_id: str | None, now: float) -> None:
    """Raise RequestRefused unless it is for this skill and was sent just now (seconds since 1970).

    Without a skill id everything is.
    """
    if skill_id is None:
        return
    if not _is_for(envelope, skill_id):
        log.warning("refused a request for another skill")
        raise RequestRefused("This request is for another skill.")
    if not _is_timely(envelope, now):
        log.warning("refused a request that is too old, too new, or undated")
        raise RequestRefused("This request was not sent just now.")


def _is_for(envelope: dict[str, Any], skill_id: str) -> bool:
    """Whether the context, and the session where there is one, name this skill."""
    named = [_at(envelope, "context", "System", "application", "applicationId")]
    if envelope.get("session") is not None:
        named.append(_at(envelope, "session", "application", "applicationId"))
    return all(name == skill_id for name in named)


def _is_timely(envelope: dict[str, Any], now: float) -> bool:
    stamp = _at(envelope, "request", "timestamp")
    if not isinstance(stamp, str):
        return False
    try:
        sent = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    if sent.tzinfo is None:
        return False
    oldest = MAX_EVENT_AGE if kind(envelope).startswith("AlexaSkillEvent.") else MAX_REQUEST_AGE
    return abs(now - sent.timestamp()) <= oldest


def _at(value: Any, *path: str) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
