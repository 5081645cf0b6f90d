"""The store: rows with versions in a real SQLite file."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from skill.errors import StoreConflict, StoreUnavailable
from skill.store import Change, Row, Store

ADDS = 25


def store_in(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'deep' / 'memory.sqlite3'}", clock=lambda: 1_700_000_000.25)


def add_to(url: str, times: int = ADDS) -> None:
    """Add one to a row, `times` times, each time as often as it takes."""
    store = Store(url)
    for _ in range(times):
        while True:
            row = store.load("n").get("n", Row(0, {"n": 0}))
            try:
                store.save(Change("n", {"n": row.data["n"] + 1}, row.version))
                break
            except StoreConflict:
                continue
    store.close()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """A row comes back whole, one version older than the next, also for another process."""
    store = store_in(tmp_path)
    assert store.load("a") == {}
    store.save(Change("a", {"heard": ["é", {"deep": None}]}, 0))
    store.save(Change("a", {"heard": ["ö\0\ud800"]}, 1), Change("b", {}, 0))
    assert store_in(tmp_path).load("a", "b", "c") == {"a": Row(2, {"heard": ["ö\0\ud800"]}), "b": Row(1, {})}


def test_settings_of_the_file(tmp_path: Path) -> None:
    """The file is in WAL mode, so that readers and writers do not wait; each row has its time."""
    store_in(tmp_path).save(Change("a", {}, 0))
    with closing(sqlite3.connect(tmp_path / "deep" / "memory.sqlite3")) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert plain.execute("SELECT key, version, data, updated FROM memory").fetchall() == [
            ("a", 1, "{}", 1_700_000_000.25)
        ]


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_stale_writer_is_told(tmp_path: Path, expected: int) -> None:
    """Only who read the newest version may write; nothing of a refused save stays, other rows included."""
    store = store_in(tmp_path)
    store.save(Change("a", {"n": 1}, 0))
    store.save(Change("a", {"n": 2}, 1))
    with pytest.raises(StoreConflict) as caught:
        store.save(Change("b", {"n": 3}, 0), Change("a", {"n": 3}, expected))
    assert caught.value.expected == expected
    assert store.load("a", "b") == {"a": Row(2, {"n": 2})}


def test_a_row_that_went_is_a_conflict(tmp_path: Path) -> None:
    """What was deleted meanwhile is not quietly brought back."""
    store = store_in(tmp_path)
    store.save(Change("a", {}, 0))
    store.delete("a")
    with pytest.raises(StoreConflict):
        store.save(Change("a", {}, 1))


def test_delete_takes_what_is_filed_under_the_key(tmp_path: Path) -> None:
    """Deleting a key takes `key/...` along and nothing that merely looks alike."""
    store = store_in(tmp_path)
    store.save(*(Change(key, {}, 0) for key in ("a_", "a_/1", "a_b", "ax/1")))
    store.delete("a_")
    assert sorted(store.load("a_", "a_/1", "a_b", "ax/1")) == ["a_b", "ax/1"]


def test_two_processes_lose_no_update(tmp_path: Path) -> None:
    """Two processes that begin with no file and write one row lose none of their updates."""
    url = f"sqlite:///{tmp_path / 'deep' / 'memory.sqlite3'}"
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=add_to, args=(url,)) for _ in range(2)]
    for other in others:
        other.start()
    for other in others:
        other.join(30)
        assert other.exitcode == 0
    assert Store(url).load("n") == {"n": Row(2 * ADDS, {"n": 2 * ADDS})}


@pytest.mark.parametrize("memory", [False, True])
def test_threads_of_one_store_lose_no_update(tmp_path: Path, memory: bool) -> None:
    """One store serves many threads at once, in a file and in memory."""
    store = Store("sqlite://" if memory else f"sqlite:///{tmp_path / 'm.sqlite3'}")
    lost = []

    def add() -> None:
        for _ in range(ADDS):
            while True:
                row = store.load("n").get("n", Row(0, {"n": 0}))
                try:
                    store.save(Change("n", {"n": row.data["n"] + 1}, row.version))
                    break
                except StoreConflict:
                    continue
                except StoreUnavailable as error:
                    lost.append(error.cause)
                    return

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert lost == []
    assert store.load("n")["n"].data == {"n": 4 * ADDS}


def test_a_store_that_is_down_says_so_and_comes_back(tmp_path: Path) -> None:
    """A database that cannot be opened stops nothing but its own use, and is used again once it can be."""
    blocked = tmp_path / "deep"
    blocked.write_text("not a folder")
    store = store_in(tmp_path)
    for use in (
        lambda: store.load("a"),
        lambda: store.save(Change("a", {}, 0)),
        lambda: store.delete("a"),
        store.check,
    ):
        with pytest.raises(StoreUnavailable):
            use()
    blocked.unlink()
    store.save(Change("a", {"n": 1}, 0))
    assert store.load("a") == {"a": Row(1, {"n": 1})}


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A damaged file is an unavailable store, and its error tells nothing of what was to be written."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "memory.sqlite3").write_bytes(b"nonsense" * 200)
    with pytest.raises(StoreUnavailable) as caught:
        store_in(tmp_path).save(Change("key-of-anna", {"secret": "left knee"}, 0))
    told = f"{caught.value} {caught.value.cause}"
    assert "knee" not in told and "anna" not in told


def test_a_table_that_went_is_made_again(tmp_path: Path) -> None:
    """When the table is gone the next use fails once, and the one after it starts afresh."""
    store = store_in(tmp_path)
    store.save(Change("a", {}, 0))
    with closing(sqlite3.connect(tmp_path / "deep" / "memory.sqlite3")) as plain:
        plain.execute("DROP TABLE memory")
        plain.commit()
    with pytest.raises(StoreUnavailable):
        store.load("a")
    assert store.load("a") == {}


@pytest.mark.parametrize("damaged", ["{", "[]", "null"])
def test_a_damaged_row_reads_as_empty(tmp_path: Path, damaged: str) -> None:
    """A row that is not a JSON object costs that memory only, and is mended by the next save."""
    store = store_in(tmp_path)
    store.save(Change("a", {"n": 1}, 0))
    with closing(sqlite3.connect(tmp_path / "deep" / "memory.sqlite3")) as plain:
        plain.execute("UPDATE memory SET data = ?", (damaged,))
        plain.commit()
    assert store.load("a") == {"a": Row(1, {})}
    store.save(Change("a", {"n": 2}, 1))
    assert store.load("a") == {"a": Row(2, {"n": 2})}


def test_a_locked_file_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that stays is waited for briefly (Alexa gives an answer about 8 s), while reading goes on."""
    monkeypatch.setattr("skill.store.WAIT", 0.1)
    store = store_in(tmp_path)
    store.save(Change("a", {"n": 1}, 0))
    with closing(sqlite3.connect(tmp_path / "deep" / "memory.sqlite3", isolation_level=None)) as plain:
        plain.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            store.save(Change("a", {"n": 2}, 1))
        assert store.load("a") == {"a": Row(1, {"n": 1})}
        plain.execute("ROLLBACK")
    store.save(Change("a", {"n": 2}, 1))
