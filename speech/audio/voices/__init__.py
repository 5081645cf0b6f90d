"""Voices: text in, samples and rate out.

A voice is a name, a language and `speak`. Each imports its engine only when it speaks, so that a missing engine does
not stop the other voices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from speech.audio.mp3 import RATE
from speech.errors import NothingToSay, UnknownVoice, VoiceUnavailable
from speech.script.model import Library

SHIPPED = "shipped"
"""What the clips that come with the package are called where a voice is named (`speech.audio.speakers`)."""
CHOOSABLE_VOICES = ("pico", "kokoro", "gtts")
"""The voices that a person may choose."""
VOICES = (*CHOOSABLE_VOICES, "silent")


@dataclass(frozen=True, slots=True)
class Sound:
    """Spoken words: 16-bit little-endian mono samples, and how many of them make a second."""

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate


class Voice(Protocol):
    """A voice that turns text into sound."""

    @property
    def name(self) -> str:
        """What it is called in MASSAGE_VOICE and in a plan: "pico"."""

    @property
    def language(self) -> str:
        """What it speaks, such as "en-US"."""

    @property
    def made_by(self) -> str:
        """Everything that shapes its sound beside the text: engine, its version, speed. Part of every clip's key."""

    def as_spoken(self, text: str) -> str:
        """The text with all that was decided about its sound, such as pronunciations. Part of every clip's key.

        Needs no engine: it also finds clips where no engine is installed. Raises AudioError where it cannot be spoken.
        """

    def speak(self, text: str) -> Sound:
        """The text as sound. The same text gives the same samples. Raises AudioError, saying what to do."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Silence as long as a sentence is estimated to take: for tests, and for machines without a voice."""

    seconds_of: Callable[[str], float]
    name: str = "silent"
    language: str = "en-US"
    made_by: str = "silent 1"

    def as_spoken(self, text: str) -> str:
        """The text and its length: with another estimate, it is another clip."""
        return f"{text} ({self.seconds_of(text):.3f} s)"

    def speak(self, text: str) -> Sound:
        """Zeros. Raises NothingToSay."""
        if (seconds := self.seconds_of(text)) <= 0:
            raise NothingToSay(self.name, text)
        return Sound(bytes(2 * round(seconds * RATE)), RATE)


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
            return Silent(seconds_of)
        case _:
            raise UnknownVoice(name, VOICES)


@contextmanager
def needed_by(voice: str, advice: str) -> Iterator[None]:
    """Import packages of an engine. Raises VoiceUnavailable for one that is not installed."""
    try:
        yield
    except ImportError as error:
        raise VoiceUnavailable(voice, f"{error.name} is not installed", advice) from error
