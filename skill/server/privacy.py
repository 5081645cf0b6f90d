"""The privacy policy: a page made of data, which a test compares with what is really written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any

from skill.alexa.replay import KEPT_ANSWERS
from skill.dialog.practice import KEPT_DAYS
from skill.dialog.rested_spots import FOR_TODAY, MOST
from skill.server.content import content
from skill.store.rows import ROW_LIFETIME

ANY = "*"
STYLE = "body{font:1.1em/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}dt{font-weight:bold}"
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
    data, title = policy(), escape(policy()["title"])
    parts = [f"<p>{escape(text)}</p>" for text in data["about"]]
    for row in data["kept"]:
        parts += [f"<h2>{escape(row['about'])}</h2>", *_listed(row["fields"])]
    for name, fields in data["shapes"].items():
        parts += [f'<h2 id="{escape(name)}">Of each {escape(name)}</h2>', *_listed(fields)]
    parts += ["<h2>Beside each row</h2>", *_listed(data["columns"])]
    parts += ["<h2>In the log, a line for each request</h2>", *_listed(data["logged"])]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{title}</h1>{''.join(parts)}</html>\n"
    )


def _paths(fields: Fields, before: str = "") -> Iterator[str]:
    for name, field in fields.items():
        path = f"{before}{name}"
        yield path
        if field.get("names") == "any":
            yield f"{path}.{ANY}"
        if shape := field.get("as"):
            yield from _paths(policy()["shapes"][shape], f"{path}.")


def _listed(fields: Fields) -> Iterator[str]:
    yield "<dl>"
    for name, field in fields.items():
        what = f"{field['what']}, {field['why']}" + (f" ({field['until']})" if "until" in field else "")
        shape = escape(field.get("as", ""))
        inside = f', see <a href="#{shape}">{shape}</a>' if shape else ""
        yield f"<dt>{escape(name)}</dt><dd>{escape(what)}{inside}.</dd>"
    yield "</dl>"


def _filled(data: Any, numbers: Mapping[str, str]) -> Any:
    """The same with every {name} in a text replaced by its number."""
    if isinstance(data, dict):
        return {key: _filled(value, numbers) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, numbers) for value in data]
    return data.format_map(numbers) if isinstance(data, str) else data
