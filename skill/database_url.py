"""Addresses of databases, as SQLAlchemy writes them. Those of a file are read here: that library takes long to load."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote

SQLITE = re.compile(r"sqlite(?:\+pysqlite)?://(?:/([^?#]*))?")
IN_MEMORY = ("", ":memory:")


def address_of(file: Path) -> str:
    """The address of a SQLite database in this file."""
    return f"sqlite:///{quote(str(file))}"


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory, or on a server."""
    found = SQLITE.fullmatch(url)
    name = unquote(found[1] or "") if found else ""
    return None if name in IN_MEMORY else Path(name)


def fault_of(url: str) -> str:
    """Why the skill cannot keep its memory there, in a few words; "" when it can. Nothing of a password is told."""
    if SQLITE.fullmatch(url):
        return "a file: address inside an address" if str(file_of(url)).startswith("file:") else ""
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
