"""Moves as pure functions: each gives new plan options, or a moment of the timeline.

`same_place` finds the person in a new plan; `Progress.allowed` then keeps every spot inside its limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

from speech.timeline.options import MOST_EXTRA_VISITS, CueDensity, PlanOptions, spot
from speech.timeline.plan import Located, Span, Timeline

CUE_DENSITIES: tuple[CueDensity, ...] = get_args(CueDensity)
A_LITTLE = 30.0
"""Seconds of a step back or forward for which no length was said."""
ENOUGH_SHORTER = 20.0
"""A plan that saves fewer seconds than these is not called shorter."""
LENGTHS_APART = 30
"""Seconds between the lengths that are tried for a shorter plan."""
UNEVEN = 1.0
"""Seconds from which the difference of two sides is said."""


def same_place(timeline: Timeline, before: Timeline, here: Located) -> float:
    """The person's moment in a new plan: where this visit is not planned, the end of the last step that they did."""
    if any(span.id == here.span.id for span in timeline.spans):
        return timeline.locate(here.position).moment
    done = {span.id for span in before.spans if span.start <= here.span.start}
    return max((span.end for span in timeline.spans if span.id in done), default=timeline.start)


def uneven(timeline: Timeline, before: Timeline, here: Located) -> bool:
    """Whether a new plan gives this side another time than the other side, which is over."""
    side = here.span.side if here.span.section == "side" else None
    if here.span.section == "changeover":
        side = "right" if timeline.options.side == "left" else "left"
    if side is None or timeline.options.only or (here.span.section == "side" and side == timeline.options.side):
        return False
    return abs(_side_seconds(timeline, here, side) - _side_seconds(before, here, side)) > UNEVEN


def one_side_is_over(timeline: Timeline, here: Located) -> bool:
    """Whether the other side was worked on before this one."""
    return here.span.side is not None and not timeline.options.only and here.span.side != timeline.options.side


def thirty_more(timeline: Timeline, here: Located) -> PlanOptions | None:
    """More time for this visit: on both sides where the other is still to come. None where there was enough."""
    options, span = timeline.options, here.span
    had_more = {(spot(step), side) for step, _, side in (name.partition("/") for name in options.extra)}
    if len(options.extra) >= MOST_EXTRA_VISITS or had_more & {
        (spot(span.step), ""),
        (spot(span.step), span.side or "-"),
    }:
        return None
    name = span.id if one_side_is_over(timeline, here) else span.step
    return replace(options, extra=tuple(sorted((*options.extra, name))))


def shorter(before: Timeline, here: Located, timeline_of: Callable[[PlanOptions], Timeline]) -> Timeline | None:
    """The plan that comes nearest to half of what is left; None where none is shorter."""
    left, script = before.left(here.moment), before.script
    # On the first of two sides it still holds the step under way, so that the other side can be as long.
    both_ahead = here.span.section == "side" and not before.options.only and here.span.side == before.options.side
    found: list[tuple[float, Timeline]] = []
    for seconds in range(round(script.minutes.least * 60), int(before.total), LENGTHS_APART):
        timeline = timeline_of(replace(before.options, seconds=float(seconds)))
        if both_ahead and all(span.id != here.span.id for span in timeline.spans):
            continue
        remains = timeline.left(same_place(timeline, before, here))
        if remains <= left - ENOUGH_SHORTER:
            found.append((abs(remains - left / 2), timeline))
    return min(found, key=lambda one: one[0])[1] if found else None


def talking(options: PlanOptions, notches: int) -> PlanOptions:
    """More or fewer cues, as far as there is a further notch."""
    at = CUE_DENSITIES.index(options.cue_density) + notches
    return replace(options, cue_density=CUE_DENSITIES[min(max(at, 0), len(CUE_DENSITIES) - 1)])


def other_side(timeline: Timeline, here: Located) -> float | None:
    """Where the sides are changed after this side; None on the last side, and off a side."""
    after = _after_this_side(timeline, here)
    return after.start if after is not None and after.section == "changeover" else None


def skip_side(timeline: Timeline, here: Located) -> float | None:
    """Where this side is over; None where no side is under way."""
    after = _after_this_side(timeline, here)
    return after.start if after is not None else None


def back_by(timeline: Timeline, here: Located, seconds: float) -> float:
    """So many seconds back, to the start of a step or a cue, and never back over a change of side."""
    first = min(span.start for span in _stretch(timeline, here))
    there = timeline.locate(max(here.moment - seconds, first))
    return there.span.start if there.span.kind == "hold" else max(there.cue.start, there.span.start)


def forward_by(timeline: Timeline, here: Located, seconds: float) -> float:
    """So many seconds on: to a step's words and never into a hold without them, nor over a change of side."""
    stretch = list(_stretch(timeline, here))
    last = stretch[-1].start if here.span.section in ("down", "up") else stretch[-1].end
    moment = max(min(here.moment + seconds, last), here.moment)
    there = timeline.locate(moment)
    if there.span.kind == "hold":
        return there.span.end if there.span == here.span else there.span.start
    return there.cue.start if there.cue.start > here.moment else moment


def coming(timeline: Timeline, here: Located) -> tuple[Span | None, bool]:
    """The next spot, or the next stage of the guide, and whether a rest comes before it."""
    rests = False
    for span in timeline.spans:
        if span.start > here.span.start:
            if span.kind == "hold" or _stage(span) != _stage(here.span):
                return span, rests
            rests = rests or span.kind == "rest"
    return None, rests


def _after_this_side(timeline: Timeline, here: Located) -> Span | None:
    if here.span.section != "side":
        return None
    later = (span for span in timeline.spans if span.start > here.span.start)
    return next((span for span in later if _stage(span) != _stage(here.span)), None)


def _stretch(timeline: Timeline, here: Located) -> Iterator[Span]:
    """The steps of the stage under way."""
    return (span for span in timeline.spans if _stage(span) == _stage(here.span))


def _stage(span: Span) -> tuple[str, str, str]:
    """What a step belongs to: its technique in a session, its section, and its side."""
    technique = span.step.partition(":")[0] if ":" in span.step else ""
    return technique, span.section, (span.side or "") if span.section == "side" else ""


def _side_seconds(timeline: Timeline, here: Located, side: str) -> float:
    stage = (_stage(here.span)[0], "side", side)
    return sum(span.end - span.start for span in timeline.spans if _stage(span) == stage)
