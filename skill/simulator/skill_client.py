"""A device's connection to the skill: an envelope there, an answer back, and what Alexa would refuse of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response


class AlexaRefuses(Exception):
    """A real Echo would say "there was a problem with the requested skill's response", and end the session.

    `problems` holds each broken rule as `rule-name: what was found`; `request` and `response` are envelopes.
    """

    def __init__(self, problems: tuple[str, ...], request: Mapping[str, Any], response: Any) -> None:
        super().__init__(f"the answer to {envelopes.request_name(request)}: {'; '.join(problems)}")
        self.problems = problems
        self.request = request
        self.response = response

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the broken rules."""
        return tuple(problem.partition(":")[0] for problem in self.problems)


Post = Callable[[dict[str, Any]], tuple[int, Any]]
"""Carries an envelope to the skill and brings back the status and the body."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, what was answered, and which rules of Alexa's the answer breaks."""

    request: Mapping[str, Any]
    answer: Any
    problems: tuple[str, ...] = ()


class SkillClient:
    """The client of one device. `last` is the newest exchange that was not one of the player's events."""

    def __init__(self, post: Post, profile: Profile, clock: Clock) -> None:
        self.last: Exchange | None = None
        self._post, self._profile, self._clock = post, profile, clock

    def send(self, request: Mapping[str, Any], session: Session | None, player: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body that answers this request. Raises `AlexaRefuses` for one that no Echo would take."""
        body = envelopes.envelope(self._profile, request, self._clock(), session, player)
        status, answer = self._post(json.loads(json.dumps(body)))
        taken_only = (f"status: {status}; Alexa takes 200 only",)
        broken = tuple(check_response(body, answer)) if status == 200 else taken_only
        if broken or not request["type"].startswith("AudioPlayer."):
            self.last = Exchange(body, answer, broken)
        if broken:
            raise AlexaRefuses(broken, body, answer)
        taken: dict[str, Any] = json.loads(json.dumps(answer))
        return taken
