"""Forgetting: all of this person on every device, nobody else, and nothing is written back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from skill.errors import StoreUnavailable
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile
from skill.store.memory import Memory
from tests.support.guided import Massage, skill_app

ANNA, BERT = "amzn1.ask.account.ANNA", "amzn1.ask.account.BERT"
GUIDED = ("ask sciatica massage to start the piriformis for five minutes left side first", "ready", "stop")


def rows(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as plain:
        return {key for (key,) in plain.execute("select key from memory")}


def test_every_row_of_this_person_is_gone(tmp_path: Path) -> None:
    """Both of her devices, and the answers kept for repeats; somebody else's rows stay; nothing is written back."""
    clock = Clock()
    app = skill_app(clock, tmp_path)
    Massage(*GUIDED, app=app, clock=clock, profile=Profile(user=BERT))
    others = rows(tmp_path)
    for device in ("hall", "bedroom"):
        Massage(*GUIDED, app=app, clock=clock, profile=Profile(user=ANNA, device=device))
    assert len(rows(tmp_path)) > len(others)
    anna = Massage("open sciatica massage", app=app, clock=clock, profile=Profile(user=ANNA, device="hall"))
    anna.say_when_asked("forget everything about me")
    assert "forgotten everything" in anna.say_when_asked("yes")
    assert rows(tmp_path) == others
    assert not anna.device.session_open


def test_a_promise_to_forget_holds_or_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails at the deletion is told, and everything is still there to be deleted later."""
    clock = Clock()
    anna = Massage(*GUIDED, "open sciatica massage", clock=clock, folder=tmp_path)

    def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable(OSError("the disk is gone"))

    anna.say_when_asked("forget everything about me")
    with monkeypatch.context() as broken:
        broken.setattr(Memory, "forget", fails)
        assert "nothing is deleted yet" in anna.say_when_asked("yes")
    assert rows(tmp_path)
    anna.say_when_asked("forget everything about me")
    assert "forgotten everything" in anna.say_when_asked("yes")
    assert not rows(tmp_path)


def test_what_is_counted_names_no_technique(tmp_path: Path) -> None:
    """The count holds dates, sessions and minutes: nothing tells what was done, or why."""
    clock = Clock()
    Massage("open sciatica massage", "how am I doing", "yes", "stop", clock=clock, folder=tmp_path)
    Massage(*GUIDED[:2], "ready", "no", app=skill_app(clock, tmp_path), clock=clock)
    with closing(sqlite3.connect(tmp_path / "memory.sqlite3")) as plain:
        stored = [data for (data,) in plain.execute("select data from memory")]
    practice = next(data for data in stored if '"practice"' in data).partition('"practice"')[2]
    assert '"log"' in practice
    assert not any(word in practice for word in ("piriformis", "ball", "left", "floor"))
