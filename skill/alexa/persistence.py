"""The SDK's persistence interface over the store: a row for the person, one for the device they speak to, and one
for the answers that the device was given last (`skill.alexa.replay`).

What the attributes hold: `{"person": {...}, "device": {...}, "answers": text, "available": bool}`. Without a memory
(the store is down, or the request names no user) all are empty, `available` is False, and nothing is saved.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ask_sdk_core.attributes_manager import AbstractPersistenceAdapter
from ask_sdk_model import RequestEnvelope

from skill.errors import StoreUnavailable
from skill.store.id_key import IdKey
from skill.store.store import Change, Row, Store

log = logging.getLogger(__name__)

NO_ANSWERS = "{}"
"""The text of a row of answers that holds none."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one part of the attributes came from, and what it held then."""

    key: str
    version: int
    was: str
    dated: float


class Memory(dict[str, Any]):
    """The attributes of one request. They carry the versions they were read at: nothing is shared between
    requests, and a copy (`copy.copy`) may be saved in place of the original.
    """

    origins: Mapping[str, Origin]

    def __init__(self, read: Mapping[str, tuple[str, Row]]) -> None:
        """`read` holds key and row of each part; an empty one makes the attributes of no memory."""
        super().__init__({"person": {}, "device": {}, "answers": NO_ANSWERS}, available=bool(read))
        self.update({part: row.text if part == "answers" else row.data for part, (_, row) in read.items()})
        self.origins = {part: Origin(key, row.version, row.text, row.dated) for part, (key, row) in read.items()}


class MemoryAdapter(AbstractPersistenceAdapter):
    """Reads and writes a Memory. `store=None` remembers nothing, as if the store were down."""

    def __init__(self, store: Store | None, id_key: IdKey) -> None:
        self._store = store
        self._id_key = id_key

    def without_memory(self) -> MemoryAdapter:
        """An adapter that answers as if the store were down, silently."""
        return MemoryAdapter(None, self._id_key)

    def get_attributes(self, request_envelope: RequestEnvelope) -> Memory:
        """What is known of this person and device. Never raises for a store that is down: warns once."""
        return self.known(*_ids(request_envelope))

    def known(self, user: str | None, device: str) -> Memory:
        """The same by the ids that Alexa calls them."""
        if self._store is None or user is None:
            return Memory({})
        try:
            hashed = self._id_key.hashing()
            person = hashed("person", user)
            spoken_to = f"{person}/{hashed('device', user, device)}"
            keys = {"person": person, "device": spoken_to, "answers": f"{spoken_to}/answers"}
            stored = self._store.load(*keys.values())
        except StoreUnavailable as error:
            log.warning("answering without memory: %s", error)
            return Memory({})
        return Memory({part: (key, stored.get(key, Row(0, NO_ANSWERS))) for part, key in keys.items()})

    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, Any]) -> None:
        """Write the parts that changed, together. Raises StoreConflict when another request was faster."""
        if not isinstance(attributes, Memory):
            raise TypeError("save what get_attributes gave, or a copy of it: it carries the versions")
        wanted = [
            (Change(origin.key, attributes[part], origin.version, origin.dated), origin.was)
            for part, origin in attributes.origins.items()
        ]
        changes = [change for change, was in wanted if change.text != was]
        if self._store is None or not changes:
            return
        try:
            self._store.save(*changes)
        except StoreUnavailable as error:
            log.warning("not remembered: %s", error)

    def delete_attributes(self, request_envelope: RequestEnvelope) -> None:
        """Forget this person on all their devices. Raises StoreUnavailable: a promise to forget must hold."""
        user, _ = _ids(request_envelope)
        if self._store is not None and user is not None:
            self._store.delete(self._id_key.hash("person", user))

    def check(self) -> None:
        """Raise StoreUnavailable when nothing would be remembered."""
        self._id_key.hash()
        if self._store is not None:
            self._store.check()


def _ids(envelope: RequestEnvelope) -> tuple[str | None, str]:
    """The user's id, if any, and the device's ("" when the request names none)."""
    system = getattr(envelope.context, "system", None)
    user = getattr(system, "user", None) or getattr(envelope.session, "user", None)
    device = getattr(getattr(system, "device", None), "device_id", None)
    return getattr(user, "user_id", None) or None, device or ""
