"""A new, empty database of each kind, and the same database as another program sees it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg

from skill.store.store import Store
from skill.store.urls import file_of


class Database(Protocol):
    """Where it is, and what another program does there."""

    @property
    def url(self) -> str: ...

    def store(self, monotonic: Callable[[], float] = time.monotonic) -> Store: ...

    def keys(self) -> list[str]:
        """The keys of all rows that are stored, sorted."""
        ...

    def damage(self, key: str, column: str, value: str | int) -> None:
        """Write this where the data or the version of a row stands."""
        ...


@dataclass(frozen=True)
class SqlDatabase:
    """A database of either kind that speaks SQL."""

    url: str
    _stores: list[Store] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def store(self, monotonic: Callable[[], float] = time.monotonic) -> Store:
        self._stores.append(Store(self.url, lambda: 1_700_000_000.25, monotonic))
        return self._stores[-1]

    def close(self) -> None:
        """Close every store that was opened here."""
        for store in self._stores:
            store.close()

    def keys(self) -> list[str]:
        return [key for (key,) in self.run("SELECT key FROM memory ORDER BY key")]

    def damage(self, key: str, column: str, value: str | int) -> None:
        self.run(f"UPDATE memory SET {column} = '{value}' WHERE key = '{key}'")

    @contextmanager
    def itself(self) -> Iterator[Any]:
        """A connection of another program, each statement a transaction of its own."""
        if self.is_sqlite:
            with closing(sqlite3.connect(str(file_of(self.url)), isolation_level=None)) as plain:
                yield plain
        else:
            with psycopg.connect(self.url, autocommit=True) as other:
                yield other

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """One statement, and its rows if it gives any."""
        with self.itself() as plain:
            done = plain.execute(statement)
            return list(done.fetchall()) if done.description else []
