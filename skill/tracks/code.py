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
_NAME, _DIGEST, _LIST = r"[a-z0-9-]{1,60}", r"[0-9a-f]{8,16}", r"[A-Za-z0-9_~-]*"
_CODE = re.compile(
    rf"{VERSION}\.(?P<script>{_NAME})\.(?P<digest>{_DIGEST})\.(?P<length>{USUAL_LENGTH}|[1-9][0-9]{{0,7}})"
    rf"\.(?P<side>[lr])(?P<choices>o?s?z?w?)\.(?P<place>({_NAME})?)\.(?P<density>{'|'.join(get_args(CueDensity))})"
    rf"\.(?P<left_out>{_LIST})\.(?P<extra>{_LIST})\.(?P<bell>{'|'.join(BELLS.values())})\.(?P<voice>{_NAME})"
    rf"\.(?P<content>{_DIGEST})"
)
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
    found = _CODE.fullmatch(code) if len(code) <= LONGEST_CODE else None
    if found is None:
        return None
    left_out, extra = _list(found["left_out"], MOST_LEFT_OUT), _list(found["extra"], MOST_EXTRA_VISITS)
    seconds = None if found["length"] == USUAL_LENGTH else int(found["length"]) / 1000
    if left_out is None or extra is None or not (seconds is None or 1.0 <= seconds <= LONGEST_LENGTH):
        return None
    first: Side = "left" if found["side"] == "l" else "right"
    density: CueDensity = next(one for one in get_args(CueDensity) if one == found["density"])
    chosen = {name: letter in found["choices"] for letter, name in CHOICES.items()}
    options = PlanOptions(
        seconds, first, place=found["place"] or None, cue_density=density, left_out=left_out, extra=extra, **chosen
    )
    bell = found["bell"] == BELLS[True]
    return TrackPlan(found["script"], found["digest"], options, bell, found["voice"], found["content"])


def _names(names: Collection[str]) -> str:
    return "~".join(name.translate(_SHORT) for name in names)


def _list(text: str, most: int) -> tuple[str, ...] | None:
    """The names of a list; None where they are too many, too long, out of order or repeated."""
    names = tuple(name.translate(_LONG) for name in text.split("~")) if text else ()
    fits = len(names) <= most and all(0 < len(name) <= LONGEST_NAME for name in names)
    return names if fits and list(names) == sorted(set(names)) else None
