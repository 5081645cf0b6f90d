"""Rules for what the store shows: name, description, example phrases, testing instructions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from skill.alexa.reminders_api import PERMISSION
from skill.locales import LETTERS
from skill.models.invocation_rules import LAUNCH_WORDS, OWN_WORDS, WAKE_WORDS
from skill.models.lint import Placed
from skill.models.sayable import tidy
from skill.publish.skill_package import Package

MOST_PHRASES = 3
_CLAIMS = re.compile(r"\b(cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing)?|relie(f|ves?)|guaranteed?|proven)\b", re.I)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;")
_SUBSTITUTE = re.compile(r"\bnot (a |any )?(substitute|replacement) for professional\b", re.I)
_SHOWN = ("name", "summary", "description")


def name_words(package: Package) -> Placed:
    """Wake words and words for the skill itself belong to Amazon."""
    for locale, listing in _listings(package):
        for word in re.findall(rf"[{LETTERS}]+", listing["name"].lower()):
            if word in WAKE_WORDS | OWN_WORDS:
                yield f"{locale}: name", f"{listing['name']!r} holds {word!r}"


def claims(package: Package) -> Placed:
    """Nothing promises what a massage may not do."""
    for locale, listing in _listings(package):
        texts = {name: listing[name] for name in _SHOWN} | {"keywords": " ".join(listing["keywords"])}
        for name, text in texts.items():
            for word in _CLAIMS.finditer(text):
                yield f"{locale}: {name}", f"{word[0]!r} promises too much"


def markup(package: Package) -> Placed:
    """No tags and no entities."""
    for locale, listing in _listings(package):
        for name in _SHOWN:
            for tag in _MARKUP.findall(listing[name])[:1]:
                yield f"{locale}: {name}", f"{tag!r} is shown as it stands"


def disclaimer(package: Package) -> Placed:
    """Information, not medical advice, and no substitute for a professional's."""
    for locale, listing in _listings(package):
        text = listing["description"]
        if "not medical advice" not in text.lower() or not _SUBSTITUTE.search(text):
            yield (
                f"{locale}: description",
                "lacks the disclaimer: that this is not medical advice, and not a substitute for professional advice",
            )


def phrases(package: Package) -> Placed:
    """One to three."""
    for locale, listing in _listings(package):
        if not 1 <= (count := len(listing["examplePhrases"])) <= MOST_PHRASES:
            yield f"{locale}: examplePhrases", f"are {count}; 1 to {MOST_PHRASES}"


def first_phrase(package: Package) -> Placed:
    """The first one opens the skill: wake word, launch word, invocation name."""
    for locale, listing in _listings(package):
        invocation = _invocation(package, locale)
        said = _words(listing["examplePhrases"][0]) if listing["examplePhrases"] else ""
        if not any(said.startswith(f"alexa {verb} {invocation}") for verb in LAUNCH_WORDS):
            yield (
                f"{locale}: examplePhrases",
                f"the first, {said!r}, is not the wake word, a launch word and {invocation!r}",
            )


def wake_word_and_name(package: Package) -> Placed:
    """Whoever is called by the wake word is called by name; without, it is something said inside the skill."""
    for locale, listing in _listings(package):
        invocation = _invocation(package, locale)
        for phrase in listing["examplePhrases"]:
            if _words(phrase).startswith("alexa ") != (invocation in _words(phrase)):
                yield f"{locale}: examplePhrases", f"{phrase!r} has the wake word or {invocation!r} without the other"


def phrases_twice(package: Package) -> Placed:
    """None stands there twice."""
    for locale, listing in _listings(package):
        for phrase, count in Counter(map(_words, listing["examplePhrases"])).items():
            if count > 1:
                yield f"{locale}: examplePhrases", f"{phrase!r} stands there {count} times"


def reminder_told(package: Package) -> Placed:
    """Where the permission is asked for, the testing instructions tell how."""
    inside = package.manifest["manifest"]
    text = inside["publishingInformation"]["testingInstructions"]
    if not text.strip():
        yield "testingInstructions", "are empty"
    asked = any(one["name"] == PERMISSION for one in inside.get("permissions", ()))
    if asked and "remind" not in text.lower():
        yield "testingInstructions", f"do not tell how to reach the reminder, for which {PERMISSION} is asked"


def _listings(package: Package) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from package.manifest["manifest"]["publishingInformation"]["locales"].items()


def _invocation(package: Package, locale: str) -> str:
    model = package.models.get(locale, {})
    name: str = model.get("interactionModel", {}).get("languageModel", {}).get("invocationName", "")
    return name


def _words(phrase: str) -> str:
    return tidy(re.sub(r"[,.!?]", " ", phrase))
