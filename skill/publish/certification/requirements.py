"""The rules as they stand in `rules.yaml`: what Amazon tests, where it says so, and what tries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "requirements.yaml"
AMAZON = "https://developer.amazon.com/en-US/"
"""Where the documents lie."""
OTHERS = ("field", "ours")
"""Sources that are no document: what reviewers wrote to developers, and what this project wants beside Amazon."""
GROUPS = ("functional", "voice", "policy", "security")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that Amazon tests. `source` names the documents that say so, by their short names.

    Exactly one of the last three says how it is tried: a check, rules for answers, or by hand.
    """

    id: str
    group: str
    rule: str
    source: str
    check: str = ""
    answers: tuple[str, ...] = ()
    by_hand: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """All of them, with the moments at which they are tried and odd slot values.

    `documents` are those that sources name, each with its address below Amazon's pages for developers.
    """

    rules: tuple[Requirement, ...]
    moments: Mapping[str, tuple[str, ...]]
    slot_values: tuple[str, ...]
    documents: Mapping[str, str]

    @property
    def by_machine(self) -> tuple[Requirement, ...]:
        """Those that are tried here."""
        return tuple(rule for rule in self.rules if not rule.by_hand)

    @property
    def by_hand(self) -> tuple[Requirement, ...]:
        """Those that need a person, a device or a network."""
        return tuple(rule for rule in self.rules if rule.by_hand)


@cache
def load_requirements() -> Requirements:
    """The rules of the file that comes with the package."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Requirements(
        tuple(_rule(one) for one in data["rules"]),
        {name: tuple(said) for name, said in data["moments"].items()},
        tuple(data["slot values"]),
        data["documents"],
    )


def _rule(data: Mapping[str, Any]) -> Requirement:
    named = {name.replace(" ", "_"): value for name, value in data.items()}
    return Requirement(**{**named, "answers": tuple(data.get("answers", ()))})
