"""The five kinds of English that the skill speaks and understands, each a locale of Alexa's."""

from __future__ import annotations

LOCALES = ("en-US", "en-GB", "en-CA", "en-AU", "en-IN")
"""Alexa's names for them (interaction model, list of locales)."""

DEFAULT = "en-US"
"""What answers when a request comes from anywhere else, or does not say."""


def known_locale(asked: str | None) -> str:
    """The locale asked for where it is one of ours, else the default."""
    return asked if asked in LOCALES else DEFAULT
