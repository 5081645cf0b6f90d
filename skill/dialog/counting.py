"""What is remembered of a guide that was followed, and the one offer that its end may make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.dialog.audio_player import Run
from skill.dialog.practice import OFFERS, Offer, day_at
from skill.dialog.progress import Guide, Progress
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn

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
    """The turn after a guide was followed up to this moment of its timeline. It has `ended`, or may go on later."""
    practice = turn.remembered.practice
    turn = located(turn) if practice.keeps_days else turn
    last = Proposal(guide.script, replace(guide.options, waits=False, left_out=(), extra=()))
    practice = practice.done(max(moment, 0.0), turn.now, today_of(turn), ended)
    if ended and (offer := asked_offer(turn)) is not None:
        practice = practice.offering(offer)
    return turn.with_memory(practice=practice, last=last)


def broken_off(turn: Turn, progress: Progress) -> Turn:
    """The turn after a guide was followed up to where the person is; it may go on later."""
    return followed(turn, progress.guide, progress.here.moment, ended=False)


def heard_out(turn: Turn, progress: Progress) -> Turn:
    """The turn after a guide was followed to its end; it is unfinished no longer."""
    return followed(turn, progress.guide, progress.timeline.total, ended=True).keeping(None)


def closing_offer(turn: Turn) -> Offer | None:
    """What the end of a guide offers: at most one thing, and each once ever."""
    offer = turn.remembered.practice.next_offer() if turn.remembered.available else None
    return None if offer == "remind" and not turn.services.reminds else offer


def asked_offer(turn: Turn) -> Offer | None:
    """The offer that the end of a guide has just made."""
    return next((offer for offer in OFFERS if offer == turn.session.pending), None)


def ended_as_track(run: Run) -> bool:
    """Whether what was guided last on this device was a track, and is over."""
    return run.state == "over" and run.at > 0
