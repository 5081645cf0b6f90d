"""The state of a device as JSON for the page: what it shows and plays, in its own seconds, and what to say next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from skill.dialog.state import remembered_to_json, session_from_json
from skill.simulator.device import Device, Exchange, State
from skill.simulator.envelopes import request_name
from skill.simulator.nlu import read_list
from skill.simulator.page.devices import EARLIER, PageDevice
from skill.simulator.page.guided import ActiveGuide, guided
from skill.simulator.page.sounds import Sounds
from skill.simulator.record import Kind
from skill.simulator.speech_timing import Segment
from skill.simulator.talk import addressed

SOUND = "/echo/sounds/{key}.mp3"


def snapshot(echo: PageDevice, sounds: Sounds) -> dict[str, Any]:
    """The device as it is now. The caller holds its lock (`PageDevice.used`)."""
    device, remembered = echo.device, echo.remembered()
    place = guided(device, echo.resources, remembered)
    first = max(len(device.record) - EARLIER, 0)
    person, kept = remembered_to_json(remembered)
    speech = device.speech
    shown = {
        "now": device.now,
        "speed": echo.speed,
        "pace": echo.pace,
        "state": device.state.value,
        "session": device.session_open,
        "next": device.next,
        "first": first,
        "record": [asdict(moment) for moment in device.record[first:]],
        "speech": {"segments": [_segment(device, one, sounds) for one in speech.segments]} if speech else None,
        "listening_until": device.listening_until,
        "track": _track(device),
        "caption": device.words_now,
        "suggestions": [addressed(device, sentence) for sentence in _fitting(device, place)],
        "hint": known_suggestions()["hints"][device.state.value],
        "locale": echo.profile.locale,
        "guide": place.to_json() if place else None,
        "exchange": _exchange(device.last, device, {"person": person, "device": kept}),
        "refused": echo.refused,
    }
    return shown | {"late": round(echo.late, 3)}  # includes the time that this function took


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


YES_OR_NO = ("yes", "no")
"""The suggestions for a question that has no list of its own."""


def _fitting(device: Device, guided: ActiveGuide | None) -> tuple[str, ...]:
    """The sentences of `suggestions.yaml` that fit what the device does."""
    listed = known_suggestions()
    if device.state is State.PLAYING or device.player.waits:
        return tuple(listed["playing"])
    if not device.session_open:
        stopped = device.stream is not None and guided is not None
        return tuple(listed["track stopped" if stopped else "unfinished" if guided else "idle"])
    if guided is not None and not guided.paused and device.state is State.SPEAKING:
        before = guided.timeline.locate(guided.guide.at).moment < 0
        return tuple(listed["way down" if before else "guided"])
    pending = session_from_json(device.attributes).pending
    if pending is not None:
        return tuple(listed["pending"].get(pending, YES_OR_NO))
    return tuple(listed["paused" if guided else "open"])


def known_suggestions() -> Mapping[str, Any]:
    """All suggestions: `suggestions.yaml`."""
    return read_list("page/suggestions.yaml")
