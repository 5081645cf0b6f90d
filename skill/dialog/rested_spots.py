"""Which spots rest for today: a later guide leaves them out. No reason is kept, and nothing else.

A spot rests for eighteen hours: the rest of any day and the night after it, in every script that has it. In a long
session the name of its step has the technique's before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from skill.codec import Name, Stored
from speech.script.model import Script, Technique
from speech.timeline.options import spot
from speech.timeline.plan import Span

FOR_TODAY = 18 * 3600.0
"""Seconds for which a spot rests."""
MOST = 40
"""Spots that are kept: more than any day needs."""


@dataclass(frozen=True, slots=True)
class Resting:
    """One spot of one technique ("step/side"), and until when it rests (epoch seconds)."""

    script: Name
    spot: Name
    until: Annotated[float, Stored(digits=0)]


def spot_of(span: Span) -> str:
    """The spot of a hold as plan options names it: step and side, the same on every visit."""
    return f"{spot(span.step)}/{span.side or '-'}"


def with_rest(known: Iterable[Resting], script: Script, spots: Collection[str], now: float) -> tuple[Resting, ...]:
    """What rests when these spots of a script are left out from now on."""
    added = [Resting(*_home(script, one), now + FOR_TODAY) for one in sorted(spots)]
    named = {(one.script, one.spot) for one in added}
    return (*(one for one in known if (one.script, one.spot) not in named), *added)[-MOST:]


def still_resting(known: Iterable[Resting], now: float) -> tuple[Resting, ...]:
    """The spots that still rest. An entry that would rest for longer than a day is none of ours, and dropped."""
    return tuple(one for one in known if now < one.until <= now + FOR_TODAY)


def resting_in(known: Iterable[Resting], script: Script, now: float) -> tuple[str, ...]:
    """The spots of this script that rest today, as its plan options name them."""
    homes = {script.id: ""} | {step.script.id: f"{step.step}:" for step in _techniques(script)}
    return tuple(sorted({homes[one.script] + one.spot for one in still_resting(known, now) if one.script in homes}))


def _techniques(script: Script) -> list[Technique]:
    return [step for step in script.session if isinstance(step, Technique)]


def _home(script: Script, spot: str) -> tuple[str, str]:
    """The technique that a spot belongs to, by id, and the spot's name in its script."""
    prefix, inner, name = spot.partition(":")
    technique = next((step for step in _techniques(script) if inner and step.step == prefix), None)
    return (technique.script.id, name) if technique else (script.id, spot)
