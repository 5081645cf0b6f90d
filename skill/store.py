"""The memory: rows of JSON under a key, each with a version, written only by whoever read the newest.

The SQL is plain enough for every database; what is one's own stands in `skill.sqlite` and `skill.postgres`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, bindparam, cast, delete, insert, or_, update
from sqlalchemy.exc import SQLAlchemyError

from skill import strict_json
from skill.errors import StoreConflict, StoreUnavailable
from skill.postgres import Postgres
from skill.sqlite import Sqlite
from skill.tables import MEMORY

WAIT = 1.0  # seconds that one use may wait in all: a request loads and saves, and Alexa gives its answer about 8
KEPT = 400 * 86_400.0  # seconds after which a row that nobody wrote is deleted
SWEEP = 86_400.0  # seconds between two looks for such rows
DATED = 86_400.0  # seconds for which a row that is written again keeps its date
REST = 3.0  # seconds for which a database that failed is not asked again, so that not every request waits
LAST_VERSION = 2**53  # a larger one is damage
DAMAGED = -1  # the version of a row whose own cannot be used
PROBE = 32 * 1024  # bytes of the row that a check writes: more than those of a person or a device have

MENDING = (
    update(MEMORY)
    .where(MEMORY.c.key == bindparam("named"))
    .where(or_(cast(MEMORY.c.version, BigInteger) != MEMORY.c.version, ~MEMORY.c.version.between(1, LAST_VERSION)))
)
"""Writes a row whose version is one that `_row` does not take."""


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
        self._database = Postgres(url, WAIT) if url.startswith("postgresql") else Sqlite(url, WAIT)
        self._mark = mark = self._database.mark
        values = f"VALUES ({mark}, {mark}, {mark}, {mark})"
        self._inserting = f"INSERT INTO memory (updated, version, data, key) {values} ON CONFLICT DO NOTHING"
        changed = f"version = {mark}, data = {mark} WHERE key = {mark} AND version = {mark}"
        self._updating = f"UPDATE memory SET {changed}"
        self._dating = f"UPDATE memory SET updated = {mark}, {changed}"
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()  # held to swap the engine, never while waiting for the database
        self._engine: Engine | None = None
        self._opened: object = None
        self._swept = float("-inf")
        self._failed: Exception | None = None
        self._down_until = float("-inf")

    def load(self, *keys: str) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them; a key without a row is left out."""
        marks = ", ".join([self._mark] * len(keys))
        with self._transaction() as connection:
            statement = f"SELECT key, version, data, updated FROM memory WHERE key IN ({marks})"
            found = _driver(connection).execute(statement, keys).fetchall()
        return {key: _row(version, data, dated) for key, version, data, dated in found}

    def save(self, *changes: Change) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        with self._transaction() as connection:
            for change in changes:
                if not self._write(connection, change):
                    raise StoreConflict(change.expected)
            self._sweep(connection)

    def delete(self, key: str) -> None:
        """Forget this row and every row filed under it (`key/...`)."""
        filed_under = MEMORY.c.key.startswith(f"{key}/", autoescape=True)
        with self._transaction() as connection:
            connection.execute(delete(MEMORY).where(or_(MEMORY.c.key == key, filed_under)))

    def check(self) -> None:
        """Raise StoreUnavailable unless a row can be written, however lately the database failed. Leaves none."""
        values = {"key": "", "version": 1, "data": " " * PROBE, "updated": self._clock()}
        with self._transaction(at_rest_too=True) as connection:
            # Committed, not rolled back: a full disk is noticed no earlier.
            connection.execute(insert(MEMORY).values(**values))
            connection.execute(delete(MEMORY).where(MEMORY.c.key == ""))
        self._down_until = float("-inf")

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _sweep(self, connection: Connection) -> None:
        """Once a day, forget what nobody wrote for so long."""
        now = self._clock()
        if now - self._swept >= SWEEP:
            self._swept = now
            connection.execute(delete(MEMORY).where(MEMORY.c.updated < now - KEPT))

    def _write(self, connection: Connection, change: Change) -> bool:
        """Whether the row was still of the expected version, and so is written."""
        key, expected, now = change.key, change.expected, self._clock()
        if expected == DAMAGED:
            values = {"version": 1, "data": change.text, "updated": now, "named": key}
            return connection.execute(MENDING, values).rowcount == 1
        written: tuple[object, ...] = (expected + 1, change.text, key)
        driver = _driver(connection)
        if expected == 0:
            done = driver.execute(self._inserting, (now, *written))
        elif 0 <= now - change.dated < DATED:  # the index by age is left alone, which is half of the work
            done = driver.execute(self._updating, (*written, expected))
        else:
            done = driver.execute(self._dating, (now, *written, expected))
        return bool(done.rowcount == 1)

    @contextmanager
    def _transaction(self, at_rest_too: bool = False) -> Iterator[Connection]:
        started = self._monotonic()
        if self._failed is not None and started < self._down_until and not at_rest_too:
            raise StoreUnavailable(self._failed)
        try:
            with self._open().connect() as connection:
                if self._database.is_new(connection):
                    with connection.begin():  # of its own: what is refused afterwards takes no table along
                        self._wait_since(started, connection)
                        self._database.prepare(connection)
                with connection.begin():
                    self._wait_since(started, connection)
                    yield connection
        except (SQLAlchemyError, OSError, *self._database.errors()) as error:
            self._failed, self._down_until = error, self._monotonic() + REST
            self._database.failed()  # whatever happened: the next use makes folder and table again
            raise StoreUnavailable(error) from error

    def _wait_since(self, started: float, connection: Connection) -> None:
        self._database.wait_for_locks(connection, started + WAIT - self._monotonic())

    def _open(self) -> Engine:
        with self._lock:
            found = self._database.ensured()
            if found != self._opened and self._engine is not None:
                self._engine.dispose()
                self._engine = None
            self._opened = found
            if self._engine is None:
                self._engine = self._database.engine()
            return self._engine


def as_stored(data: Mapping[str, Any]) -> str:
    """The text of a row's data. Raises ValueError for what JSON cannot hold."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, in the same transaction: it runs a statement in a third of the time.

    For what is run at each request. What it raises ends the engine too (`_transaction`), so that nothing stale is left.
    """
    return connection.connection.driver_connection


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
