"""The store: rows with versions in a real SQLite file."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import skill.store.store
from skill.errors import StoreConflict, StoreUnavailable
from skill.store.store import DAMAGED, Change, Row, Store
from tests.support.aws import PATIENCE
from tests.support.databases import Database, SqlDatabase
from tests.support.stored import file_in, sqlite_itself, store_in

ADDS = 12


def add_to(url: str, times: int = ADDS) -> None:
    """Add one to a row, `times` times, each time as often as it takes. In a process of its own."""
    if url.startswith("dynamodb"):
        skill.store.store.STORE_TIMEOUT = PATIENCE
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


def test_no_driver_is_imported_before_it_is_used() -> None:
    """A process that keeps its memory in one database loads no driver of another."""
    drivers = {"sqlite3", "psycopg", "psycopg_pool", "boto3"}
    program = f"import sys, skill.store.store; print(*sorted({drivers} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "\n"


def test_what_is_saved_is_loaded(database: Database) -> None:
    """A row comes back whole, one version older than the next, also for another process."""
    store = database.store()
    assert store.load("a") == {}
    store.save(Change("a", {"heard": ["é", {"deep": None}]}, 0))
    store.save(Change("a", {"heard": ["ö\0\ud800"]}, 1), Change("a/1", {}, 0))
    assert database.store().load("a", "a/1", "a/2") == {"a": Row(2, {"heard": ["ö\0\ufffd"]}), "a/1": Row(1, {})}


def test_settings_of_the_file(tmp_path: Path) -> None:
    """The file is in WAL mode, so that readers and writers do not wait; each row has its time."""
    store_in(tmp_path).save(Change("a", {}, 0))
    with sqlite_itself(tmp_path) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert plain.execute("SELECT key, version, data, updated FROM memory").fetchall() == [
            ("a", 1, "{}", 1_700_000_000.25)
        ]


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_stale_writer_is_told(database: Database, expected: int) -> None:
    """Only who read the newest version may write; nothing of a refused save stays, other rows included."""
    store = database.store()
    store.save(Change("a", {"n": 1}, 0))
    store.save(Change("a", {"n": 2}, 1))
    with pytest.raises(StoreConflict) as caught:
        store.save(Change("a/1", {"n": 3}, 0), Change("a", {"n": 3}, expected))
    assert caught.value.expected == expected
    assert store.load("a", "a/1") == {"a": Row(2, {"n": 2})}


def test_a_row_that_went_is_a_conflict(database: Database) -> None:
    """What was deleted meanwhile is not quietly brought back."""
    store = database.store()
    store.save(Change("a", {}, 0))
    store.delete("a")
    with pytest.raises(StoreConflict):
        store.save(Change("a", {}, 1))


def test_delete_takes_what_is_filed_under_the_key(database: Database) -> None:
    """Deleting a key takes `key/...` along and nothing that merely looks alike."""
    store = database.store()
    keys = ("a_", "a_/1", "a_/1/2", "a_b", "ax/1")
    for key in keys:
        store.save(Change(key, {}, 0))
    store.delete("a_")
    assert [key for key in keys if store.load(key)] == ["a_b", "ax/1"]


def test_what_goes_together_is_one_persons() -> None:
    """Rows of two people are never loaded or saved together, and nobody is forgotten by halves: a database need not."""
    store = Store("sqlite://")
    with pytest.raises(ValueError):
        store.load("a", "b/1")
    with pytest.raises(ValueError):
        store.save(Change("a", {}, 0), Change("b", {}, 0))
    with pytest.raises(ValueError):
        store.delete("a/1")


def test_two_processes_lose_no_update(database: Database) -> None:
    """Two processes that begin with no table and write one row lose none of their updates."""
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=add_to, args=(database.url,)) for _ in range(2)]
    for other in others:
        other.start()
    for other in others:
        other.join(30)
        assert other.exitcode == 0
    assert database.store().load("n") == {"n": Row(2 * ADDS, {"n": 2 * ADDS})}


def test_threads_of_one_store_lose_no_update(database: Database) -> None:
    """One store serves many threads at once."""
    no_update_is_lost(database.store())


def test_threads_of_a_store_in_memory_lose_no_update() -> None:
    """A memory that ends with the process too."""
    no_update_is_lost(Store("sqlite://"))


def no_update_is_lost(store: Store) -> None:
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


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Whatever the umask, the database and the files that SQLite puts beside it are their owner's only."""
    before = os.umask(0o022)
    try:
        store = store_in(tmp_path)
        store.save(Change("a", {}, 0))
        modes = {file.name: file.stat().st_mode & 0o777 for file in file_in(tmp_path).parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {f"memory.sqlite3{end}": 0o600 for end in ("", "-wal", "-shm")}
    store.close()


@pytest.mark.parametrize("data", [b"{}\xff", 5, "\udcff"], ids=repr)
def test_a_damaged_row_reads_as_empty(tmp_path: Path, data: Any) -> None:
    """What SQLite holds where text should be, and no other database can, costs that memory only, and is mended."""
    damaged_is_mended(tmp_path, "data", data, 1)


@pytest.mark.parametrize("levels", [100, 100_000])
def test_a_deep_row_reads_as_empty(tmp_path: Path, levels: int) -> None:
    """A nest that would break whoever copies or writes it is damage too."""
    damaged_is_mended(tmp_path, "data", '{"n":' + "[" * levels + "]" * levels + "}", 1)


@pytest.mark.parametrize("version", [-1, 1.5, 2**63 - 1, 1e300, "x", "", b"x"], ids=repr)
def test_a_damaged_version_reads_as_empty(tmp_path: Path, version: Any) -> None:
    """The same of a version, which SQLite takes for whatever it is."""
    store = damaged_is_mended(tmp_path, "version", version, DAMAGED)
    with pytest.raises(StoreConflict):
        store.save(Change("a", {"n": 3}, DAMAGED))


def damaged_is_mended(folder: Path, column: str, value: Any, version: int) -> Store:
    store = store_in(folder)
    store.save(Change("a", {"n": 1}, 0))
    with sqlite_itself(folder) as plain:
        if value == "\udcff":  # text that is not UTF-8
            plain.execute(f"UPDATE memory SET {column} = CAST(x'7bff7d' AS TEXT)")
        else:
            plain.execute(f"UPDATE memory SET {column} = ?", (value,))
    assert store.load("a") == {"a": Row(version, {})}
    store.save(Change("a", {"n": 2}, version))
    assert store.load("a") == {"a": Row(max(version, 0) + 1, {"n": 2})}
    return store


@pytest.mark.parametrize(
    "data", ["{", "[]", "null", '{"n":NaN}', '{"n":1e999}', "", '{"n":' + "[" * 900 + "]" * 900 + "}"]
)
def test_a_damaged_row_costs_that_memory_only(database: Database, data: str) -> None:
    """On every database: damage reads as empty, and the next save mends it."""
    store = database.store()
    store.save(Change("a", {"n": 1}, 0), Change("a/1", {"n": 1}, 0))
    database.damage("a", "data", data)
    assert store.load("a", "a/1") == {"a": Row(1, {}), "a/1": Row(1, {"n": 1})}
    store.save(Change("a", {"n": 2}, 1))
    assert store.load("a") == {"a": Row(2, {"n": 2})}


def test_a_version_out_of_bounds_is_mended(database: Database) -> None:
    """A version that cannot be counted on is damage: the next save mends it, but only one of two at once."""
    store = database.store()
    store.save(Change("a", {"n": 1}, 0))
    for version in (0, -5, 2**60):
        database.damage("a", "version", version)
        assert store.load("a") == {"a": Row(DAMAGED, {})}
        store.save(Change("a", {"n": 2}, DAMAGED))
        with pytest.raises(StoreConflict):
            store.save(Change("a", {"n": 3}, DAMAGED))
        assert store.load("a") == {"a": Row(1, {"n": 2})}


def test_tables_of_the_first_version_are_brought_forward(sql_database: SqlDatabase) -> None:
    """A database that was made before there was an index keeps its rows and gets it."""
    database = sql_database
    if database.is_sqlite:
        database.store().check()
    database.run("DROP TABLE IF EXISTS memory")
    database.run(
        "CREATE TABLE memory (key TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, data TEXT NOT NULL,"
        " updated DOUBLE PRECISION NOT NULL)"
    )
    database.run("INSERT INTO memory VALUES ('a', 3, '{\"n\":1}', 1700000000.0)")
    store = database.store()
    assert store.load("a") == {"a": Row(3, {"n": 1})}
    store.save(Change("a", {"n": 2}, 3))
    indexes = "name FROM sqlite_master" if database.is_sqlite else "indexname AS name FROM pg_indexes"
    assert database.run(f"SELECT * FROM (SELECT {indexes}) AS i WHERE name = 'memory_updated'") == [("memory_updated",)]


def test_what_nobody_wrote_for_long_goes(database: Database) -> None:
    """After four hundred days without a visit a row is deleted, by whoever saves next."""
    days = 86_400.0
    now = [1_700_000_000.0]
    store = Store(database.url, lambda: now[0])
    store.save(Change("a/old", {}, 0))
    now[0] += 399 * days
    store.save(Change("a/new", {}, 0))
    assert sorted(store.load("a/old", "a/new")) == ["a/new", "a/old"]
    now[0] += 2 * days
    store.save(Change("a/newest", {}, 0))
    assert sorted(store.load("a/old", "a/new", "a/newest")) == ["a/new", "a/newest"]
    assert database.keys() == ["a/new", "a/newest"]


def test_a_row_is_dated_once_a_day(database: Database) -> None:
    """Writing a row again within a day leaves the index by age alone; after that it counts as visited anew."""
    hours = 3_600.0
    now = [1_700_000_000.0]
    store = Store(database.url, lambda: now[0])
    store.save(Change("a", {"n": 0}, 0))
    for passed, dated in ((23.0, 0.0), (2.0, 25.0), (20.0, 25.0)):
        now[0] += passed * hours
        row = store.load("a")["a"]
        store.save(Change("a", {"n": row.version}, row.version, row.dated))
        assert store.load("a")["a"].dated == 1_700_000_000.0 + dated * hours


@pytest.mark.parametrize("dated", [-5.0, 1e300, 4_000_000_000.0, "soon", b"x"], ids=repr)
def test_a_damaged_date_is_mended(tmp_path: Path, dated: Any) -> None:
    """A date that cannot be, or lies ahead, does not keep a row for ever: the next save sets it right."""
    store = store_in(tmp_path)
    store.save(Change("a", {"n": 1}, 0))
    with sqlite_itself(tmp_path) as plain:
        plain.execute("UPDATE memory SET updated = ?", (dated,))
        row = store.load("a")["a"]
        store.save(Change("a", {"n": 2}, row.version, row.dated))
        assert plain.execute("SELECT updated FROM memory").fetchone() == (1_700_000_000.25,)
