"""Invocations of a skill: the wake word, "open sciatica massage", "ask sciatica massage to ..."."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from skill.understanding.courtesies import Courtesies, longest_first
from skill.understanding.normalised import Spoken, listen


@dataclass(frozen=True, slots=True)
class Launch:
    """The skill is opened, and nothing is asked of it yet."""


@dataclass(frozen=True, slots=True)
class OneShot:
    """The skill is asked for something in the same breath."""

    rest: str


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


def parse_invocation(sentence: str, invocation_name: str) -> Launch | OneShot | None:
    """The invocation of the skill of this name in a sentence, with or without the wake word; None without one."""
    called = after_wake_word(sentence)
    spoken = listen(sentence if called is None else called)
    name = listen(invocation_name).words
    start, end = courtesies().trims(spoken.words)[-1]
    words = spoken.words[start:end]
    if words == name:
        return Launch()
    for verb in longest_first(builtin_phrases()["launch words"]):
        if words[: len(verb) + len(name)] == verb + name:
            begin = _after_connector(spoken.words, start + len(verb) + len(name), end)
            return OneShot(_rest(spoken, begin, end)) if begin < end else Launch()
    for connector in longest_first(builtin_phrases()["after a request"]):
        tail = connector + name
        if len(words) > len(tail) and words[-len(tail) :] == tail:
            return OneShot(_rest(spoken, start, end - len(tail)))
    return None


def _after_connector(words: tuple[str, ...], start: int, end: int) -> int:
    for connector in longest_first(builtin_phrases()["before a request"]):
        if words[start : start + len(connector)] == connector:
            return min(start + len(connector), end)
    return start


def _rest(spoken: Spoken, start: int, end: int) -> str:
    return spoken.between(start, end) if start < end else ""
