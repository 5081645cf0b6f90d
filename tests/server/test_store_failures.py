"""Whatever ails the memory, the person is guided; when it is well again, so is what was remembered."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.skill import Conversation
from skill.server.app import create_app
from skill.server.config import Settings
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.store.store import RETRY_AFTER, Store
from tests.support.listener import shared_resources

TECHNICAL = ("database", "sqlite", "memory", "error", "disk", "locked", "Something went wrong")
LONGEST = 4.0
"""Seconds: half of what Alexa waits, and a load and a save wait one each at most."""


class Skill:
    """A skill with a memory in a file, whose clocks are moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.file, self.clock, self.seconds = folder / "memory.sqlite3", Clock(), 1_000.0
        settings = Settings(f"sqlite:///{self.file}", id_key="a key for tests only", verify=False)
        self.store = Store(settings.database_url, self.clock, lambda: self.seconds)
        memory = Memory(self.store, IdKey(settings.id_key))
        self.client = create_app(
            settings, self.clock, Conversation(shared_resources(), memory, self.clock)
        ).test_client()

    def tip(self, user: str = "amzn1.ask.account.ANNA") -> str:
        """What is answered to "give me a tip" of this person, which is remembered; checked to be in time, and valid."""
        self.seconds += RETRY_AFTER
        request = envelopes.intent({"name": "TipIntent", "confirmationStatus": "NONE"})
        envelope = envelopes.envelope(Profile(user=user), request, self.clock(), Session())
        started = time.monotonic()
        answer = self.client.post("/alexa", json=envelope)
        assert time.monotonic() - started < LONGEST
        assert answer.status_code == 200 and check_response(envelope, answer.get_json()) == []
        return answer.text

    def tips(self) -> dict[str, list[str]]:
        """The tips that are remembered of each person."""
        with closing(sqlite3.connect(self.file)) as plain:
            rows = plain.execute("SELECT key, data FROM memory WHERE key NOT LIKE '%/%'").fetchall()
        return {key: json.loads(data)["tips"] for key, data in rows}


Ailment = Callable[[Skill, pytest.MonkeyPatch], Any]


@contextmanager
def _gone(skill: Skill, _: pytest.MonkeyPatch) -> Iterator[None]:
    away = skill.file.rename(skill.file.with_name("away"))
    skill.file.mkdir()
    yield
    skill.file.rmdir()
    away.rename(skill.file)


@contextmanager
def _corrupt(skill: Skill, _: pytest.MonkeyPatch) -> Iterator[None]:
    skill.store.close()  # whatever lies in the journal is in the file then
    whole = skill.file.read_bytes()
    skill.file.write_bytes(b"garbage" * 5_000)
    yield
    skill.file.write_bytes(whole)


@contextmanager
def _locked(skill: Skill, _: pytest.MonkeyPatch) -> Iterator[None]:
    with closing(sqlite3.connect(skill.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def _connecting(then: str) -> Ailment:
    """Every connection is made to suffer by this statement."""

    @contextmanager
    def ailing(skill: Skill, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        connect = sqlite3.connect

        def suffering(*where: Any, **how: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*where, **how)
            connection.execute(then)
            return connection

        skill.store.close()
        with monkeypatch.context() as changed:
            changed.setattr(sqlite3, "connect", suffering)
            yield
        skill.store.close()

    return ailing


AILMENTS: dict[str, Ailment] = {
    "gone": _gone,
    "corrupt": _corrupt,
    "locked": _locked,
    "read-only": _connecting("PRAGMA query_only=ON"),
    "full": _connecting("PRAGMA max_page_count=1"),
}


@pytest.mark.parametrize("ailment", AILMENTS)
def test_the_person_is_guided_all_the_same(
    ailment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Gone, damaged, locked, read-only or full: an answer in time that tells nothing of it, and a line in the log.

    When that is over, what was remembered before is there, and is added to.
    """
    caplog.set_level(logging.WARNING)
    skill = Skill(tmp_path)
    skill.tip()
    ((anna, before),) = skill.tips().items()
    assert len(before) == 1 and not caplog.records
    with AILMENTS[ailment](skill, monkeypatch):
        for number in range(99):  # a full disk has room for a few more bytes
            answer = skill.tip(f"amzn1.ask.account.{number}")
            assert not any(word in answer for word in TECHNICAL), answer
            if told := [record.getMessage() for record in caplog.records]:
                break
        assert any("without memory" in line or "not remembered" in line for line in told), told
        assert not any("amzn1" in line for line in told)
    caplog.clear()
    skill.tip()
    assert skill.tips()[anna][:1] == before and len(skill.tips()[anna]) == 2
    assert not caplog.records
