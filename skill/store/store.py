"""The store: rows of JSON under a key, each with a version. A writer names the version that it read.

`skill.store.rows` says what a row is. `skill.store.sqlite`, `postgres` and `dynamodb` keep them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skill.errors import StoreUnavailable
from skill.store.rows import DAMAGED, Change, Row, SecondsLeft, person_of

if TYPE_CHECKING:
    from skill.store.dynamodb import DynamoRows
    from skill.store.sql import SqlRows

__all__ = ["DAMAGED", "Change", "Row", "Store"]

STORE_TIMEOUT = 1.0
"""Seconds that one use of the database may take. A request loads and saves, and Alexa waits about 8 for its answer."""
RETRY_AFTER = 3.0
"""Seconds for which a database that failed is not asked again, so that not every request waits for it."""


class Store:
    """Rows in one database. Nothing is opened before the first use, so a database that is down stops no start.

    Every method raises StoreUnavailable when the database cannot be used: after about `STORE_TIMEOUT` seconds, and at
    once for `RETRY_AFTER` seconds after that. The keys of one call belong to one person, else it raises ValueError.
    `clock` gives seconds since 1970, `monotonic` those of a clock that is never set.
    """

    def __init__(
        self, url: str, clock: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rows = _rows(url, clock)
        self._monotonic = monotonic
        self._failure: Exception | None = None
        self._retry_at = float("-inf")

    def load(self, *keys: str) -> dict[str, Row]:
        """The rows of these keys, as they were at one moment; a key without a row is left out."""
        _check_person(*keys)
        with self._timed() as left:
            return self._rows.load(keys, left)

    def save(self, *changes: Change) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        _check_person(*(change.key for change in changes))
        with self._timed() as left:
            self._rows.save(changes, left)

    def delete(self, person: str) -> None:
        """Delete every row of this person: the one under this key and all under `person/...`."""
        if person != person_of(person):
            raise ValueError("all rows of a person are deleted together")
        with self._timed() as left:
            self._rows.delete(person, left)

    def check(self) -> None:
        """Raise StoreUnavailable unless a row can be written, also just after a failure. No row is left behind."""
        with self._timed(after_failure=True) as left:
            self._rows.check(left)
        self._retry_at = float("-inf")

    def close(self) -> None:
        """Close the database; the next use opens it again."""
        self._rows.close()

    @contextmanager
    def _timed(self, after_failure: bool = False) -> Iterator[SecondsLeft]:
        started = self._monotonic()
        if self._failure is not None and started < self._retry_at and not after_failure:
            raise StoreUnavailable(self._failure)
        try:
            yield lambda: started + STORE_TIMEOUT - self._monotonic()
        except self._rows.errors as error:
            self._failure, self._retry_at = error, self._monotonic() + RETRY_AFTER
            self._rows.reset()  # so that the next use makes a missing folder or table again
            raise StoreUnavailable(error) from error


def _rows(url: str, clock: Callable[[], float]) -> SqlRows | DynamoRows:
    """The rows at this address. A driver is imported only where its database is used."""
    if url.startswith("dynamodb:"):
        from skill.store.dynamodb import DynamoRows

        return DynamoRows(url, clock, STORE_TIMEOUT)
    if url.startswith("postgresql"):
        from skill.store.postgres import PostgresRows

        return PostgresRows(url, clock, STORE_TIMEOUT)
    from skill.store.sqlite import SqliteRows

    return SqliteRows(url, clock, STORE_TIMEOUT)


def _check_person(*keys: str) -> None:
    if len({person_of(key) for key in keys}) != 1:
        raise ValueError("the keys of one call belong to one person")
