"""Rules in a table and what they find: for responses, interaction models and packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

Checked = TypeVar("Checked")
Found = TypeVar("Found")
TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in (str, bool, list, dict)}
Placed = Iterator[tuple[str, str]]
"""Places in a file, each with what is wrong there."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Checked, Found]):
    """One rule by its name. `source` says who wants it ("ours": not Amazon); one that `warns` fails nothing."""

    name: str
    source: str
    check: Callable[[Checked], Iterator[Found]]
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the file, the place in it, and the rule with its source; or only a warning."""

    file: str
    where: str
    rule: str
    message: str
    source: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.file}: {kind}{self.where}: {self.message} [{self.rule}; {self.source}]"


def findings(rules: Iterable[Rule[Checked, tuple[str, str]]], checked: Checked, file: str) -> Iterator[Finding]:
    """What these rules find in the content of this file, in their order."""
    for rule in rules:
        for where, message in rule.check(checked):
            yield Finding(file, where, rule.name, message, rule.source, rule.warns)


def repeated(items: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The items that stand more than once, with how often."""
    return ((item, count) for item, count in Counter(items).items() if count > 1)


@cache
def shape_in(file: Path) -> Any:
    """The shape that a YAML file holds, read once."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def misshapen(found: Any, shape: Any, where: str) -> Iterator[str]:
    """The places where JSON is not of this shape, each with what is there instead.

    A mapping has these members ("?": may be missing, "*": of any name), a list these items, a text names a type.
    """
    kind = TYPES[shape] if isinstance(shape, str) else type(shape)
    if not isinstance(found, kind):
        yield f"{where} is {type(found).__name__}, not {kind.__name__}"
    elif isinstance(shape, list):
        for index, item in enumerate(found):
            yield from misshapen(item, shape[0], f"{where}[{index}]")
    elif isinstance(shape, dict):
        for key, inner in (dict.fromkeys(found, shape["*"]) if "*" in shape else shape).items():
            name = key.rstrip("?")
            if name in found:
                yield from misshapen(found[name], inner, f"{where}.{name}")
            elif not key.endswith("?"):
                yield f"{where}.{name} is missing"
