"""The rules for an invocation name: what people say to reach the skill."""

from __future__ import annotations

import re

from skill.locales import LETTERS
from skill.models.lint import Placed, Rule
from skill.models.model_view import View

WAKE_WORDS = frozenset({"alexa", "amazon", "echo", "computer"})
OWN_WORDS = frozenset({"skill", "skills", "app", "apps"})
LAUNCH_WORDS = frozenset(
    {"ask", "begin", "enable", "launch", "load", "open", "play", "resume", "run", "start", "tell", "use"}
)
CONNECTING_WORDS = frozenset(
    {"about", "and", "by", "for", "from", "if", "in", "that", "to", "using", "whether", "with"}
)
SMALL_WORDS = frozenset({"a", "an", "the", "for", "to", "of", "about", "up", "by", "at", "off", "with", "in", "on"})
_CHARACTERS = re.compile(rf"[{LETTERS}]+(?:'[{LETTERS}]+|')?|(?:[{LETTERS}]\.)+")


def _length(view: View) -> Placed:
    if len(view.invocation_name.split()) < 2:
        yield _where(view), "is fewer than two words"


def _characters(view: View) -> Placed:
    for word in view.invocation_name.split():
        if not _CHARACTERS.fullmatch(word):
            yield _where(view), f"{word!r} is not lower-case letters, an apostrophe or an initialism"


def _small_words(view: View) -> Placed:
    if len(view.invocation_name.split()) == 2:
        yield from _words_of(view, SMALL_WORDS, "an article or a preposition")


def _reserved(view: View) -> Placed:
    yield from _words_of(view, WAKE_WORDS, "a wake word")
    yield from _words_of(view, LAUNCH_WORDS, "a launch word")
    yield from _words_of(view, OWN_WORDS, "a word for the skill itself")


def _connecting(view: View) -> Placed:
    yield from _words_of(view, CONNECTING_WORDS, "a connecting word")


def _words_of(view: View, words: frozenset[str], what: str) -> Placed:
    """The words of the name that are among these."""
    for word in view.invocation_name.lower().split():
        if word.removesuffix("'s") in words:
            yield _where(view), f"{word!r} is {what}"


def _where(view: View) -> str:
    return f"invocation name {view.invocation_name!r}"


_SOURCE = "Alexa: choose the invocation name"
INVOCATION_RULES = (
    Rule("invocation-words", f"{_SOURCE}: two words or more, unless a brand", _length),
    Rule("invocation-characters", f"{_SOURCE}: lower-case letters, apostrophes, initialisms", _characters),
    Rule("invocation-small-words", f"{_SOURCE}: no article or preposition in two words", _small_words),
    Rule("invocation-reserved", f"{_SOURCE}: no wake word, launch word, skill or app", _reserved),
    Rule("invocation-connecting", f"{_SOURCE}: no connecting word", _connecting),
)
