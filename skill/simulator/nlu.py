"""What Alexa would have understood: a sentence becomes an intent with slots, by the committed model alone.

Alexa's own understanding is statistical and generous; this one is exact, so that a test can rely on it. It
knows the samples of the model, the values of its types, a small grammar for numbers and lengths of time, and
our own list of what built-in intents answer to. Case, punctuation, articles, contractions and courtesies make
no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from skill.dialog.private_intents import SAFETY_INTENTS
from skill.simulator import envelopes
from skill.simulator.invocation import Launch, builtin_phrases, parse_invocation, trims
from skill.simulator.normalised import Spoken, listen
from skill.simulator.spoken_numbers import Span, durations, numbers

FALLBACK = "AMAZON.FallbackIntent"
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


class Understanding:
    """One interaction model, ready to hear sentences."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        language = model["interactionModel"]["languageModel"]
        self.invocation_name: str = language["invocationName"]
        self._intents: list[str] = [intent["name"] for intent in language["intents"]]
        self._safety = frozenset(index for index, name in enumerate(self._intents) if name in SAFETY_INTENTS)
        self._slots: dict[str, dict[str, str]] = {
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
        known = builtin_phrases()["intents"]
        for index, intent in enumerate(language["intents"]):
            for sample in [*intent["samples"], *known.get(intent["name"], ())]:
                self._add(index, sample)

    def varies(self, kind: str) -> bool:
        """Whether a slot of this type tells anything: not where all its words stand for one value."""
        return kind in _AMAZON or len(self._names[kind]) > 1

    @classmethod
    def from_file(cls, path: Path) -> Understanding:
        """The understanding of one committed model file, got ready once as long as the file says the same."""
        return _ready(path.read_text(encoding="utf-8"))

    def hear(self, sentence: str) -> Interpretation:
        """The most specific intent that the sentence fits; the fallback intent when it fits none.

        An intent of safety wins over any other, however much of the sentence is courtesy: nothing overrides it.
        """
        spoken = listen(sentence)
        first: _Match | None = None
        for start, end in trims(spoken.words):
            matches = list(self._walk(self._root, spoken.words[:end], start, ()))
            safety = [match for match in matches if match.intent in self._safety]
            if safety:
                return self._heard(spoken, min(safety, key=lambda match: match.rank))
            if matches and first is None:
                first = min(matches, key=lambda match: match.rank)
        return self._heard(spoken, first) if first else Interpretation(FALLBACK)

    def intent_json(self, heard: Interpretation, skill_id: str = "amzn1.ask.skill.simulated") -> dict[str, Any]:
        """The `intent` of Alexa's IntentRequest: every slot of the intent is there, filled or not."""
        declared = self._slots.get(heard.intent, {})
        slots = {name: _slot_json(name, heard.slots.get(name), skill_id) for name in declared}
        shaped: dict[str, Any] = {"name": heard.intent, "confirmationStatus": "NONE"}
        return shaped | {"slots": slots} if declared else shaped

    def _add(self, intent: int, sample: str) -> None:
        node = self._root
        for word in listen(sample).words:
            if word.startswith("{"):
                name = word.strip("{}")
                kind = self._slots[self._intents[intent]][name]
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
        by_length = self._values[kind]
        for length, values in by_length.items():
            found = values.get(tuple(words[at : at + length]))
            if found is not None:
                yield Span(at + length, found)

    def _heard(self, spoken: Spoken, match: _Match) -> Interpretation:
        slots = {}
        for key, start, span in match.slots:
            name, kind = key.split(":", 1)
            said = spoken.between(start, span.end)
            if kind in _AMAZON:
                slots[name] = SlotValue(kind, said, span.value)
            else:
                slots[name] = SlotValue(kind, said, self._names[kind][span.value], span.value)
        return Interpretation(self._intents[match.intent], slots)


@lru_cache(maxsize=8)
def _ready(model: str) -> Understanding:
    return Understanding(json.loads(model))


def _values(values: Sequence[Mapping[str, Any]]) -> dict[int, dict[tuple[str, ...], str]]:
    """The ids of a type's values by what is said, grouped by how many words that is."""
    by_length: dict[int, dict[tuple[str, ...], str]] = {}
    for value in values:
        for said in (value["name"]["value"], *value["name"].get("synonyms", ())):
            words = listen(said).words
            if words:
                by_length.setdefault(len(words), {}).setdefault(words, value["id"])
    return by_length


def _slot_json(name: str, slot: SlotValue | None, skill_id: str) -> dict[str, Any]:
    if slot is None:
        return {"name": name, "confirmationStatus": "NONE", "source": "USER"}
    value = slot.value if slot.status is None else slot.spoken
    shaped = {"name": name, "value": value, "confirmationStatus": "NONE", "source": "USER"}
    if slot.status is None:
        return shaped
    authority: dict[str, Any] = {
        "authority": f"amzn1.er-authority.echo-sdk.{skill_id}.{slot.type}",
        "status": {"code": slot.status},
    }
    if slot.id is not None:
        authority["values"] = [{"value": {"name": slot.value, "id": slot.id}}]
    return shaped | {"resolutions": {"resolutionsPerAuthority": [authority]}}


EXIT = "exit"  # ends a session without asking the skill (1d: USER_INITIATED)

#: What needs no name of the skill once it put a track on (3c).
TRANSPORT = frozenset(
    f"AMAZON.{name}Intent"
    for name in (
        *("Pause", "Resume", "Next", "Previous", "Repeat", "StartOver", "Cancel", "Stop"),
        *("LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff"),
    )
)
#: During a track, with no session open, "stop" arrives as this (14).
STOP_IN_TRACK = "AMAZON.PauseIntent"


def request_of(
    words: str, understanding: Understanding, application: str, session_open: bool, track_was_last: bool
) -> tuple[dict[str, Any], bool] | None:
    """The request, and whether the skill was called by its name; None when the skill is not asked.

    `track_was_last` tells that the skill put on the track that plays, or played last.
    """
    called = parse_invocation(words, understanding.invocation_name)
    if isinstance(called, Launch):
        return envelopes.launch(), True
    heard = understanding.hear(words if called is None else called.rest)
    intent = understanding.intent_json(heard, application)
    if called is not None:
        return envelopes.intent(intent), True
    if session_open:
        if words.strip(" .!").lower() == EXIT:
            return envelopes.session_ended("USER_INITIATED"), False
        return envelopes.intent(intent), False
    if track_was_last and heard.intent in TRANSPORT:
        stops = heard.intent == "AMAZON.StopIntent"
        return envelopes.intent({**intent, "name": STOP_IN_TRACK} if stops else intent), False
    return None
