"""An ask as plain JSON and back. What cannot be read is forgotten, never an error."""

from __future__ import annotations

from typing import Any, get_args

from speech.script.model import SIDES
from speech.timeline.options import MOST_EXTRA, Ask, Talk

LONGEST_LENGTH = 86_400.0
"""Seconds of an ask that is read back: more than any script makes."""
MOST_LEFT_OUT, LONGEST_NAME = 40, 120
"""Spots that can be left out, and characters of a spot's id: more than any script has."""
TALKS = get_args(Talk)
CHOICES = ("soft", "slow", "waits")
LISTS = {"left_out": MOST_LEFT_OUT, "extra": MOST_EXTRA}


def ask_to_json(ask: Ask) -> dict[str, Any]:
    """The ask; of what a person may change on the way only what was changed."""
    data: dict[str, Any] = {
        "seconds": ask.seconds, "side": ask.side, "only": ask.only, "place": ask.place, "talk": ask.talk,
    }  # fmt: skip
    data |= {name: True for name in CHOICES if getattr(ask, name)}
    return data | {name: list(getattr(ask, name)) for name in LISTS if getattr(ask, name)}


def ask_from_json(data: Any) -> Ask | None:
    """The ask of this JSON; None where its sides or its talkativeness cannot be read."""
    if not isinstance(data, dict) or data.get("side") not in SIDES or data.get("talk") not in TALKS:
        return None
    seconds, place = data.get("seconds"), data.get("place")
    known = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_LENGTH
    soft, slow, waits = (data.get(name) is True for name in CHOICES)
    left_out, extra = (names(data.get(name), most) for name, most in LISTS.items())
    return Ask(
        max(float(seconds), 1.0) if known and seconds is not None else None, data["side"], data.get("only") is True,
        place if isinstance(place, str) else None, data["talk"], soft, slow, waits, left_out, extra,
    )  # fmt: skip


def names(data: Any, most: int) -> tuple[str, ...]:
    """Names in order, each once, so that the same spots are the same ask."""
    read = {name[:LONGEST_NAME] for name in data if isinstance(name, str)} if isinstance(data, list) else set()
    return tuple(sorted(read)[:most])
