"""One thread that calls in whatever takes too long: a timer for each would cost as much as most of what it times."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable

LOOK = 0.25
"""Seconds between two looks: by so much something may be called in late."""
IDLE = 20.0
"""Seconds without anything to watch after which the thread ends; the next thing starts another."""


class Overdue:
    """Calls what was begun and not ended within so many seconds, each time once, in a thread of its own."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._begun: dict[int, tuple[float, Callable[[], None]]] = {}
        self._looks_in = 0

    def begin(self, call: Callable[[], None]) -> int:
        """Have this called unless `end` is told the number, which is given, in time."""
        with self._lock:
            number = next(self._numbers)
            self._begun[number] = (time.monotonic() + self._seconds, call)
            if self._looks_in != os.getpid():  # a thread does not come along into a process that was forked
                self._looks_in = os.getpid()
                threading.Thread(target=self._look, daemon=True).start()
        return number

    def end(self, number: int) -> None:
        """It is over: nothing is called."""
        with self._lock:
            self._begun.pop(number, None)

    def _look(self) -> None:
        last = time.monotonic()
        while True:
            time.sleep(LOOK)
            now = time.monotonic()
            with self._lock:
                if self._begun:
                    last = now
                elif now - last > IDLE:
                    self._looks_in = 0
                    return
                late = [number for number, (due, _) in self._begun.items() if due <= now]
                calls = [self._begun.pop(number)[1] for number in late]
            for call in calls:
                call()
