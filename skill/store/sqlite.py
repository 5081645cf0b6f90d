"""What is SQLite's own: the file and who may read it, the journal, and how long a lock is waited for."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from skill.store.rows import Left
from skill.store.sql import STEPS, Run, SqlRows
from skill.store.urls import file_of

IDLE = 8
"""Connections that wait for their next use: as many as a worker has threads."""


class Held:
    """A connection, and what is known of it: the file it was opened on, and how long it waits for a lock."""

    def __init__(self, name: str, opened: object) -> None:
        self.driver = sqlite3.connect(name, timeout=0.0, check_same_thread=False)
        self.driver.text_factory = _text
        self.opened = opened
        self._milliseconds = 0

    def wait_for_locks(self, seconds: float) -> None:
        """From here on, give up a lock that somebody else holds after so many seconds."""
        milliseconds = max(0, round(seconds * 10) * 100)  # in steps, so that it is hardly ever set anew
        if milliseconds != self._milliseconds:
            self.driver.execute(f"PRAGMA busy_timeout={milliseconds}")
            self._milliseconds = milliseconds

    def prepare(self) -> None:
        """Make the tables where they are missing, waiting for locks as was set before."""
        for step in STEPS:
            self.driver.execute(step)
        self.driver.commit()
        # Readers and the writer do not wait for each other; a power cut may cost the last write, no more. Not worth
        # waiting for: who finds the lock taken meets another process doing the same, and goes on more slowly at worst.
        self.wait_for_locks(0)
        with suppress(sqlite3.OperationalError):
            self.driver.execute("PRAGMA journal_mode=WAL")
            self.driver.execute("PRAGMA synchronous=NORMAL")


class SqliteRows(SqlRows):
    """A database in a file, or in memory. Nothing is opened before the first use."""

    errors = (sqlite3.Error, OSError)

    def __init__(self, url: str, clock: Callable[[], float], wait: float) -> None:
        super().__init__(clock)
        self._wait, self._failures = wait, 0
        self._file = file_of(url)
        self._idle: list[Held] = []
        self._lock = threading.Lock()  # held to take a connection or give it back, never while waiting
        # A database in memory is its one connection. A file has one for each thread that asks: nobody queues.
        self._turn = threading.BoundedSemaphore() if self._file is None else None

    @contextmanager
    def _use(self, left: Left) -> Iterator[Run]:
        """What runs a statement in a transaction, committed at the end. `left` tells how many seconds may be waited."""
        if self._turn is not None and not self._turn.acquire(timeout=self._wait):
            raise sqlite3.OperationalError("the database in memory is busy")
        try:
            held = self._taken(left)
            try:
                held.wait_for_locks(left())
                yield held.driver.execute
                held.driver.commit()
            except BaseException:
                held.driver.rollback()
                raise
            finally:
                self._given_back(held)
        finally:
            if self._turn is not None:
                self._turn.release()

    def failed(self) -> None:
        """Have the next use begin anew; a database in memory would be lost by that."""
        self._failures += 1

    def close(self) -> None:
        """Let go of the database; the next use opens it again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for held in idle:
            held.driver.close()

    def _taken(self, left: Left) -> Held:
        opened = self._ensured()
        while True:
            with self._lock:
                held = self._idle.pop() if self._idle else None
            if held is None:
                break
            if held.opened == opened:
                return held
            held.driver.close()
        held = Held(":memory:" if self._file is None else os.path.abspath(self._file), opened)
        try:
            held.wait_for_locks(left())
            held.prepare()
        except BaseException:
            held.driver.close()
            raise
        return held

    def _given_back(self, held: Held) -> None:
        with self._lock:
            kept = len(self._idle) < IDLE
            if kept:
                self._idle.append(held)
        if not kept:
            held.driver.close()

    def _ensured(self) -> object:
        """What tells this file from a later one of the same name. Made, with its folder, where it is missing.

        Only its owner may read it; SQLite gives the files that it puts beside it the same mode. Raises OSError.
        """
        return None if self._file is None else (self._failures, *_ensured(self._file))


def _ensured(file: Path) -> tuple[int, int]:
    try:
        found = os.stat(file)
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        found = os.stat(file)
    return found.st_dev, found.st_ino


def _text(stored: bytes) -> str:
    """Text that is not UTF-8 is one damaged row, not a database that is down."""
    return stored.decode(errors="replace")
