"""What happens in the room, moment by moment: the record that transcripts and tests read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a moment is."""

    YOU = "you"  # the person says something
    WORDS = "words"  # Alexa says a sentence
    SILENCE = "silence"  # a break inside her speech
    LISTENING = "listening"  # the light goes on: the microphone is open
    REPROMPT = "reprompt"  # nobody answered; she asks once more
    ENDED = "ended"  # the session is over; the text says why
    TRACK = "track"  # the audio player does something; the text says what
    PLAYED = "played"  # something is said in a track


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, `at` seconds from when the device was switched on, and for how many seconds.

    A sentence that was interrupted holds the words that were heard and ends in a dash. `note` says what
    is odd about it: why a sentence of the person was not heard, say.
    """

    at: float
    kind: Kind
    text: str = ""
    seconds: float = 0.0
    note: str = ""

    @property
    def end(self) -> float:
        """The second at which it is over."""
        return round(self.at + self.seconds, 3)
