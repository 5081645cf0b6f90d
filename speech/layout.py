"""From a script to a row of segments, and from a row of segments to a length: what is done, before it is worded.

A segment is one step on one side with the least and the most seconds that it may take. Fitting first chooses how
many rounds are played, then stretches every segment that may stretch by the same fraction, so both sides stay equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from speech.ask import Ask
from speech.errors import PlaceUnavailable
from speech.script import SIDES, Hold, Open, Place, Rest, Rounds, Routine, Say, Script, Side, Step, Technique

SENTENCE_GAP = 0.7
"""Seconds between two sentences said one after the other."""
CHANGEOVER = {True: 30.0, False: 15.0}
"""Seconds at least from one side to the other, on the floor and off it."""
WAY_UP = 40.0
"""Seconds at least to get up from the floor (X12)."""
MOST_ROUNDS = 60

Section = Literal["down", "begin", "side", "changeover", "end", "up"]
Kind = Literal["say", "hold", "rest", "open"]
SecondsOf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One step on one side. `least` and `most` bound its seconds, its words included."""

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


@dataclass(frozen=True, slots=True)
class Block:
    """The rounds of one technique: how many units are played, and the share of the whole that they should fill."""

    key: str
    share: float


def lay_out(script: Script, ask: Ask, seconds_of: SecondsOf) -> tuple[tuple[Segment, ...], float]:
    """The segments that come nearest to the asked seconds, and the fraction (0 to 1) by which they stretch.

    Raises PlaceUnavailable when the script has no version for the asked place.
    """
    place = _place(script, ask)
    builder = _Builder(script, ask, place, seconds_of)
    least, most = script.minutes.least * 60, script.minutes.most * 60
    wanted = min(max(ask.seconds or script.minutes.usual * 60, least), most)
    rounds = {block.key: 1 for block in builder.blocks}
    best = builder.segments(rounds)
    nearest = _distance(best, wanted)
    while rounds and max(rounds.values()) < MOST_ROUNDS:
        grown = builder.grow(rounds, wanted)
        if grown is None:
            break
        rounds = grown
        segments = builder.segments(rounds)
        if (distance := _distance(segments, wanted)) <= nearest:
            best, nearest = segments, distance
    shortest, longest = _bounds(best)
    stretch = 0.0 if longest <= shortest else (wanted - shortest) / (longest - shortest)
    return best, min(max(stretch, 0.0), 1.0)


def _place(script: Script, ask: Ask) -> Place:
    wanted = ask.place or script.usual_place
    if wanted not in script.places:
        raise PlaceUnavailable(script.id, wanted, tuple(script.places))
    return script.places[wanted]


def _bounds(segments: Sequence[Segment]) -> tuple[float, float]:
    timed = [segment for segment in segments if segment.section != "down"]
    return sum(segment.least for segment in timed), sum(segment.most for segment in timed)


def _distance(segments: Sequence[Segment], wanted: float) -> float:
    shortest, longest = _bounds(segments)
    return max(shortest - wanted, wanted - longest, 0.0)


class _Builder:
    def __init__(self, script: Script, ask: Ask, place: Place, seconds_of: SecondsOf) -> None:
        self.script, self.ask, self.place, self.seconds_of = script, ask, place, seconds_of
        techniques = [step for step in script.session if isinstance(step, Technique)]
        self.blocks = [Block(step.step, step.minutes) for step in techniques] or [Block("", 1.0)]

    def grow(self, rounds: dict[str, int], wanted: float) -> dict[str, int] | None:
        """One more unit for the block that lags most behind its share and still fits; None when none fits."""
        for block in sorted(self.blocks, key=lambda block: rounds[block.key] / block.share):
            grown = {**rounds, block.key: rounds[block.key] + 1}
            if _bounds(self.segments(grown))[0] <= wanted:
                return grown
        return None

    def segments(self, rounds: dict[str, int]) -> tuple[Segment, ...]:
        row = list(self.shared(self.place.down, "down"))
        if self.script.session:
            for step in self.script.session:
                if isinstance(step, Technique):
                    routine = step.script.routines[self.place.id]
                    row += self.routine(routine, step.script.two_sided, rounds[step.step], f"{step.step}:")
                else:
                    row += self.steps((step,), "begin", None)
        else:
            routine = self.script.routines[self.place.id]
            row += self.routine(routine, self.script.two_sided, rounds[""], "")
        up = list(self.shared(self.place.up, "up"))
        return tuple(row + (_lengthened(up, WAY_UP) if self.place.floor else up))

    def shared(self, steps: Sequence[Step], section: Section) -> Iterator[Segment]:
        return self.steps(steps, section, None)

    def routine(self, routine: Routine, two_sided: bool, rounds: int, prefix: str) -> list[Segment]:
        row = list(self.steps(routine.begin, "begin", None, prefix))
        if not two_sided:
            return [
                *row,
                *self.steps(routine.each_side, "side", None, prefix, rounds),
                *self.steps(routine.end, "end", None, prefix),
            ]
        first: Side = self.ask.side
        other: Side = "right" if first == "left" else "left"
        row += self.steps(routine.each_side, "side", first, prefix, rounds)
        if not self.ask.only:
            changeover = list(self.steps(routine.changeover, "changeover", first, prefix))
            row += _lengthened(changeover, CHANGEOVER[self.place.floor])
            row += self.steps(routine.each_side, "side", other, prefix, rounds)
        return [*row, *self.steps(routine.end, "end", first if self.ask.only else other, prefix)]

    def steps(
        self, steps: Sequence[Step], section: Section, side: Side | None, prefix: str = "", rounds: int = 1
    ) -> Iterator[Segment]:
        caution_due = True
        for step in steps:
            if isinstance(step, Rounds):
                for number in range(rounds):
                    visit = number // len(step.units)
                    for inner in step.units[number % len(step.units)]:
                        segment = self.segment(inner, section, side, prefix, visit)
                        if not caution_due:
                            segment = replace(segment, caution=())
                        caution_due = caution_due and not segment.caution
                        yield segment
                continue
            segment = self.segment(step, section, side, prefix, 0)
            if not caution_due:
                segment = replace(segment, caution=())
            caution_due = caution_due and not segment.caution
            yield segment

    def segment(
        self, step: Say | Hold | Rest | Open, section: Section, side: Side | None, prefix: str, visit: int
    ) -> Segment:
        name = prefix + step.step + (f"#{visit + 1}" if visit else "")
        fill = self.filled(side)
        shown = None if section in ("changeover", "end") else side

        def made(kind: Kind, said: Sequence[str], least: float, most: float) -> Segment:
            return Segment(name, kind, section, shown, "", tuple(map(fill, said)), least, most)

        spoken = self.spoken_seconds(step.sentences)
        match step:
            case Hold():
                said = step.again if visit else step.sentences
                spoken = self.spoken_seconds(said)
                hold = made("hold", said, max(step.seconds, spoken), max(step.at_most, spoken))
                caution, reminders = tuple(map(fill, step.caution)), tuple(map(fill, step.reminders))
                return replace(hold, name=step.name, caution=caution, reminders=reminders)
            case Rest():
                return made("rest", step.sentences, max(step.seconds, spoken), max(step.at_most, spoken))
            case Open():
                seconds = spoken + step.settle
                return made("open", step.sentences, seconds, seconds)
            case Say():
                seconds = spoken + max(step.settle - SENTENCE_GAP, 0.0)
                return made("say", step.sentences, seconds, seconds)

    def filled(self, side: Side | None) -> Callable[[str], str]:
        here: Side = side or "left"
        names = self.script.phrases.sides
        other = names["right" if here == "left" else "left"]
        return lambda text: text.replace("{side}", names[here]).replace("{other side}", other)

    def spoken_seconds(self, said: Sequence[str]) -> float:
        """Seconds of the sentences and the gap after each; the longer of the two sides, so that both get the same."""
        return max(
            sum(self.seconds_of(self.filled(side)(sentence)) + SENTENCE_GAP for sentence in said) for side in SIDES
        )


def _lengthened(segments: list[Segment], least: float) -> list[Segment]:
    missing = least - sum(segment.least for segment in segments)
    if missing > 0 and segments:
        last = segments[-1]
        segments[-1] = replace(last, least=last.least + missing, most=max(last.most, last.least + missing))
    return segments
