"""How much of a list of sentences is understood: by group, with 95 % intervals."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from skill.understanding.understand import Heard, State
from speech.yaml_models import Fields, Text, read_yaml_as

Result = Literal["meant", "asked", "missed", "other"]
"""Understood as meant; an alarm that is asked about; not understood; taken for something else."""
NOTHING = frozenset({"none", "AMAZON.FallbackIntent"})
"""Meanings of a sentence that is not for this skill."""


class Sentence(Fields):
    """One sentence. `intent` is its meaning, or several joined by "|"; `safe` ends in the right care too."""

    group: Literal["start", "move", "ask", "alarm", "none"]
    say: Text
    intent: Text
    safe: str = ""
    state: State = ""
    sign: str = ""
    slots: dict[str, str] = Field(default_factory=dict)

    def judge(self, heard: Heard) -> Result:
        """What became of the sentence."""
        meanings = {*self.intent.split("|"), *self.safe.split("|")}
        if heard.doubtful:
            return "asked"
        if heard.intent is None:
            return "meant" if meanings & NOTHING else "missed"
        return "meant" if {heard.intent, _kind(heard.intent)} & meanings else "other"


class SentenceList(Fields):
    """A list by an author who had seen neither templates nor rules, with its hash and its score at first hearing."""

    author: Text
    sha256: Text
    first_hearing: dict[Result, int]
    at_least: int
    sentences: list[Sentence] = Field(min_length=1)

    @property
    def hash(self) -> str:
        """The hash of the sentences as they are."""
        plain = [sentence.model_dump(exclude_defaults=True) for sentence in self.sentences]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def read_list(path: Path) -> SentenceList:
    """A list. Raises FilesInvalid with every mistake."""
    return read_yaml_as(path, SentenceList, path.name)[0]


def scores(sentences: Iterable[Sentence], understand: Callable[[str, State], Heard]) -> dict[str, Counter[Result]]:
    """The results by group, and of all of them together under "all"."""
    found: dict[str, Counter[Result]] = {"all": Counter()}
    for sentence in sentences:
        result = sentence.judge(understand(sentence.say, sentence.state))
        for group in (sentence.group, "all"):
            found.setdefault(group, Counter())[result] += 1
    return found


def lines(name: str, found: dict[str, Counter[Result]]) -> Iterator[str]:
    """The report of a list, a line for each group."""
    for group, results in sorted(found.items()):
        total = results.total()
        low, high = interval(results["meant"], total)
        rest = ", ".join(f"{results[result]} {result}" for result in ("asked", "missed", "other"))
        yield f"{name} {group}: {results['meant']} of {total} as meant ({low:.0%} to {high:.0%}), {rest}"


def interval(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's score interval)."""
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return middle - half, middle + half


def _kind(intent: str) -> Any:
    """The intent that a list names for this one: lists were written before falls had an intent of their own."""
    return "CannotGetUpIntent" if intent == "FallIntent" else intent
