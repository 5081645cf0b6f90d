"""What a person wants of a guide: how long, which side first, where, how talkative, and what was changed on the way.

Plan options are a value: what is changed while a guide is under way is kept in it, so that any machine plans the
same timeline again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from speech.script.model import Side

CueDensity = Literal["few", "normal", "many"]
LONGEST_SILENCE: dict[CueDensity, float] = {"few": 60.0, "normal": 30.0, "many": 15.0}
"""Seconds without a word, by how talkative the guide is."""
EXTRA_SECONDS = 30.0
"""Seconds that a visit to a spot gets more, once: with the sixty of X6 it is pressed for ninety at most."""
MOST_EXTRA_VISITS = 6
"""Visits that get more seconds in one guide: about ten minutes a side are plenty for a day (X6)."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What is asked of a script; what is None is the script's own usual.

    `seconds` counts from the moment the person is ready. `side` comes first, or alone with `only`. `soft` holds every
    spot no longer than its script's `seconds`, `slow` speaks cues slower, and with `waits` each rest of a side lasts
    until the person says so. `left_out` names spots that are rested on ("step/side", "step/-" where there are no
    sides), `extra` the visits that are pressed for EXTRA_SECONDS more: "step" on both sides, "step/side" on one.
    """

    seconds: float | None = None
    side: Side = "left"
    only: bool = False
    place: str | None = None
    cue_density: CueDensity = "normal"
    soft: bool = False
    slow: bool = False
    waits: bool = False
    left_out: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def leaves_out(self, step: str, side: Side | None) -> bool:
        """Whether this step is a spot that is left out, on whichever visit."""
        return bool(self.left_out) and f"{spot(step)}/{side or '-'}" in self.left_out

    def more(self, step: str, side: Side | None) -> float:
        """Seconds that this visit to a spot gets beside its own."""
        return EXTRA_SECONDS if step in self.extra or f"{step}/{side or '-'}" in self.extra else 0.0


def spot(step: str) -> str:
    """The spot that a step presses: the same on every visit."""
    return step.partition("#")[0]
