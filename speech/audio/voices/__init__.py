"""Voices: text in, samples and rate out.

A voice is a name, a language and `speak`. Each stands in a module of its own and imports its engine only when it
speaks, so that a missing engine does not stop the other voices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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
