"""Exact templates: a sentence becomes an intent with slots, by the samples of an interaction model and nothing else.

The samples, the values of the slot types, and a small grammar for numbers and lengths of time. Case, punctuation,
articles, contractions and courtesies make no difference.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from skill.understanding.normalised import Courtesies, Spoken, listen
from skill.understanding.spoken_numbers import Span, durations, numbers

Status = Literal["ER_SUCCESS_MATCH", "ER_SUCCESS_NO_MATCH"]
_AMAZON = {"AMAZON.DURATION": durations, "AMAZON.NUMBER": numbers}


@dataclass(frozen=True, slots=True)
class SlotValue:
    """What one slot holds: the words as spoken, their value and, for a type of our own, the value's id.

    A length of time is ISO 8601, a number is digits, a value of our own is its name. Without an id, words for
    a type of our own are none of its values.
    """

    type: str
    spoken: str
    value: str
    id: str | None = None

    @property
    def status(self) -> Status | None:
        """How Alexa's entity resolution ended; None for Amazon's own types, which carry none."""
        if self.type in _AMAZON:
            return None
        return "ER_SUCCESS_NO_MATCH" if self.id is None else "ER_SUCCESS_MATCH"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The intent that a sentence means, and the slots it fills."""

    intent: str
    slots: Mapping[str, SlotValue] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    slots: dict[str, _Node] = field(default_factory=dict)
    intents: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Match:
    intent: int
    slots: tuple[tuple[str, int, Span], ...]

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The most specific match comes first: fewest words in slots, fewest slots, fewest of them Amazon's.

        "The second" is one of a choice before it is a length of time. What is left goes by the model's order.
        """
        words = sum(span.end - start for _, start, span in self.slots)
        return words, len(self.slots), sum(key.split(":")[1] in _AMAZON for key, *_ in self.slots), self.intent


class Templates:
    """The samples of one interaction model, ready to be matched.

    `phrases` are more samples, by intent. Of several intents that a sentence fits, one of `first` wins.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        phrases: Mapping[str, Sequence[str]],
        first: Container[str],
        courtesies: Courtesies,
    ) -> None:
        language = model["interactionModel"]["languageModel"]
        self._courtesies = courtesies
        self._intents: list[str] = [intent["name"] for intent in language["intents"]]
        self._first = frozenset(index for index, name in enumerate(self._intents) if name in first)
        self.slots: Mapping[str, Mapping[str, str]] = {
            intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for intent in language["intents"]
        }
        self._values = {kind["name"]: _values(kind["values"]) for kind in language.get("types", ())}
        self._names = {
            kind["name"]: {value["id"]: value["name"]["value"] for value in kind["values"]}
            for kind in language.get("types", ())
        }
        # One tree for all intents. Its slots are "name:type", as two intents may share a name.
        self._root = _Node()
        for index, intent in enumerate(language["intents"]):
            for sample in [*intent["samples"], *phrases.get(intent["name"], ())]:
                self._add(index, sample)

    def varies(self, kind: str) -> bool:
        """Whether a slot of this type tells anything: not where all its words stand for one value."""
        return kind in _AMAZON or len(self._names[kind]) > 1

    def match(self, sentence: str) -> Interpretation | None:
        """The most specific intent that the sentence fits; None when it fits none.

        An intent of `first` wins over any other, however much of the sentence is courtesy: nothing overrides it.
        """
        spoken = listen(sentence)
        first: _Match | None = None
        for start, end in self._courtesies.trims(spoken.words):
            matches = list(self._walk(self._root, spoken.words[:end], start, ()))
            if urgent := [match for match in matches if match.intent in self._first]:
                return self._interpretation(spoken, min(urgent, key=lambda match: match.rank))
            if matches and first is None:
                first = min(matches, key=lambda match: match.rank)
        return self._interpretation(spoken, first) if first else None

    def _add(self, intent: int, sample: str) -> None:
        node = self._root
        for word in listen(sample).words:
            if word.startswith("{"):
                name = word.strip("{}")
                kind = self.slots[self._intents[intent]][name]
                node = node.slots.setdefault(f"{name}:{kind}", _Node())
            else:
                node = node.words.setdefault(word, _Node())
        if intent not in node.intents:
            node.intents.append(intent)

    def _walk(
        self, node: _Node, words: tuple[str, ...], at: int, slots: tuple[tuple[str, int, Span], ...]
    ) -> Iterator[_Match]:
        if at == len(words):
            yield from (_Match(intent, slots) for intent in node.intents)
            return
        if words[at] in node.words:
            yield from self._walk(node.words[words[at]], words, at + 1, slots)
        for slot, after in node.slots.items():
            for span in self._spans(slot.split(":")[1], words, at):
                yield from self._walk(after, words, span.end, (*slots, (slot, at, span)))

    def _spans(self, kind: str, words: Sequence[str], at: int) -> Iterator[Span]:
        if kind in _AMAZON:
            yield from _AMAZON[kind](words, at)
            return
        for length, values in self._values[kind].items():
            if (found := values.get(tuple(words[at : at + length]))) is not None:
                yield Span(at + length, found)

    def _interpretation(self, spoken: Spoken, match: _Match) -> Interpretation:
        slots = {}
        for key, start, span in match.slots:
            name, kind = key.split(":", 1)
            named = (span.value,) if kind in _AMAZON else (self._names[kind][span.value], span.value)
            slots[name] = SlotValue(kind, spoken.between(start, span.end), *named)
        return Interpretation(self._intents[match.intent], slots)


def _values(values: Sequence[Mapping[str, Any]]) -> dict[int, dict[tuple[str, ...], str]]:
    """The ids of a type's values by what is said, grouped by how many words that is."""
    by_length: dict[int, dict[tuple[str, ...], str]] = {}
    for value in values:
        for said in (value["name"]["value"], *value["name"].get("synonyms", ())):
            if words := listen(said).words:
                by_length.setdefault(len(words), {}).setdefault(words, value["id"])
    return by_length
