"""Suggestions of what to say next, which fit what the device does; they stand in `suggestions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from skill.dialog.state import session_from_json
from skill.simulator.device import Device, State
from skill.simulator.invocation import after_wake_word
from skill.simulator.page.guided import ActiveGuide


def suggestions(device: Device, guided: ActiveGuide | None) -> tuple[str, ...]:
    """Sentences to say now, with the wake word where the device does not listen without it."""
    return tuple(addressed(device, sentence) for sentence in _fitting(device, guided))


def hint(device: Device) -> str:
    """How to speak to the device now, in a sentence for people who have no Echo."""
    found: str = known_suggestions()["hints"][device.state.value]
    return found


YES_OR_NO = ("yes", "no")
"""The suggestions for a question that has no list of its own."""


def addressed(device: Device, sentence: str) -> str:
    """The sentence with the wake word, where the device does not listen without it."""
    if device.state is State.LISTENING or after_wake_word(sentence) is not None:
        return sentence
    return f"Alexa, {sentence}"


def _fitting(device: Device, guided: ActiveGuide | None) -> tuple[str, ...]:
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


@cache
def known_suggestions() -> Mapping[str, Any]:
    """What `suggestions.yaml` holds."""
    text = (Path(__file__).parent / "suggestions.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
