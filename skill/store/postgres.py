"""What is PostgreSQL's own: how a connection is kept honest, how long anything may take, and who makes the tables."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from skill.store.overdue import Overdue
from skill.store.tables import STEPS

POOLED, OVERFLOW = 5, 10
"""Connections that a process keeps, and may open beyond them: a server must allow their sum for each process."""
LONGEST_CONNECT = 2  # seconds; libpq knows no shorter time
AFTER_A_TIME_OUT = 1.0  # seconds after which a server that does not even end a statement in time is hung up on
DRIVERS = (psycopg.Error, OSError)
MIGRATING = 7_301_942  # the lock under which one of many processes makes the tables


class Postgres:
    """A PostgreSQL database that many machines may share. Nothing is opened before the first use."""

    errors: tuple[type[Exception], ...] = (SQLAlchemyError, *DRIVERS)
    """What is raised when it cannot be used."""

    def __init__(self, url: str, wait: float) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._wait = wait
        self._overdue = Overdue(wait + AFTER_A_TIME_OUT)
        self._lock = threading.Lock()  # held to swap the engine, never while waiting for the server
        self._engine: Engine | None = None

    @contextmanager
    def use(self, left: Callable[[], float]) -> Iterator[Callable[..., psycopg.Cursor[Any]]]:
        """What runs a statement in a transaction, committed at the end.

        Each statement waits as long as was set when the connection was taken.
        """
        with self._lock:
            engine = self._engine = self._engine or self._new_engine()
        taken = engine.raw_connection()
        try:
            driver: Any = taken.driver_connection
            if "prepared" not in taken.info:
                _prepare(driver)
                taken.info["prepared"] = True
            yield lambda statement, values: driver.execute(statement.replace("?", "%s"), values)
            driver.commit()
        finally:
            taken.close()  # rolls back what was not committed

    def failed(self) -> None:
        """Have the next use begin anew."""
        self.close()

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _new_engine(self) -> Engine:
        """One that has not connected yet, and whose statements end in time."""
        engine = create_engine(
            self._url,
            pool_size=POOLED,
            max_overflow=OVERFLOW,
            pool_timeout=self._wait,
            connect_args={
                "connect_timeout": LONGEST_CONNECT,
                "options": f"-c timezone=UTC -c statement_timeout={round(self._wait * 1000)}",
            },
            hide_parameters=True,  # an error must not carry anyone's data into a log
        )
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._given_back)
        return engine

    def _taken(self, driver: Any, record: Any, _: Any) -> None:
        """A connection that the server closed since its last use is replaced; one that hangs is hung up on."""
        deadline = record.info["deadline"] = self._overdue.begin(partial(_hang_up, driver))
        try:
            if _has_heard(driver):
                driver.execute("SELECT 1")
                driver.commit()
        except DRIVERS as error:
            self._overdue.end(deadline)
            raise DisconnectionError from error

    def _given_back(self, _: Any, record: Any) -> None:
        if (deadline := record.info.pop("deadline", None)) is not None:
            self._overdue.end(deadline)


def _prepare(driver: psycopg.Connection) -> None:
    """Make the tables where they are missing; of many processes one does, and the others wait for it."""
    driver.execute(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    for step in STEPS:
        driver.execute(step)
    driver.commit()


def _has_heard(driver: psycopg.Connection) -> bool:
    """Whether the server said something unasked, as it does when it hangs up. Asking it each time is half of a use."""
    waiting = select.poll()
    waiting.register(driver.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _hang_up(driver: Any) -> None:
    """Close the line under whoever waits on it: the driver then raises there."""
    try:
        line = socket.socket(fileno=os.dup(driver.fileno()))
    except DRIVERS:
        return  # it has ended by itself
    with line:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
