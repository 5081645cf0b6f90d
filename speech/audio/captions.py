"""What a track says, as WebVTT: the same cues at the same moments."""

from __future__ import annotations

import json

from speech.audio.assembly import spoken_from
from speech.audio.track import LEAD
from speech.timeline.placement import REASSURANCE, REMINDER, SOFTLY
from speech.timeline.plan import Cue, Timeline, cue_id_parts

HEADER = "WEBVTT"
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_CAUTIONS = 10
"""Cautions have the first ten numbers from REMINDER on; they are never left out before anything else."""


def captions(timeline: Timeline, at_most: int | None = None, begin: float = 0.0) -> str:
    """WebVTT of what is said from the moment `begin` on, which is the track's first.

    With `at_most`, no more than so many bytes as a JSON string, for a response: reassurances are dropped
    first, then reminders, the last of each first; then whatever comes last.
    """
    cues = list(spoken_from(timeline, begin))
    if at_most is not None:
        cues = _thinned(cues, at_most, begin)
    return "".join((HEADER, "\n", *(_entry(cue, begin) for cue in cues)))


def _thinned(cues: list[Cue], at_most: int, begin: float) -> list[Cue]:
    sizes = {cue.id: _size(_entry(cue, begin)) for cue in cues}
    over = _size(HEADER + "\n") + sum(sizes.values()) + len('""') - at_most
    dropped: set[str] = set()
    for cue in sorted(reversed(cues), key=_rank):
        if over <= 0:
            break
        dropped.add(cue.id)
        over -= sizes[cue.id]
    return [cue for cue in cues if cue.id not in dropped]


def _rank(cue: Cue) -> int:
    """How much a cue is needed: captions leave out those of a low rank first."""
    number = cue_id_parts(cue.id)[2]
    if number >= REASSURANCE:
        return 0
    return 1 if REMINDER + _CAUTIONS <= number <= SOFTLY else 2


def _entry(cue: Cue, begin: float) -> str:
    return f"\n{_clock(cue.start - begin)} --> {_clock(cue.end - begin)}\n{cue.text.translate(_ESCAPED)}\n"


def _clock(seconds: float) -> str:
    """A moment of the file: everything begins a little after the file does."""
    milliseconds = round(seconds * 1000) + LEAD
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _size(text: str) -> int:
    """Bytes of a text inside a JSON string, in ASCII as most servers write it."""
    return len(json.dumps(text)) - len('""')
