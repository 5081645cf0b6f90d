"""What is asked of both skills that `bench.serving` compares: requests as Alexa sends them.

Their shape is the documented one (request-and-response-json-reference; viewport-property); ids and token are as long as
those in envelopes that skill developers have published, and a device with a screen tells of it, as those do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from skill.simulator import envelopes
from skill.simulator.envelopes import Profile, Session

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
SAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("LaunchRequest", {}),
    ("StartGuideIntent", {"script": "piriformis-ball", "minutes": "PT5M", "side": "left"}),
    ("ReadyIntent", {}),
    ("TimeLeftIntent", {}),
    ("AMAZON.PauseIntent", {}),
    ("AMAZON.ResumeIntent", {}),
    ("AMAZON.HelpIntent", {}),
    ("AMAZON.StopIntent", {}),
)
"""One conversation, as it is held again and again."""


def bodies(name: str, count: int) -> Iterator[bytes]:
    """So many requests of conversations, one person after the other."""
    now = time.time()
    session = Session(attributes=GUIDED)
    for number in range(count):
        intent, slots = SAID[number % len(SAID)]
        household = f"{name}.{number // len(SAID)}."
        profile = Profile(
            user="amzn1.ask.account." + household.ljust(207, "A"),
            device="amzn1.ask.device." + household.ljust(155, "A"),
            application=SKILL, token="eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.".ljust(1100, "A"),
        )  # fmt: skip
        request = envelopes.launch() if intent == "LaunchRequest" else envelopes.intent(_intent(intent, slots))
        held = Session() if intent == "LaunchRequest" else session
        envelope = envelopes.envelope(profile, request, now, held)
        if number // len(SAID) % 2:
            envelope["context"] |= SCREEN
            envelope["context"]["System"]["device"]["supportedInterfaces"] |= SHOWS
        yield json.dumps(envelope).encode()


def _intent(name: str, slots: dict[str, str]) -> dict[str, Any]:
    filled = {each: _slot(each, value) for each, value in slots.items()}
    return {"name": name, "confirmationStatus": "NONE", "slots": filled}


def _slot(name: str, value: str) -> dict[str, Any]:
    values = [{"value": {"name": value, "id": value}}]
    matched = {"authority": "x", "status": {"code": "ER_SUCCESS_MATCH"}, "values": values}
    shape: dict[str, Any] = {"name": name, "value": value, "confirmationStatus": "NONE"}
    return shape if name == "minutes" else {**shape, "resolutions": {"resolutionsPerAuthority": [matched]}}


GUIDED: dict[str, Any] = {
    "v": 1, "slowest": 1.121, "introduced": True, "pending": "part",
    "guide": {
        "script": "piriformis-ball", "digest": "", "cue": "first-spot/left/0", "seconds": 1.42,
        "ask": {"seconds": 300.0, "side": "left", "only": False, "place": "floor", "talk": "normal"},
        "pressed": {"first-spot/left": 21.0},
    },
}  # fmt: skip
"""A session in the middle of a guide."""
SHOWS: dict[str, Any] = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.3"}}}
SCREEN: dict[str, Any] = {
    "Viewports": [{
        "type": "APL", "id": "main", "shape": "RECTANGLE", "dpi": 213, "presentationType": "STANDARD",
        "canRotate": False,
        "configuration": {"current": {
            "mode": "HUB", "video": {"codecs": ["H_264_42", "H_264_41"]},
            "size": {"type": "DISCRETE", "pixelWidth": 1280, "pixelHeight": 800},
        }},
    }],
    "Viewport": {
        "experiences": [{"arcMinuteWidth": 346, "arcMinuteHeight": 216, "canRotate": False, "canResize": False}],
        "mode": "HUB", "shape": "RECTANGLE", "pixelWidth": 1280, "pixelHeight": 800, "dpi": 213,
        "currentPixelWidth": 1280, "currentPixelHeight": 800, "touch": ["SINGLE"],
        "video": {"codecs": ["H_264_42", "H_264_41"]},
    },
    "Extensions": {"available": {"aplext:backstack:10": {}}},
}  # fmt: skip
"""What a device with a screen tells of it."""
