"""Alarms by meaning: concepts found anywhere in a sentence, and rules that are sets of concepts.

A guard (a negation, a story, the past, a general question, a figure of speech) makes an alarm doubtful. It never
silences one: a doubtful alarm still takes the weight off a spot, and asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SELF, FIGURE = "SELF", "FIGURE"
"""Concepts with a meaning of their own: the people in the room and "it", and figures of speech."""
SENTENCE_GUARDS = ("PAST", "STORY", "QUESTION", "THIRD_PAST", "THING")
"""Concepts that make each alarm of their sentence doubtful, unless its rule `stands`."""
LONGEST_CRY = 6
"""Words of a cry that names no one: "chest pain, bad chest pain". A longer one may be a television."""
_NEGATION = re.compile(r"\b(?:not|no|never|without|lost|hardly|barely|nothing)\b")
_DENIED = re.compile(
    r"\b(?:not|no|never|without|neither|nor|stopped|free of|nothing|nobody|none|no one)(?: \w+){0,3} $"
)
_ENDS_A_DENIAL = re.compile(r"\b(?:but|and|now|because|just|only)\b")


@dataclass(frozen=True, slots=True)
class Concept:
    """Words of one meaning, as the source of an expression. A `deniable` one is denied by a negation before it."""

    pattern: str
    deniable: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A sign: the concepts that must all be there (`when`), those that make it doubtful, and those that exclude it.

    `said` is a sentence that it was written for. One that `stands` is not made doubtful by the guards of a sentence.
    """

    intent: str
    sign: str
    said: str
    when: tuple[str, ...]
    unless: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    stands: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sign that a sentence tells of. `said` is the sentence that its rule was written for."""

    intent: str
    sign: str
    said: str
    doubtful: bool


class Alarms:
    """The concepts and rules of a language. Rules stand in order of gravity."""

    def __init__(self, concepts: Mapping[str, Concept], rules: Sequence[Rule]) -> None:
        self._concepts = {name: (re.compile(one.pattern), one.deniable) for name, one in concepts.items()}
        self._rules = tuple(rules)

    def find(self, words: str) -> Alarm | None:
        """The gravest alarm in cleaned words that is not doubtful, else the gravest doubtful one; None without any."""
        found = _Sentence(words, self._concepts)
        guarded = any(found.holds(name) for name in SENTENCE_GUARDS)
        guarded = guarded or not (found.holds(SELF) or len(words.split()) <= LONGEST_CRY)
        doubtful: Alarm | None = None
        for rule in self._rules:
            if not all(map(found.holds, rule.when)) or any(map(found.holds, rule.never)):
                continue
            in_doubt = (
                rule.doubtful
                or (guarded and not rule.stands)
                or any(map(found.holds, rule.unless))
                or not all(map(found.affirms, rule.when))
            )
            alarm = Alarm(rule.intent, rule.sign, rule.said, in_doubt)
            if not in_doubt:
                return alarm
            doubtful = doubtful or alarm
        return doubtful


class _Sentence:
    """The concepts of one sentence, each looked for once."""

    def __init__(self, words: str, concepts: Mapping[str, tuple[re.Pattern[str], bool]]) -> None:
        self._words = f" {words} "
        self._concepts = concepts
        self._found: dict[str, list[re.Match[str]]] = {}

    def holds(self, name: str) -> bool:
        return bool(self._matches(name))

    def affirms(self, name: str) -> bool:
        """Whether the concept is there without being denied, and not only inside a figure of speech."""
        return any(self._plain(name, match) for match in self._matches(name))

    def _matches(self, name: str) -> list[re.Match[str]]:
        if name not in self._found:
            self._found[name] = list(self._concepts[name][0].finditer(self._words))
        return self._found[name]

    def _plain(self, name: str, match: re.Match[str]) -> bool:
        if any(figure.start() < match.end() and match.start() < figure.end() for figure in self._matches(FIGURE)):
            return False
        if not self._concepts[name][1] or _NEGATION.search(match.group()):
            return True  # "can't feel": the negation is the sign itself
        denial = _DENIED.search(self._words[: match.start()])
        return denial is None or _ENDS_A_DENIAL.search(denial.group()) is not None
