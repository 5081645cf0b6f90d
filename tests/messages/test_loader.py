"""All that is said outside scripts: used, filled in rightly, short enough, and nothing promised."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import skill
from skill.messages.loader import load_messages
from skill.messages.messages import placeholders
from speech.script.library import load_pace

WORDS = load_messages()
CODE = [file for file in sorted(Path(skill.__file__).parent.rglob("*.py")) if "simulator" not in file.parts]


@dataclass(frozen=True)
class Use:
    """A text that code asks for by name, and the names it fills in (None: handed on as a mapping)."""

    where: str
    name: str
    filled: frozenset[str] | None


def uses() -> Iterator[Use]:
    """Every text that code could ask for: names in calls of `words`, and other strings that are names of texts."""
    for file in CODE:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            where = f"{file.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and _is_words(node.func) and node.args:
                filled = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                spread = any(keyword.arg is None for keyword in node.keywords)
                for name in _names(node.args[0]):
                    yield Use(where, name, None if spread else filled)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in WORDS.texts:
                yield Use(where, node.value, None)


def _is_words(called: ast.expr) -> bool:
    return (isinstance(called, ast.Name) and called.id == "words") or (
        isinstance(called, ast.Attribute) and called.attr == "words"
    )


def _names(argument: ast.expr) -> Iterator[str]:
    """The names that an argument may be: one, or either of two."""
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from _names(argument.body)
        yield from _names(argument.orelse)


USES = list(uses())
SIDES = {"left first", "right first", "left only", "right only"}
"""Asked for by a name that is put together."""


@pytest.mark.parametrize("name", WORDS.texts)
def test_every_text_is_said_somewhere(name: str) -> None:
    """No text lies about unused, to be translated and kept for nothing."""
    assert name in SIDES or any(use.name == name for use in USES)


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.where} {use.name}")
def test_every_text_asked_for_is_there_and_filled_in(use: Use) -> None:
    """A name in the code is a text, and the code fills in exactly what the text leaves open."""
    assert use.name in WORDS.texts
    if use.filled is not None:
        assert use.filled == placeholders(WORDS.texts[use.name])


def test_the_introduction_is_short_and_complete(record_property: Callable[[str, object], None]) -> None:
    """Within 22 seconds: information and no advice, who asks a doctor first, when to come off, two commands."""
    text = WORDS("introduction")
    seconds = load_pace().seconds_of(text)
    record_property("seconds of the introduction", round(seconds, 1))
    assert seconds <= 22.0
    for said in ("information", "not medical advice", "Ask a doctor first", '"Alexa, pause"', '"Alexa, stop"',
                 '"Who should not"', "pregnant", "blood thinners", "weak bones", "numb", "fever", "cancer", "clot",
                 "injury", "operation", "If sharp or numb, come off at once"):  # fmt: skip
        assert said in text
    assert "?" not in text, "it never asks which of these apply"


def test_answers_are_not_long(record_property: Callable[[str, object], None]) -> None:
    """An answer takes at most twelve seconds; the few that need more are named, and heard off the ball."""
    long = {
        "introduction": 22, "disclaimer": 25, "who should not": 25, "closing": 25, "help": 15, "welcome": 15,
        "about a clot": 25, "cannot get up": 25, "see a doctor": 25, "too strong": 25, "plan taken up": 25,
    }  # fmt: skip
    seconds = {name: round(load_pace().seconds_of(text), 1) for name, text in WORDS.texts.items()}
    for name, takes in sorted(seconds.items(), key=lambda item: -item[1])[:12]:
        record_property(f"seconds of {name!r}", takes)
    assert {name: takes for name, takes in seconds.items() if takes > long.get(name, 13)} == {}


CLAIMS = re.compile(
    r"\b(heal\w*|cure\w*|toxin\w*|detox\w*|miracle\w*|game.changer\w*|guarantee\w*|proven|clinically|"
    r"melts? away|pain.free|release[sd]? (the )?nerve|breaks? up|knots?|fix(es)?|relieves?)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", WORDS.texts)
def test_nothing_is_promised(name: str) -> None:
    """No text claims to heal, and none uses a word that Alexa would read out as markup."""
    text = WORDS.texts[name]
    assert not CLAIMS.search(text)
    assert not re.search(r"[<>&*_#\[\]]|--", text)


@pytest.mark.parametrize("name", [name for name in WORDS.texts if "reprompt" in name])
def test_the_last_words_let_go_kindly(name: str) -> None:
    """The last words before a session closes ask once more, say that it stops here, to rest, and how to come back."""
    text = WORDS.texts[name]
    assert text.split(".")[0].count("?") == 1
    assert "I stop here" in text and "rest" in text.lower()
    assert text.endswith("{later}")
    assert ("Stay off {tool}" in text) != name.endswith("before")


def test_lengths_are_said_as_people_say_them() -> None:
    """Lengths are rounded to the half minute and spoken in words."""
    said = {
        20: "less than a minute",
        44: "less than a minute",
        60: "one minute",
        90: "one and a half minutes",
        275: "four and a half minutes",
        300: "five minutes",
        1_800: "thirty minutes",
        3_600: "60 minutes",
    }
    assert {seconds: WORDS.length(seconds) for seconds in said} == said


def test_lists_are_said_with_one_or_at_the_end() -> None:
    """Lists have commas and one "or" or "and"."""
    assert WORDS.one_of(["a", "b", "c"]) == "a, b or c"
    assert WORDS.all_of(["a", "b"]) == "a and b"
    assert WORDS.all_of(["a"]) == "a" and WORDS.one_of([]) == ""
