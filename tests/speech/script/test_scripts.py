"""What every script of the package keeps to, whatever is asked: where, how long and how much is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from speech.script.model import SIDES, Hold, Technique
from speech.ssml.rehearsal import MOST_PRESSURE, pressure
from speech.timeline.options import PlanOptions
from speech.timeline.plan import plan
from tests.support.scripts import library, pace, steps_by_name

LEG = ("thigh", "calf", "calves")
TEN_MINUTES = 600.0
"""Pressure on one side that is plenty for a day (X6)."""
SCRIPTS = sorted(library().scripts)


def holds(script: str, place: str) -> Iterator[tuple[Hold, str]]:
    """Every hold of a script in this place, with all that is said in it."""
    for step in steps_by_name(library().scripts[script], place).values():
        if isinstance(step, Hold):
            yield step, " ".join((step.name, *step.sentences, *step.again, *step.reminders)).lower()


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_ball_on_the_leg_and_a_roller_under_both(script: str) -> None:
    """The nerve runs down the middle of the thigh: a flat hand, or a broad roller under both legs at once (X7)."""
    for place in library().scripts[script].places:
        for hold, said in holds(script, place):
            if any(part in f"{hold.name} {hold.sentences[0]}".lower() for part in LEG):
                assert "ball" not in said
                assert "both" in said or "hand" in said


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_side_is_pressed_for_more_than_ten_minutes(script: str) -> None:
    """However long a guide is asked for, in any place, both sides or one alone (X6)."""
    chosen = library().scripts[script]
    for place, only in product(chosen.places, (False, True)):
        timeline = plan(chosen, PlanOptions(3600.0, "left", only, place), pace(1.0))
        for side in SIDES:
            assert sum(hold.end - hold.start for hold in timeline.holds() if hold.side == side) <= TEN_MINUTES


def test_the_outer_hip_gets_four_minutes_at_most() -> None:
    """Two to four minutes a side, the wall first (E2)."""
    script = library().scripts["trochanter-glide"]
    assert script.usual_place == "wall"
    for place, only in product(script.places, (False, True)):
        timeline = plan(script, PlanOptions(3600.0, "left", only, place), pace(1.0))
        side = [span for span in timeline.spans if span.section == "side" and span.side == "left"]
        assert side[-1].end - side[0].start <= 255


def test_the_belly_is_not_guided() -> None:
    """The iliopsoas is explained and not pressed."""
    assert not any("belly" in script.areas for script in library())


def test_the_full_session_begins_gently_and_is_half_rest() -> None:
    """The hand before the ball, a way without the floor, and at most half of the time under pressure (L3, T5)."""
    script = library().scripts["full-session"]
    techniques = [step.script for step in script.session if isinstance(step, Technique)]
    assert techniques[0].tools == ("hand",)
    assert all("ball" in technique.tools for technique in techniques[1:])
    assert script.off_the_floor is not None
    for place, minutes in product(script.places, (20, 25, 30)):
        assert pressure(plan(script, PlanOptions(minutes * 60.0, place=place), pace(1.0))) <= MOST_PRESSURE
