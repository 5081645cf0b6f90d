"""One speech in progress: what has begun, what is said now, what is still to come."""

from __future__ import annotations

from skill.simulator.record import Kind
from skill.simulator.speech_timing import Segment


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
