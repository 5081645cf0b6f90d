"""A track as a file that is open for reading, though it is never written; and how long whoever has it may keep it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from speech.audio.track import Track

ART = Path(__file__).parent / "art.png"
"""What a screen shows beside a track."""
ART_MAX_AGE = 86_400
"""Seconds for which the picture may be kept."""
TRACK_MAX_AGE = 31_536_000
"""Seconds for which a track may be kept: a year, the most that anybody heeds."""


class TrackFile(io.BufferedIOBase):
    """A track that can be read from anywhere. `done` is called once, when nobody reads it any more."""

    def __init__(self, track: Track, done: Callable[[], None]) -> None:
        super().__init__()
        self._track, self._at, self._done = track, 0, done

    def close(self) -> None:
        """Tell that nobody reads it any more."""
        if not self.closed:
            super().close()
            self._done()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The byte that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, which may lie beyond the end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._track.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes from where it is, or all that are left."""
        stop = self._track.size if size is None or size < 0 else self._at + size
        read = self._track.read(self._at, stop)
        self._at += len(read)
        return read
