"""Which guides fit a tool, a place of the body and a time: pure values, no texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from speech.script.model import Script

LONG_ENOUGH_FOR_A_SESSION = 20 * 60.0
"""Seconds from which a session of several techniques is meant; for less it is only started by its name."""
NEAR: Mapping[str, tuple[str, ...]] = {
    "buttock": ("hip",),
    "hip": ("buttock",),
    "lower_back": ("buttock", "hip"),
    "thigh": ("leg", "buttock"),
    "calf": ("leg", "thigh", "buttock"),
    "leg": ("thigh", "buttock"),
    "belly": ("hip", "lower_back"),
}
"""Where to look when there is nothing for a place of the body: the nearest first."""
NO_BALL_ON = ("thigh", "calf")
"""Where the nerve lies open to a ball (X7): a broad, soft roller there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said of the guide that is wanted. None is anything; `seconds` is the time there is."""

    tool: str | None = None
    area: str | None = None
    place: str | None = None
    seconds: float | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """What of it was said."""
        return tuple(name for name in ("seconds", "place", "tool", "area") if getattr(self, name) is not None)


def matching(scripts: Iterable[Script], wish: Wish) -> list[Script]:
    """The scripts that fit all that was said; where none can last so long, those that last longest."""
    found = [script for script in scripts if _fits(script, wish)]
    if wish.seconds is None or not found:
        return found
    longest = min(wish.seconds / 60, max(script.minutes.most for script in found))
    return [script for script in found if script.minutes.most >= longest]


def nearest(scripts: Iterable[Script], wish: Wish) -> tuple[list[Script], Wish]:
    """What fits the wish or, where nothing does, most of it, and the wish that it fits.

    Time is dropped first and the place of the body last; that the person has no tool never.
    """
    known = list(scripts)
    for less in (wish, *_lesser(wish)):
        if found := matching(known, less):
            return found, less
    return known, Wish()


def ordered(scripts: Iterable[Script], last: str) -> list[Script]:
    """The same scripts, the gentlest and shortest first, a session after single techniques, last time's at the end."""

    def key(script: Script) -> tuple[bool, bool, bool, float, str]:
        by_hand = set(script.presses_in(script.usual_place)) == {"hand"}
        return script.id == last, bool(script.session), not by_hand, script.minutes.usual, script.id

    return sorted(scripts, key=key)


def _fits(script: Script, wish: Wish) -> bool:
    return (
        (not script.session or (wish.seconds or 0.0) >= LONG_ENOUGH_FOR_A_SESSION)
        and (wish.area is None or wish.area in script.areas)
        and bool(places(script, wish))
        and (wish.seconds is None or script.minutes.least * 60 <= wish.seconds)
    )


def places(script: Script, wish: Wish) -> list[str]:
    """Where a script can be done with the tool and in the place that were said, the usual place first."""
    asked = [place for place in script.places if wish.place in (None, place)]
    return [place for place in asked if wish.tool is None or set(script.presses_in(place)) == {wish.tool}]


def _lesser(wish: Wish) -> Iterator[Wish]:
    order = [name for name in wish.said if name != "tool"] if wish.tool == "hand" else list(wish.said)
    for count in range(1, len(order) + 1):
        for names in combinations(order, count):
            kept = replace(wish, **dict.fromkeys(names))
            near = NEAR.get(wish.area or "", ()) if "area" in names else ()
            yield from (replace(kept, area=area) for area in near)
            yield kept
