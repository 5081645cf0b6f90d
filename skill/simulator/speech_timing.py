"""How long a response lasts when it is spoken: sentences and silences with the milliseconds they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.simulator.record import Kind, Moment
from speech.ssml.reader import Piece, Silence, Words, spoken

SecondsOf = Callable[[str], float]
Says = Callable[[Words], Iterable[tuple[str, float]]]
"""What is said one after the other of a text at its rate, and the seconds that each of it takes."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")


@dataclass(frozen=True, slots=True)
class Voice:
    """How a device differs from the estimate: it takes `factor` times as long begins `delay` seconds late.

    The delay lies between the answer of the skill and the first word. Breaks last as long as they say.
    """

    factor: float = 1.0
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence, or one silence, between two moments in milliseconds since 1970; `rate` is how fast it is said."""

    kind: Kind
    text: str
    start: int
    end: int
    rate: float = 1.0

    def moment(self, origin: int) -> Moment:
        """The whole segment as a moment; `origin` is when the device was switched on."""
        return Moment((self.start - origin) / 1000, self.kind, self.text, seconds=(self.end - self.start) / 1000)

    def until(self, now: int) -> Segment | None:
        """What is said of it when it is cut off now; None when that is nothing."""
        if now >= self.end:
            return self
        words = self.text.split()
        said = int(len(words) * (now - self.start) / (self.end - self.start))
        if now <= self.start or (self.kind is Kind.WORDS and said == 0):
            return None
        text = " ".join(words[:said]) + " —" if self.kind is Kind.WORDS else ""
        return Segment(self.kind, text, self.start, now, self.rate)


def spoken_sentences(text: str) -> list[str]:
    """The sentences of a response as they are spoken, each with its mark and without closing quotes."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]


def pieces(speech: Mapping[str, Any]) -> tuple[Piece, ...]:
    """The pieces of an `outputSpeech` of either type."""
    if speech["type"] == "SSML":
        return spoken(speech["ssml"])
    return (Words(" ".join(speech["text"].split())),)


def utter(speech: tuple[Piece, ...], start: int, says: Says, factor: float) -> tuple[Segment, ...]:
    """The speech as segments from `start` on, back to back; words take `factor` times as long as `says` gives."""
    segments: list[Segment] = []
    now = float(start)
    for kind, text, seconds, rate in _lengths(speech, says, factor):
        end = now + seconds * 1000
        segments.append(Segment(kind, text, round(now), round(end), rate))
        now = end
    return tuple(segment for segment in segments if segment.end > segment.start)


def estimated(seconds_of: SecondsOf) -> Says:
    """Sentence by sentence, as estimated; `seconds_of` is what a text takes at rate 1.

    A text of several sentences takes what the whole text takes; each sentence gets its share.
    """

    def says(words: Words) -> Iterator[tuple[str, float]]:
        said = spoken_sentences(words.text)
        alone = [seconds_of(sentence) for sentence in said]
        stretch = seconds_of(words.text) / sum(alone) if sum(alone) else 0.0
        for sentence, seconds in zip(said, alone, strict=True):
            yield sentence, seconds * stretch / words.rate

    return says


def _lengths(speech: tuple[Piece, ...], says: Says, factor: float) -> Iterator[tuple[Kind, str, float, float]]:
    for piece in speech:
        if isinstance(piece, Silence):
            yield Kind.SILENCE, "", piece.seconds, 1.0
        else:
            yield from ((Kind.WORDS, text, seconds * factor, piece.rate) for text, seconds in says(piece))


class Speech:
    """Segments back to back from `start` on, in milliseconds since 1970; before it lies the delay."""

    def __init__(self, start: int, segments: tuple[Segment, ...]) -> None:
        self.start = start
        self.end = segments[-1].end if segments else start
        self.segments = segments
        self._begun = 0

    @property
    def next(self) -> int:
        """When the next segment begins, or the last one is over."""
        return self.coming[0].start if self.coming else self.end

    @property
    def coming(self) -> tuple[Segment, ...]:
        """The segments that have not begun."""
        return self.segments[self._begun :]

    def silences(self, least: float) -> list[tuple[float, float]]:
        """Start and end of each silence of at least so many seconds, in seconds since the first sound."""
        spans = [
            ((one.start - self.start) / 1000, (one.end - self.start) / 1000)
            for one in self.segments
            if one.kind is Kind.SILENCE
        ]
        return [(start, end) for start, end in spans if end - start >= least]

    def current(self, now: int) -> Segment | None:
        """The segment that has begun and goes on at this moment."""
        last = self.segments[self._begun - 1] if self._begun else None
        return last if last is not None and last.start <= now < last.end else None

    def begin(self, now: int) -> tuple[Segment, ...]:
        """The segments that begin by this moment, once each."""
        first = self._begun
        while self._begun < len(self.segments) and self.segments[self._begun].start <= now:
            self._begun += 1
        return self.segments[first : self._begun]
