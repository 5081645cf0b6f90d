"""Coverage: how many of the sentences that people say are understood by a model.

    sentences:
      - {say: could you do my left side for ten minutes, intent: StartGuideIntent, slots: {minutes: PT10M, side: "*"}}
    not:
      - {say: i need the toilet, not: [EmergencyIntent, StartGuideIntent]}

A slot's value is the id of a type of our own, ISO 8601 or digits; "*" is any value. Every slot that is filled must be
listed, save those of a type with one value only: whichever of its words was said, it makes no difference. What a
sentence does not mean is an intent, a list of them, or "*": anything but the fallback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.simulator.invocation import OneShot, parse_invocation
from skill.simulator.nlu import FALLBACK, Understanding
from skill.understanding.templates import Interpretation
from speech.errors import Problem, SpeechError
from speech.yaml_reader import Document, read_yaml

ANY = "*"
LAUNCH = "LaunchRequest"


class SentencesInvalid(SpeechError):
    """A file that is no list of sentences; `problems` holds every mistake with its line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it means."""

    say: str
    intent: str
    slots: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class Trap:
    """A sentence and what it does not mean: intents, or `ANY` but the fallback."""

    say: str
    intents: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A sentence that was not understood as meant, and how it was understood."""

    say: str
    line: int
    meant: str
    understood: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.say!r}: meant {self.meant}, heard {self.understood}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was understood of a file's sentences, and which sentences were taken for what they do not mean."""

    sentences: int
    misses: tuple[Miss, ...]
    fallen: tuple[Miss, ...]

    @property
    def understood(self) -> int:
        """How many sentences were understood."""
        return self.sentences - len(self.misses)

    @property
    def share(self) -> float:
        """How much of all was understood, from 0 to 1; of nothing, all."""
        return self.understood / self.sentences if self.sentences else 1.0


def read_people(file: Path) -> tuple[tuple[Sentence, ...], tuple[Trap, ...]]:
    """The sentences and the traps of a file. Raises `SentencesInvalid`."""
    document = read_yaml(file, file.name)
    data = document.data if isinstance(document.data, dict) else {}
    meant = _listed(document, data, "sentences")
    traps = _listed(document, data, "not")
    for index, one in meant:
        if not isinstance(one.get("intent"), str) or not isinstance(one.get("slots", {}), dict):
            document.report(("sentences", index), "a sentence has an intent, and slots with their values")
    for index, one in traps:
        if not isinstance(one.get("not"), str | list):
            document.report(("not", index), "what it does not mean is an intent, or a list of them")
    if document.problems:
        raise SentencesInvalid(document.problems)
    return (
        tuple(
            Sentence(
                one["say"],
                one["intent"],
                {name: str(value) for name, value in one.get("slots", {}).items()},
                document.line(("sentences", index)),
            )
            for index, one in meant
        ),
        tuple(
            Trap(
                one["say"],
                (one["not"],) if isinstance(one["not"], str) else tuple(map(str, one["not"])),
                document.line(("not", index)),
            )
            for index, one in traps
        ),
    )


def cover(understanding: Understanding, sentences: tuple[Sentence, ...], traps: tuple[Trap, ...] = ()) -> Coverage:
    """Hear every sentence with and without the skill's name, as it stands, and compare."""
    misses = []
    for one in sentences:
        heard = _heard(understanding, one.say)
        values = _values(heard)
        if not _as_meant(heard.intent, values, one):
            misses.append(Miss(one.say, one.line, _described(one.intent, one.slots), _described(heard.intent, values)))
    fallen = []
    for trap in traps:
        heard = _heard(understanding, trap.say)
        if heard.intent in trap.intents or (ANY in trap.intents and heard.intent != FALLBACK):
            meant = f"not {' or '.join(trap.intents)}"
            fallen.append(Miss(trap.say, trap.line, meant, _described(heard.intent, _values(heard))))
    return Coverage(len(sentences), tuple(misses), tuple(fallen))


def _listed(document: Document, data: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    """The items under a key with their places; mistakes are reported and left out."""
    found = data.get(key, [])
    if not isinstance(found, list):
        document.report((key,), "a list is needed")
        return []
    kept = []
    for index, one in enumerate(found):
        if isinstance(one, dict) and isinstance(one.get("say"), str) and one["say"].strip():
            kept.append((index, one))
        else:
            document.report((key, index), "an item says something: {say: ..., ...}")
    return kept


def _heard(understanding: Understanding, sentence: str) -> Interpretation:
    called = parse_invocation(sentence, understanding.invocation_name)
    if called is not None and not isinstance(called, OneShot):
        return Interpretation(LAUNCH)
    heard = understanding.hear(sentence if called is None else called.rest)
    return Interpretation(
        heard.intent, {name: slot for name, slot in heard.slots.items() if understanding.varies(slot.type)}
    )


def _values(heard: Interpretation) -> dict[str, str]:
    return {name: slot.id or slot.value for name, slot in heard.slots.items()}


def _as_meant(intent: str, values: Mapping[str, str], one: Sentence) -> bool:
    return (
        intent == one.intent
        and values.keys() == one.slots.keys()
        and all(meant in (ANY, values[name]) for name, meant in one.slots.items())
    )


def _described(intent: str, slots: Mapping[str, str]) -> str:
    return f"{intent} ({', '.join(f'{name}: {value}' for name, value in slots.items())})" if slots else intent
