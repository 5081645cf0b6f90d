"""One request of one locale, answered by the skill itself."""

from __future__ import annotations

from typing import Any

from skill.alexa.skill import Conversation
from skill.server.compose import build_memory
from skill.server.config import Settings
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from tests.support.listener import shared_by_locale, shared_resources


def heard_in(locale: str, name: str) -> dict[str, Any]:
    """The response to this intent, without slots, as the first request of a session in this locale."""
    clock, settings = Clock(), Settings("sqlite://", id_key="a key for tests only")
    adapter = build_memory(settings, clock)
    skill = Conversation(shared_resources(), adapter, clock, shared_by_locale())
    request = envelopes.intent({"name": name, "confirmationStatus": "NONE"})
    return skill.respond(envelopes.envelope(Profile(locale=locale), request, clock(), Session()))
