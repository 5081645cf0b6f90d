"""Write the sample that the README links to, twenty seconds of a massage: `python -m tools.sample`.

It is a piece of the file that `massage render piriformis-ball` writes: the low note and the words that end the first
hold, the rest after it with its silence, and the words that begin the next hold.
"""

from __future__ import annotations

from pathlib import Path

from speech.audio.assembly import releases
from speech.audio.mp3 import FRAME_BYTES
from speech.audio.speakers import shipped
from speech.audio.track import LEAD
from speech.script.library import load_library
from speech.timeline.grid import FRAME_MILLISECONDS
from speech.timeline.options import PlanOptions

FILE = Path(__file__).parents[1] / "docs/twenty-seconds.mp3"
SECONDS = 20.016
"""Length of the sample, in whole frames of 24 milliseconds."""
BEFORE = 2.5
"""Seconds of the hold before the words that end it; the low note is in the last of them."""


def sample() -> bytes:
    """The MP3 frames of the sample, out of the whole massage. Raises AudioError where a clip is missing."""
    library = load_library()
    speaker = shipped(library)
    timeline = speaker.plan(library.scripts["piriformis-ball"], PlanOptions())
    begin = next(releases(timeline)) - BEFORE
    start = round(LEAD + begin * 1000) // FRAME_MILLISECONDS * FRAME_BYTES
    return speaker.track(timeline).read(start, start + round(SECONDS * 1000) // FRAME_MILLISECONDS * FRAME_BYTES)


if __name__ == "__main__":
    FILE.write_bytes(sample())
    print(f"written: docs/{FILE.name}, {SECONDS:.0f} seconds, {FILE.stat().st_size} bytes")
