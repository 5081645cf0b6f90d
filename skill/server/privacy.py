"""The privacy policy: a page made of data, which a test compares with what is really written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from skill.alexa.replay import KEPT_ANSWERS
from skill.dialog.practice import KEPT_DAYS
from skill.dialog.rested_spots import FOR_TODAY, MOST
from skill.server.content import content
from skill.store.rows import ROW_LIFETIME

ANY = "*"
PAGE = Path(__file__).with_name("privacy.html")
Fields = Mapping[str, Mapping[str, str]]
"""The values that are kept, by name: `what`, `why`, `until`, `as` (the shape of what is inside), `names` (any)."""


@cache
def policy() -> Mapping[str, Any]:
    """The policy as it stands in `privacy.yaml`, with the numbers that the code keeps to."""
    numbers = {
        "rows": f"{ROW_LIFETIME / 86_400:.0f}", "days": str(KEPT_DAYS), "resting": f"{FOR_TODAY / 3_600:.0f}",
        "spots": str(MOST), "answers": str(KEPT_ANSWERS),
    }  # fmt: skip
    filled: Mapping[str, Any] = _filled(content().privacy, numbers)
    return filled


def kept_paths(row: str) -> frozenset[str]:
    """The path of every value that this row may hold; `x.*` where any name may stand."""
    return frozenset(_paths(next(one["fields"] for one in policy()["kept"] if one["row"] == row)))


@cache
def page() -> str:
    """The policy as HTML: no script, no cookie, nothing from another host."""
    html: str = Template(PAGE.read_text("utf-8"), autoescape=True, keep_trailing_newline=True).render(policy())
    return html


def _paths(fields: Fields, before: str = "") -> Iterator[str]:
    for name, field in fields.items():
        path = f"{before}{name}"
        yield path
        if field.get("names") == "any":
            yield f"{path}.{ANY}"
        if shape := field.get("as"):
            yield from _paths(policy()["shapes"][shape], f"{path}.")


def _filled(data: Any, numbers: Mapping[str, str]) -> Any:
    """The same with every {name} in a text replaced by its number."""
    if isinstance(data, dict):
        return {key: _filled(value, numbers) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, numbers) for value in data]
    return data.format_map(numbers) if isinstance(data, str) else data
