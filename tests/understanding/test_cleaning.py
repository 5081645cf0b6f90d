"""The same words for the same meaning, however they were typed or recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.understanding.cleaning import clean


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("I can't breathe!", "i can not breathe"),
        ("i cant breathe", "i can not breathe"),
        ("i can't uh breathe", "i can not breathe"),
        ("I, um, I can't, you know, feel my leg", "i can not feel my leg"),
        ("i had a i had an accident", "i had accident"),
        ("Please Alexa, the next spot please", "next spot"),
        ("it\u2019s gone numb", "it is gone numb"),
        ("dont wont isnt havent", "do not will not is not have not"),
        ("hello mate it hurts", "it hurts"),
        ("i've fallen in love with this", "i have fallen in love with this"),
        ("", ""),
        ("...", ""),
    ],
)
def test_cleaned(said: str, words: str) -> None:
    """Case, punctuation, apostrophes, contractions, fillers, courtesies, articles and doubled words do not count."""
    assert clean(said) == words


@given(st.text(max_size=200))
def test_any_text_is_cleaned(text: str) -> None:
    """Nothing raises; what comes out are plain words, and cleaning them again changes only what repeats."""
    words = clean(text)
    assert words == " ".join(words.split())
    assert all(character.isalnum() or character in " '." for character in words)
