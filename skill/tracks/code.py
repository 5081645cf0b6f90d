"""The plan of a track as a code, which stands in its address and its token, so that no track has to be stored.

    1.piriformis-ball.ab72162977.600000.l.floor.normal...bell.kokoro.5f0c9d1e7a2b

Version, script and its digest, milliseconds ("u": the usual length), side and choices, place, cue density, spots left
out, visits with more time, bell, voice, and a hash of the content. One plan has one code, of characters that no address
escapes. Visits are written shorter: `first-spot#2/left` is `first-spotN2_left`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from skill.codec import LONGEST_NAME
from speech.script.model import Side
from speech.timeline.options import MOST_EXTRA_VISITS, CueDensity, PlanOptions

LONGEST_CODE = 300
"""Characters of a code."""
LONGEST_LENGTH = 86_400.0
"""Seconds of a guide that can be asked for: more than any script makes."""
MOST_LEFT_OUT = 40
"""Spots that can be left out of a guide: more than any script has."""
VERSION = "1"
USUAL_LENGTH = "u"
BELLS = {True: "bell", False: "none"}
CHOICES = {"o": "only", "s": "soft", "z": "slow", "w": "waits"}
"""The letters of the choices, which follow that of the side in this order."""
_SHAPE = re.compile(r"[A-Za-z0-9._~-]+")
_NAME = re.compile(r"[a-z0-9-]{1,60}")
_DIGEST = re.compile(r"[0-9a-f]{8,16}")
_LENGTH = re.compile(rf"{USUAL_LENGTH}|[1-9][0-9]{{0,7}}")
_SIDE = re.compile(r"([lr])(o?s?z?w?)")
_SHORT = str.maketrans({"/": "_", "#": "N", ":": "T"})
_LONG = str.maketrans({"_": "/", "N": "#", "T": ":"})


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """All that defines a track: script and digest, plan options, bell, voice, and a hash of the content."""

    script: str
    digest: str
    options: PlanOptions
    bell: bool
    voice: str
    content: str


def encode(plan: TrackPlan) -> str | None:
    """The code of a plan; None where it does not fit into one."""
    options = plan.options
    choices = "".join(letter for letter, name in CHOICES.items() if getattr(options, name))
    fields = (
        VERSION,
        plan.script,
        plan.digest,
        USUAL_LENGTH if options.seconds is None else str(round(options.seconds * 1000)),
        options.side[0] + choices,
        options.place or "",
        options.cue_density,
        _names(options.left_out),
        _names(options.extra),
        BELLS[plan.bell],
        plan.voice,
        plan.content,
    )
    code = ".".join(fields)
    # A code must give the same plan: not so with other letters in a name, a list out of order, half a millisecond.
    return code if len(code) <= LONGEST_CODE and _read(code) == plan else None


def decode(code: str) -> TrackPlan | None:
    """The plan of a code; None for what is none. Its script and its content may be unknown here."""
    plan = _read(code)
    return plan if plan is not None and encode(plan) == code else None


def _read(code: str) -> TrackPlan | None:
    if len(code) > LONGEST_CODE or not _SHAPE.fullmatch(code) or code.count(".") != 11:
        return None
    version, script, digest, length, side, place, talk, left_out, extra, bell, voice, content = code.split(".")
    sided = _SIDE.fullmatch(side)
    known = version == VERSION and talk in get_args(CueDensity) and bell in BELLS.values() and sided is not None
    named = all(map(_NAME.fullmatch, (script, voice))) and (not place or _NAME.fullmatch(place))
    hashed = all(map(_DIGEST.fullmatch, (digest, content)))
    spots, visits = _list(left_out, MOST_LEFT_OUT), _list(extra, MOST_EXTRA_VISITS)
    if not (known and named and hashed and _LENGTH.fullmatch(length)) or spots is None or visits is None:
        return None
    seconds = None if length == USUAL_LENGTH else int(length) / 1000
    if sided is None or (seconds is not None and not 1.0 <= seconds <= LONGEST_LENGTH):
        return None
    first: Side = "left" if sided[1] == "l" else "right"
    chosen = {name: letter in sided[2] for letter, name in CHOICES.items()}
    density: CueDensity = next(one for one in get_args(CueDensity) if one == talk)
    options = PlanOptions(
        seconds, first, place=place or None, cue_density=density, left_out=spots, extra=visits, **chosen
    )
    return TrackPlan(script, digest, options, bell == BELLS[True], voice, content)


def _names(names: Collection[str]) -> str:
    return "~".join(name.translate(_SHORT) for name in names)


def _list(text: str, most: int) -> tuple[str, ...] | None:
    """The names of a list; None where they are too many, too long, out of order or repeated."""
    names = tuple(name.translate(_LONG) for name in text.split("~")) if text else ()
    fits = len(names) <= most and all(0 < len(name) <= LONGEST_NAME for name in names)
    return names if fits and list(names) == sorted(set(names)) else None
