"""A server that is killed in the middle of its work: the answer in flight is lost, and nothing else."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from skill.dialog.state import remembered_from_json
from skill.simulator import envelopes
from skill.simulator.envelopes import Profile, Session
from tests.support.serving import Server, massage_serve

TIMES = 100 if os.environ.get("MASSAGE_PROVE") == "1" else 20
PEOPLE = 4


class Person(threading.Thread):
    """A person who asks for one tip after the other; each changes what is remembered of them.

    A request without an answer is sent again unchanged until it has one.
    """

    def __init__(self, server: Server, number: int) -> None:
        super().__init__(daemon=True)
        self.server, self.profile = server, Profile(user=f"amzn1.ask.account.{number}")
        self.enough = threading.Event()
        self.answered, self.lost = 0, 0
        self.wrong: list[str] = []

    def run(self) -> None:
        """Ask until it is enough."""
        while not self.enough.is_set():
            request = envelopes.intent({"name": "TipIntent", "confirmationStatus": "NONE"})
            self._until_answered(json.dumps(envelopes.envelope(self.profile, request, time.time(), Session())).encode())
            self.answered += 1

    def _until_answered(self, body: bytes) -> None:
        for _ in range(400):
            try:
                status, _, text = self.server.post(body)
            except (OSError, http.client.HTTPException):
                self.lost += 1
                time.sleep(0.05)
                continue
            if status != 200 or '"outputSpeech"' not in text or "Something went wrong" in text:
                self.wrong.append(f"{status} {text[:300]}")
            return
        self.wrong.append("never answered")
        self.enough.set()


def kill_a_worker(server: Server, dice: random.Random) -> bool:
    """Kill one of the processes that answer; False where none of them was there any more."""
    booted = re.findall(r"Booting worker with pid: (\d+)", server.log.read_text())
    for pid in dice.sample(booted[-3:], len(booted[-3:])):
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
            return True
    return False


def rows(folder: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """Key, version and data of each row, of a database that is whole."""
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = plain.execute("SELECT key, version, data FROM memory")
        return [(key, version, json.loads(data)) for key, version, data in found]


def test_a_killed_process_loses_nothing_that_was_answered(tmp_path: Path, record_property: Any) -> None:
    """Processes are killed again and again while people ask: each request is applied exactly once.

    A row's version counts how often it was written. What was answered is there; what was not is sent again, and
    changes nothing where it had been written already. At the end all is killed at once, and the file is whole.
    """
    dice = random.Random(7)
    with massage_serve(tmp_path, "--production") as server:
        people = [Person(server, number) for number in range(PEOPLE)]
        for person in people:
            person.start()
        killed = 0
        while killed < TIMES:
            time.sleep(dice.uniform(0.02, 0.3))
            killed += kill_a_worker(server, dice)
        for person in people:
            person.enough.set()
        for person in people:
            person.join(60)
        server.kill()
    assert [person.wrong for person in people] == [[]] * PEOPLE
    # A lock that was waited for in vain is logged; on a machine with free processors there is none.
    unremembered = len(re.findall("not remembered|without memory", server.log.read_text()))
    found = rows(tmp_path)
    assert len(found) == 3 * PEOPLE
    for kind in ("person", "answers"):
        versions = [version for key, version, _ in found if _kind(key) == kind]
        assert len(versions) == PEOPLE
        assert sum(person.answered for person in people) - unremembered <= sum(versions)
        assert all(version <= max(person.answered for person in people) for version in versions)
        assert unremembered or sorted(versions) == sorted(person.answered for person in people)
    for key, _, data in found:
        assert _kind(key) != "person" or remembered_from_json(data, {}, True).tips
    record_property("answers lost by killing", f"{sum(person.lost for person in people)} tries in {TIMES} kills")


def _kind(key: str) -> str:
    return "person" if "/" not in key else "answers" if key.endswith("/answers") else "device"
