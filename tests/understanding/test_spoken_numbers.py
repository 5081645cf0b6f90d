"""Numbers and lengths of time are heard as Alexa hears them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.understanding.normalised import listen
from skill.understanding.spoken_numbers import Span, durations, numbers


def whole(spans: Callable[[Sequence[str], int], Iterator[Span]], text: str) -> str | None:
    """What this whole text says, where such a span is all of it."""
    words = listen(text).words
    return next((span.value for span in spans(words, 0) if span.end == len(words)), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("five minutes", "PT5M"),
        ("5 minutes", "PT5M"),
        ("10min", "PT10M"),
        ("ten min", "PT10M"),
        ("a minute", "PT1M"),
        ("an hour", "PT1H"),
        ("half an hour", "PT30M"),
        ("a half hour", "PT30M"),
        ("a quarter of an hour", "PT15M"),
        ("three quarters of an hour", "PT45M"),
        ("an hour and a half", "PT1H30M"),
        ("one and a half hours", "PT1H30M"),
        ("an hour and ten minutes", "PT1H10M"),
        ("one hour thirty minutes", "PT1H30M"),
        ("two minutes thirty seconds", "PT2M30S"),
        ("seven and a half minutes", "PT7M30S"),
        ("seven minutes and a half", "PT7M30S"),
        ("7.5 minutes", "PT7M30S"),
        ("half a minute", "PT30S"),
        ("ninety seconds", "PT90S"),
        ("90 seconds", "PT90S"),
        ("ninety minutes", "PT90M"),
        ("a couple of minutes", "PT2M"),
        ("twenty-five minutes", "PT25M"),
        ("a hundred and five minutes", "PT105M"),
        ("zero minutes", "PT0M"),
        ("minutes", None),
        ("five", None),
        ("five bananas", None),
        ("five minutes five minutes", None),
        ("some minutes", None),
        ("half a second", None),
        ("", None),
    ],
)
def test_lengths_of_time(text: str, value: str | None) -> None:
    """AMAZON.DURATION is ISO 8601, in the units people used; what is no length of time is none."""
    assert whole(durations, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", "0"),
        ("ten", "10"),
        ("a hundred", "100"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("twenty-five", "25"),
        ("two hundred and seven", "207"),
        ("nine hundred ninety nine", "999"),
        ("12", "12"),
        ("1000", None),
        ("twenty ten", None),
        ("ten two", None),
        ("7.5", None),
        ("", None),
    ],
)
def test_numbers(text: str, value: str | None) -> None:
    """AMAZON.NUMBER is digits, from 0 to 999, in words or digits; nothing else."""
    assert whole(numbers, text) == value


@given(st.integers(0, 999))
def test_digits_are_heard_as_themselves(number: int) -> None:
    """A number written in digits is that number, and so many minutes."""
    assert whole(numbers, str(number)) == str(number)
    assert whole(durations, f"{number} minutes") == f"PT{number}M"
