"""Practice as plain JSON. Whatever cannot be read is forgotten, never an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from skill.dialog.practice import DAYS_A_WEEK, ENOUGH, KEPT_DAYS, MINUTES, OFFERS, Day, Plan, Practice

MOST_MINUTES = 1_440
MOST_SESSIONS = 99


def practice_to_json(practice: Practice) -> dict[str, Any]:
    """What is kept of it; nothing of what nobody agreed to."""
    data: dict[str, Any] = {}
    if practice.finished:
        data["finished"] = practice.finished
    if practice.counting is not None:
        data["counting"] = practice.counting
    if practice.log:
        data["log"] = [[day.day.isoformat(), day.sessions, day.minutes] for day in practice.log]
    if practice.plan is not None:
        days = [day.isoformat() for day in practice.plan.days]
        data["plan"] = {"steps": practice.plan.steps, "since": practice.plan.since.isoformat(), "days": days}
    if practice.offered:
        data["offered"] = sorted(practice.offered)
    for name, value in (("began", practice.began), ("partial", practice.partial), ("reminder", practice.reminder)):
        if value:
            data[name] = round(value)
    return data


def practice_from_json(data: Any) -> Practice:
    """What the row tells; nothing where it cannot be read."""
    if not isinstance(data, Mapping):
        return Practice()
    counting, offered = data.get("counting"), data.get("offered")
    return Practice(
        finished=_whole(data.get("finished"), ENOUGH),
        counting=counting if isinstance(counting, bool) else None,
        log=tuple(sorted(_log(data.get("log")), key=lambda day: day.day))[-KEPT_DAYS:],
        plan=_plan(data.get("plan")),
        offered=frozenset(offer for offer in OFFERS if isinstance(offered, list) and offer in offered),
        began=float(_whole(data.get("began"))),
        partial=_whole(data.get("partial"), MOST_MINUTES),
        reminder=float(_whole(data.get("reminder"))),
    )


def _log(data: Any) -> Iterator[Day]:
    for row in data if isinstance(data, list) else ():
        if isinstance(row, list) and len(row) == 3 and (day := _date(row[0])):
            yield Day(day, _whole(row[1], MOST_SESSIONS), _whole(row[2], MOST_MINUTES))


def _plan(data: Any) -> Plan | None:
    if not isinstance(data, Mapping) or (since := _date(data.get("since"))) is None:
        return None
    listed = data.get("days")
    days = sorted(filter(None, map(_date, listed if isinstance(listed, list) else ())))
    return Plan(_whole(data.get("steps"), len(MINUTES) - 1), since, tuple(days)[-DAYS_A_WEEK:])


def _date(data: Any) -> date | None:
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        return None


def _whole(data: Any, most: int = 10**12) -> int:
    """A whole number from 0 to the most; 0 where it is none."""
    return min(max(data, 0), most) if isinstance(data, int) and not isinstance(data, bool) else 0
