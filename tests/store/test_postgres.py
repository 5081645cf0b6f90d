"""What may happen to a PostgreSQL server while somebody lies on the floor."""

from __future__ import annotations

import os
import signal
import time

import pytest

from skill.errors import StoreUnavailable
from skill.store.store import REST, WAIT, Change, Row, Store
from tests.support.databases import SqlDatabase
from tests.support.postgres import Server
from tests.support.stored import Hand


@pytest.fixture
def shared(postgres_server: Server) -> SqlDatabase:
    """An empty database on the server."""
    return SqlDatabase(postgres_server.new_database())


def test_nobody_listens() -> None:
    """A server that is not there is told at once."""
    with pytest.raises(StoreUnavailable):
        Store("postgresql://massage@127.0.0.1:9/x").load("a")


def test_a_server_that_started_anew_is_used_at_once(shared: SqlDatabase, postgres_server: Server) -> None:
    """Connections that the restart closed are replaced without costing anybody their memory."""
    store = shared.store()
    store.save(Change("a", {"n": 1}, 0))
    postgres_server.restart()
    assert store.load("a") == {"a": Row(1, {"n": 1})}
    store.save(Change("a", {"n": 2}, 1))
    assert store.load("a") == {"a": Row(2, {"n": 2})}


def test_a_lock_is_given_up_in_time(shared: SqlDatabase) -> None:
    """A table that somebody keeps locked is waited for briefly, and then done without."""
    hand = Hand()
    store = shared.store(hand)
    store.save(Change("a", {"n": 1}, 0))
    with shared.itself() as plain, plain.transaction():
        plain.execute("LOCK TABLE memory")
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.save(Change("a", {"n": 2}, 1))
        assert time.monotonic() - started < 4 * WAIT
    hand.seconds += REST
    store.save(Change("a", {"n": 2}, 1))


@pytest.mark.parametrize("connected", [True, False])
def test_a_server_that_hangs_is_hung_up_on(shared: SqlDatabase, postgres_server: Server, connected: bool) -> None:
    """A server that no longer answers, with its lines still open, holds nobody for long."""
    hand = Hand()
    store = shared.store(hand)
    store.save(Change("a", {"n": 1}, 0))
    if not connected:
        store.close()
    backends = shared.run(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    stopped = [postgres_server.pid(), *(pid for (pid,) in backends)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.load("a")
        assert time.monotonic() - started < 6 * WAIT
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    hand.seconds += REST
    assert store.load("a") == {"a": Row(1, {"n": 1})}


def test_an_error_tells_nothing(shared: SqlDatabase) -> None:
    """What the server says of a failed statement carries nobody's data and no password."""
    store = shared.store()
    store.check()
    shared.run("ALTER TABLE memory ALTER COLUMN data TYPE varchar(9)")
    with pytest.raises(StoreUnavailable) as caught:
        store.save(Change("key-of-anna", {"secret": "left knee"}, 0))
    assert "anna" not in str(caught.value) and "knee" not in str(caught.value)
