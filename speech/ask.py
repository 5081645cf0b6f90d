"""What a person wants of a guide: how long, which side first, where, and how talkative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from speech.script import Side

Talk = Literal["few", "normal", "many"]
LONGEST_SILENCE: dict[Talk, float] = {"few": 60.0, "normal": 30.0, "many": 15.0}
"""Seconds without a word, by how talkative the guide is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a script; what is None is the script's own usual.

    `seconds` counts from the moment the person is ready. `side` comes first, or alone with `only`.
    """

    seconds: float | None = None
    side: Side = "left"
    only: bool = False
    place: str | None = None
    talk: Talk = "normal"
