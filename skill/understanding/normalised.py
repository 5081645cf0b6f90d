"""A sentence as the words that count: lower case, no punctuation, no articles, contractions written out.

Courtesies, words around a request that are said and not meant, count only where the sentence means nothing without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from skill.locales import LETTERS

_WORD = re.compile(rf"\d+(?:\.\d+)?|[{LETTERS}][{LETTERS}']*|\{{[a-z_]+\}}")
_INITIAL = re.compile(rf"\b([{LETTERS}])\.(?=[{LETTERS}]\.)")
_ARTICLES = frozenset({"a", "an", "the", "my"})
_WRITTEN_OUT = {
    "can't": "cannot",
    "won't": "will not",
    "let's": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "okay": "ok",
    "oh": "",
}
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "is"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words that count, and beside each the word it was spoken as."""

    words: tuple[str, ...]
    sources: tuple[int, ...]
    spoken: tuple[str, ...]

    def between(self, start: int, end: int) -> str:
        """What was spoken from one word that counts up to another: "half an hour" for "half hour"."""
        return " ".join(self.spoken[self.sources[start] : self.sources[end - 1] + 1])


def listen(sentence: str) -> Spoken:
    """The words of a sentence. Commas, question marks, hyphens and doubled spaces make no difference."""
    text = sentence.lower().replace("\u2019", "'").replace("can not", "cannot")
    if "." in text:
        text = _INITIAL.sub(r"\1", text)  # an initialism is one word
    spoken = tuple(word.strip("'") for word in _WORD.findall(text))
    words: list[str] = []
    sources: list[int] = []
    for index, word in enumerate(spoken):
        for part in _written_out(word).split():
            if part not in _ARTICLES:
                words.append(part)
                sources.append(index)
    return Spoken(tuple(words), tuple(sources), spoken)


def _written_out(word: str) -> str:
    if word in _WRITTEN_OUT:
        return _WRITTEN_OUT[word]
    if "'" not in word:
        return word
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return f"{word.removesuffix(ending)} {full}"
    return word


class Courtesies:
    """What is dropped at the front (`asking` among it) and at the end of a sentence: at most so many at each end."""

    def __init__(self, before: Iterable[str], asking: Iterable[str], after: Iterable[str], at_most: int) -> None:
        self._asking = frozenset(longest_first(asking))
        self._before = longest_first([*before, *asking])
        self._after = longest_first(after)
        self._at_most = at_most

    def trims(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """The sentence whole, then with ever more courtesies gone from both ends; never nothing, never a "not".

        An asking before a "not" stays: "could you not talk".
        """
        starts, ends = [0], [len(words)]
        while len(starts) <= self._at_most and (count := self._first(words[starts[-1] :])):
            starts.append(starts[-1] + count)
        while len(ends) <= self._at_most and (count := self._last(words[: ends[-1]])):
            ends.append(ends[-1] - count)
        kept = [(start, end) for start in starts for end in ends if start < end or not words]
        return sorted(kept, key=lambda span: span[0] + len(words) - span[1])

    def _first(self, words: tuple[str, ...]) -> int:
        """How many words of a courtesy stand at the front."""
        for item in self._before:
            if words[: len(item)] == item and not (item in self._asking and words[len(item) :][:1] == ("not",)):
                return len(item)
        return 0

    def _last(self, words: tuple[str, ...]) -> int:
        """How many words of a courtesy stand at the end."""
        return next((len(item) for item in self._after if words[-len(item) :] == item), 0)


def longest_first(phrases: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of each phrase, the longest phrase first."""
    return sorted((listen(phrase).words for phrase in phrases), key=len, reverse=True)
