"""The rules for an invocation name: what people say to reach the skill."""

from __future__ import annotations

import re

from skill.models.lint import Found
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
_CHARACTERS = re.compile(r"[a-z]+(?:'[a-z]+|')?|(?:[a-z]\.)+")


def invocation_length(seen: View) -> Found:
    """One word is taken for a brand."""
    if len(seen.invocation_name.split()) < 2:
        yield _where(seen), "is fewer than two words"


def invocation_characters(seen: View) -> Found:
    """Lower-case letters, a possessive apostrophe, periods in initialisms; numbers are spelt out."""
    for word in seen.invocation_name.split():
        if not _CHARACTERS.fullmatch(word):
            yield _where(seen), f"{word!r} is not lower-case letters, an apostrophe or an initialism"


def invocation_small_words(seen: View) -> Found:
    """A name of two words holds no article and no preposition."""
    words = seen.invocation_name.lower().split()
    if len(words) == 2:
        yield from _holding(seen, SMALL_WORDS, "an article or a preposition")


def invocation_reserved(seen: View) -> Found:
    """Wake words, launch words, and words for the skill itself belong to Alexa."""
    yield from _holding(seen, WAKE_WORDS, "a wake word")
    yield from _holding(seen, LAUNCH_WORDS, "a launch word")
    yield from _holding(seen, OWN_WORDS, "a word for the skill itself")


def invocation_connecting(seen: View) -> Found:
    """Connecting words part the name from what is asked."""
    yield from _holding(seen, CONNECTING_WORDS, "a connecting word")


def _holding(seen: View, words: frozenset[str], what: str) -> Found:
    for word in seen.invocation_name.lower().split():
        if word.removesuffix("'s") in words:
            yield _where(seen), f"{word!r} is {what}"


def _where(seen: View) -> str:
    return f"invocation name {seen.invocation_name!r}"
