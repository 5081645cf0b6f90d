"""Work in a thread, of which only the newest job matters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from threading import Lock, Thread

log = logging.getLogger(__name__)
Job = Callable[[], None]


class LatestJob:
    """Runs one job at a time in a thread; of those that wait only the newest is run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._busy = False
        self._doing: Hashable = None
        self._waiting: tuple[Hashable, Job] | None = None

    def do(self, what: Hashable, job: Job) -> None:
        """Run this job, unless one with the same key (`what`) is running."""
        with self._lock:
            if self._doing == what:
                self._waiting = None
                return
            self._waiting = what, job
            if not self._busy:
                self._busy = True
                Thread(target=self._work, daemon=True).start()

    @property
    def superseded(self) -> bool:
        """Whether a newer job waits, so that the running one should end."""
        return self._waiting is not None

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._waiting is None:
                    self._busy, self._doing = False, None
                    return
                self._doing, job = self._waiting
                self._waiting = None
            try:
                job()
            except Exception:
                log.exception("a job of the page has failed")
