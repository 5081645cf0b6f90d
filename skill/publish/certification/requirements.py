"""The rules as they stand in `requirements.yaml`: what Amazon tests, where it says so, and what tries it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from speech.yaml_models import Fields, Text, read_yaml_as

FILE = Path(__file__).parent / "requirements.yaml"
AMAZON = "https://developer.amazon.com/en-US/"
"""Where the documents lie."""
OTHERS = ("field", "ours")
"""Sources that are no document: what reviewers wrote to developers, and what this project wants beside Amazon."""
Group = Literal["functional", "voice", "policy", "security"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Requirement(Fields):
    """One thing that Amazon tests. `source` names the documents that say so, by their short names.

    Exactly one of the last three says how it is tried: a check, rules for answers, or by hand.
    """

    id: Text
    group: Group
    rule: Text
    source: Text
    check: str = ""
    answers: tuple[Text, ...] = ()
    by_hand: str = ""


class Requirements(Fields):
    """All of them, with what is tried: moments, odd slot values, wrong headers, words and buttons of the player.

    `documents` are those that sources name, each with its address below Amazon's pages for developers.
    """

    rules: tuple[Requirement, ...]
    moments: Mapping[str, tuple[Text, ...]]
    slot_values: tuple[str, ...]
    refused_headers: Mapping[str, Mapping[str, str]]
    player_words: Mapping[str, Text]
    player_buttons: Mapping[str, Text]
    documents: Mapping[str, Text]

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
    """The rules of the file that comes with the package. Raises FilesInvalid with file, line and field."""
    requirements, _ = read_yaml_as(FILE, Requirements, "skill/publish/certification/requirements.yaml")
    return requirements
