"""What Alexa would have understood: wake word, invocation of the skill, and a sentence by the committed model alone.

Alexa's own understanding is statistical and generous; this one is exact, so that a test can rely on it. It
knows the samples of the model, the values of its types, a small grammar for numbers and lengths of time, and
our own list of what built-in intents answer to. Case, punctuation, articles, contractions and courtesies make
no difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from skill.dialog.private_intents import SAFETY_INTENTS
from skill.simulator import envelopes
from skill.understanding.normalised import Courtesies, Spoken, listen, longest_first
from skill.understanding.templates import Interpretation, SlotValue, Templates


@cache
def read_list(name: str) -> Mapping[str, Any]:
    """The content of a YAML file of this folder."""
    content: dict[str, Any] = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return content


def builtin_phrases() -> Mapping[str, Any]:
    """The phrases that Alexa understands without a skill's model: `builtins.yaml`."""
    return read_list("builtins.yaml")


@cache
def courtesies() -> Courtesies:
    """The courtesies that `builtins.yaml` holds."""
    read = builtin_phrases()["courtesies"]
    return Courtesies(read["before"], read["asking"], read["after"], read["at most"])


def after_wake_word(sentence: str) -> str | None:
    """What follows "Alexa", which may be nothing; None when the sentence does not begin with a wake word."""
    spoken = listen(sentence)
    for wake_word in longest_first(builtin_phrases()["wake words"]):
        if spoken.words[: len(wake_word)] == wake_word:
            return _rest(spoken, len(wake_word), len(spoken.words))
    return None


def parse_invocation(sentence: str, invocation_name: str) -> str | None:
    """What a sentence asks of the skill of this name: "" where it only opens it, None where it does not name it."""
    called = after_wake_word(sentence)
    spoken = listen(sentence if called is None else called)
    name = listen(invocation_name).words
    start, end = courtesies().trims(spoken.words)[-1]
    words = spoken.words[start:end]
    if words == name:
        return ""
    for verb in longest_first(builtin_phrases()["launch words"]):
        if words[: len(verb) + len(name)] == verb + name:
            begin = _after_connector(spoken.words, start + len(verb) + len(name), end)
            return _rest(spoken, begin, end)
    for connector in longest_first(builtin_phrases()["after a request"]):
        tail = connector + name
        if len(words) > len(tail) and words[-len(tail) :] == tail:
            return _rest(spoken, start, end - len(tail))
    return None


def _after_connector(words: tuple[str, ...], start: int, end: int) -> int:
    for connector in longest_first(builtin_phrases()["before a request"]):
        if words[start : start + len(connector)] == connector:
            return min(start + len(connector), end)
    return start


def _rest(spoken: Spoken, start: int, end: int) -> str:
    return spoken.between(start, end) if start < end else ""


FALLBACK = "AMAZON.FallbackIntent"


class Understanding:
    """One interaction model, ready to hear sentences."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self.invocation_name: str = model["interactionModel"]["languageModel"]["invocationName"]
        self._templates = Templates(model, builtin_phrases()["intents"], SAFETY_INTENTS, courtesies())

    @classmethod
    def from_file(cls, path: Path) -> Understanding:
        """The understanding of one committed model file, got ready once as long as the file says the same."""
        return _ready(path.read_text(encoding="utf-8"))

    def varies(self, kind: str) -> bool:
        """Whether a slot of this type can have more than one value."""
        return self._templates.varies(kind)

    def hear(self, sentence: str) -> Interpretation:
        """The most specific intent that the sentence fits; the fallback intent when it fits none."""
        return self._templates.match(sentence) or Interpretation(FALLBACK)

    def intent_json(self, found: Interpretation, skill_id: str = "amzn1.ask.skill.simulated") -> dict[str, Any]:
        """The `intent` of Alexa's IntentRequest: every slot of the intent is there, filled or not."""
        declared = self._templates.slots.get(found.intent, {})
        slots = {name: _slot_json(name, found.slots.get(name), skill_id) for name in declared}
        shaped: dict[str, Any] = {"name": found.intent, "confirmationStatus": "NONE"}
        return shaped | {"slots": slots} if declared else shaped


@lru_cache(maxsize=8)
def _ready(model: str) -> Understanding:
    return Understanding(json.loads(model))


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

    `track_was_last`: the track that plays, or played last, is one of the skill.
    """
    called = parse_invocation(words, understanding.invocation_name)
    if called == "":
        return envelopes.launch(), True
    found = understanding.hear(words if called is None else called)
    intent = understanding.intent_json(found, application)
    if called is not None:
        return envelopes.intent(intent), True
    if session_open:
        if words.strip(" .!").lower() == EXIT:
            return envelopes.session_ended("USER_INITIATED"), False
        return envelopes.intent(intent), False
    if track_was_last and found.intent in TRANSPORT:
        stops = found.intent == "AMAZON.StopIntent"
        return envelopes.intent({**intent, "name": STOP_IN_TRACK} if stops else intent), False
    return None
