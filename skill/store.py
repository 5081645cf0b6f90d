"""The memory: rows of JSON under a key, each with a version, written only by whoever read the newest.

The SQL is plain enough for every database; what is SQLite's own stands in `_sqlite_engine`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Engine,
    Integer,
    MetaData,
    QueuePool,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from skill.errors import StoreConflict, StoreUnavailable

WAIT = 2.0  # seconds for a lock or a connection: Alexa gives the whole answer about 8

MEMORY = Table(
    "memory",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("updated", Double, nullable=False),  # seconds since 1970
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored under a key, and the version that a writer must name."""

    version: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """New data for a key, valid only while its row is still of the `expected` version (0: no row)."""

    key: str
    data: Mapping[str, Any]
    expected: int


class Store:
    """Rows in one database. Nothing is opened before the first use, so a store that is down stops no start.

    Every method raises StoreUnavailable when the database cannot be used; the next call tries anew.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def load(self, *keys: str) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them; a key without a row is left out."""
        query = select(MEMORY.c.key, MEMORY.c.version, MEMORY.c.data).where(MEMORY.c.key.in_(keys))
        with self._transaction() as connection:
            return {key: Row(version, _read(data)) for key, version, data in connection.execute(query)}

    def save(self, *changes: Change) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        with self._transaction() as connection:
            for change in changes:
                if not self._write(connection, change):
                    raise StoreConflict(change.expected)

    def delete(self, key: str) -> None:
        """Forget this row and every row filed under it (`key/...`)."""
        filed_under = MEMORY.c.key.startswith(f"{key}/", autoescape=True)
        with self._transaction() as connection:
            connection.execute(delete(MEMORY).where(or_(MEMORY.c.key == key, filed_under)))

    def check(self) -> None:
        """Raise StoreUnavailable unless the rows can be read."""
        self.load("")

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _write(self, connection: Connection, change: Change) -> bool:
        """Whether the row was still of the expected version, and so is written."""
        values = {
            "version": change.expected + 1,
            "data": json.dumps(change.data, separators=(",", ":"), allow_nan=False),
            "updated": self._clock(),
        }
        if change.expected == 0:
            try:
                connection.execute(insert(MEMORY).values(key=change.key, **values))
            except IntegrityError:
                return False
            return True
        same = (MEMORY.c.key == change.key) & (MEMORY.c.version == change.expected)
        return connection.execute(update(MEMORY).where(same).values(**values)).rowcount == 1

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._open().begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            self.close()  # the file may have gone: the next use makes folder and table again
            raise StoreUnavailable(error) from error

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _sqlite_engine(self._url)
                try:
                    with engine.begin() as connection:
                        connection.execute(CreateTable(MEMORY, if_not_exists=True))
                except SQLAlchemyError:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine


def _sqlite_engine(url: str) -> Engine:
    file = make_url(url).database
    in_memory = not file or file == ":memory:"
    if file and not in_memory:
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        # A database in memory is its one connection.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 10,
        pool_timeout=WAIT,
        connect_args={"timeout": WAIT, "check_same_thread": False},
        hide_parameters=True,  # an error must not carry anyone's data into a log
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        """Readers and the writer do not wait for each other; a power cut may cost the last write, no more."""
        # SQLite does not wait for this lock: who finds it taken meets another process doing the same.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _read(data: str) -> dict[str, Any]:
    """The JSON object; a row that is damaged reads as empty, and the next save mends it."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
