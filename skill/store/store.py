"""The memory: rows of JSON under a key, each with a version, written only by whoever read the newest.

What the rows are stands in `skill.store.rows`; where they are, in `skill.store.sql` and `skill.store.dynamodb`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skill.errors import StoreUnavailable
from skill.store.rows import DAMAGED, KEPT, WAIT, Change, Left, Row, person_of

if TYPE_CHECKING:
    from skill.store.dynamodb import DynamoRows
    from skill.store.sql import SqlRows

__all__ = ["DAMAGED", "KEPT", "REST", "WAIT", "Change", "Row", "Store"]

REST = 3.0  # seconds for which a database that failed is not asked again, so that not every request waits


class Store:
    """Rows in one database. Nothing is opened before the first use, so a store that is down stops no start.

    Every method raises StoreUnavailable when the database cannot be used: after about `WAIT` seconds at most, and at
    once for the `REST` seconds that follow; then it is tried anew. `clock` gives seconds since 1970, `monotonic` those
    of a clock that nobody sets. What is loaded or saved together is one person's (`skill.store.rows`), else ValueError.
    """

    def __init__(
        self, url: str, clock: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rows = _rows(url, clock)
        self._monotonic = monotonic
        self._failed: Exception | None = None
        self._down_until = float("-inf")

    def load(self, *keys: str) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them; a key without a row is left out."""
        _of_one_person(*keys)
        with self._in_time() as left:
            return self._rows.load(keys, left)

    def save(self, *changes: Change) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        _of_one_person(*(change.key for change in changes))
        with self._in_time() as left:
            self._rows.save(changes, left)

    def delete(self, person: str) -> None:
        """Forget every row of this person: the one under this key and all that are filed under it (`person/...`)."""
        if person != person_of(person):
            raise ValueError("a person is forgotten as a whole")
        with self._in_time() as left:
            self._rows.delete(person, left)

    def check(self) -> None:
        """Raise StoreUnavailable unless a row can be written, however lately the database failed. Leaves none."""
        with self._in_time(at_rest_too=True) as left:
            self._rows.check(left)
        self._down_until = float("-inf")

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        self._rows.close()

    @contextmanager
    def _in_time(self, at_rest_too: bool = False) -> Iterator[Left]:
        started = self._monotonic()
        if self._failed is not None and started < self._down_until and not at_rest_too:
            raise StoreUnavailable(self._failed)
        try:
            yield lambda: started + WAIT - self._monotonic()
        except self._rows.errors as error:
            self._failed, self._down_until = error, self._monotonic() + REST
            self._rows.failed()  # whatever happened: the next use makes folder and table again
            raise StoreUnavailable(error) from error


def _rows(url: str, clock: Callable[[], float]) -> SqlRows | DynamoRows:
    """The rows at this address. A driver is imported only where its database is used."""
    if url.startswith("dynamodb:"):
        from skill.store.dynamodb import DynamoRows

        return DynamoRows(url, clock, WAIT)
    if url.startswith("postgresql"):
        from skill.store.postgres import PostgresRows

        return PostgresRows(url, clock, WAIT)
    from skill.store.sqlite import SqliteRows

    return SqliteRows(url, clock, WAIT)


def _of_one_person(*keys: str) -> None:
    if len({person_of(key) for key in keys}) != 1:
        raise ValueError("what is loaded or saved together is one person's")
