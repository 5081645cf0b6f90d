"""Rows in a SQLite file: its mode and its journal, and how long a use waits for a lock."""

from __future__ import annotations

import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from skill.store.rows import SecondsLeft
from skill.store.sql import STEPS, Run, SqlRows
from skill.store.urls import file_of

MOST_IDLE = 8
"""Connections that are kept open for their next use: as many as a worker has threads."""


class Connection(sqlite3.Connection):
    """A connection that knows which file it was `opened` on, and how long it waits for a lock."""

    opened: object = None
    _lock_timeout = 0  # milliseconds

    def set_lock_timeout(self, seconds: float) -> None:
        """Wait this long for a lock of another connection, in steps of a tenth: it is rarely set anew."""
        milliseconds = max(0, round(seconds * 10) * 100)
        if milliseconds != self._lock_timeout:
            self.execute(f"PRAGMA busy_timeout={milliseconds}")
            self._lock_timeout = milliseconds


class SqliteRows(SqlRows):
    """Rows in a file, which is made for its owner only, or in memory. A use waits `timeout` seconds for a lock."""

    errors = (sqlite3.Error, OSError)

    def __init__(self, url: str, clock: Callable[[], float], timeout: float) -> None:
        super().__init__(clock)
        self._timeout, self._resets = timeout, 0
        self._file = file_of(url)
        self._idle: queue.LifoQueue[Connection] = queue.LifoQueue(MOST_IDLE)
        # A database in memory is its one connection. Of a file, each thread that asks has a connection of its own.
        self._single_use = threading.BoundedSemaphore() if self._file is None else None

    def reset(self) -> None:
        """Open new connections from here on; a database in memory would be lost by that, and stays."""
        self._resets += 1

    def close(self) -> None:
        """Close the idle connections; the next use opens others."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def _use(self, left: SecondsLeft) -> Iterator[Run]:
        if self._single_use is not None and not self._single_use.acquire(timeout=self._timeout):
            raise sqlite3.OperationalError("the database in memory is busy")
        try:
            connection = self._take(left)
            try:
                connection.set_lock_timeout(left())
                yield connection.execute
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                try:
                    self._idle.put_nowait(connection)
                except queue.Full:
                    connection.close()
        finally:
            if self._single_use is not None:
                self._single_use.release()

    def _take(self, left: SecondsLeft) -> Connection:
        """An idle connection on the file that is there now, or a new one."""
        opened = None if self._file is None else (self._resets, *_file_id(self._file))
        with suppress(queue.Empty):
            while (idle := self._idle.get_nowait()).opened != opened:
                idle.close()
            return idle
        name = ":memory:" if self._file is None else os.path.abspath(self._file)
        connection = sqlite3.connect(name, timeout=0.0, check_same_thread=False, factory=Connection)
        # Text that is not UTF-8 is one damaged row, not a database that is down.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        connection.opened = opened
        try:
            connection.set_lock_timeout(left())
            for step in STEPS:
                connection.execute(step)
            connection.commit()
            # Readers and the writer do not wait for each other, and a power cut may cost the last write. If the lock is
            # taken, another process does the same at this moment, and this connection is only slower.
            connection.set_lock_timeout(0)
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection


def _file_id(file: Path) -> tuple[int, int]:
    """Device and number of the file, which is made where it is missing. Raises OSError."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        found = os.stat(file)
    return found.st_dev, found.st_ino
