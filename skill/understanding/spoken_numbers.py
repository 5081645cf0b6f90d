"""Numbers and lengths of time as people say them: AMAZON.NUMBER and AMAZON.DURATION, in a small grammar.

Words come as `normalised.listen` gives them, without articles: "half an hour" is half, hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

LARGEST_NUMBER = 999

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
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


def _number_words() -> dict[tuple[str, ...], int]:
    """The whole numbers below a thousand by their words: "a hundred" is "hundred", its article gone."""
    below_hundred: dict[tuple[str, ...], int] = {(word,): value for value, word in enumerate(_ONES)}
    for tens, word in enumerate(_TENS, start=2):
        below_hundred[(word,)] = tens * 10
        below_hundred |= {(word, _ONES[ones]): tens * 10 + ones for ones in range(1, 10)}
    found = below_hundred.copy()
    hundreds: dict[tuple[str, ...], int] = {(_ONES[count], "hundred"): count * 100 for count in range(1, 10)}
    for head, hundred in (hundreds | {("hundred",): 100}).items():
        found[head] = hundred
        for words, value in list(below_hundred.items())[1:]:
            found[*head, *words] = found[*head, "and", *words] = hundred + value
    return found


_NUMBERS = _number_words()
_MOST_WORDS = max(map(len, _NUMBERS))


def _whole(words: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    if start < len(words) and words[start].isdigit():
        yield start + 1, int(words[start])
    for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
        if (number := _NUMBERS.get(tuple(words[start:end]))) is not None:
            yield end, number


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
