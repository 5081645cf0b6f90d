"""The memory behind the SDK's persistence interface: the attributes are `{"known": Known}`."""

from __future__ import annotations

from typing import Any

from ask_sdk_core.attributes_manager import AbstractPersistenceAdapter
from ask_sdk_model import RequestEnvelope

from skill.alexa.request import user_and_device
from skill.store.memory import Memory


class MemoryAdapter(AbstractPersistenceAdapter):
    """Loads, saves and deletes what is known of the user and the device that a request names."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get_attributes(self, request_envelope: RequestEnvelope) -> dict[str, Any]:
        """What is known. Never raises for a store that is down."""
        return {"known": self._memory.load(*user_and_device(request_envelope))}

    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, Any]) -> None:
        """Write what changed. Raises StoreConflict when another request was faster."""
        self._memory.save(attributes["known"])

    def delete_attributes(self, request_envelope: RequestEnvelope) -> None:
        """Delete all of this person. Raises StoreUnavailable."""
        self._memory.forget(user_and_device(request_envelope)[0])
