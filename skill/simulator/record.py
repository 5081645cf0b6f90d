"""What happens around a device, moment by moment: the record that tests read, and its transcript as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a moment is."""

    YOU = "you"  # the person says something
    WORDS = "words"  # Alexa says a sentence
    SILENCE = "silence"  # a break inside the speech
    LISTENING = "listening"  # the light goes on: the microphone is open
    REPROMPT = "reprompt"  # no answer came; Alexa asks once more
    ENDED = "ended"  # the session is over; the text says why
    TRACK = "track"  # the audio player does something; the text says what
    PLAYED = "played"  # something is said in a track


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, `at` seconds from when the device was switched on, and for how many seconds.

    A sentence that was interrupted holds the words that were said and ends in a dash. `note` says what is special, such
    as why a sentence of the person was ignored.
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


LONG_SILENCE = 3.0  # seconds; a shorter one is a breath between two sentences and stays unsaid
WIDTH = 110
INDENT = 15  # columns before what is said


def transcript(moments: Iterable[Moment]) -> str:
    """All moments as lines: the minute and second, who speaks, and the words; long silences in brackets."""
    return "\n".join(Transcript().lines(moments))


class Transcript:
    """Turns moments into lines as they come, and names a speaker only when it changes."""

    def __init__(self) -> None:
        self._speaker = ""

    def lines(self, moments: Iterable[Moment]) -> Iterator[str]:
        """The lines of these moments, which follow those given before."""
        for moment in moments:
            speaker, text = _said(moment)
            if not text:
                continue
            who = speaker if speaker != self._speaker else ""
            if who and self._speaker and speaker == "You:":
                yield ""
            self._speaker = speaker or self._speaker
            seconds = int(moment.at)
            head = f"{seconds // 60:>3}:{seconds % 60:02}  {who:<7}"
            yield from textwrap.wrap(text, WIDTH, initial_indent=f"{head:<{INDENT}}", subsequent_indent=" " * INDENT)


def _said(moment: Moment) -> tuple[str, str]:
    """The speaker and the text; no text when the moment gets no line."""
    if moment.kind is Kind.SILENCE and moment.seconds < LONG_SILENCE:
        return "Alexa:", ""
    speaker, text = _LINES[moment.kind]
    note = f"   ({moment.note})" if moment.note and moment.kind is Kind.YOU else ""
    return speaker, text.format(moment=moment) + note


_LINES = {
    Kind.YOU: ("You:", "{moment.text}"),
    Kind.WORDS: ("Alexa:", "{moment.text}"),
    Kind.SILENCE: ("Alexa:", "({moment.seconds:.0f} s of silence)"),
    Kind.LISTENING: ("", "(she listens)"),
    Kind.REPROMPT: ("", "(nobody answers)"),
    Kind.ENDED: ("", "(the session is over: {moment.text})"),
    Kind.PLAYED: ("Track:", "{moment.text}"),
    Kind.TRACK: ("", "(the track {moment.text})"),
}
