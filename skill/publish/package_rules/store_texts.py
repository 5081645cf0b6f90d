"""Rules for what the store shows: name, description, example phrases, testing instructions."""

from __future__ import annotations

import re

from skill.alexa.reminders_api import PERMISSION
from skill.locales import LETTERS
from skill.models.invocation_rules import LAUNCH_WORDS, OWN_WORDS, WAKE_WORDS
from skill.models.lint import Placed, Rule, repeated
from skill.models.sayable import tidy
from skill.publish.skill_package import Package

MOST_PHRASES = 3
_CLAIMS = re.compile(r"\b(cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing)?|relie(f|ves?)|guaranteed?|proven)\b", re.I)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;")
_SUBSTITUTE = re.compile(r"\bnot (a |any )?(substitute|replacement) for professional\b", re.I)
_SHOWN = ("name", "summary", "description")


def _name_words(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for word in re.findall(rf"[{LETTERS}]+", listing["name"].lower()):
            if word in WAKE_WORDS | OWN_WORDS:
                yield f"{locale}: name", f"{listing['name']!r} holds {word!r}"


def _claims(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        texts = {name: listing[name] for name in _SHOWN} | {"keywords": " ".join(listing["keywords"])}
        for name, text in texts.items():
            for word in _CLAIMS.finditer(text):
                yield f"{locale}: {name}", f"{word[0]!r} promises too much"


def _markup(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for name in _SHOWN:
            for tag in _MARKUP.findall(listing[name])[:1]:
                yield f"{locale}: {name}", f"{tag!r} is shown as it stands"


def _disclaimer(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        text = listing["description"]
        if "not medical advice" not in text.lower() or not _SUBSTITUTE.search(text):
            yield (
                f"{locale}: description",
                "lacks the disclaimer: that this is not medical advice, and not a substitute for professional advice",
            )


def _phrases(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        if not 1 <= (count := len(listing["examplePhrases"])) <= MOST_PHRASES:
            yield f"{locale}: examplePhrases", f"are {count}; 1 to {MOST_PHRASES}"


def _first_phrase(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        invocation = _invocation(package, locale)
        said = _words(listing["examplePhrases"][0]) if listing["examplePhrases"] else ""
        if not any(said.startswith(f"alexa {verb} {invocation}") for verb in LAUNCH_WORDS):
            yield (
                f"{locale}: examplePhrases",
                f"the first, {said!r}, is not the wake word, a launch word and {invocation!r}",
            )


def _wake_word_and_name(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        invocation = _invocation(package, locale)
        for phrase in listing["examplePhrases"]:
            if _words(phrase).startswith("alexa ") != (invocation in _words(phrase)):
                yield f"{locale}: examplePhrases", f"{phrase!r} has the wake word or {invocation!r} without the other"


def _phrases_twice(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for phrase, count in repeated(map(_words, listing["examplePhrases"])):
            yield f"{locale}: examplePhrases", f"{phrase!r} stands there {count} times"


def _reminder_told(package: Package) -> Placed:
    text = package.store["testingInstructions"]
    if not text.strip():
        yield "testingInstructions", "are empty"
    asked = any(one["name"] == PERMISSION for one in package.manifest["manifest"].get("permissions", ()))
    if asked and "remind" not in text.lower():
        yield "testingInstructions", f"do not tell how to reach the reminder, for which {PERMISSION} is asked"


def _invocation(package: Package, locale: str) -> str:
    model = package.models.get(locale, {})
    name: str = model.get("interactionModel", {}).get("languageModel", {}).get("invocationName", "")
    return name


def _words(phrase: str) -> str:
    return tidy(re.sub(r"[,.!?]", " ", phrase))


STORE_TEXT_RULES = (
    Rule("name-words", "Alexa: blog of 2020-08: no Alexa, skill or app in a name", _name_words),
    Rule("claims", "Alexa: policy for health; ours: no promise of healing", _claims),
    Rule("markup", "ours: texts are shown as they stand", _markup),
    Rule("disclaimer", "Alexa: reviewers turn down a health skill without it in its description", _disclaimer),
    Rule("phrase-count", "Alexa: one to three example phrases", _phrases),
    Rule("phrase-first", "Alexa: functional testing: wake word, launch phrase and invocation name", _first_phrase),
    Rule("phrase-name", "Alexa: functional testing: the wake word goes with the invocation name", _wake_word_and_name),
    Rule("phrase-twice", "ours: each phrase shows something else", _phrases_twice),
    Rule("reminder-told", "Alexa: reminders guidelines: the tester is told how to reach one", _reminder_told),
)  # fmt: skip
