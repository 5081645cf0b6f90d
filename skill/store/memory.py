"""What is remembered of people, by the ids of user and device, whichever service sent the request.

Three rows: one for the person, one for the device they speak to, and one for the last answers that the device got.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skill.errors import StoreUnavailable
from skill.store.id_key import IdKey
from skill.store.store import Change, Row, Store

log = logging.getLogger(__name__)

NO_ANSWERS = "{}"
"""The text of a row of answers that holds none."""


@dataclass(slots=True)
class Known:
    """What is remembered of one person and device: change it, and save it.

    `rows` are key and row of each part as they were read; without them nothing is remembered, and nothing is saved.
    """

    person: dict[str, Any] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=dict)
    answers: str = NO_ANSWERS
    rows: Mapping[str, tuple[str, Row]] = field(default_factory=dict)

    @property
    def available(self) -> bool:
        """Whether there is a memory."""
        return bool(self.rows)


class Memory:
    """Loads and saves what is known. `store=None` remembers nothing, as if the store were down."""

    def __init__(self, store: Store | None, id_key: IdKey) -> None:
        self._store = store
        self._id_key = id_key

    def load(self, user: str | None, device: str) -> Known:
        """What is known of this user on this device. Never raises for a store that is down: logs one warning."""
        if self._store is None or user is None:
            return Known()
        try:
            person = self._id_key.hash("person", user)
            spoken_to = f"{person}/{self._id_key.hash('device', user, device)}"
            keys = {"person": person, "device": spoken_to, "answers": f"{spoken_to}/answers"}
            stored = self._store.load(*keys.values())
        except StoreUnavailable as error:
            log.warning("answering without memory: %s", error)
            return Known()
        rows = {part: (key, stored.get(key, Row(0, NO_ANSWERS))) for part, key in keys.items()}
        return Known(rows["person"][1].data, rows["device"][1].data, rows["answers"][1].text, rows)

    def save(self, known: Known) -> None:
        """Write the parts that changed, together. Raises StoreConflict when another request was faster."""
        changes = [
            change
            for part, (key, row) in known.rows.items()
            if (change := Change(key, getattr(known, part), row.version, row.dated)).text != row.text
        ]
        if self._store is None or not changes:
            return
        try:
            self._store.save(*changes)
        except StoreUnavailable as error:
            log.warning("not remembered: %s", error)

    def forget(self, user: str | None) -> None:
        """Delete all that is known of this user, on all their devices. Raises StoreUnavailable."""
        if self._store is not None and user is not None:
            self._store.delete(self._id_key.hash("person", user))

    def check(self) -> None:
        """Raise StoreUnavailable when nothing would be remembered."""
        self._id_key.hash()
        if self._store is not None:
            self._store.check()
