"""Work beside the answers to a page, of which only the newest matters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from threading import Lock, Thread

log = logging.getLogger(__name__)
Job = Callable[[], None]


class LatestJob:
    """One job at a time, in a thread; of those that wait only the one that was asked for last is done."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._busy = False
        self._doing: Hashable = None
        self._waiting: tuple[Hashable, Job] | None = None

    def do(self, what: Hashable, job: Job) -> None:
        """Have this done, unless the very same (`what`) is under way."""
        with self._lock:
            if self._doing == what:
                self._waiting = None
                return
            self._waiting = what, job
            if not self._busy:
                self._busy = True
                Thread(target=self._work, daemon=True).start()

    @property
    def hurried(self) -> bool:
        """Whether something newer waits, so that the job under way had better end."""
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
                log.exception("what was to be done beside a page has failed")
