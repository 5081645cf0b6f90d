"""What a request of the SDK says, in our own values: its slots, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import IntentRequest, Request, RequestEnvelope
from ask_sdk_model.interfaces.connections import ConnectionsResponse
from ask_sdk_model.slu.entityresolution import StatusCode

from skill.alexa.request_log import TOLD
from skill.dialog.audio_player import LATEST, Seen
from skill.dialog.services import Caller
from skill.dialog.turn import Slot
from skill.locales import DEFAULT


class Uncopied(dict[str, Any]):
    """Session attributes, of which the SDK makes a copy that nobody needs: they are read, and never changed."""

    def __deepcopy__(self, _: object) -> Uncopied:
        return self


def looked_at(envelope: dict[str, Any]) -> dict[str, Any]:
    """The envelope without what nobody here looks at, and the SDK takes long to read: all that a screen tells."""
    context = envelope.get("context")
    if not isinstance(context, dict):
        return envelope
    return {**envelope, "context": {name: context[name] for name in ("System", "AudioPlayer") if name in context}}


def request_of(handler_input: HandlerInput) -> Request:
    """The request: an envelope without one is refused before it comes here."""
    request = handler_input.request_envelope.request
    assert request is not None
    return request


def name_of(request: Request) -> str:
    """The intent's name or, where there is no intent, the request's type."""
    intent = request.intent if isinstance(request, IntentRequest) else None
    if intent is None:
        return str(request.object_type)
    return str(intent.name) if intent.name not in TOLD else ""  # an intent is no event, whatever it is called


def identity_of(request: Request) -> str | None:
    """What tells a repeated request from a new one: its id, and what it asks for."""
    return f"{name_of(request)} {request.request_id}" if request.request_id else None


def slots_of(request: Request) -> Mapping[str, Slot]:
    """What was said for each slot; for the answer to Alexa's own question, `permission` is what became of it."""
    if isinstance(request, ConnectionsResponse):
        return {"permission": Slot(str((request.payload or {}).get("status", "")), None)}
    intent = request.intent if isinstance(request, IntentRequest) else None
    slots: Mapping[str, Any] = (intent.slots or {}) if intent is not None else {}  # as sent: some may be null
    return {name: Slot(str(slot.value), _id(slot)) for name, slot in slots.items() if slot and slot.value}


def caller_of(envelope: RequestEnvelope) -> Caller:
    """The device, and what opens Amazon's doors for it: only a session's token sets reminders."""
    system = getattr(envelope.context, "system", None) if envelope.session is not None else None
    device = getattr(getattr(system, "device", None), "device_id", None)
    named = (getattr(system, "api_endpoint", None), getattr(system, "api_access_token", None), device)
    endpoint, token, device = (text if isinstance(text, str) else "" for text in named)
    return Caller(endpoint, token, device, str(getattr(envelope.request, "locale", None) or DEFAULT))


def seen_of(envelope: RequestEnvelope) -> Seen | None:
    """What the audio player does, as this request tells it: its own event, else the context. None without a player."""
    device = getattr(getattr(envelope.context, "system", None), "device", None)
    interfaces = getattr(device, "supported_interfaces", None)
    if getattr(interfaces, "audio_player", None) is None:
        return None
    state: Any = getattr(envelope.context, "audio_player", None)
    request: Any = envelope.request
    if str(getattr(request, "object_type", "")).startswith("AudioPlayer."):
        failed = getattr(request, "current_playback_state", None)
        source = failed if failed is not None and failed.token == request.token else request
        offset = getattr(source, "offset_in_milliseconds", 0)
        return _seen(request.token, offset, None)
    if state is None:
        return Seen()
    return _seen(state.token, state.offset_in_milliseconds, state.player_activity)


def _seen(token: Any, offset: Any, activity: Any) -> Seen:
    known = isinstance(offset, int) and not isinstance(offset, bool) and 0 <= offset <= LATEST
    return Seen(
        token if isinstance(token, str) else "", offset if known else 0, str(getattr(activity, "value", "IDLE"))
    )


def _id(slot: Any) -> str | None:
    authorities = slot.resolutions.resolutions_per_authority if slot.resolutions else None
    for authority in authorities or ():
        status = getattr(authority, "status", None)
        if status is not None and status.code == StatusCode.ER_SUCCESS_MATCH and authority.values:
            id = getattr(getattr(authority.values[0], "value", None), "id", None)
            return str(id) if id else None
    return None
