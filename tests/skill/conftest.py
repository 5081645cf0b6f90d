"""Databases of both kinds: what is tested on one is tested on the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.databases import Database
from tests.support.needs import needs


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A real server on loopback, started once for each process of the tests."""
    programs = postgres.binaries()
    needs("postgresql", present=programs is not None)
    assert programs is not None
    with postgres.server(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database; the test runs once for each kind."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'deep' / 'memory.sqlite3'}")
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return Database(server.new_database())
