"""How practice goes over days: the plan, the count, and forgetting it all. Nothing here scolds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.dialog.handlers.anytime import long_answer, short_answer
from skill.dialog.handlers.counting import located, today_of, with_practice
from skill.dialog.handlers.listening import ended_as_track
from skill.dialog.handlers.naming import place_of
from skill.dialog.handlers.playing import tool
from skill.dialog.handlers.start import asked_seconds, last_proposal, off_pressure, propose
from skill.dialog.practice import MINUTES, MOST_A_SIDE, Plan, Week, day_at
from skill.dialog.state import Pending, Proposal, Session
from skill.dialog.turn import Handler, Reply, Turn, asking


def start_plan(turn: Turn) -> Reply:
    """A plan is taken up: what it asks, and that a healthcare provider fits it; one that is followed is told."""
    if not turn.remembered.available:
        return short_answer(turn, turn.messages("no memory now"))
    if turn.remembered.practice.plan is not None:
        return plan(turn)
    turn = located(turn)
    turn = with_practice(turn, replace(turn.remembered.practice, plan=Plan(0, today_of(turn))))
    if turn.session.guide is not None or turn.current is not None:
        return long_answer(turn, turn.messages("plan taken up"))
    return propose(turn, planned(turn), turn.speech(turn.messages("plan taken up")))


def plan(turn: Turn) -> Reply:
    """What today holds; whoever follows no plan hears what it would be."""
    followed = turn.remembered.practice.plan
    if followed is None:
        return asked(turn, turn.messages("plan explained"), "plan", turn.messages("plan question"))
    turn = located(turn)
    return _told(turn, followed, "")


def change_plan(turn: Turn) -> Reply:
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
        return short_answer(turn, turn.messages("plan change how", length=minutes))
    turn = with_practice(turn, replace(turn.remembered.practice, plan=changed))
    same = changed.today(today).minutes == followed.today(today).minutes
    return _told(turn, changed, _limit(turn, changed, today) if same else turn.messages("plan changed"))


def drop_plan(turn: Turn) -> Reply:
    """No plan any more, and its days with it."""
    practice = turn.remembered.practice
    if practice.plan is None:
        return short_answer(turn, turn.messages("no plan"))
    return short_answer(with_practice(turn, replace(practice, plan=None)), turn.messages("plan dropped"))


def progress(turn: Turn) -> Reply:
    """Sessions and minutes, this week and last; whoever is not counted is asked."""
    practice, words = turn.remembered.practice, turn.messages
    if not turn.remembered.available:
        return short_answer(turn, words("no memory now"))
    if practice.counting is not True:
        return asked(turn, words("not counting"), "count", words("count question"))
    turn = located(turn)
    this, last = (turn.remembered.practice.week(today_of(turn), back) for back in (0, 1))
    told = words("this week", week=_week(turn, this)) if this.sessions else words("this week rested")
    if last.sessions:
        told = f"{told} {words('last week', week=_week(turn, last))}"
    return short_answer(turn, f"{told} {words('every one counts')}")


def forget_me(turn: Turn) -> Reply:
    """Asks once before everything is deleted."""
    return asked(turn, turn.messages("forget everything"), "forget", turn.messages("forget question"))


def yes_forget(turn: Turn) -> Reply:
    """Everything that is kept of this person is deleted, or it is said that it could not be."""
    if not turn.services.forget():
        return on_from(turn, turn.messages("not forgotten"))
    guide = turn.session.guide
    leaving = place_of(turn, guide).leaving if guide else ""
    text = turn.messages("forgotten", leaving=leaving)
    return Reply(turn.speech(text), Session(), turn.remembered, forgotten=True)


def yes_count(turn: Turn) -> Reply:
    """Counted from now on; a guide that was just finished is the first."""
    if not turn.remembered.available:
        return on_from(turn, turn.messages("no memory now"))
    turn = located(turn)
    last, practice = turn.remembered.last, turn.remembered.practice
    timeline = turn.timeline_of(last) if last and practice.counting is None and _just_ended(turn) else None
    minutes = round(timeline.total / 60) if timeline else 0
    run = turn.remembered.track
    day = day_at(run.at, turn.remembered.zone) if ended_as_track(run) else today_of(turn)
    return on_from(with_practice(turn, practice.agreed(minutes, day)), turn.messages("counting now"))


def no_count(turn: Turn) -> Reply:
    """Nothing is counted."""
    return on_from(with_practice(turn, replace(turn.remembered.practice, counting=False)), turn.messages("not counted"))


def yes_plan(turn: Turn) -> Reply:
    """The plan is taken up."""
    return start_plan(turn)


def no_plan(turn: Turn) -> Reply:
    """No plan, which is fine."""
    return on_from(turn, turn.messages("no plan then"))


def no_forget(turn: Turn) -> Reply:
    """Everything stays."""
    return on_from(turn, turn.messages("kept all"))


def planned(turn: Turn) -> Proposal:
    """Today's length, in what was done last time or, where that is too short a technique, in the longest there is."""
    base, followed = last_proposal(turn), turn.remembered.practice.plan
    minutes = followed.today(today_of(turn)).minutes if followed else MINUTES[0]
    options = replace(base.options, seconds=60.0 * (min(minutes, MOST_A_SIDE) if base.options.only else minutes))
    fits = [Proposal(base.script, options)]
    if not base.options.only:
        fits += [Proposal(script, replace(options, place=None)) for script in turn.library.scripts]
    totals = [turn.timeline(one.script, one.options).total for one in fits]
    near = totals[0] >= 60.0 * minutes - 60.0
    best = fits[0] if near or base.options.only else fits[totals.index(max(totals))]
    return replace(best, options=replace(best.options, seconds=turn.timeline(best.script, best.options).total))


def unless_playing(handler: Handler, moved: Handler) -> Handler:
    """The handler of an answer to what a closing asks; one that comes while the guide still plays moves the guide."""

    def answered(turn: Turn) -> Reply:
        progress = turn.progress
        playing = progress is not None and progress.playing and turn.session.guide is not None
        return moved(turn) if playing else handler(turn)

    return answered


def asked(turn: Turn, text: str, pending: Pending, again: str) -> Reply:
    """A question of our own: a running guide comes to rest first, and nobody is left lying on the ball."""
    turn, opening = off_pressure(turn)
    guide = turn.session.guide
    if guide is not None:
        again = f"{again} {turn.messages('stay off', tool=tool(turn, guide), later=turn.later)}"
    return asking(turn, opening.say(text), pending, again, proposal=None)


def _told(turn: Turn, followed: Plan, before: str) -> Reply:
    """What the plan has for today, after other words; a proposal where nothing is under way."""
    today = followed.today(today_of(turn))
    length = turn.messages.length(60 * today.minutes)
    text = f"{before} {why_today(turn, followed, length)}".strip()
    if turn.session.guide is not None or turn.current is not None:
        return short_answer(turn, text)
    if today.why in ("rest", "done"):
        return on_from(turn, text)
    return propose(turn, planned(turn), turn.speech(text))


def why_today(turn: Turn, followed: Plan, length: str) -> str:
    """Today's place in the plan, in a sentence."""
    words, why = turn.messages, followed.today(today_of(turn)).why
    if why == "rest":
        return words("plan rest", length=length)
    if why == "done":
        return words("plan done", length=length)
    return words("plan gentle", length=length) if why == "gentle" else words("plan today", length=length)


def _limit(turn: Turn, followed: Plan, today: date) -> str:
    most = followed.today(today).minutes == MINUTES[-1]
    return (
        turn.messages("plan longest")
        if most
        else turn.messages("plan shortest" if followed.steps == 0 else "plan same")
    )


def on_from(turn: Turn, text: str) -> Reply:
    """A short answer to our own question, then back to what was before it."""
    return short_answer(replace(turn, session=replace(turn.session, pending="more")), text)


def _just_ended(turn: Turn) -> bool:
    """Whether the question was asked by the end of a guide in this session."""
    return "count" in turn.remembered.practice.offered


def _week(turn: Turn, week: Week) -> str:
    words = turn.messages
    sessions = words("one session") if week.sessions == 1 else words("sessions", number=words.number(week.sessions))
    return f"{sessions}, {words.length(60 * week.minutes)}"
