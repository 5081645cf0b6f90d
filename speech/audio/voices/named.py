"""The voices by name."""

from __future__ import annotations

from collections.abc import Callable

from speech.audio.voices import Voice
from speech.errors import UnknownVoice
from speech.script.model import Library

SHIPPED = "shipped"
"""What the clips that come with the package are called where a voice is named (`speech.audio.shipped`)."""
CHOOSABLE_VOICES = ("pico", "kokoro", "gtts")
"""The voices that a person may choose."""
VOICES = (*CHOOSABLE_VOICES, "silent")


def voice_named(name: str, library: Library, seconds_of: Callable[[str], float] | None = None) -> Voice:
    """The voice of this name, with the pronunciations of the library; none needs its engine before it speaks.

    `seconds_of` is how long the silent voice keeps silent; without it there is no silent voice. Raises UnknownVoice.
    """
    # Imported only when it is asked for: a server that plays the shipped clips starts without the others.
    match name:
        case "pico":
            from speech.audio.voices.pico import Pico

            return Pico(library.pronunciations)
        case "kokoro":
            from speech.audio.voices.kokoro import Kokoro

            return Kokoro(library.pronunciations)
        case "gtts":
            from speech.audio.voices.gtts import Gtts

            return Gtts(library.language)
        case "silent" if seconds_of:
            from speech.audio.voices.silent import Silent

            return Silent(seconds_of)
        case _:
            raise UnknownVoice(name, VOICES)
