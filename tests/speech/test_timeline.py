"""How long a guide takes, what is pressed and for how long: the rules that every timeline keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import FrozenInstanceError, replace
from itertools import groupby, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from speech.ask import Ask
from speech.errors import PlaceUnavailable
from speech.script import LONGEST_PRESSURE, SIDES, Hold, Open, Rest, Rounds, Say, Step
from speech.timeline import Span, Timeline, plan
from tests.support.scripts import Planned, built, library, pace, planned, steps_by_name

MILLISECOND = 0.0011
"""What rounding may do to a single moment."""
everything = [
    pytest.param(script.id, place, talk, only, id=f"{script.id}-{place}-{talk}{'-only' * only}")
    for script in library()
    for place in script.places
    for talk in ("few", "normal", "many")
    for only in (False, True)
]


def seconds(spans: Iterator[Span] | Sequence[Span]) -> float:
    return round(sum(span.end - span.start for span in spans), 3)


def technique(span: Span) -> str:
    """The technique of a session that a span belongs to."""
    return span.step.partition(":")[0] if ":" in span.step else ""


@given(planned())
def test_cues_are_in_order_and_never_overlap(case: Planned) -> None:
    """One sentence at a time, each inside its own step."""
    for cue, following in pairwise(case.timeline.cues):
        assert cue.start < cue.end <= following.start
    for cue in case.timeline.cues:
        (span,) = [span for span in case.timeline.spans if (span.step, span.side) == (cue.step, cue.side)]
        assert span.start <= cue.start < cue.end <= span.end


@given(planned())
def test_spans_follow_each_other_without_a_gap(case: Planned) -> None:
    """Every second belongs to exactly one step, from the way down to the total."""
    timeline = case.timeline
    assert timeline.spans[0].start == timeline.start == timeline.cues[0].start
    assert timeline.spans[-1].end == timeline.total
    assert all(span.end == following.start for span, following in pairwise(timeline.spans))
    assert len({span.id for span in timeline.spans}) == len(timeline.spans)


@given(planned())
def test_the_way_down_has_negative_seconds_and_ends_with_a_wait(case: Planned) -> None:
    """The clock starts when the person is ready, and not before."""
    down = [span for span in case.timeline.spans if span.section == "down"]
    assert down[-1].end == 0.0
    assert down[-1].kind == "open"
    assert all(span.start >= 0 for span in case.timeline.spans if span.section != "down")


def bounds(case: Planned, units: int) -> tuple[float, float]:
    """The least and the most seconds of a technique with so many units on each side: sums, and nothing of `layout`."""
    script, ask = case.script, case.timeline.ask
    assert ask.place
    place, routine = script.places[ask.place], script.routines[ask.place]

    def words(*said: str) -> float:
        texts = [
            [text.replace("{side}", here).replace("{other side}", other) for text in said]
            for here, other in (SIDES, SIDES[::-1])
        ]
        return max(sum(case.seconds_of(text) + 0.7 for text in side) for side in texts)

    def limits(step: Step, visit: int = 0) -> tuple[float, float]:
        match step:
            case Rounds():
                played = [(unit, number // len(step.units)) for number, unit in enumerate(cycled(step, units))]
                return total([limits(inner, visit) for unit, visit in played for inner in unit])
            case Hold():
                said = step.again if visit else (*step.sentences, *step.caution)
                spoken = words(*said) + (0.8 if step.caution and not visit else 0.0)
                return max(step.seconds, spoken), max(step.at_most, spoken)
            case Rest():
                return max(step.seconds, words(*step.sentences)), max(step.at_most, words(*step.sentences))
            case Open():
                return (words(*step.sentences) + step.settle,) * 2
            case Say():
                return (words(*step.sentences) + max(step.settle - 0.7, 0.0),) * 2

    def total(pairs: Sequence[tuple[float, float]], at_least: float = 0.0) -> tuple[float, float]:
        shortest, longest = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        # What is missing is added to the last of them, which may still stretch as far as it could.
        last = pairs[-1] if pairs else (0.0, 0.0)
        lacking = max(at_least - shortest, 0.0) if pairs else 0.0
        return shortest + lacking, longest - last[1] + max(last[1], last[0] + lacking)

    def section(steps: Sequence[Step], at_least: float = 0.0) -> tuple[float, float]:
        return total([limits(step) for step in steps], at_least)

    sides = 2 if script.two_sided and not ask.only else 1
    whole = [section(routine.begin), *[section(routine.each_side)] * sides, section(routine.end)]
    if sides == 2:
        whole.append(section(routine.changeover, 30.0 if place.floor else 15.0))
    return total([*whole, section(place.up, 40.0 if place.floor else 0.0)])


def cycled(step: Rounds, count: int) -> list[tuple[Step, ...]]:
    return [step.units[number % len(step.units)] for number in range(count)]


def within(case: Planned) -> float:
    """What was asked for, as far as the script allows."""
    minutes, asked = case.script.minutes, case.ask.seconds
    return min(max(minutes.usual * 60 if asked is None else asked, minutes.least * 60), minutes.most * 60)


@given(planned(session=False))
def test_the_total_is_what_was_asked_or_the_nearest_possible(case: Planned) -> None:
    """Whenever some number of units can take the asked time, the guide does; else it comes as near as any number."""
    wanted, nearest, units = within(case), float("inf"), 1
    while True:
        least, most = bounds(case, units)
        nearest = min(nearest, max(least - wanted, wanted - most, 0.0))
        if least > wanted:
            break
        units += 1
    assert abs(case.timeline.total - wanted) <= nearest + MILLISECOND * len(case.timeline.spans)


@given(planned(session=True))
def test_a_session_misses_what_was_asked_by_half_a_unit_at_most(case: Planned) -> None:
    """A session plays whole units of its techniques; longer than its least, it is never further off than half of one."""
    shortest = plan(case.script, replace(case.ask, seconds=0.0), case.seconds_of)
    sides = [group for _, group in groupby(case.timeline.spans, lambda span: (technique(span), span.side))]
    longest_unit = 0.0
    for step in case.script.session:
        for inner in steps_by_name(step.script, case.timeline.ask.place or "").values() if hasattr(step, "script") else ():
            if isinstance(inner, Rest | Hold | Say):
                longest_unit += 0.0
    assume(sides)
    wanted = within(case)
    assert case.timeline.total - wanted <= max(shortest.total - wanted, 0.0) + 300
