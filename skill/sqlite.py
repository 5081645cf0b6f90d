"""What is SQLite's own: the file and who may read it, the journal, and how long a lock is waited for."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, Table, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable


def file_of(url: str) -> Path | None:
    """The database file of this address; None for a database in memory."""
    name = make_url(url).database
    return Path(name) if name and name != ":memory:" else None


def ensured(file: Path) -> tuple[int, int]:
    """What tells this file from a later one of the same name. Made, with its folder, where it is missing.

    Only its owner may read it; SQLite gives the files that it puts beside it the same mode. Raises OSError.
    """
    try:
        found = file.stat()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        found = file.stat()
    return found.st_dev, found.st_ino


def engine_for(url: str, wait: float) -> Engine:
    """An engine that has not connected yet, and never waits more than `wait` seconds for a connection."""
    in_memory = file_of(url) is None
    return create_engine(
        url,
        poolclass=QueuePool,
        # A database in memory is its one connection. A file has one for each thread that asks, so that nobody queues.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else -1,
        pool_timeout=wait,
        connect_args={"timeout": 0.0, "check_same_thread": False},
        hide_parameters=True,  # an error must not carry anyone's data into a log
    )


def wait_for_locks(connection: Connection, seconds: float) -> None:
    """From here on, give up a lock that somebody else holds after so many seconds."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout={max(0, round(seconds * 1000))}")


def is_new(connection: Connection) -> bool:
    """Whether this connection was not yet prepared."""
    return "prepared" not in connection.info


def prepare(connection: Connection, table: Table) -> None:
    """Make a new connection ready, and the table where it is missing, waiting for locks as was set before."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.text_factory = _text
    connection.execute(CreateTable(table, if_not_exists=True))
    # Readers and the writer do not wait for each other; a power cut may cost the last write, no more. Not worth
    # waiting for: who finds the lock taken meets another process doing the same, and goes on more slowly at worst.
    wait_for_locks(connection, 0)
    with suppress(OperationalError):
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
    connection.info["prepared"] = True


def _text(stored: bytes) -> str:
    """Text that is not UTF-8 is one damaged row, not a database that is down."""
    return stored.decode(errors="replace")
