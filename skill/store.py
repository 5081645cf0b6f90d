"""The memory: rows of JSON under a key, each with a version, written only by whoever read the newest.

The SQL is plain enough for every database; what is one's own stands in `skill.sqlite` and `skill.postgres`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from skill import strict_json
from skill.errors import StoreConflict, StoreUnavailable
from skill.sqlite import Sqlite

WAIT = 1.0  # seconds that one use may wait in all: a request loads and saves, and Alexa gives its answer about 8
KEPT = 400 * 86_400.0  # seconds after which a row that nobody wrote is deleted
SWEEP = 86_400.0  # seconds between two looks for such rows
DATED = 86_400.0  # seconds for which a row that is written again keeps its date
REST = 3.0  # seconds for which a database that failed is not asked again, so that not every request waits
LAST_VERSION = 2**53  # a larger one is damage
DAMAGED = -1  # the version of a row whose own cannot be used
PROBE = 32 * 1024  # bytes of the row that a check writes: more than those of a person or a device have

INSERTING = "INSERT INTO memory (updated, version, data, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
UPDATING = "UPDATE memory SET version = ?, data = ? WHERE key = ? AND version = ?"
DATING = "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ? AND version = ?"
MENDING = (
    "UPDATE memory SET updated = ?, version = ?, data = ? WHERE key = ?"
    " AND (CAST(version AS BIGINT) <> version OR NOT version BETWEEN 1 AND ?)"
)
"""Writes a row whose version is one that `_row` does not take."""

Run = Callable[[str, Sequence[object]], Any]
"""Runs a statement with a `?` for each value, in a transaction, and gives the driver's cursor."""


class Database(Protocol):
    """Where the rows are. Nothing is opened before the first use."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What is raised when it cannot be used."""
        ...

    def use(self, left: Callable[[], float]) -> AbstractContextManager[Run]:
        """A transaction, committed at the end. `left` tells how many seconds may still be waited for a lock.

        Raises what `errors` names.
        """
        ...

    def failed(self) -> None:
        """Have the next use begin anew."""
        ...

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored under a key, and the version that a writer must name (`DAMAGED`: it has none)."""

    version: int
    data: dict[str, Any]
    text: str = field(default="", compare=False)
    """The data as it is stored, by which a writer may tell whether it changed."""
    dated: float = field(default=0.0, compare=False)
    """Since when nobody wrote it, give or take `DATED`: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Change:
    """New data for a key, valid only while its row is still of the `expected` version (0: no row; `DAMAGED`: none).

    `dated` is what the row that was read says of itself. Raises ValueError for what JSON cannot hold.
    """

    key: str
    data: Mapping[str, Any]
    expected: int
    dated: float = field(default=0.0, compare=False)
    text: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", as_stored(self.data))


class Store:
    """Rows in one database. Nothing is opened before the first use, so a store that is down stops no start.

    Every method raises StoreUnavailable when the database cannot be used: after `WAIT` seconds at most, and at once
    for the `REST` seconds that follow; then it is tried anew. `clock` gives seconds since 1970, `monotonic` those of
    a clock that nobody sets.
    """

    def __init__(
        self, url: str, clock: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = _database(url)
        self._clock = clock
        self._monotonic = monotonic
        self._swept = float("-inf")
        self._failed: Exception | None = None
        self._down_until = float("-inf")

    def load(self, *keys: str) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them; a key without a row is left out."""
        marks = ", ".join("?" * len(keys))
        with self._transaction() as run:
            found = run(f"SELECT key, version, data, updated FROM memory WHERE key IN ({marks})", keys).fetchall()
        return {key: _row(version, data, dated) for key, version, data, dated in found}

    def save(self, *changes: Change) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        with self._transaction() as run:
            for change in changes:
                if not self._write(run, change):
                    raise StoreConflict(change.expected)
            self._sweep(run)

    def delete(self, key: str) -> None:
        """Forget this row and every row filed under it (`key/...`)."""
        under = f"{key}/"
        with self._transaction() as run:
            run("DELETE FROM memory WHERE key = ? OR substr(key, 1, ?) = ?", (key, len(under), under))

    def check(self) -> None:
        """Raise StoreUnavailable unless a row can be written, however lately the database failed. Leaves none."""
        with self._transaction(at_rest_too=True) as run:
            # Committed, not rolled back: a full disk is noticed no earlier.
            run(INSERTING, (self._clock(), 1, " " * PROBE, ""))
            run("DELETE FROM memory WHERE key = ?", ("",))
        self._down_until = float("-inf")

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        self._database.close()

    def _sweep(self, run: Run) -> None:
        """Once a day, forget what nobody wrote for so long."""
        now = self._clock()
        if now - self._swept >= SWEEP:
            self._swept = now
            run("DELETE FROM memory WHERE updated < ?", (now - KEPT,))

    def _write(self, run: Run, change: Change) -> bool:
        """Whether the row was still of the expected version, and so is written."""
        key, expected, now = change.key, change.expected, self._clock()
        if expected == DAMAGED:
            done = run(MENDING, (now, 1, change.text, key, LAST_VERSION))
        elif expected == 0:
            done = run(INSERTING, (now, 1, change.text, key))
        elif 0 <= now - change.dated < DATED:  # the index by age is left alone, which is half of the work
            done = run(UPDATING, (expected + 1, change.text, key, expected))
        else:
            done = run(DATING, (now, expected + 1, change.text, key, expected))
        return bool(done.rowcount == 1)

    @contextmanager
    def _transaction(self, at_rest_too: bool = False) -> Iterator[Run]:
        started = self._monotonic()
        if self._failed is not None and started < self._down_until and not at_rest_too:
            raise StoreUnavailable(self._failed)
        try:
            with self._database.use(lambda: started + WAIT - self._monotonic()) as run:
                yield run
        except self._database.errors as error:
            self._failed, self._down_until = error, self._monotonic() + REST
            self._database.failed()  # whatever happened: the next use makes folder and table again
            raise StoreUnavailable(error) from error


def _database(url: str) -> Database:
    if not url.startswith("postgresql"):
        return Sqlite(url, WAIT)
    from skill.postgres import Postgres  # who keeps the memory in a file need not load it

    return Postgres(url, WAIT)


def as_stored(data: Mapping[str, Any]) -> str:
    """The text of a row's data. Raises ValueError for what JSON cannot hold."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _row(version: Any, data: Any, dated: Any) -> Row:
    """The row; one that is damaged reads as empty, and the next save mends it."""
    if type(version) is not int or not 1 <= version <= LAST_VERSION:
        return Row(DAMAGED, {})
    try:
        found = strict_json.loads(data)
    except (ValueError, TypeError):
        found = {}
    if not isinstance(found, dict):
        return Row(version, {})
    return Row(version, found, data, dated if isinstance(dated, float) else 0.0)
