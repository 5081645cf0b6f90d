"""A timeline's chapters, and the whole file for download: its tag (ID3v2.3 with chapters), then the track.

A streamed track has no tag: it begins with audio, so that each byte of it is a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from speech.audio.track import LEAD, Track
from speech.script.model import Technique
from speech.timeline.plan import Span, Timeline

_NOWHERE = b"\xff" * 8
"""Instead of two byte offsets: players find a chapter by its time."""
_TOP_LEVEL, _ORDERED = 2, 1
MOST_CHAPTERS = 255
"""What the count of a table of contents can hold."""
ALBUM = "Sciatica massage"
_TITLES = {
    "down": "Getting there",
    "begin": "The start",
    "changeover": "Changing sides",
    "end": "The end",
    "up": "Getting up",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a file, in milliseconds from its first sample."""

    title: str
    start: int
    end: int


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


def head(title: str, album: str, milliseconds: int, chapters: Sequence[Chapter]) -> bytes:
    """The tag that stands before the first frame."""
    chapters = chapters[:MOST_CHAPTERS]
    names = [f"chapter{number}".encode() + b"\0" for number in range(1, len(chapters) + 1)]
    frames = [_text("TIT2", title), _text("TALB", album), _text("TLEN", str(milliseconds))]
    if chapters:
        frames.append(_frame("CTOC", b"contents\0" + bytes([_TOP_LEVEL | _ORDERED, len(names)]) + b"".join(names)))
    for name, chapter in zip(names, chapters, strict=True):
        times = chapter.start.to_bytes(4) + chapter.end.to_bytes(4)
        frames.append(_frame("CHAP", name + times + _NOWHERE + _text("TIT2", chapter.title)))
    body = b"".join(frames)
    return b"ID3\x03\x00\x00" + _seven_bits(len(body)) + body


def _text(name: str, text: str) -> bytes:
    """A frame of text in UTF-16: the one alphabet of ID3v2.3 that has all letters."""
    return _frame(name, b"\x01" + text.encode("utf-16"))


def _frame(name: str, body: bytes) -> bytes:
    return name.encode() + len(body).to_bytes(4) + bytes(2) + body


def _seven_bits(size: int) -> bytes:
    """A size whose bytes never look like the start of an MP3 frame: seven bits in each of four."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
