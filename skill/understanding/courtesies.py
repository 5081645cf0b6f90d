"""Courtesies: words around a request that are said and not meant."""

from __future__ import annotations

from collections.abc import Iterable

from skill.understanding.normalised import listen


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
