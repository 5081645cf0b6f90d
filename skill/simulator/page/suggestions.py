"""Suggestions of what to say next, which fit what the device does; they stand in `suggestions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skill.dialog.state import session_from_json
from skill.simulator.device import Device, State
from skill.simulator.invocation import read_list
from skill.simulator.page.guided import ActiveGuide
from skill.simulator.talk import addressed


def suggestions(device: Device, guided: ActiveGuide | None) -> tuple[str, ...]:
    """Sentences to say now, with the wake word where the device does not listen without it."""
    return tuple(addressed(device, sentence) for sentence in _fitting(device, guided))


def hint(device: Device) -> str:
    """How to speak to the device now, in a sentence for people who have no Echo."""
    found: str = known_suggestions()["hints"][device.state.value]
    return found


YES_OR_NO = ("yes", "no")
"""The suggestions for a question that has no list of its own."""


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


def known_suggestions() -> Mapping[str, Any]:
    """All suggestions: `suggestions.yaml`."""
    return read_list("page/suggestions.yaml")
