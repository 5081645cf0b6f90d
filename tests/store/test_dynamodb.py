"""The memory in DynamoDB, on servers that are compatible with it: what is its own. The rest is in test_store.py."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from skill.errors import SettingInvalid, StoreUnavailable
from skill.server.config import Settings
from skill.store.dynamodb import EXPIRES, ID, MOST_CHARACTERS, ROWS
from skill.store.rows import ROW_LIFETIME
from skill.store.store import RETRY_AFTER, STORE_TIMEOUT, Change, Row, Store
from tests.support.aws import KEYS, REGION, Dynamo, client
from tests.support.stored import Hand

NOW = 1_700_000_000.25


def put(dynamo: Dynamo, item: dict[str, Any]) -> None:
    """What somebody else wrote, in DynamoDB's own words."""
    client("dynamodb", dynamo.endpoint).put_item(TableName=dynamo.table, Item=item)


def test_a_person_is_one_item_that_expires(dynamo: Dynamo) -> None:
    """All rows of a person are in one item of the official adapter's format, which DynamoDB itself forgets in time."""
    dynamo.store().save(Change("a", {"n": 1}, 0), Change("a/d", {"n": 2}, 0))
    dynamo.store().save(Change("a/d/answers", {}, 0))
    (item,) = dynamo.items()
    assert (item[ID], item[EXPIRES]) == ({"S": "a"}, {"N": str(round(NOW + ROW_LIFETIME))})
    assert sorted(item[ROWS]["M"]) == ["/", "/d", "/d/answers"]


def test_nothing_comes_back_as_a_decimal(dynamo: Dynamo) -> None:
    """Numbers are as they were saved: large ones and fractions too."""
    data = {"n": 1, "x": 0.1, "far": 1e300, "long": 2**70}
    dynamo.store().save(Change("a", data, 0))
    row = dynamo.store().load("a")["a"]
    assert row.data == data and [type(value) for value in row.data.values()] == [int, float, float, int]
    assert type(row.version) is int and row.dated == NOW


@pytest.mark.parametrize(
    "rows",
    [None, {"S": "x"}, {"M": {"/": {"S": "x"}}}, {"M": {"/": {"M": {}}}}, {"M": {"/": {"M": {"version": {"S": "1"}}}}}],
    ids=str,
)
def test_a_damaged_item_reads_as_empty(dynamo: Dynamo, rows: dict[str, Any] | None) -> None:
    """Whatever an item holds in place of rows costs that person's memory only, and is mended by the next save."""
    put(dynamo, {ID: {"S": "a"}} | ({ROWS: rows} if rows is not None else {}))
    store = dynamo.store()
    row = store.load("a").get("a", Row(0, {}))
    assert row.data == {}
    store.save(Change("a", {"n": 1}, row.version))
    assert store.load("a") == {"a": Row(1, {"n": 1})}


def test_rows_of_forgotten_devices_make_room(dynamo: Dynamo) -> None:
    """An item has room for 400 KB: long before that, the devices that nobody spoke to for longest are forgotten."""
    now, heavy = [NOW], {"said": "x" * (MOST_CHARACTERS // 4)}
    store = Store(dynamo.url, lambda: now[0])
    store.save(Change("a", {"n": 1}, 0))
    for device in range(6):
        now[0] += 100.0
        store.save(Change(f"a/{device}", heavy, 0))
    assert dynamo.keys() == ["a", "a/3", "a/4", "a/5"]


def test_a_server_that_keeps_silent_is_given_up_in_time() -> None:
    """One that takes the line and says nothing is waited for briefly, and then left alone for a moment."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hand = Hand()
        store = Dynamo(f"http://127.0.0.1:{silent.getsockname()[1]}", "memory").store(hand)
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.load("a")
        assert time.monotonic() - started < STORE_TIMEOUT + 0.8
        with pytest.raises(StoreUnavailable):
            store.load("a")
        assert time.monotonic() - started < STORE_TIMEOUT + 0.8


def test_a_table_that_is_not_there_yet(dynamo: Dynamo) -> None:
    """Without its table the memory is unavailable, tells nothing of what was written, and comes back by itself."""
    hand, missing = Hand(), Dynamo(dynamo.endpoint, f"{dynamo.table}-later")
    store = missing.store(hand)
    with pytest.raises(StoreUnavailable) as caught:
        store.save(Change("key-of-anna", {"secret": "left knee"}, 0))
    told = f"{caught.value} {caught.value.cause}"
    assert "knee" not in told and "anna" not in told
    with pytest.raises(StoreUnavailable):
        store.check()
    Dynamo.new(missing.endpoint, missing.table)
    hand.seconds += RETRY_AFTER
    store.check()
    store.save(Change("a", {}, 0))
    assert missing.keys() == ["a"]


def test_the_official_adapter_needs_no_region_of_its_own() -> None:
    """Imported where no region is set, it would fail; here the address names one, and only the server is missing."""
    program = (
        "from skill.store.store import Store\n"
        f"store = Store('dynamodb://memory?region={REGION}&endpoint=http://127.0.0.1:9')\n"
        "try:\n    store.load('a')\nexcept Exception as error:\n    print(type(error.cause).__name__)"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "AWS_CONFIG_FILE": "none"}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**env, **KEYS}, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "EndpointConnectionError\n", done.stderr


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("dynamodb://memory", "not dynamodb://table"),
        ("dynamodb://m?region=eu-west-1", "not dynamodb://table"),
        ("dynamodb://memory?region=here", "without a region"),
        ("dynamodb://memory?endpoint=http://localhost:8000", "without a region"),
        ("dynamodb://memory?region=eu-west-1&endpoint=localhost", "an endpoint that is none"),
        ("dynamodb://memory?region=eu-west-1&table=x", "'table' in it"),
    ],
)
def test_addresses_that_are_refused(address: str, found: str) -> None:
    """A region is named in the address; what cannot be meant is told before anything is opened."""
    with pytest.raises(SettingInvalid, match=found):
        Settings.from_environment({"MASSAGE_DATABASE_URL": address, "MASSAGE_ID_KEY": "0123456789abcdef"})


def test_many_machines_need_one_key() -> None:
    """Functions that made a key each would not know each other's people."""
    env = {"MASSAGE_DATABASE_URL": "dynamodb://memory?region=eu-west-1"}
    with pytest.raises(SettingInvalid, match="nothing beside a DynamoDB address"):
        Settings.from_environment(env)
    assert Settings.from_environment({**env, "MASSAGE_ID_KEY": "0123456789abcdef"}).database_file is None


def test_a_write_without_an_answer_is_not_made_again(dynamo: Dynamo) -> None:
    """It may have been done, and done again it would look like somebody else's; to read again does no harm."""
    dynamo.store().save(Change("a", {"n": 1}, 0))
    with losing_the_first_answer(dynamo.endpoint) as (endpoint, asked):
        store = Dynamo(endpoint, dynamo.table).store()
        assert store.load("a") == {"a": Row(1, {"n": 1})}
        with pytest.raises(StoreUnavailable):
            store.save(Change("a", {"n": 2}, 1))
    assert asked == ["GetItem", "GetItem", "UpdateItem"]
    assert dynamo.store().load("a") == {"a": Row(2, {"n": 2})}


@contextmanager
def losing_the_first_answer(endpoint: str) -> Iterator[tuple[str, list[str]]]:
    """A server before this one, and what it was asked. It passes all on, and the first answer of each kind is lost."""
    asked: list[str] = []

    class Between(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = requests.post(endpoint, data=body, headers=dict(self.headers), timeout=5)
            asked.append(self.headers["X-Amz-Target"].rpartition(".")[2])
            if asked.count(asked[-1]) == 1:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            for name in ("Content-Type", "x-amz-crc32"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
