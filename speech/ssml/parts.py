"""A timeline cut into parts: slices that fit one spoken response, each ending where no spot is under pressure.

A part runs to the next changeover or to a step that waits for the person; inside a side it is cut at a rest, and only
when a limit forces it or the person wants to be waited for. What cannot fit raises PartTooLong: a part that breaks a
limit is never made.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from xml.sax.saxutils import escape

from speech.errors import PartTooLong
from speech.script.pace import CUE_RATE, SLOW_RATE
from speech.ssml.markup import Markup, Piece
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Span, Timeline

MOST_PART_CHARACTERS = 7_500
"""Characters of a part, markup counted (Alexa: under 8,000 in one outputSpeech)."""
LONGEST_PART_SILENCE = 150.0
"""Seconds of silence in one part: far less than what worked with chained breaks in tests."""
ROOM_CHARACTERS, ROOM_SECONDS = 2_000, 15.0
"""Characters, and seconds of silence, that a conversation keeps free in each part for what it says around it."""


@dataclass(frozen=True)
class Part:
    """A slice of a timeline from `start` to `end` (moments), as pieces, ready to be put in one response.

    `question` is asked at its end, unless the timeline ends with it. `waits` tells that a step waits here.
    """

    start: float
    end: float
    pieces: tuple[Piece, ...]
    body: str
    question: str
    waits: bool
    last: bool

    @cached_property
    def seconds(self) -> float:
        """How long it takes as planned."""
        return sum(piece.seconds for piece in self.pieces)

    @property
    def ssml(self) -> str:
        """The part by itself, as one complete answer."""
        return f"<speak>{self.body}{escape(self.question)}</speak>"

    def moment_at(self, elapsed: float, speech_factor: float) -> float:
        """The moment reached after `elapsed` seconds by a voice that takes `speech_factor` times as long as planned."""
        passed = 0.0
        for piece in self.pieces:
            takes = piece.seconds * (speech_factor if piece.text else 1.0)
            if passed + takes > elapsed:
                inside = max(elapsed - passed, 0.0)
                return piece.moment + (min(inside / speech_factor, piece.seconds) if piece.text else inside)
            passed += takes
        return self.end


def cue_rate(options: PlanOptions) -> float:
    """The rate at which the cues of these options are spoken; `plan` wants the seconds of a voice at this rate."""
    return SLOW_RATE if options.slow else CUE_RATE


def next_part(timeline: Timeline, start: float, markup: Markup, spare: int = 0, quiet: float = 0.0) -> Part:
    """The part that begins at a moment of the timeline; at its last cue, where no word is left.

    `spare` characters and `quiet` seconds of silence are kept free for what is said around it.
    Raises PartTooLong when not even the first possible cut fits.
    """
    if start >= timeline.total:
        raise ValueError(f"nothing is left of the timeline at {start:g} s")
    start = min(start, timeline.cues[-1].start)
    cuts = tuple(_cuts(timeline, start))
    pieces = _pieces(timeline, start, cuts[-1][0])
    fitting: list[Part] = []
    too_long: PartTooLong | None = None
    for stop, span in cuts:
        part = _part(timeline, pieces, start, stop, span, markup)
        if too_long := _excess(part, spare, quiet, span):
            break
        fitting.append(part)
    if too_long is None:
        return fitting[-1]
    if not fitting:
        raise too_long
    end = cuts[-1][0]
    slices = -(-(end - start) // (fitting[-1].end - start))
    even = start + (end - start) / slices
    return min(fitting, key=lambda part: abs(part.end - even))


def _part(timeline: Timeline, pieces: tuple[Piece, ...], start: float, end: float, span: Span, markup: Markup) -> Part:
    """The part with as many of these pieces as begin before its end."""
    pieces = _until(pieces, end)
    last = end >= timeline.total
    question = "" if last else timeline.script.phrases.question
    return Part(
        start, end, pieces, markup.body(pieces, cue_rate(timeline.options)), question, span.kind == "open", last
    )


def _until(pieces: tuple[Piece, ...], end: float) -> tuple[Piece, ...]:
    """The pieces up to this moment, where no word is under way; a silence may be cut off."""
    before = pieces[: bisect_left(pieces, end, key=lambda piece: piece.moment)]
    if before and before[-1].text is None:
        return (*before[:-1], Piece(before[-1].moment, end - before[-1].moment, None))
    return before


def _excess(part: Part, spare: int, quiet: float, span: Span) -> PartTooLong | None:
    silence = quiet + sum(piece.seconds for piece in part.pieces if piece.text is None)
    if silence > LONGEST_PART_SILENCE:
        return PartTooLong("seconds of silence", LONGEST_PART_SILENCE, silence, span.step)
    characters = len(part.ssml) + spare
    if characters > MOST_PART_CHARACTERS:
        return PartTooLong("characters", MOST_PART_CHARACTERS, characters, span.step)
    return None


def parts(timeline: Timeline, markup: Markup, spare: int = 0, quiet: float = 0.0) -> Iterator[Part]:
    """The whole timeline, part by part; `spare` and `quiet` as in `next_part`."""
    start = timeline.start
    while start < timeline.total:
        part = next_part(timeline, start, markup, spare, quiet)
        yield part
        start = part.end


def _cuts(timeline: Timeline, start: float) -> Iterator[tuple[float, Span]]:
    """Where a part that begins at `start` may end: after rests, and at last where it has to.

    It has to after a changeover, where a step or the person wants to be waited for, and at the end of it all.
    """
    first = bisect_right(timeline.spans, start, key=lambda span: span.end)
    for span, following in zip_longest(timeline.spans[first:], timeline.spans[first + 1 :]):
        changes = span.section == "changeover" and (following is None or following.section != "changeover")
        resting = span.kind == "rest" and span.section != "changeover"
        if following is None or span.kind == "open" or changes or resting:
            yield span.end, span
        waited_for = timeline.options.waits and (span.kind, span.section) == ("rest", "side")
        if following is None or span.kind == "open" or changes or waited_for:
            return


def _pieces(timeline: Timeline, start: float, end: float) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    moment = start
    first = bisect_left(timeline.cues, start, key=lambda cue: cue.start)
    for cue in timeline.cues[first : bisect_left(timeline.cues, end, lo=first, key=lambda cue: cue.start)]:
        if cue.start > moment:
            pieces.append(Piece(moment, cue.start - moment, None))
        pieces.append(Piece(cue.start, cue.end - cue.start, cue.text))
        moment = cue.end
    if end > moment:
        pieces.append(Piece(moment, end - moment, None))
    return tuple(pieces)
