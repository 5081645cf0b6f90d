"""What Alexa takes as words in an interaction model: of a sample, of a value, of a name."""

from __future__ import annotations

import re

from skill.locales import LETTERS

AMAZON_TYPES = ("AMAZON.DURATION", "AMAZON.NUMBER")
"""Amazon's slot types that the skill uses and the simulator understands."""

LONGEST_SAMPLE = 200
"""Characters (Alexa's limit, as far as is known)."""
LONGEST_VALUE = 140
"""Characters in one slot value (Alexa's limit, as far as is known)."""

SLOT = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(rf"[{LETTERS}]+(?:['-][{LETTERS}]+)*'?|(?:[{LETTERS}]\.)+(?:'s)?|\{{[a-z_]+\}}(?:'s)?")


def not_sayable(text: str) -> str | None:
    """What is wrong with the words of a model, or None.

    Alexa: letters, spaces, apostrophes, hyphens, periods in initialisms, and slots; digits are written out.
    """
    if not text.strip():
        return "is empty"
    for word in text.lower().split():
        if not _WORD.fullmatch(word):
            return f"{word!r} is not letters, apostrophes, hyphens, an initialism or a slot; numbers are written out"
    return None


def tidy(words: str) -> str:
    """Lower case, single spaces: what makes no difference to the ear."""
    return " ".join(words.lower().split())
