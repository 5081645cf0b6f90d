"""The key under which ids are hashed, and the file that holds it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from skill.errors import StoreUnavailable
from skill.server.config import Settings
from skill.store.id_key import IdKey

KEY = "a key for the tests"


def key_in(folder: Path) -> IdKey:
    return IdKey(None, Settings(f"sqlite:///{folder / 'memory.sqlite3'}").id_key_file)


@pytest.fixture(params=[True, False], ids=["hard links", "no hard links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system with hard links, and one without, as on many a memory card or network folder."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not request.param:
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("links")
def test_the_id_key_is_made_once(tmp_path: Path) -> None:
    """Without a key one is made beside the database, for its owner only, and found again by the next start."""
    found = key_in(tmp_path / "deep").hash("a", "b")
    (file,) = (tmp_path / "deep").iterdir()
    assert file.name == "memory.sqlite3.id-key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text()) == 64
    assert key_in(tmp_path / "deep").hash("a", "b") == found


def test_however_many_start_at_once(tmp_path: Path) -> None:
    """The first of several makers wins, and all of them use its key."""
    start = threading.Barrier(8)
    found = []

    def hash_once() -> None:
        key = key_in(tmp_path)
        start.wait()
        found.append(key.hash("a", "b"))

    threads = [threading.Thread(target=hash_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("links")
def test_a_faster_maker_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that somebody else made meanwhile is used, never written over."""
    file = tmp_path / "memory.sqlite3.id-key"
    link = os.link

    def overtaken(*given: Any) -> None:
        file.write_text(KEY)
        link(*given)

    monkeypatch.setattr(os, "link", overtaken)
    assert key_in(tmp_path).hash("a") == IdKey(KEY).hash("a")
    assert [file.read_text() for file in tmp_path.iterdir()] == [KEY]


def test_hashes_differ_by_part() -> None:
    """No two lists of ids share a hash by running into each other, and any character may stand in an id."""
    key = IdKey(KEY)
    assert len({key.hash("ab", "c"), key.hash("a", "bc"), key.hash("abc"), key.hash("\ud800")}) == 4


def test_a_lost_key_is_not_replaced_by_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An empty key file is an unavailable memory and stays as it is; a line says what to do, and that helps at once."""
    file = tmp_path / "memory.sqlite3.id-key"
    key = key_in(tmp_path)
    before = key.hash("a")
    backup = file.read_text()
    file.write_text("\n")
    with pytest.raises(StoreUnavailable):
        key.hash("a")
    assert file.read_text() == "\n"
    (told,) = caplog.messages
    assert str(file) in told and "backup" in told and "delete it" in told
    file.write_text(backup)
    assert key.hash("a") == before


def test_a_memory_in_the_process_has_a_passing_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing outlives the process, no key is written anywhere, and each process has its own."""
    monkeypatch.chdir(tmp_path)
    key = IdKey(None)
    assert key.hash("a") == key.hash("a") != IdKey(None).hash("a")
    assert list(tmp_path.iterdir()) == []
