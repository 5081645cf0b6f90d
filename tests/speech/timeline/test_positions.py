"""Position to cue and back: one function for every move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.timeline.options import PlanOptions
from speech.timeline.plan import Cue, Position, Timeline, cue_id_parts, plan
from tests.support.scripts import Planned, library, pace, paces, plan_options, planned

ends = st.floats(-1e9, 1e9)


@given(planned())
def test_seeking_to_a_cues_start_gives_that_cue(case: Planned) -> None:
    """Nothing is skipped and nothing is said twice: by moment and by position alike."""
    for cue in case.timeline.cues:
        for where in (cue.start, Position(cue.id)):
            found = case.timeline.locate(where)
            assert (found.cue, found.moment, found.position) == (cue, cue.start, Position(cue.id, 0.0))


@given(planned(), st.data())
def test_a_position_is_a_moment_and_back(case: Planned, data: st.DataObject) -> None:
    """From position to moment and back is the identity, in words, in silence, in holds and at both ends."""
    timeline = case.timeline
    inside = st.floats(timeline.start, timeline.total)
    for moment in (*data.draw(st.lists(inside, min_size=20, max_size=20)), timeline.start, timeline.total):
        found = timeline.locate(moment)
        again = timeline.locate(found.position)
        assert again == found
        assert abs(found.moment - moment) <= 0.0005001
        assert found.cue.start <= found.moment
        assert found.span.start <= found.moment <= found.span.end
        assert (found.cue.step, found.cue.side) == (found.span.step, found.span.side)


@given(planned(), ends)
def test_what_lies_outside_is_the_nearest_end(case: Planned, moment: float) -> None:
    """No moment and no position leads out of the timeline."""
    timeline = case.timeline
    assert timeline.locate(moment).moment == pytest.approx(min(max(moment, timeline.start), timeline.total), abs=0.001)
    first, last = timeline.cues[0], timeline.cues[-1]
    assert timeline.locate(Position(first.id, moment)).cue == first
    assert timeline.locate(Position(last.id, 1e9)).moment == timeline.total


@given(planned(), st.data())
def test_a_position_survives_another_plan(case: Planned, data: st.DataObject) -> None:
    """Another length, pace or number of cues: the same cue or, where it is missing, an earlier one of the same step."""
    before = case.timeline
    options = data.draw(plan_options(case.script))
    options = PlanOptions(
        options.seconds, case.options.side, case.options.only, case.options.place, options.cue_density
    )
    after = plan(case.script, options, data.draw(paces))
    here = {cue.id: cue for cue in after.cues}
    steps = {(cue.step, cue.side) for cue in after.cues}
    for cue in before.cues:
        found = after.locate(Position(cue.id, 1.0)).cue
        if cue.id in here:
            assert found == here[cue.id]
        elif (cue.step, cue.side) in steps:
            assert (found.step, found.side) == (cue.step, cue.side)
            assert cue_id_parts(found.id)[2] < cue_id_parts(cue.id)[2]
        else:
            assert found.side == cue.side
            assert _order(after, found) <= _order(before, cue)


def _order(timeline: Timeline, cue: Cue) -> int:
    """How many steps of this cue's side come before it."""
    return [span.step for span in timeline.spans if span.side == cue.side].index(cue.step)


def test_a_later_round_that_is_gone_is_its_last_visit() -> None:
    """Somebody in the second round of a ten-minute guide finds the same spot's first visit in five minutes."""
    script = library().scripts["piriformis-ball"]
    long, short = (plan(script, PlanOptions(seconds), pace(1.0)) for seconds in (600.0, 300.0))
    missing = [span for span in long.spans if span.id not in {other.id for other in short.spans}]
    assert missing
    for span in missing:
        found = short.locate(Position(f"{span.id}/0", 3.0))
        assert found.span.side == span.side
        assert found.moment <= span.start


@pytest.mark.parametrize("broken", ["", "/", "//", "x", "x/left", "x/up/3", "first-spot/left/x", "first-spot/left/²"])
def test_what_is_no_cue_is_found_all_the_same(broken: str) -> None:
    """An id from an older version, or none at all, leads to a moment of the timeline, never to an error."""
    timeline = plan(library().scripts["piriformis-ball"], PlanOptions(), pace(1.0))
    assert 0 <= timeline.locate(Position(broken, 2.0)).moment <= timeline.total


@given(planned())
def test_what_is_left(case: Planned) -> None:
    """All of it before the clock has started, nothing at the end, and never less than nothing."""
    timeline = case.timeline
    assert timeline.left(timeline.start) == timeline.left(0.0) == timeline.total
    assert timeline.left(timeline.total) == timeline.left(timeline.total + 5) == 0
    assert timeline.left(10.0) == pytest.approx(timeline.total - 10.0)
