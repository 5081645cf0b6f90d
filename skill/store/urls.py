"""Addresses of databases: a SQLite file, a PostgreSQL server, a DynamoDB table."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode

from skill.aws_urls import dynamodb_of

SQLITE = re.compile(r"sqlite(?:\+pysqlite)?://(?:/([^?#]*))?")
IN_MEMORY = ("", ":memory:")
POSTGRES = re.compile(
    r"postgresql(?:\+psycopg)?://(?:([^:/@]*)(?::([^@]*))?@)?"
    r"((?:\[[^\]/?]+\]|[^\[\]:/?]*)(?::[0-9]+)?(?:/[^?]*)?)(?:\?(.*))?"
)
"""User, password, then host, port and database, and at last parameters of the connection."""


def address_of(file: Path) -> str:
    """The address of a SQLite database in this file."""
    return f"sqlite:///{quote(str(file))}"


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory, or on a server."""
    found = SQLITE.fullmatch(url)
    name = unquote(found[1] or "") if found else ""
    return None if name in IN_MEMORY else Path(name)


def postgres_of(url: str) -> str:
    """The address of a PostgreSQL database as libpq reads it: every character of name and password is escaped.

    Raises ValueError for any other.
    """
    found = POSTGRES.fullmatch(url)
    if found is None:
        raise ValueError("something that is not a database address")
    user, password, place, parameters = found.groups()
    password = "" if password is None else ":" + quote(unquote(password), safe="")
    user = "" if user is None else quote(unquote(user), safe="") + password + "@"
    query = urlencode(parse_qsl(parameters or ""), quote_via=quote)
    return f"postgresql://{user}{place}" + (query and f"?{query}")


def fault_of(url: str) -> str:
    """Why the skill cannot keep its memory at this address, in a few words without a password; "" when it can."""
    scheme, _, rest = url.partition("://")
    if str(file_of(url)).startswith("file:") or rest.lstrip("/").startswith("file:"):
        return "a file: address inside an address"
    if SQLITE.fullmatch(url):
        return ""
    if scheme.partition("+")[0] == "sqlite":
        return "an address of a file with more in it than a path"
    if rest and re.fullmatch(r"[\w+]+", scheme) and scheme not in ("dynamodb", "postgresql", "postgresql+psycopg"):
        return f"an address of {scheme!r}"
    try:
        dynamodb_of(url) if url.startswith("dynamodb:") else postgres_of(url)
    except ValueError as error:
        return str(error)
    return ""
