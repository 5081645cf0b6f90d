"""How a skill is called: the wake word, "open sciatica massage", "ask sciatica massage to ..."."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from skill.simulator.normalised import Spoken, listen


@dataclass(frozen=True, slots=True)
class Launch:
    """The skill is opened, and nothing is asked of it yet."""


@dataclass(frozen=True, slots=True)
class OneShot:
    """The skill is asked for something in the same breath."""

    rest: str


@dataclass(frozen=True, slots=True)
class _Courtesies:
    """What is said and not meant: at the front (askings among it) and at the end, and how much of it is dropped."""

    before: tuple[tuple[str, ...], ...]
    asking: frozenset[tuple[str, ...]]
    after: tuple[tuple[str, ...], ...]
    at_most: int


@cache
def builtin_phrases() -> Mapping[str, Any]:
    """What `builtins.yaml` holds."""
    text = (Path(__file__).parent / "builtins.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@cache
def _courtesies() -> _Courtesies:
    read = builtin_phrases()["courtesies"]
    asking = _longest_first(read["asking"])
    before = tuple(_longest_first([*read["before"], *read["asking"]]))
    return _Courtesies(before, frozenset(asking), tuple(_longest_first(read["after"])), read["at most"])


def after_wake_word(sentence: str) -> str | None:
    """What follows "Alexa", which may be nothing; None when the sentence does not begin with a wake word."""
    heard = listen(sentence)
    for wake_word in _longest_first(builtin_phrases()["wake words"]):
        if heard.words[: len(wake_word)] == wake_word:
            return _rest(heard, len(wake_word), len(heard.words))
    return None


def parse_invocation(sentence: str, invocation_name: str) -> Launch | OneShot | None:
    """How this sentence calls the skill of this name, wake word or not; None when it does not."""
    called = after_wake_word(sentence)
    heard = listen(sentence if called is None else called)
    name = listen(invocation_name).words
    start, end = trims(heard.words)[-1]
    words = heard.words[start:end]
    if words == name:
        return Launch()
    for verb in _longest_first(builtin_phrases()["launch words"]):
        if words[: len(verb) + len(name)] == verb + name:
            begin = _after_connector(heard.words, start + len(verb) + len(name), end)
            return OneShot(_rest(heard, begin, end)) if begin < end else Launch()
    for connector in _longest_first(builtin_phrases()["after a request"]):
        tail = connector + name
        if len(words) > len(tail) and words[-len(tail) :] == tail:
            return OneShot(_rest(heard, start, end - len(tail)))
    return None


def _after_connector(words: tuple[str, ...], start: int, end: int) -> int:
    for connector in _longest_first(builtin_phrases()["before a request"]):
        if words[start : start + len(connector)] == connector:
            return min(start + len(connector), end)
    return start


def trims(words: tuple[str, ...]) -> list[tuple[int, int]]:
    """The sentence whole, then with ever more courtesies gone from its front and its end; never nothing, never a "not".

    At most so many go from each end as `builtins.yaml` says. An asking before a "not" stays: "could you not talk".
    """
    courtesies = _courtesies()
    starts, ends = [0], [len(words)]
    while len(starts) <= courtesies.at_most and (count := _first(words[starts[-1] :], courtesies)):
        starts.append(starts[-1] + count)
    while len(ends) <= courtesies.at_most and (count := _last(words[: ends[-1]], courtesies)):
        ends.append(ends[-1] - count)
    kept = [(start, end) for start in starts for end in ends if start < end or not words]
    return sorted(kept, key=lambda span: span[0] + len(words) - span[1])


def _first(words: tuple[str, ...], courtesies: _Courtesies) -> int:
    """How many words of a courtesy stand at the front."""
    for item in courtesies.before:
        if words[: len(item)] == item and not (item in courtesies.asking and words[len(item) :][:1] == ("not",)):
            return len(item)
    return 0


def _last(words: tuple[str, ...], courtesies: _Courtesies) -> int:
    """How many words of a courtesy stand at the end."""
    return next((len(item) for item in courtesies.after if words[-len(item) :] == item), 0)


def _longest_first(phrases: Iterable[str]) -> list[tuple[str, ...]]:
    return sorted((listen(phrase).words for phrase in phrases), key=len, reverse=True)


def _rest(heard: Spoken, start: int, end: int) -> str:
    return heard.between(start, end) if start < end else ""
