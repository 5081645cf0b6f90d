"""Rows in a PostgreSQL database: a pool of connections, the time that each may be used for, and the tables."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.abc import PQGen

from skill.store.rows import SecondsLeft
from skill.store.sql import STEPS, Run, SqlRows
from skill.store.urls import postgres_of

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

MOST_CONNECTIONS = 15
"""Connections that a process may open: a server must allow this number for each process."""
CONNECT_TIMEOUT = 2  # seconds; libpq knows no shorter time
HANG_UP_DELAY = 1.0  # seconds that a server has to end a statement by itself, beyond the time that the statement has
MIGRATION_LOCK = 7_301_942  # the advisory lock under which one of many processes makes the tables


class TimedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer until a deadline (of `time.monotonic`).

    The server ends its statements by itself (`statement_timeout`). A server that hangs does not even do that, and the
    driver waits for as long as the connection stays open.
    """

    deadline = float("inf")

    def wait(self, gen: PQGen[Any], *args: Any, **options: Any) -> Any:
        """Run one operation of the driver. Raises OperationalError once the deadline has passed."""
        return super().wait(self._until_deadline(gen), *args, **options)

    def _until_deadline(self, operation: PQGen[Any]) -> PQGen[Any]:
        try:
            wanted = next(operation)
            while True:
                ready = yield wanted  # nothing is ready: the driver looks up ten times a second
                if not ready and time.monotonic() > self.deadline:
                    self.close()
                    raise psycopg.OperationalError("the server does not answer")
                wanted = operation.send(ready)
        except StopIteration as done:
            return done.value


class PostgresRows(SqlRows):
    """A PostgreSQL database that many machines may share. Nothing is opened before the first use.

    A use waits `timeout` seconds for a connection, and each of its statements that long for the server.
    """

    errors = (psycopg.Error, OSError)

    def __init__(self, url: str, clock: Callable[[], float], timeout: float) -> None:
        super().__init__(clock)
        self._url, self._timeout = postgres_of(url), timeout
        self._options: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT,
            "options": f"-c timezone=UTC -c statement_timeout={round(timeout * 1000)}",
        }
        self._lock = threading.Lock()  # held to swap the pool, never while waiting for the server
        self._pool: ConnectionPool[TimedConnection] | None = None

    @contextmanager
    def _use(self, left: SecondsLeft) -> Iterator[Run]:
        """What runs a statement in a transaction, committed at the end."""
        pool = self._opened()
        connection = self._taken(pool)
        try:
            with connection:
                yield lambda statement, values: connection.execute(statement.replace("?", "%s"), values)
        finally:
            pool.putconn(connection)  # which replaces a closed one

    def close(self) -> None:
        """Close all connections; the next use opens others."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(timeout=0)

    def _opened(self) -> ConnectionPool[TimedConnection]:
        """The pool. A new one is made after the tables, so that the first use meets what is wrong with the server."""
        if (pool := self._pool) is not None:
            return pool
        from psycopg_pool import ConnectionPool  # not before the first use

        with TimedConnection.connect(self._url, **self._options) as connection:
            self._set_deadline(connection)
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            for step in STEPS:
                connection.execute(step)
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url, connection_class=TimedConnection, kwargs=self._options, min_size=0,
                    max_size=MOST_CONNECTIONS, timeout=self._timeout, open=True,
                )  # fmt: skip
            return self._pool

    def _taken(self, pool: ConnectionPool[TimedConnection]) -> TimedConnection:
        """A connection that the server did not close since its last use."""
        while True:
            connection: TimedConnection = pool.getconn()
            self._set_deadline(connection)
            try:
                if _is_readable(connection):
                    connection.execute("SELECT 1")
                    connection.commit()
                return connection
            except self.errors:
                connection.close()
                pool.putconn(connection)

    def _set_deadline(self, connection: TimedConnection) -> None:
        connection.deadline = time.monotonic() + self._timeout + HANG_UP_DELAY


def _is_readable(connection: TimedConnection) -> bool:
    """Whether the server sent something unasked, as it does when it hangs up. A query each time is half of a use."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
