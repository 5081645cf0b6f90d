"""What the skill speaks and understands: five kinds of English, each a locale of Alexa's."""

from __future__ import annotations

LOCALES = ("en-US", "en-GB", "en-CA", "en-AU", "en-IN")
"""Alexa's names for them (interaction model, list of locales)."""

DEFAULT = "en-US"
"""What answers when a request comes from anywhere else, or does not say."""


def language_of(locale: str) -> str:
    """The language of a locale, which scripts, words and sentences are named by: "en" of "en-GB"."""
    return locale.partition("-")[0]


LANGUAGES = tuple(dict.fromkeys(map(language_of, LOCALES)))
"""The languages of these locales."""

LETTERS = "a-z"
"""The letters of all these languages, as a range of a regular expression: a new language adds its own."""
