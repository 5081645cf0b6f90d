"""Texts in the YAML files: how they become sentences, and what is wrong with them, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_SENTENCE = 12
"""Words a sentence may have: what someone with closed eyes keeps from one hearing."""

PLACEHOLDERS = ("side", "other side")

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_SENTENCES = 6
"""Sentences in one text: more of them are steps of their own."""
MOST_REMINDER_SENTENCES = 2
FEWEST_WORDS, MOST_WORDS = 2, 5
"""How many words a reassurance has."""

_WORD = re.compile(r"\w")
_NOT_SAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML, and so SSML, cannot hold."""
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text: each becomes a cue of its own."""
    return tuple(part for part in _SENTENCE_END.split(" ".join(text.split())) if part)


def slug(name: str) -> str:
    """The id of a step with this name: a-z, 0-9 and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def text_faults(text: str) -> Iterator[str]:
    """What is wrong with a name or a phrase."""
    yield from _any_text(text)
    if "{" in text or "}" in text:
        yield "a brace; nothing is filled in here"


def spoken_faults(text: str) -> Iterator[str]:
    """What is wrong with a text that a script says: sentence by sentence, placeholders filled in later."""
    yield from _any_text(text)
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            yield f"{{{name}}} is not a placeholder; allowed are {known}"
    if "{" in (bare := PLACEHOLDER.sub("", text)) or "}" in bare:
        yield "a brace without its partner"
    for sentence in (said := sentences(text)):
        words = len(PLACEHOLDER.sub("side", sentence).split())
        if words > LONGEST_SENTENCE:
            yield f"{sentence!r} has {words} words; at most {LONGEST_SENTENCE} are kept from one hearing"
        if not _WORD.search(sentence) and len(said) > 1:
            yield f"{sentence!r} has no word in it"
        if sentence[-1] not in ".?!":
            yield f"{sentence!r} does not end with a full stop, a question mark or an exclamation mark"
    if len(said) > MOST_SENTENCES:
        yield f"{len(said)} sentences; at most {MOST_SENTENCES} belong to one step"


def reminder_faults(text: str) -> Iterator[str]:
    """What is wrong with a reminder, which is short and spoken."""
    yield from spoken_faults(text)
    if (count := len(sentences(text))) > MOST_REMINDER_SENTENCES:
        yield f"{count} sentences; at most {MOST_REMINDER_SENTENCES} make a reminder"


def reassurance_faults(text: str) -> Iterator[str]:
    """What is wrong with a reassurance: long enough to be heard as a voice, too short to be an instruction."""
    yield from text_faults(text)
    if not FEWEST_WORDS <= (words := len(text.split())) <= MOST_WORDS:
        yield f"{text!r} has {words} words; allowed are {FEWEST_WORDS} to {MOST_WORDS}"


def fact_id_faults(name: str) -> Iterator[str]:
    """What is wrong with the id of a fact."""
    if not re.fullmatch(r"[A-Z][1-9]\d?", name):
        yield f"{name!r} is not a fact's id, such as X1"


def pronunciation_faults(text: object) -> Iterator[str]:
    """What is wrong with a word or its sounds."""
    if not (isinstance(text, str) and text.strip()):
        yield f"{text!r} is not text; allowed are a word and its sounds"


def _any_text(text: str) -> Iterator[str]:
    if not text.strip():
        yield "the text is empty; at least one word is needed"
    elif not _WORD.search(text):
        yield f"{text!r} has no word in it"
    if not_sayable := _NOT_SAYABLE.search(text):
        yield f"the character {not_sayable.group()!a} cannot be said"
