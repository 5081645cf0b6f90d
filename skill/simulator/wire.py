"""The way from a device to the skill: an envelope there, an answer back, and what Amazon would not take of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from skill.simulator import requests
from skill.simulator.clock import Clock
from skill.simulator.refused import AlexaRefuses
from skill.simulator.requests import Profile, Session
from skill.simulator.rules import check_response

Post = Callable[[dict[str, Any]], tuple[int, Any]]
"""Carries an envelope to the skill and brings back the status and the body."""


class Wire:
    """One device's way to the skill."""

    def __init__(self, post: Post, profile: Profile, clock: Clock) -> None:
        self._post, self._profile, self._clock = post, profile, clock

    def send(self, request: Mapping[str, Any], session: Session | None, player: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body that answers this request. Raises `AlexaRefuses` for one that no Echo would take."""
        body = requests.envelope(self._profile, request, self._clock(), session, player)
        status, answer = self._post(json.loads(json.dumps(body)))
        if status != 200:
            raise AlexaRefuses((f"status: {status}; Alexa takes 200 only",), body, answer)
        broken = check_response(body, answer)
        if broken:
            raise AlexaRefuses(tuple(broken), body, answer)
        taken: dict[str, Any] = json.loads(json.dumps(answer))
        return taken
