"""One request of one locale, answered by the skill itself."""

from __future__ import annotations

from typing import Any

from skill.config import Settings
from skill.conversation import Conversation
from skill.id_key import IdKey
from skill.persistence import MemoryAdapter
from skill.simulator import requests
from skill.simulator.clock import Clock
from skill.simulator.requests import Profile, Session
from skill.store import Store
from tests.support.listener import shared_kit, shared_kits


def heard_in(locale: str, name: str) -> dict[str, Any]:
    """The response to this intent, without slots, as the first request of a session in this locale."""
    clock, settings = Clock(), Settings("sqlite://", id_key="a key for tests only")
    adapter = MemoryAdapter(Store(settings.database_url, clock), IdKey(settings))
    skill = Conversation(shared_kit(), adapter, clock, shared_kits())
    request = requests.intent({"name": name, "confirmationStatus": "NONE"})
    return skill.respond(requests.envelope(Profile(locale=locale), request, clock(), Session()))
