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
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from skill import strict_json
from skill.errors import StoreConflict, StoreUnavailable
from skill.postgres import Postgres
from skill.sqlite import Sqlite
from skill.tables import MEMORY

WAIT = 1.0  # seconds that one use may wait in all: a request loads and saves, and Alexa gives its answer about 8
KEPT = 400 * 86_400.0  # seconds after which a row that nobody wrote is deleted
SWEEP = 86_400.0  # seconds between two looks for such rows
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


@dataclass(frozen=True, slots=True)
class Change:
    """New data for a key, valid only while its row is still of the `expected` version (0: no row; `DAMAGED`: none)."""

    key: str
    data: Mapping[str, Any]
    expected: int


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
        self._inserting = f"INSERT INTO memory (version, data, updated, key) VALUES ({mark}, {mark}, {mark}, {mark})"
        changed = ", ".join(f"{name} = {mark}" for name in ("version", "data", "updated"))
        self._updating = f"UPDATE memory SET {changed} WHERE key = {mark} AND version = {mark}"
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
        # These three statements are most of what is ever run, and as text they take half the time.
        marks = ", ".join([self._mark] * len(keys))
        with self._transaction() as connection:
            statement = f"SELECT key, version, data FROM memory WHERE key IN ({marks})"
            found = connection.exec_driver_sql(statement, keys).all()
        return {key: _row(version, data) for key, version, data in found}

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
        version = 1 if change.expected == DAMAGED else change.expected + 1
        written = (version, as_stored(change.data), self._clock())
        if change.expected == 0:
            try:
                connection.exec_driver_sql(self._inserting, (*written, change.key))
            except IntegrityError:
                return False
            return True
        if change.expected == DAMAGED:
            values = dict(zip(("version", "data", "updated"), written, strict=True))
            return connection.execute(MENDING, {**values, "named": change.key}).rowcount == 1
        return connection.exec_driver_sql(self._updating, (*written, change.key, change.expected)).rowcount == 1

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
        except (SQLAlchemyError, OSError) as error:
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


def _row(version: Any, data: Any) -> Row:
    """The row; one that is damaged reads as empty, and the next save mends it."""
    if type(version) is not int or not 1 <= version <= LAST_VERSION:
        return Row(DAMAGED, {})
    try:
        found = strict_json.loads(data)
    except (ValueError, TypeError):
        found = {}
    return Row(version, found, data) if isinstance(found, dict) else Row(version, {})
