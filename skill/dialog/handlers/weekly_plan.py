"""How practice goes over days: the plan, the count, the reminder, and deleting it all. Nothing here scolds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.dialog.outcome import Answer, Outcome
from skill.dialog.practice import MINUTES, Plan, Week
from skill.dialog.practice_days import located, tell_plan, today_of
from skill.dialog.proposals import asked_seconds
from skill.dialog.questions import ask
from skill.dialog.turn import Turn


def plan(turn: Turn) -> Outcome:
    """What today holds; a person who follows no plan hears what it would be."""
    followed = turn.remembered.practice.plan
    if followed is None:
        return ask(turn, "plan", turn.messages("plan explained"))
    return tell_plan(located(turn), followed)


def change_plan(turn: Turn) -> Outcome:
    """The plan from a longer, a shorter, or a named day on."""
    followed = turn.remembered.practice.plan
    if followed is None:
        return plan(turn)
    turn = located(turn)
    change, seconds, today = turn.slots.get("change"), asked_seconds(turn), today_of(turn)
    if seconds is not None:
        changed = followed.at(seconds / 60, today)
    elif change is not None and change.id == "longer":
        changed = followed.longer(today)
    elif change is not None and change.id == "shorter":
        changed = followed.shorter(today)
    else:
        minutes = turn.messages.length(60 * followed.today(today).minutes)
        return Answer(turn, turn.messages("plan change how", length=minutes))
    turn = turn.with_memory(practice=replace(turn.remembered.practice, plan=changed))
    same = changed.today(today).minutes == followed.today(today).minutes
    return tell_plan(turn, changed, _limit(turn, changed, today) if same else turn.messages("plan changed"))


def _limit(turn: Turn, followed: Plan, today: date) -> str:
    if followed.today(today).minutes == MINUTES[-1]:
        return turn.messages("plan longest")
    return turn.messages("plan shortest" if followed.steps == 0 else "plan same")


def drop_plan(turn: Turn) -> Outcome:
    """No plan any more, and its days with it."""
    practice = turn.remembered.practice
    if practice.plan is None:
        return Answer(turn, turn.messages("no plan"))
    return Answer(turn.with_memory(practice=replace(practice, plan=None)), turn.messages("plan dropped"))


def progress(turn: Turn) -> Outcome:
    """Sessions and minutes, this week and last; a person who is not counted is asked."""
    practice, words = turn.remembered.practice, turn.messages
    if not turn.remembered.available:
        return Answer(turn, words("no memory now"))
    if practice.counting is not True:
        return ask(turn, "count", words("not counting"))
    turn = located(turn)
    this, last = (turn.remembered.practice.week(today_of(turn), back) for back in (0, 1))
    told = words("this week", week=_week(turn, this)) if this.sessions else words("this week rested")
    if last.sessions:
        told = f"{told} {words('last week', week=_week(turn, last))}"
    return Answer(turn, f"{told} {words('every one counts')}")


def _week(turn: Turn, week: Week) -> str:
    words = turn.messages
    sessions = words("one session") if week.sessions == 1 else words("sessions", number=words.number(week.sessions))
    return f"{sessions}, {words.length(60 * week.minutes)}"


def remind(turn: Turn) -> Outcome:
    """Asks for an explicit yes to one reminder for tomorrow, as Amazon's guidelines for reminders want it."""
    if turn.services.remind is None:
        return Answer(turn, turn.messages("reminder not here"))
    if turn.remembered.practice.reminder > turn.now:
        return Answer(turn, turn.messages("reminder is set"))
    return ask(turn, "remind", turn.messages("reminder question"))


def forget_me(turn: Turn) -> Outcome:
    """Asks once before everything is deleted."""
    return ask(turn, "forget", turn.messages("forget everything"))
