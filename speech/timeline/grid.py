"""Where on a timeline something may begin: at any millisecond, or in a track at the start of a frame.

A track is made of frames of 24 ms. With everything that may begin there on that grid, each clip begins when it was
planned, both sides take equally long, and nothing drifts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

FRAME_MILLISECONDS = 24
"""Of one frame of a track (`speech.audio.mp3`)."""
FINEST = 0.001
"""Seconds between two moments of a timeline that is no track."""
_CLOSE = 1e-3
"""The part of a step that is taken for an error of floating point."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Moments so many seconds apart (whole milliseconds)."""

    seconds: float = FINEST

    def nearest(self, seconds: float) -> float:
        """The moment of the grid that is nearest."""
        return self._at(round(seconds / self.seconds))

    def before(self, seconds: float) -> float:
        """The last moment of the grid that is no later."""
        return self._at(math.floor(seconds / self.seconds + _CLOSE))

    def after(self, seconds: float) -> float:
        """The first moment of the grid that is no earlier; on the finest grid the nearest one."""
        return self.nearest(seconds) if self.fine else self._at(math.ceil(seconds / self.seconds - _CLOSE))

    def said(self, seconds_of: Callable[[str], float], gap: float) -> Callable[[str], float]:
        """The same lengths, up to a frame longer, so that what follows a sentence and its gap begins on the grid."""
        if self.fine:
            return seconds_of
        return lambda text: self.after(seconds_of(text) + gap) - gap

    @property
    def fine(self) -> bool:
        """Whether any millisecond will do."""
        return self.seconds == FINEST

    def _at(self, steps: int) -> float:
        return round(steps * self.seconds, 3)


ANYWHERE = Grid()
FRAMES = Grid(FRAME_MILLISECONDS / 1000)
"""The grid of a track."""
