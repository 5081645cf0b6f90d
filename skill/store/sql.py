"""Rows in one SQL table: what SQLite (`skill.store.sqlite`) and PostgreSQL (`skill.store.postgres`) have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from skill.errors import StoreConflict
from skill.store.rows import DAMAGED, LAST_VERSION, PROBE_BYTES, ROW_LIFETIME, Change, Row, SecondsLeft, row_of

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
"""Statements that make today's table of none, or of any earlier version's. Each may be run again."""
SWEEP_INTERVAL = 86_400.0  # seconds between two deletions of old rows

INSERTING = "INSERT INTO memory (updated, version, data, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
UPDATING = "UPDATE memory SET version = ?, data = ? WHERE key = ? AND version = ?"
DATING = "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ? AND version = ?"
MENDING = (
    "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ?"
    " AND (CAST(version AS BIGINT) <> version OR NOT version BETWEEN 1 AND ?)"
)
"""Writes a row with a version that `row_of` does not accept."""

Run = Callable[[str, Sequence[object]], Any]
"""Runs a statement, with a `?` for each value, and gives the driver's cursor."""


class SqlRows(ABC):
    """Rows in one table. Nothing is opened before the first use. `clock` gives seconds since 1970."""

    errors: tuple[type[Exception], ...]
    """What every method raises when the database cannot be used."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._swept = float("-inf")

    @abstractmethod
    def _use(self, left: SecondsLeft) -> AbstractContextManager[Run]:
        """A transaction, committed at the end. It waits for a lock while `left` gives more than 0 seconds."""

    def reset(self) -> None:
        """Open new connections from here on."""
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Close the database; the next use opens it again."""

    def load(self, keys: Sequence[str], left: SecondsLeft) -> dict[str, Row]:
        """The rows of these keys, as they were at one moment; a key without a row is left out."""
        marks = ", ".join("?" * len(keys))
        with self._use(left) as run:
            found = run(f"SELECT key, version, data, updated FROM memory WHERE key IN ({marks})", keys).fetchall()
        return {key: row_of(version, data, dated) for key, version, data, dated in found}

    def save(self, changes: Sequence[Change], left: SecondsLeft) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        with self._use(left) as run:
            for change in changes:
                if not self._write(run, change):
                    raise StoreConflict(change.expected)
            now = self._clock()
            if now - self._swept >= SWEEP_INTERVAL:
                self._swept = now
                run("DELETE FROM memory WHERE updated < ?", (now - ROW_LIFETIME,))

    def delete(self, person: str, left: SecondsLeft) -> None:
        """Delete every row of this person."""
        under = f"{person}/"
        with self._use(left) as run:
            run("DELETE FROM memory WHERE key = ? OR substr(key, 1, ?) = ?", (person, len(under), under))

    def check(self, left: SecondsLeft) -> None:
        """Write a row of `PROBE_BYTES`, and delete it."""
        with self._use(left) as run:
            # Committed, not rolled back: a full disk shows only then.
            run(INSERTING, (self._clock(), 1, " " * PROBE_BYTES, ""))
            run("DELETE FROM memory WHERE key = ?", ("",))

    def _write(self, run: Run, change: Change) -> bool:
        """Write a row if it still has the expected version; whether it had."""
        key, expected, version, now = change.key, change.expected, change.version, self._clock()
        if expected == DAMAGED:
            done = run(MENDING, (now, version, change.text, key, LAST_VERSION))
        elif expected == 0:
            done = run(INSERTING, (now, version, change.text, key))
        elif not change.renews_date(now):  # without a change of the index by date, which is half of the work
            done = run(UPDATING, (version, change.text, key, expected))
        else:
            done = run(DATING, (now, version, change.text, key, expected))
        return bool(done.rowcount == 1)
