"""The privacy policy: a page made of data, so that a test can hold it against what is really written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Field:
    """One value that is kept: what, why, and how long if less than its row. `shape` names what is inside."""

    what: str
    why: str
    until: str = ""
    shape: str = ""
    any_name: bool = False


Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the memory, and what it holds: the path of each value."""

    name: str
    about: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Policy:
    """All of the page."""

    title: str
    about: tuple[str, ...]
    kept: tuple[Row, ...]
    shapes: Mapping[str, Fields]
    columns: Fields
    logged: Fields

    def paths(self, row: str) -> frozenset[str]:
        """The path of every value that this row may hold; `x.*` where any name may stand."""
        fields = next(one.fields for one in self.kept if one.name == row)
        return frozenset(self._paths(fields))

    def _paths(self, fields: Fields, before: str = "") -> Iterator[str]:
        for name, field in fields.items():
            path = f"{before}{name}"
            yield path
            if field.any_name:
                yield f"{path}.{ANY}"
            if field.shape:
                yield from self._paths(self.shapes[field.shape], f"{path}.")


@cache
def policy() -> Policy:
    """The policy, with the numbers that the code keeps to."""
    numbers = {
        "rows": f"{ROW_LIFETIME / 86_400:.0f}", "days": str(KEPT_DAYS), "resting": f"{FOR_TODAY / 3_600:.0f}",
        "spots": str(MOST), "answers": str(KEPT_ANSWERS),
    }  # fmt: skip
    data = _filled(content().privacy, numbers)
    return Policy(
        data["title"],
        tuple(data["about"]),
        tuple(Row(row["row"], row["about"], _fields(row["fields"])) for row in data["kept"]),
        {name: _fields(fields) for name, fields in data["shapes"].items()},
        _fields(data["columns"]),
        _fields(data["logged"]),
    )


@cache
def page() -> str:
    """The policy as HTML: no script, no cookie, nothing from elsewhere."""
    policy_ = policy()
    parts = [f"<p>{escape(text)}</p>" for text in policy_.about]
    for row in policy_.kept:
        parts += [f"<h2>{escape(row.about)}</h2>", *_listed(row.fields)]
    for name, fields in policy_.shapes.items():
        parts += [f'<h2 id="{escape(name)}">Of each {escape(name)}</h2>', *_listed(fields)]
    parts += ["<h2>Beside each row</h2>", *_listed(policy_.columns)]
    parts += ["<h2>In the log, a line for each request</h2>", *_listed(policy_.logged)]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(policy_.title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(policy_.title)}</h1>{''.join(parts)}</html>\n"
    )


def _listed(fields: Fields) -> Iterator[str]:
    yield "<dl>"
    for name, field in fields.items():
        what = f"{field.what}, {field.why}" + (f" ({field.until})" if field.until else "")
        inside = f', see <a href="#{escape(field.shape)}">{escape(field.shape)}</a>' if field.shape else ""
        yield f"<dt>{escape(name)}</dt><dd>{escape(what)}{inside}.</dd>"
    yield "</dl>"


def _fields(data: Mapping[str, Any]) -> Fields:
    return {
        path: Field(one["what"], one["why"], one.get("until", ""), one.get("as", ""), one.get("names") == "any")
        for path, one in data.items()
    }


def _filled(data: Any, numbers: Mapping[str, str]) -> Any:
    """The same with every {name} in a text replaced by its number."""
    if isinstance(data, dict):
        return {key: _filled(value, numbers) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, numbers) for value in data]
    return data.format_map(numbers) if isinstance(data, str) else data
