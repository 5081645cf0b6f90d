"""A voice by the name that a person gives it."""

from __future__ import annotations

from collections.abc import Callable

from speech.errors import UnknownVoice
from speech.script import Library
from speech.voices import Voice
from speech.voices.gtts import Gtts
from speech.voices.kokoro import Kokoro
from speech.voices.pico import Pico
from speech.voices.silent import Silent

HEARD = ("pico", "kokoro", "gtts")
"""Those that somebody may choose to hear."""
VOICES = (*HEARD, "silent")


def voice_named(name: str, library: Library, seconds_of: Callable[[str], float]) -> Voice:
    """The voice of this name, with the pronunciations of the library; none needs its engine before it speaks.

    `seconds_of` is how long the silent one keeps silent. Raises UnknownVoice.
    """
    match name:
        case "pico":
            return Pico(library.pronunciations)
        case "kokoro":
            return Kokoro(library.pronunciations)
        case "gtts":
            return Gtts(library.language)
        case "silent":
            return Silent(seconds_of)
        case _:
            raise UnknownVoice(name, VOICES)
