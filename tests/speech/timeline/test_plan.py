"""How long a guide takes, what is pressed and for how long: the rules that every timeline keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace
from itertools import groupby, pairwise, product

import pytest
from hypothesis import given

from speech.errors import PlaceUnavailable
from speech.script.model import LONGEST_PRESSURE, SIDES, Hold, Rounds
from speech.timeline.grid import ANYWHERE, FRAMES
from speech.timeline.layout import CLOSING_STEP
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Span, plan
from tests.support.lengths import bounds, limits, longest_unit, sides, techniques, wanted
from tests.support.scripts import Planned, built, library, pace, planned_anyhow, steps_by_name


def seconds(spans: Iterable[Span]) -> float:
    return round(sum(span.end - span.start for span in spans), 3)


def technique(span: Span) -> str:
    """The technique that a span belongs to, as its step in the session; empty where the script is no session."""
    return span.step.partition(":")[0] if ":" in span.step else ""


@given(planned_anyhow())
def test_cues_are_in_order_and_never_overlap(case: Planned) -> None:
    """One sentence at a time, each inside its own step."""
    spans = {span.id: span for span in case.timeline.spans}
    for cue, following in pairwise(case.timeline.cues):
        assert cue.end <= following.start
    for cue in case.timeline.cues:
        span = spans[cue.id.rpartition("/")[0]]
        assert span.start <= cue.start < cue.end <= span.end


@given(planned_anyhow())
def test_spans_follow_each_other_without_a_gap(case: Planned) -> None:
    """Every second belongs to exactly one step, from the way down to the total, and every step begins with words."""
    timeline = case.timeline
    assert timeline.spans[0].start == timeline.start
    assert timeline.spans[-1].end == timeline.total
    assert all(span.end == following.start for span, following in pairwise(timeline.spans))
    assert {span.start for span in timeline.spans} <= {cue.start for cue in timeline.cues}


@given(planned_anyhow())
def test_a_track_is_on_the_grid_of_its_frames(case: Planned) -> None:
    """Every cue and every span begins where a frame does, so that what is planned can be heard to the millisecond."""
    begins = [cue.start for cue in case.timeline.cues] + [span.start for span in case.timeline.spans]
    for moment in (*begins, case.timeline.total) if case.grid == FRAMES else ():
        assert round(moment * 1000, 6) % 24 == 0


@given(planned_anyhow())
def test_a_track_ends_with_its_closing_words(case: Planned) -> None:
    """All of them, in order, after the way up and inside the total, each once."""
    said = [cue.text for cue in case.timeline.cues if cue.step == CLOSING_STEP]
    assert tuple(said) == case.closing
    assert tuple(cue.text for cue in case.timeline.cues)[len(case.timeline.cues) - len(said) :] == case.closing
    assert case.timeline.cues[-1].end <= case.timeline.total


@given(planned_anyhow())
def test_the_way_down_has_negative_seconds_and_ends_with_a_wait(case: Planned) -> None:
    """The clock starts when the person is ready, and not before."""
    down = [span for span in case.timeline.spans if span.section == "down"]
    assert (down[-1].end, down[-1].kind) == (0.0, "open")
    assert all(span.start >= 0 for span in case.timeline.spans if span.section != "down")


@given(planned_anyhow(session=False))
def test_the_total_is_what_was_asked_or_the_nearest_possible(case: Planned) -> None:
    """Whenever some number of units can take the asked time, the guide does; else it comes as near as any number."""
    asked, nearest, units = wanted(case), float("inf"), 0
    least = 0.0
    while least <= asked:
        units += 1
        least, most = bounds(case, units)
        nearest = min(nearest, max(least - asked, asked - most, 0.0))
    assert abs(case.timeline.total - asked) <= nearest + case.slack * len(case.timeline.spans)


@given(planned_anyhow(session=True))
def test_a_session_misses_what_was_asked_by_half_a_unit_at_most(case: Planned) -> None:
    """Only whole units can be added; a session is longer than that only where it has one unit of each technique."""
    off = case.timeline.total - wanted(case)
    slack = longest_unit(case) / 2 + case.slack * len(case.timeline.spans)
    assert off >= -slack
    if off > slack:
        place = case.timeline.options.place or ""
        later = {
            f"{key}:{step.step}"
            for key, script in zip(_keys(case), techniques(case.script), strict=True)
            for rounds in script.routines[place].each_side
            if isinstance(rounds, Rounds)
            for unit in rounds.units[1:]
            for step in unit
        }
        assert not later & {span.step for span in case.timeline.spans}


def _keys(case: Planned) -> list[str]:
    return list(dict.fromkeys(technique(span) for span in case.timeline.spans if technique(span)))


@given(planned_anyhow())
def test_a_length_out_of_range_is_the_nearest_in_it(case: Planned) -> None:
    """Whoever asks for an hour of a ten-minute script gets ten minutes, and what was asked is kept, to be told."""
    minutes = case.script.minutes
    for asked, bound in ((0.0, minutes.least), (90_000.0, minutes.most)):
        outside = case.asked(replace(case.options, seconds=asked))
        inside = case.asked(replace(case.options, seconds=bound * 60))
        assert outside.spans == inside.spans
        assert outside.wanted == asked


@given(planned_anyhow())
def test_no_spot_is_pressed_longer_than_its_limit(case: Planned) -> None:
    """Whatever is asked, a hold ends after its `at most`, which is never above sixty seconds (X6)."""
    steps = steps_by_name(case.script, case.timeline.options.place or "")
    for span in case.timeline.holds():
        hold = steps[span.step.partition("#")[0]]
        assert isinstance(hold, Hold)
        assert seconds([span]) <= hold.at_most <= LONGEST_PRESSURE
        assert span.most == case.grid.before(hold.at_most)


@given(planned_anyhow())
def test_a_rest_follows_every_hold(case: Planned) -> None:
    """The weight comes off before the next spot, on every side and in every round."""
    for span, following in pairwise(case.timeline.spans):
        if span.kind == "hold":
            assert (following.kind, following.side) == ("rest", span.side)


@given(planned_anyhow())
def test_both_sides_get_exactly_the_same(case: Planned) -> None:
    """The same steps for the same seconds left and right, to the millisecond, however the sides are called."""
    for key, script in zip(_keys(case) or [""], techniques(case.script), strict=True):
        if sides(case, script) == 1:
            continue
        of = [span for span in case.timeline.spans if span.section == "side" and technique(span) == key]
        left, right = ([(s.step, s.kind, seconds([s])) for s in of if s.side == side] for side in SIDES)
        assert left == right
        assert [side for side, _ in groupby(span.side for span in of)] == sorted(
            SIDES, key=lambda side: side != case.options.side
        )


@given(planned_anyhow())
def test_one_side_only_leaves_the_other_alone(case: Planned) -> None:
    """Asked for one side only, nothing happens on the other and nobody changes over."""
    if case.options.only:
        assert {span.side for span in case.timeline.spans} <= {None, case.options.side}
        assert all(span.section != "changeover" for span in case.timeline.spans)


@given(planned_anyhow())
def test_nobody_is_hurried_from_side_to_side_or_up(case: Planned) -> None:
    """A changeover takes 30 seconds on the floor and 15 off it; the way up from the floor takes 40 (X12)."""
    floor = case.script.places[case.timeline.options.place or ""].floor
    found: dict[str, list[list[Span]]] = {"changeover": [], "up": []}
    for section, group in groupby(case.timeline.spans, lambda span: span.section):
        found.setdefault(section, []).append(list(group))
    assert len(found["changeover"]) == sum(sides(case, script) == 2 for script in techniques(case.script))
    assert all(seconds(spans) >= (30 if floor else 15) for spans in found["changeover"])
    (up,) = found["up"]
    assert seconds(up) >= (40 if floor else 0)
    assert case.timeline.spans[-1] is up[-1]


@given(planned_anyhow())
def test_only_what_may_stretch_stretches(case: Planned) -> None:
    """Words and the silence to follow them keep their seconds, whatever the length; holds and rests their bounds."""
    steps = steps_by_name(case.script, case.timeline.options.place or "")
    for section, group in groupby(case.timeline.spans, lambda span: span.section):
        spans = list(group)
        lengthened = {"changeover": 1, "up": 2 if case.closing else 1}.get(section, 0)
        for span in spans[: len(spans) - lengthened]:
            name, _, visit = span.step.partition("#")
            least, most = limits(case, steps[name], int(visit or 1) - 1)
            assert least - case.slack <= seconds([span]) <= most + case.slack


@given(planned_anyhow())
def test_the_same_arguments_give_the_same_timeline(case: Planned) -> None:
    """A plan depends on nothing but its arguments, and nobody can change it afterwards."""
    assert case.asked(case.options) == case.timeline
    with pytest.raises(FrozenInstanceError):
        case.timeline.total = 0.0  # type: ignore[misc]


@given(planned_anyhow())
def test_a_longer_guide_holds_all_of_a_shorter_one(case: Planned) -> None:
    """Length adds rounds at the end: what the shorter one says, with its ids, the longer one says too."""
    longer = case.asked(replace(case.options, seconds=wanted(case) + 120))
    said = {cue.id: cue.text for cue in longer.cues}
    for cue in case.timeline.cues:
        if int(cue.id.rpartition("/")[2]) < 20:
            assert said[cue.id] == cue.text


def test_pace_does_not_change_what_is_said() -> None:
    """A slow voice gets the same instructions under the same ids as a fast one, as far as its rounds go."""
    for script in library():
        slow, fast = (plan(script, PlanOptions(), pace(scale)) for scale in (2.0, 0.5))
        texts = {cue.id: cue.text for cue in fast.cues}
        shared = [cue for cue in slow.cues if int(cue.id.rpartition("/")[2]) < 20]
        assert shared
        assert all(texts[cue.id] == cue.text for cue in shared)


@pytest.mark.parametrize("script", [script.id for script in library()])
def test_every_built_in_script_takes_what_is_asked(script: str) -> None:
    """Its least, its usual and its most, in each place, and both sides in the order that was asked for."""
    minutes, two_sided = library().scripts[script].minutes, library().scripts[script].two_sided
    for place in library().scripts[script].places:
        for asked in (minutes.least, minutes.usual, minutes.most):
            options = PlanOptions(asked * 60, "right", place=place)
            for grid, closing in ((ANYWHERE, ()), (FRAMES, library().phrases.closing)):
                timeline = plan(library().scripts[script], options, pace(1.0), grid, closing)
                # The shortest guide that there is grows by its closing words where nothing else can give way.
                longer = sum(map(pace(1.0), closing)) if asked == minutes.least else 0.0
                assert -1.0 <= timeline.total - asked * 60 <= 1.0 + longer
            sides = [side for side, _ in groupby(span.side for span in timeline.spans) if side]
            assert sides[:2] == (["right", "left"] if two_sided else [])


@pytest.mark.parametrize("minutes", [5, 6, 7.5, 10])
def test_slow_voices_and_fast_take_what_is_asked(minutes: float) -> None:
    """To the millisecond, whatever the pace."""
    for script, scale in product(("piriformis-ball", "glute-ball", "sacrum-hand"), (0.5, 0.85, 1.0, 1.2, 2.0)):
        for place in library().scripts[script].places:
            timeline = plan(library().scripts[script], PlanOptions(minutes * 60, place=place), pace(scale))
            assert timeline.total == minutes * 60


def test_without_a_length_the_usual_is_planned() -> None:
    """Whoever names no length gets the script's usual one."""
    script = library().scripts["piriformis-ball"]
    assert plan(script, PlanOptions(), pace(1.0)).total == script.minutes.usual * 60


def test_a_place_without_a_version_is_refused() -> None:
    """The error tells where the script can be done."""
    with pytest.raises(PlaceUnavailable) as error:
        plan(library().scripts["piriformis-ball"], PlanOptions(place="bed"), pace(1.0))
    assert error.value.available == ("floor", "wall")


def test_a_session_shares_its_time_as_its_minutes_say() -> None:
    """Twice the minutes of another technique are twice its seconds, however short the other's units are."""
    spot = {"hold": "spot", "say": "Press.", "seconds": 20}
    long = [spot, {"rest": 10, "say": "Off."}]
    short = [{"rest": 5, "say": "Breathe."}]
    minutes = {"least": 1, "usual": 3, "most": 20}

    def file(rounds: list[dict[str, object]]) -> dict[str, object]:
        return {
            "name": "x", "minutes": minutes, "sides": "none",
            "places": {"wall": {"each side": [{"rounds": rounds}]}},
        }  # fmt: skip

    session = [{"technique": "long", "minutes": 4}, {"technique": "short", "minutes": 2}]
    script = built(long=file(long), short=file(short), both={"name": "y", "minutes": minutes, "session": session})[
        "both"
    ]
    timeline = plan(script, PlanOptions(900), pace(1.0))
    taken = [seconds(s for s in timeline.spans if technique(s) == key) for key in ("session-1", "session-2")]
    assert taken[0] / taken[1] == pytest.approx(2, abs=0.2)
    assert timeline.total == pytest.approx(900, abs=20)
