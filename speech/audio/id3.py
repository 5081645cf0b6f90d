"""The ID3 tag of an MP3 file for download: its title, and chapters to skip to (ID3v2.3 with its chapter addendum).

A streamed track has no tag: it begins with audio, so that each byte of it is a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NOWHERE = b"\xff" * 8
"""Instead of two byte offsets: players find a chapter by its time."""
_TOP_LEVEL, _ORDERED = 2, 1
MOST_CHAPTERS = 255
"""What the count of a table of contents can hold."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a file, in milliseconds from its first sample."""

    title: str
    start: int
    end: int


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
