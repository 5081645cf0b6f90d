"""Plan options as plain JSON and back. What cannot be read is forgotten, never an error."""

from __future__ import annotations

from typing import Any, get_args

from speech.script.model import SIDES
from speech.timeline.options import MOST_EXTRA, CueDensity, PlanOptions

LONGEST_LENGTH = 86_400.0
"""Seconds of plan options that is read back: more than any script makes."""
MOST_LEFT_OUT, LONGEST_NAME = 40, 120
"""Spots that can be left out, and characters of a spot's id: more than any script has."""
CUE_DENSITIES = get_args(CueDensity)
CHOICES = ("soft", "slow", "waits")
LISTS = {"left_out": MOST_LEFT_OUT, "extra": MOST_EXTRA}


def options_to_json(options: PlanOptions) -> dict[str, Any]:
    """The plan options; of what a person may change on the way only what was changed."""
    data: dict[str, Any] = {
        "seconds": options.seconds, "side": options.side, "only": options.only, "place": options.place,
        "talk": options.cue_density,
    }  # fmt: skip
    data |= {name: True for name in CHOICES if getattr(options, name)}
    return data | {name: list(getattr(options, name)) for name in LISTS if getattr(options, name)}


def options_from_json(data: Any) -> PlanOptions | None:
    """The plan options of this JSON; None where its sides or its talkativeness cannot be read."""
    if not isinstance(data, dict) or data.get("side") not in SIDES or data.get("talk") not in CUE_DENSITIES:
        return None
    seconds, place = data.get("seconds"), data.get("place")
    known = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_LENGTH
    soft, slow, waits = (data.get(name) is True for name in CHOICES)
    left_out, extra = (names(data.get(name), most) for name, most in LISTS.items())
    return PlanOptions(
        max(float(seconds), 1.0) if known and seconds is not None else None, data["side"], data.get("only") is True,
        place if isinstance(place, str) else None, data["talk"], soft, slow, waits, left_out, extra,
    )  # fmt: skip


def names(data: Any, most: int) -> tuple[str, ...]:
    """Names in order, each once, so that the same spots are the same plan options."""
    read = {name[:LONGEST_NAME] for name in data if isinstance(name, str)} if isinstance(data, list) else set()
    return tuple(sorted(read)[:most])
