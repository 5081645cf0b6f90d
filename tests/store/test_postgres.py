"""What may happen to a PostgreSQL server while somebody lies on the floor."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg.conninfo import conninfo_to_dict

from skill.errors import StoreUnavailable
from skill.store.store import RETRY_AFTER, STORE_TIMEOUT, Change, Row, Store
from skill.store.urls import fault_of, postgres_of
from tests.support.databases import SqlDatabase
from tests.support.postgres import Server
from tests.support.stored import Hand


@pytest.fixture
def shared(postgres_server: Server) -> Iterator[SqlDatabase]:
    """An empty database on the server."""
    found = SqlDatabase(postgres_server.new_database())
    yield found
    found.close()


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    """A server that is not there is told at once, and the password to nobody."""
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnavailable) as caught:
        Store("postgresql://massage:geheim@127.0.0.1:9/x").load("a")
    assert time.monotonic() - started < STORE_TIMEOUT
    assert "geheim" not in f"{caplog.text} {caught.value} {caught.value.cause!r}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://anna:secret@db/memory",
            {"host": "db", "user": "anna", "password": "secret", "dbname": "memory"},
        ),
        ("postgresql+psycopg://db:5433/memory", {"host": "db", "port": "5433", "dbname": "memory"}),
        ("postgresql://a%40b:p%2Fw%25@db", {"user": "a@b", "password": "p/w%", "host": "db"}),
        ("postgresql://a:p/w?#:%@db/m", {"user": "a", "password": "p/w?#:%", "host": "db", "dbname": "m"}),
        ("postgresql://a:@[::1]:5/m", {"user": "a", "host": "::1", "port": "5", "dbname": "m"}),
        ("postgresql:///m?host=/run/x&sslmode=require", {"dbname": "m", "host": "/run/x", "sslmode": "require"}),
        ("postgresql://db/m?application_name=my+skill", {"host": "db", "dbname": "m", "application_name": "my skill"}),
    ],
)
def test_addresses_are_read_as_they_always_were(url: str, expected: dict[str, str]) -> None:
    """Both spellings of the scheme, characters escaped or not, an IPv6 address, a socket, and parameters."""
    assert fault_of(url) == ""
    assert conninfo_to_dict(postgres_of(url)) == expected


@pytest.mark.parametrize("url", ["postgresql://db:port/m", "postgresql:/db", "postgresql://anna:secret@[::1/m"])
def test_an_address_that_is_none_is_told_without_its_password(url: str) -> None:
    """What cannot be an address is found with the settings, before anything connects."""
    assert fault_of(url) == "something that is not a database address"


def test_a_server_that_started_anew_is_used_at_once(shared: SqlDatabase, postgres_server: Server) -> None:
    """Connections that the restart closed are replaced without costing anybody their memory."""
    store = shared.store()
    store.save(Change("a", {"n": 1}, 0))
    postgres_server.restart()
    assert store.load("a") == {"a": Row(1, {"n": 1})}
    store.save(Change("a", {"n": 2}, 1))
    assert store.load("a") == {"a": Row(2, {"n": 2})}


def test_a_restart_costs_nothing_however_many_connections_there_were(
    shared: SqlDatabase, postgres_server: Server
) -> None:
    """Each connection that the restart closed is replaced by the use that meets it."""
    store = shared.store()
    store.save(Change("a", {"n": 1}, 0))
    with shared.itself() as plain, plain.transaction():
        plain.execute("LOCK TABLE memory")
        with ThreadPoolExecutor(6) as pool:
            waiting = [pool.submit(store.load, "a") for _ in range(6)]
            time.sleep(STORE_TIMEOUT / 2)
            plain.execute("ROLLBACK")
            assert [found.result() for found in waiting] == 6 * [{"a": Row(1, {"n": 1})}]
    postgres_server.restart()
    assert [store.load("a") for _ in range(8)] == 8 * [{"a": Row(1, {"n": 1})}]


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
        assert time.monotonic() - started < 4 * STORE_TIMEOUT
    hand.seconds += RETRY_AFTER
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
        assert time.monotonic() - started < 6 * STORE_TIMEOUT
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    hand.seconds += RETRY_AFTER
    assert store.load("a") == {"a": Row(1, {"n": 1})}


def test_an_error_tells_nothing(shared: SqlDatabase) -> None:
    """What the server says of a failed statement carries nobody's data and no password."""
    store = shared.store()
    store.check()
    shared.run("ALTER TABLE memory ALTER COLUMN data TYPE varchar(9)")
    with pytest.raises(StoreUnavailable) as caught:
        store.save(Change("key-of-anna", {"secret": "left knee"}, 0))
    assert "anna" not in str(caught.value) and "knee" not in str(caught.value)
