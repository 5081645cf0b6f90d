"""What is SQLite's own: the file and who may read it, the journal, and how long a lock is waited for."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from skill.tables import bring_forward


class Sqlite:
    """A database in a file, or in memory. Nothing is opened before its engine is used."""

    mark = "?"
    """What stands for a value in a statement."""

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""
        return (sqlite3.Error,)

    def __init__(self, url: str, wait: float) -> None:
        self._url, self._wait, self._failures = url, wait, 0
        name = make_url(url).database
        self._file = Path(name) if name and name != ":memory:" else None

    def ensured(self) -> object:
        """What tells this file from a later one of the same name. Made, with its folder, where it is missing.

        Only its owner may read it; SQLite gives the files that it puts beside it the same mode. Raises OSError.
        """
        return None if self._file is None else (self._failures, *_ensured(self._file))

    def failed(self) -> None:
        """Have the next use begin anew; a database in memory would be lost by that."""
        self._failures += 1

    def engine(self) -> Engine:
        """An engine that has not connected yet, and never waits too long for a connection."""
        in_memory = self._file is None
        return create_engine(
            self._url,
            poolclass=QueuePool,
            # A database in memory is its one connection. A file has one for each thread that asks: nobody queues.
            pool_size=1 if in_memory else 5,
            max_overflow=0 if in_memory else -1,
            pool_timeout=self._wait,
            connect_args={"timeout": 0.0, "check_same_thread": False},
            hide_parameters=True,  # an error must not carry anyone's data into a log
        )

    def wait_for_locks(self, connection: Connection, seconds: float) -> None:
        """From here on, give up a lock that somebody else holds after so many seconds."""
        milliseconds = max(0, round(seconds * 10) * 100)  # in steps, so that it is hardly ever set anew
        if connection.info.get("waits") != milliseconds:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
            connection.info["waits"] = milliseconds

    def is_new(self, connection: Connection) -> bool:
        """Whether this connection was not yet prepared."""
        return "prepared" not in connection.info

    def prepare(self, connection: Connection) -> None:
        """Make a new connection ready, and the tables where they are missing, waiting for locks as was set before."""
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.text_factory = _text
        bring_forward(connection)
        # Readers and the writer do not wait for each other; a power cut may cost the last write, no more. Not worth
        # waiting for: who finds the lock taken meets another process doing the same, and goes on more slowly at worst.
        self.wait_for_locks(connection, 0)
        with suppress(OperationalError):
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
        connection.info["prepared"] = True


def _ensured(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        found = file.stat()
    return found.st_dev, found.st_ino


def _text(stored: bytes) -> str:
    """Text that is not UTF-8 is one damaged row, not a database that is down."""
    return stored.decode(errors="replace")
