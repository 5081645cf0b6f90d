"""Practice over days: what was counted, a plan that builds up, and the weeks. Pure values: no clock, no I/O.

Kept are dates (of the person's time zone), sessions and minutes, and nothing of what was done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from skill.codec import Stored

KEPT_DAYS = 400
"""Days after which a day of the log is deleted."""
DAYS_A_WEEK = 5
"""Days on which the plan asks for practice in one week, from Monday to Sunday; the others are for rest."""
MINUTES: tuple[int, ...] = (5, 5, 5, 8, 10) + (10,) * 5 + (15,) * 5 + (20,) * 5 + (25,) * 5 + (30,)
"""The plan's minutes on the first practised day, the second, and so on; the last stays.

Five minutes for three days, ten by the end of the first week, then five more each week.
"""
MOST_A_SIDE = 10
"""Minutes: about as much as a side needs in a day."""
MOST_SESSIONS, MOST_MINUTES = 99, 1_440
"""Of one day that is read back."""
ENOUGH = 2
"""Finished guides that are counted before the person agreed to counting: none, one, two or more."""

Offer = Literal["count", "remind", "plan"]
"""What is asked once at a good ending: to count, to remind tomorrow, to follow a plan."""
OFFERS: tuple[Offer, ...] = ("count", "remind", "plan")
DAYS_BEFORE_PLAN = 3
"""Days of use before the plan is proposed."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the log: how many guides, and minutes of them all."""

    day: date
    sessions: Annotated[int, Stored(most=MOST_SESSIONS)]
    minutes: Annotated[int, Stored(most=MOST_MINUTES)]


@dataclass(frozen=True, slots=True)
class Week:
    """Sessions and minutes of one week, from Monday to Sunday."""

    sessions: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """What the plan has for a day: practice, a gentle one after a while away, rest, or it is done already.

    `minutes` are those of the next practice.
    """

    why: Literal["practice", "gentle", "rest", "done"]
    minutes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How far the person is: `steps` into MINUTES as of the day `since`, and the last `days` that were practised."""

    steps: Annotated[int, Stored(most=len(MINUTES) - 1)]
    since: date
    days: Annotated[tuple[date, ...], Stored(always=True, most=-DAYS_A_WEEK, by=date.toordinal)] = ()

    def today(self, today: date) -> Today:
        """What this day holds."""
        steps = self._steps_on(today)
        minutes = MINUTES[steps]
        if self.days and self.days[-1] >= today:
            return Today("done", minutes)
        if sum(monday(day) == monday(today) for day in self.days) >= DAYS_A_WEEK:
            return Today("rest", minutes)
        return Today("gentle" if steps < self.steps else "practice", minutes)

    def practised(self, today: date) -> Plan:
        """The plan after some practice on this day; a second one changes nothing."""
        if self.days and self.days[-1] >= today:
            return self
        steps = min(self._steps_on(today) + 1, len(MINUTES) - 1)
        return Plan(steps, today, (*self.days, today)[-DAYS_A_WEEK:])

    def longer(self, today: date) -> Plan:
        """The plan from its next longer day on."""
        now = MINUTES[self._steps_on(today)]
        return self._at(next((minutes for minutes in MINUTES if minutes > now), now), today)

    def shorter(self, today: date) -> Plan:
        """The plan from the day on which it was shorter."""
        now = MINUTES[self._steps_on(today)]
        return self._at(max((minutes for minutes in MINUTES if minutes < now), default=now), today)

    def at(self, minutes: float, today: date) -> Plan:
        """The plan from its longest day that has no more than so many minutes; from its first if all have more."""
        return self._at(max((found for found in MINUTES if found <= minutes), default=MINUTES[0]), today)

    def _at(self, minutes: int, today: date) -> Plan:
        return replace(self, steps=MINUTES.index(minutes), since=today)

    def _steps_on(self, today: date) -> int:
        """Each full week away goes a week of the plan back, so that every return is a gentle one."""
        weeks_away = max((today - self.since).days, 0) // 7
        return max(self.steps - weeks_away * DAYS_A_WEEK, 0)


@dataclass(frozen=True, slots=True)
class Practice:
    """What is known of a person's practice.

    `finished` counts to ENOUGH and no further. `counting` is None until the question was answered. `offered` names
    what was asked at an ending already. `began` is when the guide under way was started (epoch seconds; 0 where
    nothing is counted), `partial` the minutes of it that the log holds already. `reminder` is when the reminder is
    due (epoch seconds).
    """

    finished: Annotated[int, Stored(most=ENOUGH)] = 0
    counting: bool | None = None
    log: Annotated[tuple[Annotated[Day, Stored(row=True)], ...], Stored(most=-KEPT_DAYS, by=lambda day: day.day)] = ()
    plan: Plan | None = None
    offered: frozenset[Offer] = frozenset()
    began: Annotated[float, Stored(digits=0)] = 0.0
    partial: Annotated[int, Stored(most=MOST_MINUTES)] = 0
    reminder: Annotated[float, Stored(digits=0)] = 0.0

    @property
    def keeps_days(self) -> bool:
        """Whether this person agreed to have their days kept."""
        return self.counting is True or self.plan is not None

    def beginning(self, now: float) -> Practice:
        """A guide begins."""
        return replace(self, began=now if self.keeps_days else 0.0, partial=0)

    def done(self, seconds: float, now: float, today: date, ended: bool) -> Practice:
        """A guide was followed for so many of its seconds, and is over if it `ended`; else it may go on later."""
        if self.began:
            seconds = min(seconds, max(now - self.began, 0.0))  # what was skipped was not practised
        practice = self._counted(round(seconds / 60), today) if self.keeps_days else self
        if not ended:
            return practice
        return replace(practice, finished=min(self.finished + 1, ENOUGH), began=0.0, partial=0)

    def agreed(self, minutes: int, today: date) -> Practice:
        """Counting from now on; the guide that was just finished, if one was, is the first."""
        return replace(self, counting=True, log=added(self.log, Day(today, 1, minutes)) if minutes else self.log)

    def away(self, today: date) -> int:
        """Days since the last one that is counted; 0 where none is."""
        return max((today - self.log[-1].day).days, 0) if self.log else 0

    def next_offer(self) -> Offer | None:
        """What to ask at the good ending that comes: one thing at most, each once ever."""
        if self.counting is None and self.finished == ENOUGH - 1 and "count" not in self.offered:
            return "count"
        if "plan" not in self.offered and self.plan is None and len(self.log) >= DAYS_BEFORE_PLAN:
            return "plan"
        return "remind" if "remind" not in self.offered and not self.reminder else None

    def kept(self, today: date) -> Practice:
        """Without the days that are too old to keep."""
        log = recent(self.log, today)
        return self if log == self.log else replace(self, log=log)

    def offering(self, offer: Offer) -> Practice:
        """This was asked."""
        return replace(self, offered=self.offered | {offer})

    def week(self, today: date, back: int = 0) -> Week:
        """The week of this day, or the one so many weeks before."""
        start = monday(today) - timedelta(weeks=back)
        days = [day for day in self.log if monday(day.day) == start]
        return Week(sum(day.sessions for day in days), sum(day.minutes for day in days))

    def _counted(self, minutes: int, today: date) -> Practice:
        more = minutes - self.partial
        if more < 1:
            return self
        plan = self.plan.practised(today) if self.plan else None
        log = added(self.log, Day(today, 0 if self.partial else 1, more)) if self.counting else self.log
        return replace(self, plan=plan, log=log, partial=minutes)


def added(log: Iterable[Day], new: Day) -> tuple[Day, ...]:
    """The log with this day's sessions and minutes added, in order, and without what is too old to keep."""
    days = {day.day: day for day in recent(log, new.day)}
    old = days.get(new.day, Day(new.day, 0, 0))
    days[new.day] = Day(new.day, old.sessions + new.sessions, old.minutes + new.minutes)
    return tuple(days[day] for day in sorted(days))


def recent(log: Iterable[Day], today: date) -> tuple[Day, ...]:
    """The days of the log that may still be kept."""
    return tuple(day for day in log if (today - day.day).days <= KEPT_DAYS)


def monday(day: date) -> date:
    """The first day of this day's week."""
    return day - timedelta(days=day.weekday())


def day_at(now: float, zone: str) -> date:
    """The date there, at this moment (epoch seconds); UTC's where no such zone is known."""
    return datetime.fromtimestamp(now, zone_of(zone) or UTC).date()


def zone_of(name: str) -> tzinfo | None:
    """The time zone of this name, such as "Europe/Berlin"; None where it is not known."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # not found, no name of a zone, a folder of zones
        return None
