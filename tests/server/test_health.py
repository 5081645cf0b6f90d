"""How the skill is doing, as `GET /health` tells it: what is well, and what is not."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from skill.server.app import create_app
from skill.server.config import Settings
from skill.server.routes import HEALTH_CACHE_SECONDS, PACK
from speech.errors import PlaceUnavailable
from tests.support.posting import NOW, Fake

CLIPS = "ok" if PACK.exists() else "none"


class HealthOf:
    """A skill whose health is looked at anew each time."""

    def __init__(self, url: str, conversation: Any = None, id_key: str | None = "a key for the tests") -> None:
        self.now = NOW
        settings = Settings(url, id_key=id_key, verify=False)
        self.client = create_app(settings, lambda: self.now, conversation or Fake()).test_client()

    def health(self, later: float = HEALTH_CACHE_SECONDS) -> tuple[int, Any]:
        """Status and report, so many seconds after the last time."""
        self.now += later
        answer = self.client.get("/health")
        return answer.status_code, answer.json


WELL = {"status": "ok", "memory": "ok", "content": "ok", "clips": CLIPS}


def test_health(tmp_path: Path) -> None:
    """The skill is well while it answers; whether it remembers is said beside it."""
    (tmp_path / "deep").write_text("in the way")
    skill = HealthOf(f"sqlite:///{tmp_path / 'deep' / 'memory.sqlite3'}")
    assert skill.health() == (200, WELL | {"memory": "down"})
    (tmp_path / "deep").unlink()
    assert skill.health() == (200, WELL)


def test_health_of_damaged_content() -> None:
    """What cannot be guided is down, for a caller that reads the status alone, too."""

    class Broken(Fake):
        def check(self) -> None:
            raise PlaceUnavailable("glute-ball", "bed", ())

    assert HealthOf("sqlite://", Broken()).health() == (503, WELL | {"status": "down", "content": "down"})


def test_health_of_damaged_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips that cannot be read are reported; without them everything is spoken, so that the skill is well."""
    monkeypatch.setattr("skill.server.routes.PACK", tmp_path / "en.pack")
    skill = HealthOf("sqlite://")
    assert skill.health() == (200, WELL | {"clips": "none"})
    (tmp_path / "en.pack").write_bytes(b"garbage")
    assert skill.health() == (200, WELL | {"clips": "down"})


def test_health_is_not_looked_at_for_everybody(tmp_path: Path) -> None:
    """However often anybody asks, a row is written no more than once in ten seconds, and one at a time looks."""
    looked: list[float] = []

    class Slow(Fake):
        def check(self) -> None:
            looked.append(skill.now)
            looking.set()
            done.wait(10)

    looking, done = threading.Event(), threading.Event()
    done.set()
    skill = HealthOf("sqlite://", Slow())
    assert [skill.health(later)[0] for later in (0, 1, 1, 8.5, 0, -5)] == [200] * 6
    assert len(looked) == 2
    done.clear()
    looking.clear()
    skill.now += 2 * HEALTH_CACHE_SECONDS
    one = threading.Thread(target=lambda: skill.client.application.test_client().get("/health"))
    one.start()
    assert looking.wait(10)
    assert skill.health(0) == (200, WELL)  # what was seen before, at once
    done.set()
    one.join(10)
    assert len(looked) == 3


def test_health_is_honest_about_the_key(tmp_path: Path) -> None:
    """Without a key no row is found or written, and so nothing is remembered."""
    skill = HealthOf(f"sqlite:///{tmp_path / 'm.sqlite3'}", id_key=None)
    (tmp_path / "m.sqlite3.id-key").write_text("")
    assert skill.health() == (200, WELL | {"memory": "down"})
    (tmp_path / "m.sqlite3.id-key").unlink()
    assert skill.health() == (200, WELL)


def test_health_is_honest_about_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A database that another process keeps locked can be read and remembers nothing; unlocked, all is well."""
    file = tmp_path / "m.sqlite3"
    skill = HealthOf(f"sqlite:///{file}")
    assert skill.health() == (200, WELL)
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("BEGIN IMMEDIATE")
        assert skill.health() == (200, WELL | {"memory": "down"})
    assert skill.health() == (200, WELL)
