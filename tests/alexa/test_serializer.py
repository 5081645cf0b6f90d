"""Our reader gives the SDK's own objects, without the values that the SDK cannot read."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, LaunchRequest, Request, RequestEnvelope, Response
from ask_sdk_model.interfaces.audioplayer import PlayerActivity
from hypothesis import given

from skill.alexa.serializer import CONTEXT_PARTS, read_request, to_json
from tests.support.odd_envelopes import odd_envelopes, places, plain

REFUSED = object()


def sdk(envelope: dict[str, Any]) -> Any:
    """What the SDK's own serializer gives of the parts that we read; REFUSED where it gives nothing."""
    if isinstance(context := envelope.get("context"), dict):
        envelope = {**envelope, "context": {name: context[name] for name in CONTEXT_PARTS if name in context}}
    try:
        return DefaultSerializer().deserialize(json.dumps(envelope), RequestEnvelope)
    except Exception:  # the SDK raises whatever its parsers raise
        return REFUSED


def differences(ours: Any, theirs: Any, at: str = "envelope") -> list[str]:
    """Where ours holds something else than the SDK's; a value that ours leaves out is no difference."""
    if ours is None:
        return []
    if isinstance(ours, list) and isinstance(theirs, list):
        return [] if all(any(not differences(one, other) for other in theirs) for one in ours) else [at]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [found for key, one in ours.items() for found in differences(one, theirs.get(key), f"{at}.{key}")]
    if not hasattr(ours, "deserialized_types"):
        return [] if ours == theirs else [f"{at}: {ours!r} is not {theirs!r}"]
    if type(ours) is not type(theirs):
        return [f"{at}: {type(ours).__name__} is not {type(theirs).__name__}"]
    names = type(ours).deserialized_types
    return [one for name in names for one in differences(getattr(ours, name), getattr(theirs, name), f"{at}.{name}")]


def whole(model: Any) -> Any:
    """All that a model holds, as plain data with the class of each object."""
    if isinstance(model, list):
        return [whole(one) for one in model]
    if isinstance(model, dict):
        return {key: whole(one) for key, one in model.items() if one is not None}
    if hasattr(model, "deserialized_types"):
        return type(model).__name__, {name: whole(getattr(model, name)) for name in type(model).deserialized_types}
    return model


@given(envelope=plain())
def test_what_alexa_sends_is_read_the_same(envelope: dict[str, Any]) -> None:
    """Every request in Alexa's own shape gives the SDK's own objects, nothing left out."""
    theirs = sdk(envelope)
    if theirs is not REFUSED:
        assert whole(read_request(envelope)) == whole(theirs)


@given(envelope=odd_envelopes())
def test_an_odd_request_is_read_the_same_or_left_out(envelope: dict[str, Any]) -> None:
    """Of any other request nothing is read that the SDK does not read; what we read, the SDK reads as well."""
    if not isinstance(envelope.get("request"), dict) or not isinstance(envelope["request"].get("type"), str):
        return
    ours, theirs = read_request(envelope), sdk(envelope)
    assert theirs is REFUSED or differences(ours, theirs) == []
    if type(ours.request) is not Request:
        again = DefaultSerializer().deserialize(json.dumps(DefaultSerializer().serialize(ours)), RequestEnvelope)
        assert differences(ours, again) == []


ENVELOPE: dict[str, Any] = {
    "version": "1.0",
    "session": {"new": False, "sessionId": "s", "attributes": {"v": 1}, "user": {"userId": "anna"}},
    "context": {
        "System": {"device": {"deviceId": "hall", "supportedInterfaces": {"AudioPlayer": {}}}},
        "AudioPlayer": {"token": "t", "offsetInMilliseconds": 7, "playerActivity": "PAUSED"},
    },
    "request": {
        "type": "IntentRequest", "requestId": "r", "timestamp": "2026-01-01T00:00:00Z", "locale": "en-GB",
        "dialogState": "STARTED",
        "intent": {
            "name": "StartGuideIntent", "confirmationStatus": "NONE",
            "slots": {"side": {
                "name": "side", "value": "left", "confirmationStatus": "NONE",
                "resolutions": {"resolutionsPerAuthority": [{
                    "authority": "a", "status": {"code": "ER_SUCCESS_MATCH"},
                    "values": [{"value": {"name": "left", "id": "left"}}],
                }]},
            }},
        },
    },
}  # fmt: skip
PLACES = [(str(name), number) for number, (_, name) in enumerate(places(ENVELOPE))]


@pytest.mark.parametrize("unknown", ["OF_NEXT_YEAR", 5, -1.5, True, [], [{}], {}, {"type": "New"}, None])
@pytest.mark.parametrize(("name", "number"), PLACES)
def test_one_value_from_tomorrow_costs_nothing_else(name: str, number: int, unknown: Any) -> None:
    """Any one value replaced by one that the SDK may not know: all beside it is read as before."""
    envelope = copy.deepcopy(ENVELOPE)
    holder, key = list(places(envelope))[number]
    if key == "request" or (key == "type" and holder is envelope["request"]):
        return
    holder[key] = unknown
    ours, before = read_request(envelope), read_request(ENVELOPE)
    for part in ("session", "context", "request"):
        if part != name and holder is not envelope[part] and not _holds(envelope[part], holder):
            assert whole(getattr(ours, part)) == whole(getattr(before, part))
    assert isinstance(ours.request, IntentRequest)
    if holder is envelope["request"] and key != "intent":
        assert whole(ours.request.intent) == whole(before.request.intent)  # type: ignore[union-attr]


def _holds(value: Any, holder: Any) -> bool:
    return any(one is holder for within, key in places(value) for one in (within, within[key]))


def test_an_unknown_member_of_an_enumeration_is_left_out() -> None:
    """A player that does something new is a player all the same, at its place."""
    envelope = copy.deepcopy(ENVELOPE)
    envelope["context"]["AudioPlayer"]["playerActivity"] = "REWINDING"
    context, before = read_request(envelope).context, read_request(ENVELOPE).context
    assert before is not None and before.audio_player is not None
    assert before.audio_player.player_activity is PlayerActivity.PAUSED
    assert context is not None and context.audio_player is not None
    assert (context.audio_player.player_activity, context.audio_player.offset_in_milliseconds) == (None, 7)


def test_an_unknown_type_of_request_is_a_request() -> None:
    """It keeps what every request has, and belongs to the base class."""
    read = read_request({"request": {"type": "Of.Next.Year", "requestId": "r", "locale": "en-GB", "more": [1]}}).request
    assert type(read) is Request
    assert (read.object_type, read.request_id, read.locale) == ("Of.Next.Year", "r", "en-GB")


@pytest.mark.parametrize(
    "stamp",
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123Z", "2026-01-01T05:30:00+05:30", "2026-01-01", "now", "", 7, None,
     "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z"],
)  # fmt: skip
def test_moments_are_read_the_same(stamp: Any) -> None:
    """A moment in Alexa's own form or in any other is the same moment, or left out."""
    envelope = {"version": "1.0", "request": {"type": "LaunchRequest", "requestId": "1", "timestamp": stamp}}
    ours, theirs = read_request(envelope), sdk(envelope)
    assert isinstance(ours.request, LaunchRequest) and ours.request.request_id == "1"
    assert theirs is REFUSED or differences(ours, theirs) == []


def test_a_response_is_written_as_the_sdk_writes_it() -> None:
    """The SDK's models become the same JSON."""
    kept = {
        "outputSpeech": {"type": "SSML", "ssml": "<speak>Ready?</speak>"}, "shouldEndSession": False,
        "reprompt": {"outputSpeech": {"type": "SSML", "ssml": "<speak>Ready?</speak>"}},
        "card": {"type": "Simple", "title": "Ready", "content": "Yes"},
        "directives": [{"type": "AudioPlayer.Stop"}, {"type": "AudioPlayer.ClearQueue", "clearBehavior": "CLEAR_ALL"}],
    }  # fmt: skip
    model = DefaultSerializer().deserialize(json.dumps(kept), Response)
    assert to_json(model) == DefaultSerializer().serialize(model) == kept
    assert to_json(Response()) == {}
