"""The plan, the count and the weeks, by rule and over generated days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.codec import Codec
from skill.dialog.practice import (
    DAYS_A_WEEK,
    ENOUGH,
    KEPT_DAYS,
    MINUTES,
    Day,
    Plan,
    Practice,
    Week,
    added,
    day_at,
    monday,
)

MONDAY = date(2027, 1, 4)
PRACTICE = Codec(Practice)
DAYS = st.lists(st.integers(1, 40), max_size=60)
"""Days between one practice and the next."""


def practised(plan: Plan, gaps: list[int], start: date = MONDAY) -> tuple[Plan, date]:
    day = start
    for gap in gaps:
        day += timedelta(days=gap)
        plan = plan.practised(day)
    return plan, day


def test_the_plan_builds_up_slowly() -> None:
    """Five minutes for three days, ten by the end of the first week, then up to thirty, and never more."""
    plan, minutes = Plan(0, MONDAY), []
    for week in range(8):
        for day in range(DAYS_A_WEEK):
            today = MONDAY + timedelta(weeks=week, days=day)
            assert plan.today(today).why == "practice"
            minutes.append(plan.today(today).minutes)
            plan = plan.practised(today)
    assert minutes[:3] == [5, 5, 5]
    assert minutes[4] == 10
    assert minutes == sorted(minutes) and minutes[-1] == 30
    assert max(later - earlier for earlier, later in pairwise(minutes)) <= 5


def test_rest_days_count() -> None:
    """After five days of a week it rests until Monday; resting takes nothing away."""
    plan, friday = practised(Plan(0, MONDAY), [0, 1, 1, 1, 1])
    for day in (1, 2):
        assert plan.today(friday + timedelta(days=day)).why == "rest"
    assert plan.today(friday + timedelta(days=3)) == plan.today(MONDAY + timedelta(weeks=1))
    assert plan.today(friday + timedelta(days=3)).why == "practice"


def test_once_a_day_is_enough() -> None:
    """A day that was practised asks for nothing more, and a second practice moves nothing."""
    plan = Plan(0, MONDAY).practised(MONDAY)
    assert plan.today(MONDAY).why == "done"
    assert plan.practised(MONDAY) == plan


@pytest.mark.parametrize(("days", "minutes"), [(6, 20), (7, 15), (13, 15), (14, 10), (21, 5), (28, 5), (400, 5)])
def test_after_a_gap_it_starts_gently(days: int, minutes: int) -> None:
    """Each full week away goes one week of the plan back."""
    plan = Plan(MINUTES.index(20), MONDAY)
    today = plan.today(MONDAY + timedelta(days=days))
    assert today.minutes == minutes
    assert today.why == ("gentle" if days >= 7 else "practice")


@given(DAYS, st.integers(0, 400))
def test_any_days_give_a_length_of_the_plan(gaps: list[int], later: int) -> None:
    """Whatever the days, today's length is one of the plan's, one step longer than before at most."""
    plan, day = Plan(0, MONDAY), MONDAY
    for gap in gaps:
        day += timedelta(days=gap)
        before = plan.today(day).minutes
        plan = plan.practised(day)
        assert plan.today(day).minutes - before in (0, 2, 3, 5)
    today = plan.today(day + timedelta(days=later))
    assert today.minutes in MINUTES
    assert len(plan.days) <= DAYS_A_WEEK
    assert today.minutes <= plan.today(day).minutes


@given(DAYS, st.integers(0, 30), st.integers(1, 90))
def test_the_plan_can_be_moved(gaps: list[int], later: int, minutes: int) -> None:
    """Longer is longer until thirty, shorter is shorter until five, and a named length is never exceeded."""
    plan, day = practised(Plan(0, MONDAY), gaps)
    day += timedelta(days=later)
    now = plan.today(day).minutes
    longer, shorter = plan.longer(day).today(day).minutes, plan.shorter(day).today(day).minutes
    assert longer > now or now == longer == MINUTES[-1]
    assert shorter < now or now == shorter == MINUTES[0]
    assert plan.at(minutes, day).today(day).minutes <= max(minutes, MINUTES[0])


def test_days_are_those_of_the_time_zone() -> None:
    """One moment is Sunday in Los Angeles and Monday in Auckland; an unknown zone is UTC's."""
    moment = datetime(2027, 1, 4, 2, 0, tzinfo=UTC).timestamp()
    assert day_at(moment, "America/Los_Angeles") == date(2027, 1, 3)
    assert day_at(moment, "Pacific/Auckland") == MONDAY
    for unknown in ("", "Nowhere/Land", "../etc/passwd", "Europe", "\0"):
        assert day_at(moment, unknown) == MONDAY


def test_weeks_run_from_monday_to_sunday_over_the_end_of_a_year() -> None:
    """The last days of a year and the first of the next are one week."""
    log = tuple(Day(day, 1, 10) for day in (date(2026, 12, 27), date(2026, 12, 28), date(2027, 1, 3), MONDAY))
    practice = Practice(counting=True, log=log)
    assert practice.week(date(2027, 1, 1)) == Week(2, 20)
    assert practice.week(MONDAY) == Week(1, 10)
    assert practice.week(MONDAY, back=1) == Week(2, 20)
    assert monday(date(2027, 1, 3)) == date(2026, 12, 28)


def test_nothing_is_counted_before_a_yes() -> None:
    """Without a yes only none, one, or two finished guides are told apart: no date, no minutes."""
    practice = Practice()
    for _ in range(5):
        practice = practice.beginning(1_000.0).done(300, 2_000.0, MONDAY, ended=True)
    assert practice == Practice(finished=ENOUGH)


def test_a_gap_is_known_of_counted_days_alone() -> None:
    """Days away are counted from the last one that is kept; of whom nothing is kept, nothing is known."""
    assert Practice().away(MONDAY) == 0
    counted = Practice(counting=True, log=(Day(MONDAY - timedelta(days=9), 1, 5), Day(MONDAY, 1, 5)))
    assert [counted.away(MONDAY + timedelta(days=days)) for days in (-1, 0, 1, 20)] == [0, 0, 1, 20]


def test_stopping_early_counts_what_was_done() -> None:
    """A guide that is stopped and gone on with is one session with all its minutes; what was skipped is none."""
    begun = Practice(counting=True).beginning(1_000.0)
    stopped = begun.done(130, 1_200.0, MONDAY, ended=False)
    assert stopped.week(MONDAY) == Week(1, 2)
    assert stopped.done(600, 3_000.0, MONDAY, ended=True).week(MONDAY) == Week(1, 10)
    assert begun.done(600, 1_060.0, MONDAY, ended=True).week(MONDAY) == Week(1, 1)
    assert begun.done(20, 1_060.0, MONDAY, ended=False).log == ()


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3), st.integers(0, 30)), max_size=80))
def test_the_log_is_short_and_lasts_400_days(days: list[tuple[int, int, int]]) -> None:
    """Each day stands once, in order, and none is older than 400 days."""
    log: tuple[Day, ...] = ()
    for offset, sessions, minutes in sorted(days):
        today = MONDAY + timedelta(days=offset)
        log = added(log, Day(today, sessions, minutes))
        assert all((today - day.day).days <= KEPT_DAYS for day in log)
    assert [day.day for day in log] == sorted({day.day for day in log})
    assert len(json.dumps(PRACTICE.to_json(Practice(log=log)))) < 16_000


def test_one_thing_is_offered_at_most_and_each_once() -> None:
    """Counting at the second end; the plan after three days; the reminder at any; none of them twice."""
    assert Practice().next_offer() == "remind"
    assert Practice(finished=1).next_offer() == "count"
    assert Practice(finished=1, offered=frozenset(("count", "remind"))).next_offer() is None
    three = Practice(2, True, tuple(Day(MONDAY + timedelta(days=day), 1, 5) for day in range(3)))
    assert three.next_offer() == "plan"
    assert three.offering("plan").next_offer() == "remind"
    assert three.offering("plan").offering("remind").next_offer() is None


@given(DAYS, st.booleans() | st.none())
def test_what_was_written_is_read_again(gaps: list[int], counting: bool | None) -> None:
    """Through JSON, and with no word of what was done."""
    plan, day = practised(Plan(0, MONDAY), gaps)
    practice = Practice(1, counting, (Day(day, 2, 9),), plan, frozenset(("remind",)), 12.0, 3, 99.0)
    assert PRACTICE.from_json(json.loads(json.dumps(PRACTICE.to_json(practice)))) == practice


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional={name: JUNK for name in (
    "finished", "counting", "log", "plan", "offered", "began", "partial", "reminder",
)}) | JUNK)  # fmt: skip
def test_whatever_cannot_be_read_is_forgotten(data: object) -> None:
    """Damage in a row is no error."""
    practice = PRACTICE.from_json(data) or Practice()
    assert practice.next_offer() in (None, "count", "plan", "remind")
    practice.week(MONDAY)
