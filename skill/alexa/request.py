"""What a request of the SDK says, in our own values: its slots, its audio player, and the device that it came from.

The reader (`skill.alexa.serializer`) has left out each value that is not of the type that the SDK's models name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ask_sdk_model import Context, Device, IntentRequest, RequestEnvelope
from ask_sdk_model import Slot as AlexaSlot
from ask_sdk_model.interfaces.connections import ConnectionsResponse
from ask_sdk_model.interfaces.system import SystemState
from ask_sdk_model.slu.entityresolution import StatusCode

from skill.dialog.audio_player import LATEST, Seen
from skill.dialog.turn import Caller, Slot
from skill.locales import DEFAULT


def slots_of(envelope: RequestEnvelope) -> Mapping[str, Slot]:
    """What was said for each slot. For the answer to Alexa's own question, `permission` is its status."""
    request = envelope.request
    if isinstance(request, ConnectionsResponse):
        return {"permission": Slot(str((request.payload or {}).get("status", "")), None)}
    intent = request.intent if isinstance(request, IntentRequest) else None
    slots: Mapping[str, AlexaSlot] = (intent.slots if intent else None) or {}
    return {name: Slot(slot.value, _id(slot)) for name, slot in slots.items() if slot.value}


def caller_of(envelope: RequestEnvelope) -> Caller:
    """The device with the endpoint and the token of the API for it. Only the token of a session sets reminders."""
    system = _system(envelope) if envelope.session else SystemState()
    device = system.device.device_id if system.device else None
    locale = envelope.request.locale if envelope.request else None
    return Caller(system.api_endpoint or "", system.api_access_token or "", device or "", locale or DEFAULT)


def player_of(envelope: RequestEnvelope) -> Seen | None:
    """The state of the audio player: of its own event, else of the context. None for a device without a player."""
    interfaces = (_system(envelope).device or Device()).supported_interfaces
    if interfaces is None or interfaces.audio_player is None:
        return None
    request: Any = envelope.request
    if request.object_type.startswith("AudioPlayer."):
        failed = getattr(request, "current_playback_state", None)
        source = failed if failed is not None and failed.token == request.token else request
        return _player(request.token, getattr(source, "offset_in_milliseconds", None))
    state = (envelope.context or Context()).audio_player
    if state is None:
        return Seen()
    activity = state.player_activity
    return _player(state.token, state.offset_in_milliseconds, activity.value if activity else "IDLE")


def user_and_device(envelope: RequestEnvelope) -> tuple[str | None, str]:
    """The user's id, if any, and the device's ("" when the request names none)."""
    system = _system(envelope)
    user = system.user or (envelope.session.user if envelope.session else None)
    return (user.user_id if user else None) or None, (system.device.device_id if system.device else None) or ""


def _system(envelope: RequestEnvelope) -> SystemState:
    return (envelope.context.system if envelope.context else None) or SystemState()


def _player(token: str | None, offset: int | None, activity: str = "IDLE") -> Seen:
    return Seen(token or "", offset if offset is not None and 0 <= offset <= LATEST else 0, activity)


def _id(slot: AlexaSlot) -> str | None:
    """The id of the first value that matched; None without a match."""
    authorities = slot.resolutions.resolutions_per_authority if slot.resolutions else None
    for authority in authorities or ():
        if authority.status and authority.status.code == StatusCode.ER_SUCCESS_MATCH and authority.values:
            value = authority.values[0].value
            return (value.id if value else None) or None
    return None
