"""The plan that builds up over days: taking it up, and what it has for today."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.counting import located, today_of
from skill.dialog.outcome import Answer, Outcome, Propose
from skill.dialog.practice import MINUTES, MOST_A_SIDE, Plan
from skill.dialog.proposals import last_proposal
from skill.dialog.reminding import done_with_question
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import joined


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
    text = joined(before, why_today(turn, plan, turn.messages.length(60 * today.minutes)))
    if turn.current is not None:
        return Answer(turn, text)
    if today.why in ("rest", "done"):
        return done_with_question(turn, text)
    return Propose(turn, planned_today(turn), turn.speech(text))


def why_today(turn: Turn, plan: Plan, length: str) -> str:
    """Today's place in the plan, in a sentence."""
    words, why = turn.messages, plan.today(today_of(turn)).why
    if why == "rest":
        return words("plan rest", length=length)
    if why == "done":
        return words("plan done", length=length)
    return words("plan gentle", length=length) if why == "gentle" else words("plan today", length=length)


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
