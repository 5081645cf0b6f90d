"""Databases of all kinds: what is tested on one is tested on the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from botocore.config import Config

from skill.tracks.s3 import CLIENT_CONFIG
from tests.support import aws, postgres
from tests.support.databases import Database, SqlDatabase
from tests.support.needs import needs

SQL = ("sqlite", "postgresql")
DYNAMO = ("moto", "dynalite") if aws.DYNALITE else ("moto",)
"""Servers that are compatible with DynamoDB; neither is DynamoDB itself."""
_tables = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A real server on loopback, started once for each process of the tests."""
    programs = postgres.binaries()
    needs("postgresql", present=programs is not None)
    assert programs is not None
    with postgres.server(programs) as server:
        yield server


@pytest.fixture(scope="session")
def _aws_keys() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in aws.KEYS}
    os.environ.update(aws.KEYS)
    yield
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="session")
def moto(_aws_keys: None) -> Iterator[str]:
    """The address of a moto server, which is compatible with DynamoDB and S3, and is waited for (see `patience`)."""
    waiting = CLIENT_CONFIG.merge(Config(connect_timeout=aws.PATIENCE, read_timeout=aws.PATIENCE))
    with aws.moto() as address, pytest.MonkeyPatch.context() as patched:
        patched.setattr("skill.tracks.s3.CLIENT_CONFIG", waiting)
        yield address


@pytest.fixture(scope="session")
def dynalite(_aws_keys: None) -> Iterator[str]:
    """The address of a dynalite, which is compatible with DynamoDB."""
    with aws.dynalite() as address:
        yield address


@pytest.fixture(params=SQL)
def sql_database(request: pytest.FixtureRequest, tmp_path: Path) -> SqlDatabase:
    """An empty database that speaks SQL; the test runs once for each kind."""
    return _sql(request, tmp_path, request.param)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits longer for servers that only stand in for another: how long they take tells nothing of that one."""
    monkeypatch.setattr("skill.store.store.STORE_TIMEOUT", aws.PATIENCE)


@pytest.fixture(params=DYNAMO)
def dynamo(request: pytest.FixtureRequest) -> aws.Dynamo:
    """An empty table of each server that is compatible with DynamoDB."""
    return _dynamo(request, request.param)


@pytest.fixture(params=(*SQL, *DYNAMO))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database; the test runs once for each kind."""
    return _sql(request, tmp_path, request.param) if request.param in SQL else _dynamo(request, request.param)


def _sql(request: pytest.FixtureRequest, folder: Path, kind: str) -> SqlDatabase:
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'deep' / 'memory.sqlite3'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        url = server.new_database()
    found = SqlDatabase(url)
    request.addfinalizer(found.close)
    return found


def _dynamo(request: pytest.FixtureRequest, kind: str) -> aws.Dynamo:
    request.getfixturevalue("patience")
    endpoint: str = request.getfixturevalue(kind)
    return aws.Dynamo.new(endpoint, f"memory{next(_tables)}")
