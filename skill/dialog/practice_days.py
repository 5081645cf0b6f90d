"""Practice over days, in a turn: what was followed, the one offer at an end, the plan for today, the reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.dialog.audio_player import Run
from skill.dialog.outcome import Answer, End, Outcome, Propose
from skill.dialog.practice import MINUTES, MOST_A_SIDE, OFFERS, Offer, Plan, day_at
from skill.dialog.progress import Guide, Progress
from skill.dialog.proposals import last_proposal
from skill.dialog.state import Proposal
from skill.dialog.turn import REMINDER_DELAY, Reminded, Turn
from skill.dialog.wording import joined

ZONE_KEPT = 30 * 86_400.0
"""Seconds after which the time zone is asked for again: devices move."""


def located(turn: Turn) -> Turn:
    """The turn with the device's time zone, for a person whose days are kept."""
    known = turn.remembered
    if known.zone and turn.now - known.zone_asked < ZONE_KEPT:
        return turn
    zone = turn.services.time_zone()
    return turn.with_memory(zone=zone, zone_asked=turn.now) if zone else turn


def today_of(turn: Turn) -> date:
    """The date where the device stands, as far as is known."""
    return day_at(turn.now, turn.remembered.zone)


def followed(turn: Turn, guide: Guide, moment: float, ended: bool) -> Turn:
    """The turn after a guide was followed up to this moment of its timeline. It has `ended`, or is kept."""
    practice = turn.remembered.practice
    turn = located(turn) if practice.keeps_days else turn
    last = Proposal(guide.script, replace(guide.options, waits=False, left_out=(), extra=()))
    practice = practice.done(max(moment, 0.0), turn.now, today_of(turn), ended)
    if ended and (offer := asked_offer(turn)) is not None:
        practice = practice.offering(offer)
    turn = turn.with_memory(practice=practice, last=last)
    return turn.keeping(None) if ended else turn


def broken_off(turn: Turn, progress: Progress) -> Turn:
    """The turn after a guide was followed up to where the person is; it may go on later."""
    return followed(turn, progress.guide, progress.here.moment, ended=False)


def closing_offer(turn: Turn) -> Offer | None:
    """What the end of a guide offers: at most one thing, and each once ever."""
    offer = turn.remembered.practice.next_offer() if turn.remembered.available else None
    return None if offer == "remind" and turn.services.remind is None else offer


def asked_offer(turn: Turn) -> Offer | None:
    """The offer that the end of a guide has just made."""
    return next((offer for offer in OFFERS if offer == turn.session.pending), None)


def ended_as_track(run: Run) -> bool:
    """Whether what was guided last on this device was a track, and is over."""
    return run.state == "over" and run.at > 0


def take_up_plan(turn: Turn) -> Outcome:
    """A plan is taken up: what it asks, and that a healthcare provider fits it; one that is followed is told."""
    if not turn.remembered.available:
        return Answer(turn, turn.messages("no memory now"))
    turn = located(turn)
    if (plan := turn.remembered.practice.plan) is not None:
        return tell_plan(turn, plan)
    turn = turn.with_memory(practice=replace(turn.remembered.practice, plan=Plan(0, today_of(turn))))
    said = turn.messages("plan taken up")
    if turn.current is not None:
        return Answer(turn, said, long=True)
    return Propose(turn, planned_today(turn), turn.speech(said))


def tell_plan(turn: Turn, plan: Plan, before: str = "") -> Outcome:
    """What the plan has for today, after other words; a proposal where nothing is under way."""
    today = plan.today(today_of(turn))
    text = {"rest": "plan rest", "done": "plan done", "gentle": "plan gentle", "practice": "plan today"}[today.why]
    text = joined(before, turn.messages(text, length=turn.messages.length(60 * today.minutes)))
    if turn.current is not None:
        return Answer(turn, text)
    if today.why in ("rest", "done"):
        return done_with_question(turn, text)
    return Propose(turn, planned_today(turn), turn.speech(text))


def planned_today(turn: Turn) -> Proposal:
    """The length that the plan has today, of what was done last time or, where that is too short, of the longest."""
    base, plan = last_proposal(turn), turn.remembered.practice.plan
    minutes = plan.today(today_of(turn)).minutes if plan else MINUTES[0]
    options = replace(base.options, seconds=60.0 * (min(minutes, MOST_A_SIDE) if base.options.only else minutes))
    fits = [Proposal(base.script, options)]
    if not base.options.only:
        fits += [Proposal(script, replace(options, place=None)) for script in turn.library.scripts]
    totals = [turn.timeline(one.script, one.options).total for one in fits]
    near = totals[0] >= 60.0 * minutes - 60.0
    best = 0 if near or base.options.only else totals.index(max(totals))
    return replace(fits[best], options=replace(fits[best].options, seconds=totals[best]))


ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"
"""The outcomes of Alexa's own question (developer.amazon.com, Set Up Voice Permissions for Reminders)."""


def set_reminder(turn: Turn, may_ask: bool = True) -> Outcome:
    """Set the reminder. Where the permission is missing, Alexa asks the person for it if she `may_ask`."""
    remind = turn.services.remind
    result = remind(turn.now, turn.messages("reminder text")) if remind else Reminded.NOT_HERE
    if result is Reminded.NOT_ALLOWED and may_ask:
        progress = turn.under_way
        return End(turn.at_rest(progress) if progress else turn, turn.speech(), asks_permission=True)
    if result is Reminded.SET:
        turn = turn.with_memory(practice=replace(turn.remembered.practice, reminder=turn.now + REMINDER_DELAY))
    return done_with_question(turn, turn.messages(result.value))


def done_with_question(turn: Turn, text: str) -> Answer:
    """A short answer to a question of ours, then back to what was before it."""
    return Answer(turn.with_session(pending="more"), text)


def permission_told(turn: Turn) -> Outcome:
    """What the person answered to Alexa's own question: the reminder is set, or it is not, and either is fine."""
    answered = turn.slots["permission"].spoken if "permission" in turn.slots else NOT_ANSWERED
    if answered == ACCEPTED:
        return set_reminder(turn, may_ask=False)
    text = turn.messages("no reminder" if answered in (DENIED, NOT_ANSWERED) else "reminder failed")
    return done_with_question(turn, text)
