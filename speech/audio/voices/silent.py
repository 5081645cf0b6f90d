"""Silence of exactly the length that a sentence is estimated to take: for tests, and for machines without a voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from speech.audio.mp3 import RATE
from speech.audio.voices import Sound
from speech.errors import NothingToSay


@dataclass(frozen=True, slots=True)
class Silent:
    """Silence of `seconds_of` seconds for each text."""

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
