"""Servers that are compatible with DynamoDB and S3, on loopback: moto in a thread, dynalite where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from skill.store.dynamodb import ID, ROWS
from skill.store.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REGION = "eu-west-1"
KEYS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "a key for tests only"}
"""The environment of whoever asks these servers, which ask for no right keys, but for some."""
PATIENCE = 30.0
"""Seconds that tests wait for these servers, on a machine that has other things to do."""
DYNALITE = shutil.which("dynalite")
"""Another DynamoDB-compatible server (`npm install -g dynalite`), used where it is there."""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nobody reads what was asked."""


@contextmanager
def moto() -> Iterator[str]:
    """The address of a server that knows DynamoDB and S3. It does one thing at a time: moto itself has no locks."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # takes a second

    with serving(DomainDispatcherApplication(create_backend_app)) as address:
        yield address


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """The address of a server that answers one request after the other as this application does."""
    server = make_server("127.0.0.1", 0, app, threaded=False, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def dynalite() -> Iterator[str]:
    """The address of a dynalite of our own."""
    assert DYNALITE is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [DYNALITE, "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail("dynalite did not start")


@cache
def client(service: str, endpoint: str) -> Any:
    """boto3 itself."""
    return boto3.client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )  # fmt: skip


@dataclass(frozen=True)
class Dynamo:
    """A table on such a server."""

    endpoint: str
    table: str

    @property
    def url(self) -> str:
        return f"dynamodb://{self.table}?region={REGION}&endpoint={self.endpoint}"

    @classmethod
    def new(cls, endpoint: str, table: str) -> Dynamo:
        """An empty table, as the template makes it."""
        made = client("dynamodb", endpoint)
        made.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": ID, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": ID, "KeyType": "HASH"}],
        )  # fmt: skip
        made.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
        return cls(endpoint, table)

    def store(self, monotonic: Callable[[], float] = time.monotonic) -> Store:
        return Store(self.url, lambda: 1_700_000_000.25, monotonic)

    def items(self) -> list[dict[str, Any]]:
        """Everything that is stored, in DynamoDB's own words."""
        found: list[dict[str, Any]] = client("dynamodb", self.endpoint).scan(TableName=self.table)["Items"]
        return found

    def keys(self) -> list[str]:
        """The keys of all rows that are stored, sorted."""
        return sorted((item[ID]["S"] + name).removesuffix("/") for item in self.items() for name in item[ROWS]["M"])

    def damage(self, key: str, column: str, value: str | int) -> None:
        """Write this where the data or the version of a person's own row stands."""
        stored = {"S": value} if isinstance(value, str) else {"N": str(value)}
        client("dynamodb", self.endpoint).update_item(
            TableName=self.table, Key={ID: {"S": key}}, UpdateExpression="SET #rows.#row.#column = :value",
            ExpressionAttributeNames={"#rows": ROWS, "#row": "/", "#column": column},
            ExpressionAttributeValues={":value": stored},
        )  # fmt: skip
