"""One request of one locale, answered by the skill itself."""

from __future__ import annotations

from typing import Any

from skill.alexa.persistence import MemoryAdapter
from skill.alexa.skill import Conversation
from skill.server.config import Settings
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.store.id_key import IdKey
from skill.store.store import Store
from tests.support.listener import shared_kit, shared_kits


def heard_in(locale: str, name: str) -> dict[str, Any]:
    """The response to this intent, without slots, as the first request of a session in this locale."""
    clock, settings = Clock(), Settings("sqlite://", id_key="a key for tests only")
    adapter = MemoryAdapter(Store(settings.database_url, clock), IdKey(settings))
    skill = Conversation(shared_kit(), adapter, clock, shared_kits())
    request = envelopes.intent({"name": name, "confirmationStatus": "NONE"})
    return skill.respond(envelopes.envelope(Profile(locale=locale), request, clock(), Session()))
