"""A database that cannot be used: what it costs, what is logged, and that memory comes back by itself."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from skill.errors import StoreUnavailable
from skill.store.store import RETRY_AFTER, STORE_TIMEOUT, Change, Row
from tests.support.databases import SqlDatabase
from tests.support.stored import Hand, file_in, sqlite_itself, store_in


def test_a_store_that_is_down_says_so_and_comes_back(tmp_path: Path) -> None:
    """A database that cannot be opened stops nothing but its own use, and is used again once it can be."""
    blocked = tmp_path / "deep"
    blocked.write_text("not a folder")
    hand = Hand()
    store = store_in(tmp_path, hand)
    for use in (
        lambda: store.load("a"),
        lambda: store.save(Change("a", {}, 0)),
        lambda: store.delete("a"),
        store.check,
    ):
        with pytest.raises(StoreUnavailable):
            use()
        hand.seconds += RETRY_AFTER
    blocked.unlink()
    store.save(Change("a", {"n": 1}, 0))
    assert store.load("a") == {"a": Row(1, {"n": 1})}


def test_a_failed_database_is_left_alone_for_a_moment(tmp_path: Path) -> None:
    """After a failure no request waits for the same database again until its rest is over, or a check finds it well."""
    blocked = tmp_path / "deep"
    blocked.write_text("not a folder")
    hand = Hand()
    store = store_in(tmp_path, hand)
    with pytest.raises(StoreUnavailable):
        store.load("a")
    blocked.unlink()
    hand.seconds += RETRY_AFTER - 0.1
    with pytest.raises(StoreUnavailable):
        store.load("a")
    assert not blocked.exists()
    hand.seconds += 0.1  # the refusal did not lengthen the rest
    assert store.load("a") == {}

    with sqlite_itself(tmp_path) as plain:
        plain.execute("DROP TABLE memory")
    with pytest.raises(StoreUnavailable):
        store.load("a")
    store.check()
    assert store.load("a") == {}


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A damaged file is an unavailable store, and its error tells nothing of what was to be written."""
    file_in(tmp_path).parent.mkdir()
    file_in(tmp_path).write_bytes(b"nonsense" * 200)
    with pytest.raises(StoreUnavailable) as caught:
        store_in(tmp_path).save(Change("key-of-anna", {"secret": "left knee"}, 0))
    told = f"{caught.value} {caught.value.cause}"
    assert "knee" not in told and "anna" not in told


def test_a_table_that_went_is_made_again(sql_database: SqlDatabase) -> None:
    """When the table is gone the next use fails, and the one after the rest starts afresh."""
    hand = Hand()
    store = sql_database.store(hand)
    store.save(Change("a", {}, 0))
    sql_database.run("DROP TABLE memory")
    with pytest.raises(StoreUnavailable):
        store.load("a")
    hand.seconds += RETRY_AFTER
    store.check()
    assert store.load("a") == {}


@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_file_that_went_is_made_again(tmp_path: Path, whole_folder: bool) -> None:
    """What is saved after the file was deleted is in a new file, not in one that no later start can find."""
    store = store_in(tmp_path)
    store.save(Change("a", {"n": 1}, 0))
    for file in file_in(tmp_path).parent.iterdir():
        file.unlink()
    if whole_folder:
        file_in(tmp_path).parent.rmdir()
    assert store.load("a") == {}
    store.save(Change("a", {"n": 2}, 0))
    assert store_in(tmp_path).load("a") == {"a": Row(1, {"n": 2})}


def test_a_locked_file_is_given_up_in_time(tmp_path: Path) -> None:
    """A lock that stays is waited for briefly (Alexa gives an answer about 8 s), while reading goes on."""
    hand = Hand()
    store = store_in(tmp_path, hand)
    store.save(Change("a", {"n": 1}, 0))
    with sqlite_itself(tmp_path) as plain:
        plain.execute("BEGIN IMMEDIATE")
        assert store.load("a") == {"a": Row(1, {"n": 1})}
        with pytest.raises(StoreUnavailable):
            store.save(Change("a", {"n": 2}, 1))
        plain.execute("ROLLBACK")
    hand.seconds += RETRY_AFTER
    store.save(Change("a", {"n": 2}, 1))


@pytest.mark.parametrize(
    ("known", "hold"),
    [
        (False, "BEGIN EXCLUSIVE"),
        (False, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; CREATE TABLE other (n)"),
        (True, "PRAGMA locking_mode=EXCLUSIVE; CREATE TABLE other (n)"),
    ],
)
def test_no_request_queues_before_a_locked_file(tmp_path: Path, known: bool, hold: str) -> None:
    """However many ask at once for a file that another process keeps locked, each has its answer in about a second."""
    if known:
        before = store_in(tmp_path)
        before.save(Change("a", {}, 0))
        before.close()
    else:
        file_in(tmp_path).parent.mkdir()
    store = store_in(tmp_path)

    def seconds_until_told(_: int) -> float:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.load("a")
        return time.monotonic() - started

    with sqlite_itself(tmp_path) as plain:
        for statement in hold.split("; "):
            plain.execute(statement)
        with ThreadPoolExecutor(8) as pool:
            assert max(pool.map(seconds_until_told, range(8))) < STORE_TIMEOUT + 0.8
        assert seconds_until_told(0) < 0.2
    store.check()
    assert store.load("b") == {}


def test_a_check_writes_and_leaves_nothing(tmp_path: Path) -> None:
    """A check passes only where a row can be written, and no row of it is ever seen."""
    store = store_in(tmp_path)
    store.check()
    store.check()
    with sqlite_itself(tmp_path) as plain:
        assert plain.execute("SELECT count(*) FROM memory").fetchone() == (0,)


def test_a_full_database_does_not_pass_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that can be read and not written remembers nothing."""
    connect = sqlite3.connect

    def limited(*where: Any, **how: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*where, **how)
        connection.execute("PRAGMA max_page_count=5")
        return connection

    store = store_in(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", limited)
        assert store.load("a") == {}
        with pytest.raises(StoreUnavailable):
            store.check()
    store.close()
    store.check()
