"""A timeline's chapters, and the whole file for download: its ID3 tag, then the track."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from speech.audio.id3 import Chapter, head
from speech.audio.track import LEAD, Track
from speech.script.model import Technique
from speech.timeline.plan import Span, Timeline

ALBUM = "Sciatica massage"
_TITLES = {
    "down": "Getting there",
    "begin": "The start",
    "changeover": "Changing sides",
    "end": "The end",
    "up": "Getting up",
}


def chapters(timeline: Timeline, begin: float = 0.0) -> Iterator[Chapter]:
    """One for each side of each technique, and for all between. `begin` is the moment at which the file begins."""
    techniques = {step.step: step.script.name for step in timeline.script.session if isinstance(step, Technique)}

    def title(span: Span) -> str:
        technique = techniques.get(span.step.partition(":")[0], "") if ":" in span.step else ""
        part = f"{span.side.capitalize()} side" if span.side else _TITLES.get(span.section, "The massage")
        return f"{technique.capitalize()}: {part.lower()}" if technique else part

    for name, group in groupby((span for span in timeline.spans if span.end > begin), title):
        spans = list(group)
        start, end = (round((max(moment, begin) - begin) * 1000) for moment in (spans[0].start, spans[-1].end))
        yield Chapter(name, start + LEAD if start else 0, end + LEAD)


def tagged(timeline: Timeline, track: Track, begin: float = 0.0) -> Iterator[bytes]:
    """The whole file, a little at a time."""
    yield head(timeline.script.name.capitalize(), ALBUM, LEAD + track.milliseconds, list(chapters(timeline, begin)))
    yield from track.chunks()
