"""What is PostgreSQL's own: how a connection is kept honest, how long anything may take, and who makes the tables."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

from skill.tables import bring_forward

LONGEST_CONNECT = 2  # seconds; libpq knows no shorter time
AFTER_A_TIME_OUT = 1.0  # seconds after which a server that does not even end a statement in time is hung up on
MIGRATING = 7_301_942  # the lock under which one of many processes makes the tables


class Postgres:
    """A PostgreSQL database that many machines may share. Nothing is opened before its engine is used."""

    mark = "%s"
    """What stands for a value in a statement."""

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""
        return driver_errors()

    def __init__(self, url: str, wait: float) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._wait = wait
        self._failures = 0

    def ensured(self) -> object:
        """What tells the server of now from the one before its last failure."""
        return self._failures

    def failed(self) -> None:
        """Have the next use begin anew."""
        self._failures += 1

    def engine(self) -> Engine:
        """An engine that has not connected yet, and whose statements end in time."""
        engine = create_engine(
            self._url,
            pool_size=5,
            max_overflow=10,
            pool_timeout=self._wait,
            connect_args={"connect_timeout": LONGEST_CONNECT, "options": "-c timezone=UTC"},
            hide_parameters=True,  # an error must not carry anyone's data into a log
        )
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", _given_back)
        return engine

    def wait_for_locks(self, connection: Connection, seconds: float) -> None:
        """Each statement waits as long as was set when the connection was taken."""

    def is_new(self, connection: Connection) -> bool:
        """Whether this connection was not yet prepared."""
        return "prepared" not in connection.info

    def prepare(self, connection: Connection) -> None:
        """Make the tables where they are missing; of many processes one does, and the others wait for it."""
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        bring_forward(connection)
        connection.info["prepared"] = True

    def _taken(self, driver: Any, record: Any, _: Any) -> None:
        """A connection that the server closed since its last use is replaced; one that hangs is hung up on."""
        deadline = threading.Timer(self._wait + AFTER_A_TIME_OUT, _hang_up, (driver,))
        deadline.daemon = True
        deadline.start()
        record.info["deadline"] = deadline
        try:
            driver.execute(f"SET statement_timeout = {round(self._wait * 1000)}")
            driver.commit()
        except driver_errors() as error:
            deadline.cancel()
            raise DisconnectionError from error


def driver_errors() -> tuple[type[Exception], ...]:
    """What the driver raises. Imported late: who keeps the memory in a file does not need it."""
    import psycopg

    return (psycopg.Error, OSError)


def _given_back(_: Any, record: Any) -> None:
    if (deadline := record.info.pop("deadline", None)) is not None:
        deadline.cancel()


def _hang_up(driver: Any) -> None:
    """Close the line under whoever waits on it: the driver then raises there."""
    try:
        line = socket.socket(fileno=os.dup(driver.fileno()))
    except driver_errors():
        return  # it has ended by itself
    with line:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
