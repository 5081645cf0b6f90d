"""Addresses of databases, as SQLAlchemy writes them. Those of a file are read here: that library takes long to load."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from skill.aws_urls import region_and_endpoint

SQLITE = re.compile(r"sqlite(?:\+pysqlite)?://(?:/([^?#]*))?")
IN_MEMORY = ("", ":memory:")
DYNAMODB = re.compile(r"dynamodb://([A-Za-z0-9_.-]{3,255})\?(.*)")


@dataclass(frozen=True, slots=True)
class DynamoTable:
    """A DynamoDB table: its name, its region and, where it is not Amazon's own, the address of the service."""

    table: str
    region: str
    endpoint: str | None = None


def address_of(file: Path) -> str:
    """The address of a SQLite database in this file."""
    return f"sqlite:///{quote(str(file))}"


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory, or on a server."""
    found = SQLITE.fullmatch(url)
    name = unquote(found[1] or "") if found else ""
    return None if name in IN_MEMORY else Path(name)


def dynamodb_of(url: str) -> DynamoTable:
    """The table of an address such as `dynamodb://memory?region=eu-west-1`. Raises ValueError for any other."""
    found = DYNAMODB.fullmatch(url)
    if found is None:
        raise ValueError("a DynamoDB address that is not dynamodb://table?region=...")
    return DynamoTable(found[1], *region_and_endpoint(found[2], "a DynamoDB address"))


def fault_of(url: str) -> str:
    """Why the skill cannot keep its memory there, in a few words; "" when it can. Nothing of a password is told."""
    if SQLITE.fullmatch(url):
        return "a file: address inside an address" if str(file_of(url)).startswith("file:") else ""
    if url.startswith("dynamodb:"):
        return _dynamodb_fault(url)
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        return "something that is not a database address"
    if (read.database or "").startswith("file:"):
        return "a file: address inside an address"
    if read.get_backend_name() == "sqlite":
        return "an address of a file with more in it than a path"
    return "" if read.drivername in ("postgresql", "postgresql+psycopg") else f"an address of {read.drivername!r}"


def _dynamodb_fault(url: str) -> str:
    try:
        dynamodb_of(url)
    except ValueError as error:
        return str(error)
    return ""
