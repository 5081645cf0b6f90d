"""Alarms by meaning: concepts in any order, and guards that make doubtful and never silence."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.understanding.alarm_files import FOLDER, load_alarms
from skill.understanding.alarms import Alarm, Alarms
from skill.understanding.cleaning import clean
from skill.understanding.patterns import pattern_of
from speech.errors import FilesInvalid


@cache
def alarms() -> Alarms:
    return load_alarms()


def found(sentence: str) -> Alarm | None:
    return alarms().find(clean(sentence))


@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        ("i feel nothing from the waist down", "EmergencyIntent"),
        ("from the waist down i feel nothing", "EmergencyIntent"),
        ("i cant breathe", "EmergencyIntent"),
        ("my husband's gone grey and he isn't answering", "EmergencyIntent"),
        ("i can't move", "EmergencyIntent"),
        ("i can't pee", "EmergencyIntent"),
        ("i hit my head", "EmergencyIntent"),
        ("my foot drops when i walk", "WeakLegIntent"),
        ("i fell off the chair", "FallIntent"),
        ("the room is spinning", "CannotGetUpIntent"),
        ("it's shooting down my leg", "SharpPainIntent"),
    ],
)
def test_a_sign_is_an_alarm(sentence: str, intent: str) -> None:
    """Words of one meaning in any order."""
    alarm = found(sentence)
    assert alarm is not None and (alarm.intent, alarm.doubtful) == (intent, False)


@pytest.mark.parametrize(
    "sentence",
    [
        "my leg isn't numb",
        "no i don't have any numbness in my legs",
        "nan had a stroke years ago",
        "when should you call an ambulance",
        "glad that's off my chest it hurts",
        "the dog collapsed on the rug",
        "on my soap tonight the bride fainted",
    ],
)
def test_a_guard_makes_doubtful_and_does_not_silence(sentence: str) -> None:
    """A negation, the past, a story, a general question or a figure of speech: asked about, while a spot is pressed."""
    alarm = found(sentence)
    assert alarm is not None and alarm.doubtful


@pytest.mark.parametrize(
    "sentence", ["i can't feel my bits", "no feeling down there", "i'm not breathing right", "my legs won't hold me"]
)
def test_a_not_that_is_the_sign_is_no_guard(sentence: str) -> None:
    """Half the words of these signs are negations."""
    alarm = found(sentence)
    assert alarm is not None and not alarm.doubtful


@pytest.mark.parametrize(
    "sentence", ["do both legs", "next spot", "five minutes for my hip", "my ball rolled away", ""]
)
def test_what_is_no_sign_is_no_alarm(sentence: str) -> None:
    """Wishes and moves."""
    assert found(sentence) is None


@given(st.text(max_size=120))
def test_any_text_can_be_tried(text: str) -> None:
    """Nothing raises, whatever is said."""
    assert found(text) is None or isinstance(found(text), Alarm)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the alarms, to make mistakes in."""
    shutil.copytree(FOLDER / "en", tmp_path / "en")
    return tmp_path / "en"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("help.yaml", "when: [CALL]", "when: [CALLS]", r"help\.yaml:\d+: when: no concept is called CALLS"),
        ("help.yaml", "  CALL:\n", "  SADDLE:\n", "the concept stands in body.yaml already|already"),
        ("help.yaml", "sign: help", "sin: help", r"help\.yaml:\d+: sin: unknown field; allowed are alarm, sign"),
        ("help.yaml", "- (ambulance|ambulants", "- ((ambulance|ambulants", "a bracket is not closed"),
        ("help.yaml", "said: Call an ambulance.", "said: Next spot.", r"said: 'Next spot.' is no alarm"),
        ("order.yaml", "sharp, help", "sharp, hulp", r"order\.yaml:\d+: order: no file is called hulp.yaml"),
        ("guards.yaml", "deniable: [", "deniable: [NOTHING, ", "deniable: no concept is called NOTHING"),
    ],
)
def test_a_mistake_is_named(folder: Path, file: str, old: str, new: str, message: str) -> None:
    """File, line, field, what was found: a clinician edits these files."""
    path = folder / "alarms" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FilesInvalid, match=message):
        load_alarms("en", folder)


@pytest.mark.parametrize(
    ("phrase", "fits", "fits_not"),
    [
        ("(a|b) c", "x a c", "x c"),
        ("[very] numb", "very numb", "num"),
        ("numb*", "numbness", "num"),
        ("can ... feel", "can you still really feel", "can you still not really feel"),
        ("^help", "help me", "please help"),
    ],
)
def test_phrases(phrase: str, fits: str, fits_not: str) -> None:
    """Choices, words that may be missing, beginnings of words, gaps of three words, and the beginning."""
    pattern = re.compile(pattern_of([phrase]))
    assert pattern.search(f" {fits} ") and not pattern.search(f" {fits_not} ")
