"""A script and plan options become a timeline: an exact, frozen list of cues with their seconds.

Second 0 is the moment the person is ready; what brings them down to the floor has negative seconds and counts in
no total. Everything a person asks for while lying there is a place on the timeline, found by `Timeline.locate`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from speech.script.model import Script, Side
from speech.script.pace import SENTENCE_GAP
from speech.timeline.grid import ANYWHERE, Grid
from speech.timeline.layout import CLOSING_STEP, Kind, SecondsOf, Section, lay_out, step_names
from speech.timeline.options import PlanOptions
from speech.timeline.placement import QUIET, REMINDER, Placement


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence at one moment. `end` is where its speech ends, in seconds; `id` is (step, side, number)."""

    id: str
    step: str
    side: Side | None
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """The seconds that one step takes on one side. Pressure lasts exactly as long as a hold's span.

    `most` is how long this spot may be pressed in all, moves included: 0 for what is no hold.
    """

    step: str
    kind: Kind
    section: Section
    side: Side | None
    name: str
    start: float
    end: float
    most: float = 0.0

    @property
    def id(self) -> str:
        """Step and side: what a visit to a spot is kept under."""
        return f"{self.step}/{self.side or '-'}"


@dataclass(frozen=True, slots=True)
class Position:
    """A cue's id and the seconds since it began: survives a change of length, pace, mode or voice."""

    cue: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Located:
    """One place on a timeline, said in every way: the moment, the position, the cue and the step's span."""

    moment: float
    position: Position
    cue: Cue
    span: Span


@dataclass(frozen=True, slots=True)
class Timeline:
    """The cues of a guide in order, never overlapping, and the spans of its steps without a gap between them.

    `total` seconds are planned from second 0; `wanted` is what was asked for, which may lie outside what can be done.
    """

    script: Script
    options: PlanOptions
    cues: tuple[Cue, ...]
    spans: tuple[Span, ...]
    total: float
    wanted: float

    @property
    def start(self) -> float:
        """Where the way down begins: zero or less."""
        return self.spans[0].start

    def locate(self, where: Position | float) -> Located:
        """The place of a position or of a moment; what lies outside the timeline is its nearest end.

        A position whose cue is not in this timeline is found at one before it in the same step or, where the step is
        missing too, at the last step before it on that side.
        """
        moment = where if isinstance(where, int | float) else self._moment(where)
        moment = round(min(max(moment, self.start), self.total), 3)
        index = max(bisect_right(self.cues, moment, key=lambda cue: cue.start) - 1, 0)
        cue = self.cues[index]
        span = self.spans[max(bisect_right(self.spans, moment, key=lambda span: span.start) - 1, 0)]
        return Located(moment, Position(cue.id, round(moment - cue.start, 3)), cue, span)

    def _moment(self, position: Position) -> float:
        index = next((index for index, cue in enumerate(self.cues) if cue.id == position.cue), None)
        if index is None:
            return self._before(*cue_id_parts(position.cue))
        until = self.cues[index + 1].start - 0.001 if index + 1 < len(self.cues) else self.total
        return min(self.cues[index].start + max(position.seconds, 0.0), until)

    def _before(self, step: str, side: Side | None, number: int) -> float:
        same_step = [cue for cue in self.cues if (cue.step, cue.side) == (step, side)]
        if not same_step:
            return self._step_before(step, side)
        # What fills a silence or counts down was said anywhere in the step: only its sentences surely came before.
        below = number if number < QUIET else REMINDER
        before = [cue for cue in same_step if cue_id_parts(cue.id)[2] < below]
        return max(before, key=lambda cue: cue.start, default=same_step[0]).start

    def _step_before(self, step: str, side: Side | None) -> float:
        order = list(step_names(self.script, self.options.place or self.script.usual_place))
        name = step.partition("#")[0]
        before = order[: order.index(name) + 1] if name in order else []
        earlier = [span for span in self.spans if span.side == side and span.step.partition("#")[0] in before]
        if earlier:
            return earlier[-1].start
        return self.start if step.startswith("down") else self.total if step == CLOSING_STEP else 0.0

    def left(self, moment: float) -> float:
        """Seconds that are left of the guide; the whole of it before the clock has started."""
        return self.total - max(min(moment, self.total), 0.0)

    def holds(self) -> Iterator[Span]:
        """The spans under pressure."""
        return (span for span in self.spans if span.kind == "hold")


def cue_id_parts(id: str) -> tuple[str, Side | None, int]:
    """Step, side and number of a cue's id, which are stable under length and pace. Another text belongs to no step."""
    step, _, rest = id.partition("/")
    side, _, number = rest.partition("/")
    known: Side | None = "left" if side == "left" else "right" if side == "right" else None
    return step, known, int(number) if number.isdecimal() else 0


def plan(
    script: Script, options: PlanOptions, seconds_of: SecondsOf, grid: Grid = ANYWHERE, closing: Sequence[str] = ()
) -> Timeline:
    """The timeline of a script as asked for. `seconds_of` gives the spoken seconds of a sentence.

    Its total is the asked seconds, or the nearest that the script can do. Pure: the same arguments give the same
    timeline. For a track, `grid` is FRAMES, where each cue and each span begins, and `closing` the sentences that end
    it, within the total. Raises PlaceUnavailable when the script has no version for the asked place.
    """
    options = replace(options, place=options.place or script.usual_place)
    seconds_of = grid.said(seconds_of, SENTENCE_GAP)
    segments, stretch = lay_out(script, options, seconds_of, grid, closing)
    wording = Placement(script.phrases, options, seconds_of)
    moment = -round(sum(segment.least for segment in segments if segment.section == "down"), 3)
    cues: list[Cue] = []
    spans: list[Span] = []
    exact = handed_on = 0.0
    for segment in segments:
        # On the grid, never more than may be: both sides take exactly the same, the last step takes the rest.
        seconds = segment.least + stretch * (segment.most - segment.least)
        hold = segment.kind == "hold"
        more = options.more(segment.step, segment.side) if hold else 0.0
        exact += 0.0 if segment.section == "down" else seconds + more
        whole = grid.before(seconds) + more + handed_on
        handed_on = 0.0
        if hold and options.soft:
            # What a softer hold does not take, the rest after it does: all that comes later stays where it is.
            handed_on = grid.nearest(seconds - segment.least)
        whole = round(whole - handed_on, 3)
        end = grid.nearest(exact) if segment is segments[-1] else round(moment + whole, 3)
        most = segment.most + more if hold else 0.0
        span = Span(segment.step, segment.kind, segment.section, segment.side, segment.name, moment, end, most)
        spans.append(span)
        for word in wording.words(segment, end - moment):
            begin = moment + word.start if grid.fine else grid.before(moment + word.start)
            stop = min(begin + word.seconds, end)
            name = f"{span.id}/{word.number}"
            cues.append(Cue(name, span.step, span.side, round(begin, 3), round(stop, 3), word.text))
        moment = end
    wanted = options.seconds if options.seconds is not None else script.minutes.usual * 60
    return Timeline(script, options, tuple(cues), tuple(spans), spans[-1].end, wanted)
