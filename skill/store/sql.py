"""Rows in a database that speaks SQL. What is one's own stands in `skill.store.sqlite` and `skill.store.postgres`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from skill.errors import StoreConflict
from skill.store.rows import DAMAGED, KEPT, LAST_VERSION, PROBE, Change, Left, Row, row_of

COLUMNS: Mapping[str, str] = {
    "key": "TEXT NOT NULL PRIMARY KEY",
    "version": "BIGINT NOT NULL",
    "data": "TEXT NOT NULL",
    "updated": "DOUBLE PRECISION NOT NULL",  # seconds since 1970
}
STEPS = (
    f"CREATE TABLE IF NOT EXISTS memory ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})",
    "CREATE INDEX IF NOT EXISTS memory_updated ON memory (updated)",
)
"""What leads from nothing, or from any earlier version, to the table of today. Each step may be taken again."""
SWEEP = 86_400.0  # seconds between two looks for rows that nobody wrote for long

INSERTING = "INSERT INTO memory (updated, version, data, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
UPDATING = "UPDATE memory SET version = ?, data = ? WHERE key = ? AND version = ?"
DATING = "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ? AND version = ?"
MENDING = (
    "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ?"
    " AND (CAST(version AS BIGINT) <> version OR NOT version BETWEEN 1 AND ?)"
)
"""Writes a row whose version is one that `row_of` does not take."""

Run = Callable[[str, Sequence[object]], Any]
"""Runs a statement with a `?` for each value, in a transaction, and gives the driver's cursor."""


class SqlRows(ABC):
    """Rows in one table. Nothing is opened before the first use. `clock` gives seconds since 1970."""

    errors: tuple[type[Exception], ...]
    """What every method raises when the database cannot be used."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._swept = float("-inf")

    @abstractmethod
    def _use(self, left: Left) -> AbstractContextManager[Run]:
        """A transaction, committed at the end. `left` tells how many seconds may still be waited for a lock."""

    @abstractmethod
    def failed(self) -> None:
        """Have the next use begin anew."""

    @abstractmethod
    def close(self) -> None:
        """Close the database; the next use opens it again."""

    def load(self, keys: Sequence[str], left: Left) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them."""
        marks = ", ".join("?" * len(keys))
        with self._use(left) as run:
            found = run(f"SELECT key, version, data, updated FROM memory WHERE key IN ({marks})", keys).fetchall()
        return {key: row_of(version, data, dated) for key, version, data, dated in found}

    def save(self, changes: Sequence[Change], left: Left) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        with self._use(left) as run:
            for change in changes:
                if not self._write(run, change):
                    raise StoreConflict(change.expected)
            self._sweep(run)

    def delete(self, person: str, left: Left) -> None:
        """Forget every row of this person."""
        under = f"{person}/"
        with self._use(left) as run:
            run("DELETE FROM memory WHERE key = ? OR substr(key, 1, ?) = ?", (person, len(under), under))

    def check(self, left: Left) -> None:
        """Write a row, and leave none."""
        with self._use(left) as run:
            # Committed, not rolled back: a full disk is noticed no earlier.
            run(INSERTING, (self._clock(), 1, " " * PROBE, ""))
            run("DELETE FROM memory WHERE key = ?", ("",))

    def _sweep(self, run: Run) -> None:
        """Once a day, forget what nobody wrote for so long."""
        now = self._clock()
        if now - self._swept >= SWEEP:
            self._swept = now
            run("DELETE FROM memory WHERE updated < ?", (now - KEPT,))

    def _write(self, run: Run, change: Change) -> bool:
        """Whether the row was still of the expected version, and so is written."""
        key, expected, version, now = change.key, change.expected, change.version, self._clock()
        if expected == DAMAGED:
            done = run(MENDING, (now, version, change.text, key, LAST_VERSION))
        elif expected == 0:
            done = run(INSERTING, (now, version, change.text, key))
        elif not change.dates(now):  # the index by age is left alone, which is half of the work
            done = run(UPDATING, (version, change.text, key, expected))
        else:
            done = run(DATING, (now, version, change.text, key, expected))
        return bool(done.rowcount == 1)
