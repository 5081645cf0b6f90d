"""Numbers and lengths of time as people say them: AMAZON.NUMBER and AMAZON.DURATION, in a small grammar.

Words come as `spoken.listen` gives them, without articles: "half an hour" is half, hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

LARGEST_NUMBER = 999

_ONES = {
    word: value
    for value, word in enumerate(
        (
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        )
    )
}  # fmt: skip
_TENS = {
    word: value
    for value, word in zip(
        range(20, 100, 10),
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        strict=True,
    )
}
_UNITS = {
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), "H"),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), "M"),
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), "S"),
}
_SINGULAR = ("hour", "minute", "second")
_SMALLER = {"H": "M", "M": "S"}
_PARTS = {
    ("half",): Fraction(1, 2),
    ("half", "of"): Fraction(1, 2),
    ("quarter",): Fraction(1, 4),
    ("quarter", "of"): Fraction(1, 4),
    ("three", "quarters", "of"): Fraction(3, 4),
    ("couple",): Fraction(2),
    ("couple", "of"): Fraction(2),
}
_FRACTION_AFTER = {
    ("and", "half"): Fraction(1, 2),
    ("and", "quarter"): Fraction(1, 4),
    ("and", "three", "quarters"): Fraction(3, 4),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Words that have a value: they end before word `end`, and Alexa's slot value for them is `value`."""

    end: int
    value: str


def numbers(words: Sequence[str], start: int) -> Iterator[Span]:
    """Every whole number from 0 to 999 that begins at this word: both "twenty" and "twenty five"."""
    for end, amount in _whole(words, start):
        if amount <= LARGEST_NUMBER:
            yield Span(end, str(amount))


def durations(words: Sequence[str], start: int) -> Iterator[Span]:
    """Every length of time that begins at this word, as ISO 8601 (Alexa: AMAZON.DURATION): PT5M, PT1H30M."""
    for end, counts in _times(words, start, tuple("HMS")):
        yield Span(end, "PT" + "".join(f"{counts[unit]}{unit}" for unit in "HMS" if unit in counts))


def _at(words: Sequence[str], start: int, phrase: Sequence[str]) -> bool:
    return tuple(words[start : start + len(phrase)]) == tuple(phrase)


def _whole(words: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    if start >= len(words):
        return
    if words[start].isdigit():
        yield start + 1, int(words[start])
        return
    yield from _below_hundred(words, start)
    hundreds, after = _ONES.get(words[start], 0), start + 1
    if words[start] == "hundred":  # "a hundred", its article gone
        hundreds, after = 1, start
    if 0 < hundreds < 10 and _at(words, after, ("hundred",)):
        yield after + 1, hundreds * 100
        rest = after + 2 if _at(words, after + 1, ("and",)) else after + 1
        for end, amount in _below_hundred(words, rest):
            if amount:
                yield end, hundreds * 100 + amount


def _below_hundred(words: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    if start >= len(words):
        return
    if words[start] in _ONES:
        yield start + 1, _ONES[words[start]]
    elif words[start] in _TENS:
        yield start + 1, _TENS[words[start]]
        ones = _ONES.get(words[start + 1], 0) if start + 1 < len(words) else 0
        if 0 < ones < 10:
            yield start + 2, _TENS[words[start]] + ones


def _amounts(words: Sequence[str], start: int) -> Iterator[tuple[int, Fraction]]:
    """How many of a unit: "five", "seven and a half", "2.5", "half", "a couple of"; or one, for "an"."""
    yield start, Fraction(1)
    if start < len(words) and "." in words[start]:
        yield start + 1, Fraction(words[start])
    for phrase, part in _PARTS.items():
        if _at(words, start, phrase):
            yield start + len(phrase), part
    for end, whole in _whole(words, start):
        yield end, Fraction(whole)
        for phrase, part in _FRACTION_AFTER.items():
            if _at(words, end, phrase):
                yield end + len(phrase), whole + part


def _times(words: Sequence[str], start: int, units: tuple[str, ...]) -> Iterator[tuple[int, dict[str, int]]]:
    """A length of time in these units, perhaps followed by one in smaller ones."""
    for after, amount in _amounts(words, start):
        unit = _UNITS.get(words[after]) if after < len(words) else None
        if unit not in units or (after == start and words[after] not in _SINGULAR):
            continue
        end = after + 1
        if counts := _counts(amount, unit):
            yield end, counts
            smaller = units[units.index(unit) + 1 :]
            for rest in (end, end + 1) if _at(words, end, ("and",)) else (end,):
                # "an hour a minute" is nothing people say: without an "and", a number must follow.
                if rest == end and end < len(words) and words[end] in _UNITS:
                    continue
                for last, more in _times(words, rest, smaller):
                    if not counts.keys() & more.keys():
                        yield last, counts | more
        for phrase, part in _FRACTION_AFTER.items():
            if _at(words, end, phrase) and (counts := _counts(amount + part, unit)):
                yield end + len(phrase), counts


def _counts(amount: Fraction, unit: str) -> dict[str, int] | None:
    """So many of a unit in whole units, the rest in smaller ones; None where not even seconds are whole.

    As Amazon gives them: ninety seconds stay PT90S.
    """
    whole, rest = divmod(amount, 1)
    if not rest:
        return {unit: int(whole)}
    if unit not in _SMALLER:
        return None
    smaller = _counts(rest * 60, _SMALLER[unit])
    return smaller and ({unit: int(whole)} if whole else {}) | smaller
