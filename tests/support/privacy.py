"""The values that the privacy policy says are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skill.server.content import content

ANY = "*"


def kept_paths(row: str) -> frozenset[str]:
    """The path of every value that this row may hold; `x.*` where any name may stand."""
    return frozenset(_paths(next(one["fields"] for one in content().privacy["kept"] if one["row"] == row)))


def _paths(fields: Mapping[str, Mapping[str, str]], before: str = "") -> Iterator[str]:
    for name, field in fields.items():
        path = f"{before}{name}"
        yield path
        if field.get("names") == "any":
            yield f"{path}.{ANY}"
        if shape := field.get("as"):
            yield from _paths(content().privacy["shapes"][shape], f"{path}.")
