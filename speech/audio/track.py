"""A timeline as one MP3 that is never written: any of its bytes is found from the clips it is made of.

Its length in bytes is known before a clip is read. Silence is one frame, repeated; a clip's frames are copied to
where they belong; what is asked for is put together and nothing else, so that memory does not grow with length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from speech.audio.clips import Clip
from speech.audio.mp3 import FRAME_BYTES, SILENT_FRAME
from speech.errors import ClipsOverlap, FramesDamaged
from speech.timeline.grid import FRAME_MILLISECONDS

LEAD = 240
"""Milliseconds of silence before a timeline's first moment: a player may swallow some of a file's start."""
CHUNK = 64 * 1024
"""Bytes put together at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip of so many frames, sounding from `milliseconds` on (a multiple of 24); `load` gives it."""

    milliseconds: int
    frames: int
    load: Callable[[], Clip]

    @property
    def first_frame(self) -> int:
        """Its frames begin one before its moment: a decoder takes 23 of those 24 ms for itself."""
        return (LEAD + self.milliseconds) // FRAME_MILLISECONDS - 1


@dataclass(frozen=True)
class Track:
    """Clips in order, and the milliseconds of the whole."""

    placed: Sequence[Placed]
    milliseconds: int

    def __post_init__(self) -> None:
        """Raises ClipsOverlap where a clip begins before the one before it has ended, or after the end."""
        end = 0
        for each in self.placed:
            if each.milliseconds % FRAME_MILLISECONDS or each.first_frame < end:
                raise ClipsOverlap(each.milliseconds)
            end = each.first_frame + each.frames
        if end > self.frames:
            raise ClipsOverlap(self.milliseconds)

    @property
    def frames(self) -> int:
        """How many frames the file has."""
        return -(-(LEAD + self.milliseconds) // FRAME_MILLISECONDS)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.frames * FRAME_BYTES

    @cached_property
    def _starts(self) -> list[int]:
        return [each.first_frame for each in self.placed]

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, as a slice of the file would give them.

        Raises FramesDamaged where a clip is not as long as it was when the track was planned.
        """
        start, stop = max(start, 0), min(stop, self.size)
        first, last = start // FRAME_BYTES, -(-stop // FRAME_BYTES)
        audio = bytearray(SILENT_FRAME * (last - first))
        for placed in self.placed[max(bisect_right(self._starts, first) - 1, 0) : bisect_left(self._starts, last)]:
            begin, end = max(placed.first_frame, first), min(placed.first_frame + placed.frames, last)
            if begin >= end:
                continue
            frames = placed.load().frames
            if len(frames) != placed.frames * FRAME_BYTES:
                raise FramesDamaged(placed.first_frame * FRAME_BYTES)
            within = slice((begin - placed.first_frame) * FRAME_BYTES, (end - placed.first_frame) * FRAME_BYTES)
            audio[(begin - first) * FRAME_BYTES : (end - first) * FRAME_BYTES] = frames[within]
        return bytes(audio[start - first * FRAME_BYTES : stop - first * FRAME_BYTES])

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop` (default: the end), a little at a time."""
        stop = self.size if stop is None else min(stop, self.size)
        for at in range(start, stop, CHUNK):
            yield self.read(at, min(at + CHUNK, stop))
