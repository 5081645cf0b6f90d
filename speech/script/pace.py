"""How many seconds a sentence takes to say, estimated from its text.

    seconds = scale x (base + character x characters + comma x inner commas + stop x inner stops) / rate

The coefficients stand in `languages/<language>/pace.yaml`, a set a voice. No Alexa voice was measured, and
Amazon publishes no speed for them: `generic` lies on the slow side of the voices that could be measured, and
`scale` (the setting MASSAGE_PACE) corrects it with a stopwatch beside a real Echo.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from speech.errors import PaceError

CUE_RATE = 0.85
"""How fast cues are spoken beside answers: about 140 words a minute."""
SLOW_RATE = 0.75
"""How fast they are spoken where the person asked for slower cues: about 125 words a minute."""
SENTENCE_GAP = 0.7
"""Seconds between two sentences said one after the other."""

# Inner means that something is still said after it: the silence after a sentence's end is no part of it.
_INNER_COMMA = re.compile(r"(?:[,;:]+[\"')\]”’]*|\s[-–—]+)\s+(?=.*\w)")
_INNER_STOP = re.compile(r"[.!?…]+[\"')\]”’]*\s+(?=.*\w)")
_SPOKEN = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one voice speaks: seconds for the parts of a sentence, `scale` and `rate` for all of it."""

    voice: str
    base: float
    character: float
    comma: float
    stop: float
    scale: float = 1.0
    """What MASSAGE_PACE says: 1.2 for a device that takes a fifth longer than estimated."""
    rate: float = 1.0
    """The rate asked of the voice, as in SSML's `<prosody rate="85%">`: 0.85."""

    def __post_init__(self) -> None:
        for name in ("scale", "rate"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise PaceError(f"{name}: {value:g} is not a number above 0")

    @property
    def cue_seconds(self) -> Callable[[str], float]:
        """The estimate of the seconds of a cue, which is spoken at CUE_RATE."""
        return self.at_rate(CUE_RATE).seconds_of

    def seconds_of(self, text: str) -> float:
        """The estimated seconds from the first sound of `text` to the last; 0.0 when nothing in it is spoken.

        `text` is what is said, without markup and with numbers as words. Characters are all of it, spaces and
        punctuation included, runs of white space counting as one. An inner comma is one of `, ; :` or a dash
        between spaces, an inner stop one of `. ! ? …`; both need white space and a word after them.
        """
        counted = _counted(text)
        if counted is None:
            return 0.0
        characters, commas, stops = counted
        seconds = self.base + self.character * characters + self.comma * commas + self.stop * stops
        return self.scale * seconds / self.rate

    def at_rate(self, rate: float) -> Pace:
        """The same voice asked to speak at this rate: at 0.85 everything takes 1/0.85 as long."""
        return replace(self, rate=rate)


@lru_cache(maxsize=4096)  # the same sentences are said again and again
def _counted(text: str) -> tuple[int, int, int] | None:
    """Characters, inner commas and inner stops; None when nothing is spoken."""
    if not _SPOKEN.search(text):
        return None
    said = " ".join(text.split())
    return len(said), len(_INNER_COMMA.findall(said)), len(_INNER_STOP.findall(said))
