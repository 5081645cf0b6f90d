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
from typing import Annotated

from pydantic import BeforeValidator, Field

from skill.simulator.nlu import FALLBACK, Understanding, parse_invocation
from speech.yaml_models import Fields, Text, read_yaml_as

ANY = "*"
LAUNCH = "LaunchRequest"


class _SentenceFields(Fields):
    say: Text
    intent: Text
    slots: Mapping[str, Annotated[str, BeforeValidator(str)]] = {}


class _TrapFields(Fields):
    say: Text
    not_: str | tuple[str, ...] = Field(alias="not")


class _PeopleFile(Fields):
    sentences: tuple[_SentenceFields, ...] = ()
    not_: tuple[_TrapFields, ...] = Field((), alias="not")


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
    """The sentences and the traps of a file. Raises FilesInvalid with the line of each mistake."""
    people, document = read_yaml_as(file, _PeopleFile, file.name)
    sentences = tuple(
        Sentence(one.say, one.intent, {**one.slots}, document.line(("sentences", index)))
        for index, one in enumerate(people.sentences)
    )
    traps = tuple(
        Trap(one.say, (one.not_,) if isinstance(one.not_, str) else one.not_, document.line(("not", index)))
        for index, one in enumerate(people.not_)
    )
    return sentences, traps


def cover(understanding: Understanding, sentences: tuple[Sentence, ...], traps: tuple[Trap, ...] = ()) -> Coverage:
    """Compare how a model understands each sentence, as it stands, with what it means."""
    misses = []
    for one in sentences:
        intent, values = _understood(understanding, one.say)
        as_meant = all(meant in (ANY, values.get(name)) for name, meant in one.slots.items())
        if not (intent == one.intent and values.keys() == one.slots.keys() and as_meant):
            misses.append(Miss(one.say, one.line, _described(one.intent, one.slots), _described(intent, values)))
    fallen = []
    for trap in traps:
        intent, values = _understood(understanding, trap.say)
        if intent in trap.intents or (ANY in trap.intents and intent != FALLBACK):
            fallen.append(Miss(trap.say, trap.line, f"not {' or '.join(trap.intents)}", _described(intent, values)))
    return Coverage(len(sentences), tuple(misses), tuple(fallen))


def _understood(understanding: Understanding, sentence: str) -> tuple[str, dict[str, str]]:
    """The intent of a sentence, and the values of its slots of more than one value."""
    called = parse_invocation(sentence, understanding.invocation_name)
    if called == "":
        return LAUNCH, {}
    found = understanding.hear(sentence if called is None else called)
    filled = {name: slot for name, slot in found.slots.items() if understanding.varies(slot.type)}
    return found.intent, {name: slot.id or slot.value for name, slot in filled.items()}


def _described(intent: str, slots: Mapping[str, str]) -> str:
    return f"{intent} ({', '.join(f'{name}: {value}' for name, value in slots.items())})" if slots else intent
