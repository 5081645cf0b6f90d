"""The state of a device as JSON for the page: all that it shows and plays, in seconds of the device."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from skill.dialog.state import remembered_to_json
from skill.simulator.device import Device
from skill.simulator.envelopes import request_name
from skill.simulator.page.devices import EARLIER, PageDevice
from skill.simulator.page.guided import guided
from skill.simulator.page.sounds import Sounds
from skill.simulator.page.suggestions import hint, suggestions
from skill.simulator.record import Kind
from skill.simulator.skill_client import Exchange
from skill.simulator.speech_timing import Segment

SOUND = "/echo/sounds/{key}.mp3"


def snapshot(echo: PageDevice, sounds: Sounds) -> dict[str, Any]:
    """The device as it is now. The caller holds its lock (`PageDevice.used`)."""
    device, remembered = echo.device, echo.remembered()
    place = guided(device, echo.resources, remembered)
    first = max(len(device.record) - EARLIER, 0)
    person, kept = remembered_to_json(remembered)
    shown = {
        "now": device.now,
        "speed": echo.speed,
        "pace": echo.pace,
        "state": device.state.value,
        "session": device.session_open,
        "next": device.next,
        "first": first,
        "record": [asdict(moment) for moment in device.record[first:]],
        "speech": _speech(device, sounds),
        "listening_until": device.listening_until,
        "track": _track(device),
        "caption": device.words_now,
        "suggestions": suggestions(device, place),
        "hint": hint(device),
        "locale": echo.profile.locale,
        "guide": place.to_json() if place else None,
        "exchange": _exchange(device.client.last, device, {"person": person, "device": kept}),
        "refused": echo.refused,
    }
    return shown | {"late": round(echo.late, 3)}  # includes the time that this function took


def _speech(device: Device, sounds: Sounds) -> dict[str, Any] | None:
    if device.speech is None:
        return None
    return {"segments": [_segment(device, segment, sounds) for segment in device.speech.segments]}


def _segment(device: Device, segment: Segment, sounds: Sounds) -> dict[str, Any]:
    start = round(device.now + (segment.start - device.clock.milliseconds) / 1000, 3)
    end = round(start + (segment.end - segment.start) / 1000, 3)
    sound = sounds.sound_of(segment.text, segment.rate) if segment.kind is Kind.WORDS else None
    played = {"sound": SOUND.format(key=sound.key), "rate": sound.rate} if sound else {"sound": None, "rate": 1.0}
    return {"start": start, "end": end, "text": segment.text, **played}


def _track(device: Device) -> dict[str, Any] | None:
    stream = device.stream
    if stream is None:
        return None
    path = urlsplit(stream.url).path
    return {"url": path, "position": stream.offset / 1000, "playing": device.state.value == "playing",
            "title": stream.title}  # fmt: skip


def _exchange(exchange: Exchange | None, device: Device, state: dict[str, Any]) -> dict[str, Any] | None:
    if exchange is None:
        return None
    request = exchange.request["request"]
    intent = request.get("intent", {})
    slots = {name: slot["value"] for name, slot in intent.get("slots", {}).items() if "value" in slot}
    return {
        "request": exchange.request,
        "response": exchange.answer,
        "intent": request_name(exchange.request),
        "slots": slots,
        "attributes": device.attributes,
        "state": state,
        "refused": "; ".join(exchange.problems) or None,
    }
