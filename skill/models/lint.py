"""What the linters of models and packages have in common: rules in a table, and what they find, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Seen = TypeVar("Seen")
Found = Iterator[tuple[str, str]]
"""Where in a file, and what was found there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: file, where in it, the rule with its source; or only a warning."""

    file: str
    where: str
    rule: str
    message: str
    source: str
    warning: bool

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.file}: {kind}{self.where}: {self.message} [{self.rule}; {self.source}]"


@dataclass(frozen=True, slots=True)
class Rule(Generic[Seen]):
    """One rule, by the name that messages and tests use. `source` is who wants it; one that `warns` fails nothing."""

    name: str
    source: str
    check: Callable[[Seen], Found]
    warns: bool = False


def findings(rules: Iterable[Rule[Seen]], seen: Seen, file: str) -> Iterator[Finding]:
    """What these rules find in what is seen of this file, in their order."""
    for rule in rules:
        for where, message in rule.check(seen):
            yield Finding(file, where, rule.name, message, rule.source, rule.warns)
