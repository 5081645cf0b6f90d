"""From a script to a row of segments, and from a row of segments to a length: what is done, before it is worded.

A segment is one step on one side with the least and the most seconds that it may take. Fitting first chooses how
many rounds are played, then stretches every segment that may stretch by the same fraction, so both sides stay equal.
Rounds are added in one order, whatever the length: a longer guide holds all that a shorter one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

from speech.errors import PlaceUnavailable
from speech.script.model import SIDES, Hold, Open, Rest, Rounds, Say, Script, Side, Step, Technique
from speech.script.pace import SENTENCE_GAP
from speech.timeline.grid import ANYWHERE, Grid
from speech.timeline.options import PlanOptions

BEFORE_CAUTION = 1.5
"""Seconds between the words of a hold and its caution, which never waits."""
CHANGEOVER_SECONDS = {True: 30.0, False: 15.0}
"""Seconds at least from one side to the other, on the floor and off it."""
LONGEST_ON_ONE_SIDE = 600.0
"""Seconds of a guide for one side only: plenty for a day (X6)."""
SLOW_SETTLE = 1.3
"""How much longer there is time to do what was said, where the person asked for slower cues."""
WAY_UP_SECONDS = 40.0
"""Seconds at least to get up from the floor (X12)."""
CLOSING_STEP = "closing-1"
"""The step of a track's closing words, after the way up."""
OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}
MOST_ROUNDS = 1000
"""Where adding ends, should a unit take no time at all."""

Section = Literal["down", "begin", "side", "changeover", "end", "up"]
Kind = Literal["say", "hold", "rest", "open"]
SecondsOf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One step on one side. `least` and `most` bound its seconds (moments of the grid), its words included."""

    step: str
    kind: Kind
    section: Section
    side: Side | None
    name: str
    sentences: tuple[str, ...]
    least: float
    most: float
    caution: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()


def lay_out(
    script: Script, options: PlanOptions, seconds_of: SecondsOf, grid: Grid = ANYWHERE, closing: Sequence[str] = ()
) -> tuple[tuple[Segment, ...], float]:
    """The segments that come nearest to the asked seconds, and the fraction (0 to 1) by which they stretch.

    Raises PlaceUnavailable when the script has no version for the asked place.
    """
    builder = _Builder(script, options, seconds_of, grid, closing)
    least, most = script.minutes.least * 60, script.minutes.most * 60
    if options.only and script.two_sided:
        most = max(min(most, LONGEST_ON_ONE_SIDE), least)
    wanted = min(max(script.minutes.usual * 60 if options.seconds is None else options.seconds, least), most)
    segments = builder.segments(builder.fitting(wanted))
    shortest, longest = _bounds(segments)
    stretch = 0.0 if longest <= shortest else (wanted - shortest) / (longest - shortest)
    return segments, min(max(stretch, 0.0), 1.0)


def step_names(script: Script, place: str) -> Iterator[str]:
    """The steps of a script between the ways down and up, in order, as segments call them on a first visit."""
    for outer in _session(script):
        if not isinstance(outer, Technique):
            yield outer.step
            continue
        routine = outer.script.routines[place]
        for step in (*routine.begin, *routine.each_side, *routine.changeover, *routine.end):
            played = [each for unit in step.units for each in unit] if isinstance(step, Rounds) else [step]
            yield from (_prefix(outer) + each.step for each in played)


def _session(script: Script) -> tuple[Step | Technique, ...]:
    """The steps of a session; a script that is none is one of itself alone."""
    return script.session or (Technique("", script, 1.0),)


def _prefix(technique: Technique) -> str:
    """What the names of its steps begin with."""
    return f"{technique.step}:" if technique.step else ""


def _bounds(segments: Sequence[Segment]) -> tuple[float, float]:
    timed = [segment for segment in segments if segment.section != "down"]
    return sum(segment.least for segment in timed), sum(segment.most for segment in timed)


class _Builder:
    def __init__(
        self, script: Script, options: PlanOptions, seconds_of: SecondsOf, grid: Grid, closing: Sequence[str]
    ) -> None:
        place = options.place or script.usual_place
        if place not in script.places:
            raise PlaceUnavailable(script.id, place, tuple(script.places))
        self.script, self.options, self.place, self.seconds_of = script, options, script.places[place], seconds_of
        self.grid, self.closing = grid, tuple(closing)
        # Laying out asks for the same again and again: to find how many rounds fit, and on every visit.
        self.segment, self.spoken_seconds = cache(self._segment), cache(self._spoken_seconds)
        self.techniques = [step for step in _session(script) if isinstance(step, Technique)]

    def fitting(self, wanted: float) -> dict[str, int]:
        """How many units of each technique come nearest to the wanted seconds: the most of them that do.

        One unit after the other goes to the technique that lags most behind its share.
        """
        best = rounds = {each.step: 1 for each in self.techniques}
        segments = self.segments(rounds)
        shortest, longest = _bounds(segments)
        filled = {
            each.step: sum(segment.least for segment in segments if segment.step.startswith(f"{each.step}:"))
            for each in self.techniques
        }
        nearest = max(shortest - wanted, wanted - longest, 0.0)
        while shortest < wanted and sum(rounds.values()) < MOST_ROUNDS:
            technique = min(self.techniques, key=lambda each: filled[each.step] / each.minutes)
            least, most = self.unit(technique, rounds[technique.step])
            rounds = {**rounds, technique.step: rounds[technique.step] + 1}
            filled[technique.step] += least
            shortest, longest = shortest + least, longest + most
            distance = max(shortest - wanted, wanted - longest, 0.0)
            if distance < nearest or (distance == nearest and shortest <= wanted):
                best, nearest = rounds, distance
        return best

    def unit(self, technique: Technique, number: int) -> tuple[float, float]:
        """The least and the most seconds that the unit of this number (from 0) adds, on all its sides."""
        each_side = technique.script.routines[self.place.id].each_side
        units = next(step.units for step in each_side if isinstance(step, Rounds))
        visit = min(number // len(units), 1)  # every later visit takes as long as the second
        least, most = _bounds([self.segment(step, "side", None, "", visit) for step in units[number % len(units)]])
        sides = 2 if technique.script.two_sided and not self.options.only else 1
        return least * sides, most * sides

    def segments(self, rounds: dict[str, int]) -> tuple[Segment, ...]:
        # The clock starts when the way down ends: a length has nothing to do with it.
        row = [replace(segment, most=segment.least) for segment in self.steps(self.place.down, "down", None)]
        for step in _session(self.script):
            if isinstance(step, Technique):
                row += self.technique(step, rounds[step.step])
            else:
                row += self.steps((step,), "begin", None)
        up = list(self.steps(self.place.up, "up", None))
        row += self.lengthened(up, WAY_UP_SECONDS) if self.place.floor else up
        if self.closing:
            row += self.steps((Say(CLOSING_STEP, self.closing, 0.0),), "up", None)
        return tuple(row)

    def technique(self, technique: Technique, rounds: int) -> list[Segment]:
        routine, prefix = technique.script.routines[self.place.id], _prefix(technique)
        side = self.options.side if technique.script.two_sided else None
        row = list(self.steps(routine.begin, "begin", None, prefix))
        row += self.steps(routine.each_side, "side", side, prefix, rounds)
        if side and not self.options.only:
            changeover = list(self.steps(routine.changeover, "changeover", side, prefix))
            row += self.lengthened(changeover, CHANGEOVER_SECONDS[self.place.floor])
            side = OTHER_SIDE[side]
            row += self.steps(routine.each_side, "side", side, prefix, rounds)
        return [*row, *self.steps(routine.end, "end", side, prefix)]

    def steps(
        self, steps: Sequence[Step], section: Section, side: Side | None, prefix: str = "", rounds: int = 1
    ) -> Iterator[Segment]:
        """Segments in order. A caution is said once: where it comes first."""
        cautioned: set[tuple[str, ...]] = set()
        for step in self.unfolded(steps, section, side, prefix, rounds):
            segment = self.left_out(step) if self.options.leaves_out(step.step, step.side) else step
            yield replace(segment, caution=()) if segment.caution and segment.caution in cautioned else segment
            cautioned.add(segment.caution)

    def unfolded(
        self, steps: Sequence[Step], section: Section, side: Side | None, prefix: str, rounds: int
    ) -> Iterator[Segment]:
        for step in steps:
            units, played = (step.units, rounds) if isinstance(step, Rounds) else (((step,),), 1)
            for number in range(played):
                for inner in units[number % len(units)]:
                    yield self.segment(inner, section, side, prefix, number // len(units))

    def left_out(self, segment: Segment) -> Segment:
        """The rest that takes a spot's place: as long as its hold, no shorter than its words, and with its caution."""
        if segment.kind != "hold":
            return segment
        said = (*self.script.phrases.left_out, *segment.caution)
        spoken = self.grid.after(self.spoken_seconds(said))
        least, most = max(segment.least, spoken), max(segment.most, spoken)
        return replace(segment, kind="rest", sentences=said, least=least, most=most, caution=(), reminders=())

    def _segment(
        self, step: Say | Hold | Rest | Open, section: Section, side: Side | None, prefix: str, visit: int
    ) -> Segment:
        name = prefix + step.step + (f"#{visit + 1}" if visit else "")
        fill = partial(self.script.phrases.fill, side=side or "left")
        shown = None if section in ("changeover", "end") else side

        def made(kind: Kind, said: Sequence[str], spoken: float, least: float = 0.0, most: float = 0.0) -> Segment:
            # On the grid no step gets more than its own seconds, and no sentence less than it takes.
            spoken = self.grid.after(spoken)
            least, most = (max(self.grid.before(seconds), spoken) for seconds in (least, most))
            return Segment(name, kind, section, shown, "", tuple(map(fill, said)), least, most)

        spoken = self.spoken_seconds(step.sentences)
        match step:
            case Hold():
                said, cautions = (step.again, ()) if visit else (step.sentences, step.caution)
                spoken = self.spoken_seconds((*said, *cautions)) + (BEFORE_CAUTION - SENTENCE_GAP if cautions else 0.0)
                hold = made("hold", said, spoken, step.seconds, step.at_most)
                caution, reminders = tuple(map(fill, cautions)), tuple(map(fill, step.reminders))
                return replace(hold, name=step.name, caution=caution, reminders=reminders)
            case Rest():
                return made("rest", step.sentences, spoken, step.seconds, step.at_most)
            case Open():
                return made("open", step.sentences, spoken + step.settle)
            case Say():
                settle = step.settle * (SLOW_SETTLE if self.options.slow else 1.0)
                return made("say", step.sentences, spoken + max(settle - SENTENCE_GAP, 0.0))

    def _spoken_seconds(self, said: tuple[str, ...]) -> float:
        """Seconds of the sentences and the gap after each; the longer of the two sides, so that both get the same.

        No hold comes beyond its `at most` by this: `rules` keeps its words short enough for the slowest voice.
        """
        fill = self.script.phrases.fill
        return max(sum(self.seconds_of(fill(sentence, side)) + SENTENCE_GAP for sentence in said) for side in SIDES)

    def lengthened(self, segments: list[Segment], least: float) -> list[Segment]:
        """The segments with as much more at the end of the last as is missing to so many seconds."""
        missing = least - sum(segment.least for segment in segments)
        if missing > 0 and segments:
            last = segments[-1]
            least = self.grid.after(last.least + missing)
            segments[-1] = replace(last, least=least, most=max(last.most, least))
        return segments
