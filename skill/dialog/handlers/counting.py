"""What is kept of a guide that was followed, and the one question that a good ending may end in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.dialog.practice import OFFERS, Offer, Practice, day_at
from skill.dialog.progress import Guide
from skill.dialog.state import Pending, Proposal
from skill.dialog.turn import Turn

ZONE_KEPT = 30 * 86_400.0
"""Seconds after which the time zone is asked for again: devices move."""


def located(turn: Turn) -> Turn:
    """The turn of somebody whose days are kept, with their device's time zone where Amazon tells it."""
    known = turn.remembered
    if known.zone and turn.now - known.zone_asked < ZONE_KEPT:
        return turn
    zone = turn.services.time_zone()
    return replace(turn, remembered=replace(known, zone=zone or known.zone, zone_asked=turn.now)) if zone else turn


def today_of(turn: Turn) -> date:
    """The date where the device stands, as far as is known."""
    return day_at(turn.now, turn.remembered.zone)


def with_practice(turn: Turn, practice: Practice) -> Turn:
    """The turn with this practice remembered."""
    return replace(turn, remembered=replace(turn.remembered, practice=practice))


def beginning(turn: Turn) -> Turn:
    """A guide begins; the one that it replaces was followed as far as was told before."""
    return with_practice(turn, turn.remembered.practice.beginning(turn.now))


def followed(turn: Turn, guide: Guide, moment: float, ended: bool) -> Turn:
    """A guide was followed up to this moment of its timeline, and is over or may go on later."""
    practice = turn.remembered.practice
    turn = located(turn) if practice.keeps_days else turn
    last = Proposal(guide.script, replace(guide.options, waits=False, left_out=(), extra=()))
    practice = practice.done(max(moment, 0.0), turn.now, today_of(turn), ended)
    asked = turn.session.pending
    if ended and (offer := _as_offer(asked)) is not None:
        practice = practice.offering(offer)
    return replace(turn, remembered=replace(turn.remembered, practice=practice, last=last))


def closing_question(turn: Turn) -> tuple[str, Pending]:
    """What the end of a guide ends in: one thing to offer, where there is one, else whether there is anything else."""
    offer = turn.remembered.practice.next_offer() if turn.remembered.available else None
    if offer == "count":
        return turn.messages("offer to count"), "count"
    if offer == "plan":
        return turn.messages("offer a plan"), "plan"
    if offer == "remind" and turn.services.reminds:
        return turn.messages("offer to remind"), "remind"
    return turn.messages("anything else"), "more"


def after_the_end(turn: Turn) -> Pending:
    """What a yes means once a guide is over: what its closing asked, else whether there is anything else."""
    offer = _as_offer(turn.session.pending)
    return offer if offer is not None else "more"


def _as_offer(pending: Pending | None) -> Offer | None:
    return next((offer for offer in OFFERS if offer == pending), None)
