"""A track as an open file, without one on the disk, and how long an HTTP cache may keep it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from speech.audio.track import Track

ART = Path(__file__).parent / "art.png"
"""What a screen shows beside a track."""
ART_MAX_AGE = 86_400
"""Seconds for which a cache may keep the picture."""
TRACK_MAX_AGE = 31_536_000
"""Seconds for which a cache may keep a track: a year, the longest that caches respect."""


class TrackFile(io.BufferedIOBase):
    """The bytes of a track, which are made as they are read. `on_close` is called once."""

    def __init__(self, track: Track, on_close: Callable[[], None]) -> None:
        super().__init__()
        self._track, self._at, self._on_close = track, 0, on_close

    def close(self) -> None:
        """Close the file and call `on_close`."""
        if not self.closed:
            super().close()
            self._on_close()

    def seekable(self) -> bool:
        """True: HTTP asks for ranges."""
        return True

    def tell(self) -> int:
        """The byte that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Continue at this byte, which may lie beyond the end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._track.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """The next `size` bytes, or all that are left."""
        stop = self._track.size if size is None or size < 0 else self._at + size
        read = self._track.read(self._at, stop)
        self._at += len(read)
        return read
