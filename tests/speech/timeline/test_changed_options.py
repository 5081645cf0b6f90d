"""What somebody changes while lying there, and what every timeline keeps all the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.errors import PartTooLong
from speech.script.model import LONGEST_PRESSURE, SIDES
from speech.script.pace import CUE_RATE, SLOW_RATE
from speech.ssml.markup import Markup
from speech.ssml.parts import ROOM_CHARACTERS, ROOM_SECONDS, cue_rate, parts
from speech.timeline.layout import CHANGEOVER_SECONDS
from speech.timeline.options import EXTRA_SECONDS, MOST_EXTRA_VISITS, PlanOptions, spot
from speech.timeline.plan import Span, Timeline, plan
from tests.support.scripts import Planned, library, pace, planned

MILLISECOND = 0.0011
MARKUP = Markup({})


@st.composite
def changed(draw: st.DrawFn) -> tuple[Timeline, Planned]:
    """A timeline, and the one after somebody changed any of what can be changed."""
    case: Planned = draw(planned())
    timeline = case.timeline
    holds = list(timeline.holds())
    spots = sorted({f"{spot(span.step)}/{span.side or '-'}" for span in holds})
    visits = sorted({name for span in holds for name in (span.step, span.id)})
    left_out = draw(st.lists(st.sampled_from(spots), max_size=3)) if spots else []
    extra = draw(st.lists(st.sampled_from(visits), max_size=MOST_EXTRA_VISITS)) if visits else []
    options = replace(
        timeline.options, soft=draw(st.booleans()), waits=draw(st.booleans()),
        left_out=tuple(sorted(set(left_out))), extra=tuple(sorted(set(extra))),
    )  # fmt: skip
    return timeline, Planned(case.script, options, case.seconds_of, plan(case.script, options, case.seconds_of))


def takes(span: Span) -> float:
    return span.end - span.start


@given(changed())
def test_order_and_words_stay_whole(case: tuple[Timeline, Planned]) -> None:
    """Cues stay in order and inside their steps, and steps follow each other without a gap, words first."""
    timeline = case[1].timeline
    spans = {span.id: span for span in timeline.spans}
    assert all(span.end == following.start for span, following in pairwise(timeline.spans))
    assert {span.start for span in timeline.spans} <= {cue.start for cue in timeline.cues}
    for cue, following in pairwise(timeline.cues):
        assert cue.end <= following.start
    for cue in timeline.cues:
        span = spans[cue.id.rpartition("/")[0]]
        assert span.start <= cue.start < cue.end <= span.end


@given(changed())
def test_a_spot_that_is_left_out_is_never_pressed(case: tuple[Timeline, Planned]) -> None:
    """On no visit; it is a rest as long as its hold, and every other spot is pressed as it was."""
    before, timeline = case[0], case[1].timeline
    out = set(timeline.options.left_out)
    assert not out & {f"{spot(span.step)}/{span.side or '-'}" for span in timeline.holds()}
    said = timeline.script.phrases.left_out
    for span in timeline.spans:
        if span.kind == "rest" and f"{spot(span.step)}/{span.side or '-'}" in out:
            cues = [cue.text for cue in timeline.cues if (cue.step, cue.side) == (span.step, span.side)]
            assert tuple(cues[: len(said)]) == said
    kept = {span.id for span in before.holds() if f"{spot(span.step)}/{span.side or '-'}" not in out}
    assert kept >= {span.id for span in timeline.holds()}


@given(changed())
def test_no_spot_is_pressed_beyond_its_limit(case: tuple[Timeline, Planned]) -> None:
    """Sixty seconds, or ninety where somebody asked for more on this visit."""
    timeline = case[1].timeline
    for span in timeline.holds():
        more = timeline.options.more(span.step, span.side)
        assert takes(span) <= span.most + MILLISECOND
        assert span.most <= LONGEST_PRESSURE + more + MILLISECOND


@given(changed())
def test_more_time_makes_only_its_visits_longer(case: tuple[Timeline, Planned]) -> None:
    """Thirty seconds a visit, by which the guide grows: nothing else gets shorter for it."""
    timeline = case[1].timeline
    plain = plan_like(case[1], extra=())
    more = {span.id: timeline.options.more(span.step, span.side) for span in timeline.holds()}
    assert timeline.total == pytest.approx(plain.total + sum(more.values()), abs=0.01)
    for span, other in zip(timeline.spans, plain.spans, strict=True):
        assert span.id == other.id
        assert takes(span) == pytest.approx(takes(other) + more.get(span.id, 0.0), abs=0.01)


@given(changed())
def test_softer_gives_to_the_rests_what_it_takes_from_the_holds(case: tuple[Timeline, Planned]) -> None:
    """The guide and each of its sides take as long as before, and no hold longer than it has to."""
    soft, plain = plan_like(case[1], soft=True), plan_like(case[1], soft=False)
    assert soft.total == plain.total
    for span, other in zip(soft.spans, plain.spans, strict=True):
        assert span.kind != "hold" or takes(span) <= takes(other) + MILLISECOND
        assert span.kind != "rest" or span.end == pytest.approx(other.end, abs=0.01)


@given(changed())
def test_both_sides_stay_equal(case: tuple[Timeline, Planned]) -> None:
    """Unless something was asked for one side only."""
    timeline = case[1].timeline
    if timeline.options.left_out or timeline.options.only or any("/" in name for name in timeline.options.extra):
        return
    left, right = (sum(takes(span) for span in timeline.holds() if span.side == side) for side in SIDES)
    assert left == pytest.approx(right, abs=0.02)


@given(changed())
def test_every_place_is_found_again(case: tuple[Timeline, Planned]) -> None:
    """A sentence that both plans hold is found in the other at the same sentence."""
    before, timeline = case[0], case[1].timeline
    held = {cue.id for cue in timeline.cues}
    for cue in before.cues:
        if cue.id in held:
            assert timeline.locate(before.locate(cue.start).position).cue.id == cue.id


@given(changed())
def test_who_is_waited_for_is_asked_after_every_rest_of_a_side(case: tuple[Timeline, Planned]) -> None:
    """A part ends with each of them, and never goes beyond."""
    waiting = plan_like(case[1], waits=True)
    try:
        ends = {part.end for part in parts(waiting, MARKUP)}
    except PartTooLong:
        return  # a random script whose one unit is too long for any answer
    assert ends >= {span.end for span in waiting.spans if (span.kind, span.section) == ("rest", "side")}
    assert waiting.spans == plan_like(case[1], waits=False).spans


def plan_like(case: Planned, **changes: object) -> Timeline:
    """The same script planned for plan options that differs in this."""
    options = replace(case.options, **changes)  # type: ignore[arg-type]  # fields by name
    return plan(case.script, options, case.seconds_of)


def plan_options(seconds: float, place: str) -> tuple[PlanOptions, ...]:
    options = PlanOptions(seconds, place=place)
    return (
        replace(options, slow=True), replace(options, soft=True), replace(options, slow=True, soft=True, waits=True,
        cue_density="many"),
        replace(options, slow=True, cue_density="few"),
    )  # fmt: skip


@pytest.mark.parametrize("name", [script.id for script in library()])
def test_what_is_changed_fits_into_answers_in_every_built_in_script(name: str) -> None:
    """Softer, slower, waited for: every part stays inside its limits; with more time on top every spot does."""
    script = library().scripts[name]
    for place in script.places:
        for minutes in (script.minutes.least, script.minutes.usual, script.minutes.most):
            for options in plan_options(minutes * 60, place):
                timeline = plan(script, options, slowly if options.slow else pace(1.0))
                assert list(parts(timeline, MARKUP, ROOM_CHARACTERS, ROOM_SECONDS))
                assert abs(timeline.total - minutes * 60) <= 1.0 or options.slow
                longest = tuple(span.step for span in sorted(timeline.holds(), key=takes)[-MOST_EXTRA_VISITS:])
                extended = plan(script, replace(options, extra=longest), slowly if options.slow else pace(1.0))
                assert all(takes(span) <= LONGEST_PRESSURE + EXTRA_SECONDS for span in extended.holds())


def slowly(text: str) -> float:
    """The spoken seconds of a voice that was asked to speak slower."""
    return pace(1.0)(text) * CUE_RATE / SLOW_RATE


def test_slower_is_slower() -> None:
    """The cues are spoken at a slower rate, and there is more time to do what they say."""
    script = library().scripts["piriformis-ball"]
    usual, slow = plan(script, PlanOptions(600.0), pace(1.0)), plan(script, PlanOptions(600.0, slow=True), slowly)
    assert cue_rate(slow.options) < cue_rate(usual.options)
    assert f'rate="{SLOW_RATE:.0%}"' in next(parts(slow, MARKUP)).body
    first = {span.id: takes(span) for span in usual.spans if span.kind == "say"}
    assert all(takes(span) > first[span.id] for span in slow.spans if span.id in first and span.start < 60)
    changeover = sum(takes(span) for span in slow.spans if span.section == "changeover")
    assert changeover >= CHANGEOVER_SECONDS[True]
