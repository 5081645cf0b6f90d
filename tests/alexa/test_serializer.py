"""The quick serializer reads as the SDK's does: the same objects, or a refusal where that refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope, Response
from hypothesis import given

from skill.alexa.serializer import QuickSerializer
from tests.support.odd_envelopes import odd_envelopes, plain

REFUSED = object()


def read(serializer: Any, text: str, kind: Any) -> Any:
    """What comes out, as plain data with the class of each object; REFUSED where nothing does."""
    try:
        return _told(serializer.deserialize(text, kind))
    except Exception:  # the SDK raises whatever its parsers raise
        return REFUSED


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [_told(one) for one in value]
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    if hasattr(value, "deserialized_types"):
        return type(value).__name__, {key: _told(one) for key, one in vars(value).items()}
    return value


@given(envelope=plain())
def test_what_alexa_sends_is_read_the_same(envelope: dict[str, Any]) -> None:
    """Every request in Alexa's own shape gives the same objects."""
    text = json.dumps(envelope)
    found = read(QuickSerializer(), text, RequestEnvelope)
    assert found == read(DefaultSerializer(), text, RequestEnvelope)


@given(envelope=odd_envelopes())
def test_what_nobody_sends_is_read_the_same(envelope: dict[str, Any]) -> None:
    """So does every other, or both refuse it."""
    text = json.dumps(envelope)
    assert read(QuickSerializer(), text, RequestEnvelope) == read(DefaultSerializer(), text, RequestEnvelope)


@pytest.mark.parametrize(
    "stamp",
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123Z", "2026-01-01T05:30:00+05:30", "2026-01-01", "now", "", 7, None,
     "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z"],
)  # fmt: skip
def test_moments_are_read_the_same(stamp: Any) -> None:
    """A moment in Alexa's own form or in any other is the same moment, or refused by both."""
    text = json.dumps({"version": "1.0", "request": {"type": "LaunchRequest", "requestId": "1", "timestamp": stamp}})
    assert read(QuickSerializer(), text, RequestEnvelope) == read(DefaultSerializer(), text, RequestEnvelope)


def test_a_response_comes_back_as_it_went() -> None:
    """A response that was kept is the same response again."""
    kept = {
        "outputSpeech": {"type": "SSML", "ssml": "<speak>Ready?</speak>"}, "shouldEndSession": False,
        "reprompt": {"outputSpeech": {"type": "SSML", "ssml": "<speak>Ready?</speak>"}},
        "card": {"type": "Simple", "title": "Ready", "content": "Yes"},
        "directives": [{"type": "AudioPlayer.Stop"}, {"type": "AudioPlayer.ClearQueue", "clearBehavior": "CLEAR_ALL"}],
    }  # fmt: skip
    again = QuickSerializer().read(kept, Response)
    assert QuickSerializer().serialize(again) == DefaultSerializer().serialize(again) == kept


@pytest.mark.parametrize("text", ["", "{", "[1", "\ud800"])
def test_what_is_no_json_is_refused(text: str) -> None:
    """Text that is no JSON raises the SDK's own error."""
    with pytest.raises(SerializationException):
        QuickSerializer().deserialize(text, RequestEnvelope)
    assert QuickSerializer().deserialize(None, RequestEnvelope) is None
