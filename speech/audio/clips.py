"""Spoken clips: each cue encoded once, found by what was said, how, and by whom.

A clip's frames come from an encoder of their own and stand alone, so they may be copied anywhere into a track. A clip
folder holds one file a clip and may be written by many processes at once; a pack is one file for all, read only.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from speech.audio.mp3 import FRAME_BYTES, count_frames
from speech.errors import FramesDamaged, PackDamaged
from speech.timeline.grid import FRAME_MILLISECONDS

PIPELINE_VERSION = 1
"""Counts up whenever trimming, loudness or encoding change what a clip sounds like."""
CLIP_FORMAT = "mp3 48000 Hz mono 64 kbit/s"
PACK_HEADER = "sciatica massage clips 1"
KEY_LETTERS = 24
BELL, BELL_MADE_BY = "(bell)", "bell 1"
"""The text under which the note is kept that ends a hold, which no script can hold, and what it is made by."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One cue spoken: its frames, and the milliseconds from its first sample to the end of its last word."""

    frames: bytes
    milliseconds: int

    @property
    def seconds(self) -> float:
        """How long the words take."""
        return self.milliseconds / 1000


@lru_cache(maxsize=8192)
def clip_key(text: str, made_by: str) -> str:
    """What a clip is kept under: a digest of everything that shapes its sound."""
    shaped = json.dumps([text, made_by, CLIP_FORMAT, PIPELINE_VERSION], ensure_ascii=False)
    return hashlib.sha256(shaped.encode()).hexdigest()[:KEY_LETTERS]


def cache_folder() -> Path:
    """The folder of this product in the user's cache (XDG Base Directory: `$XDG_CACHE_HOME`, else `~/.cache`)."""
    # A user may have no home (Debian policy 9.2.3): then nothing is kept.
    folders = os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache"), "/nonexistent"
    return Path(next(filter(os.path.isabs, folders))) / "sciatica-massage"


class Clips(Protocol):
    """Where clips are found."""

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None when there is none, or when it is damaged."""


class FirstOf:
    """Clips in several places: the first that has one gives it."""

    def __init__(self, *places: Clips) -> None:
        self.places = places

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None when no place has it."""
        return next((clip for place in self.places if (clip := place.find(key))), None)


class ClipFolder:
    """Clips as files in a folder, which is made when the first clip is put into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None when there is none, or when it is damaged and has to be made again."""
        try:
            head, _, frames = self._file(key).read_bytes().partition(b"\n")
            return _clip(key, json.loads(head), frames)
        except (OSError, ValueError):
            return None

    def put(self, key: str, clip: Clip) -> None:
        """Write a clip, whole or not at all. Two processes that write the same key write the same bytes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = json.dumps({"milliseconds": clip.milliseconds, "check": _check(key, clip.milliseconds, clip.frames)})
        write_whole(self._file(key), [head.encode() + b"\n", clip.frames])

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.clip"


class ClipPack:
    """Clips in one file: a line that says what it is, a line of index, then frames. Raises PackDamaged.

    The file stays open: when another version takes its name, what was planned from this one is played from this one.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            with file.open("rb") as opened:
                magic, index = opened.readline(), opened.readline()
                self._start = opened.tell()
                self._size = os.fstat(opened.fileno()).st_size - self._start
                self._opened = os.dup(opened.fileno())
        except OSError as error:
            raise PackDamaged(file.name, f"cannot be read ({error.strerror})") from error
        weakref.finalize(self, os.close, self._opened)
        if magic.decode("utf-8", "replace").strip() != PACK_HEADER:
            raise PackDamaged(file.name, "is no file of clips")
        self._index = _index(file.name, index, self._size)
        self._checked: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None when there is none, or when it is damaged."""
        entry = self._index.get(key)
        if entry is None:
            return None
        size = entry["frames"] * FRAME_BYTES
        try:
            # pread has no position that threads and forked workers would have to share.
            frames = os.pread(self._opened, size, self._start + entry["at"] * FRAME_BYTES)
            if key in self._checked and len(frames) == size:
                return Clip(frames, entry["milliseconds"])
            clip = _clip(key, entry, frames)
        except (OSError, ValueError):
            return None
        self._checked.add(key)  # checked once is enough: a pack is never written to, a new one takes its name
        return clip


def write_pack(file: Path, clips: Mapping[str, Clip]) -> None:
    """Write clips into one file, in the order of their keys: the same clips always give the same bytes."""
    index: dict[str, Any] = {}
    at = 0
    for key, clip in sorted(clips.items()):
        frames = count_frames(clip.frames)
        check = _check(key, clip.milliseconds, clip.frames)
        index[key] = {"at": at, "frames": frames, "milliseconds": clip.milliseconds, "check": check}
        at += frames
    head = f"{PACK_HEADER}\n{json.dumps(index, separators=(',', ':'))}\n"
    write_whole(file, [head.encode(), *(clips[key].frames for key in index)])


def _index(file: str, line: bytes, size: int) -> Mapping[str, Any]:
    """The index of a pack whose frames take `size` bytes. Raises PackDamaged."""
    try:
        index = json.loads(line)
        at = 0
        for entry in index.values():
            if entry["at"] != at or type(entry["frames"]) is not int or entry["frames"] < 1:
                raise ValueError("frames that do not follow one another")
            at += entry["frames"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PackDamaged(file, "its index cannot be read") from error
    if at * FRAME_BYTES != size:
        raise PackDamaged(file, f"holds {size} bytes of audio where its index says {at * FRAME_BYTES}")
    return dict(index)


def write_whole(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.writelines(pieces)
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _check(key: str, milliseconds: int, frames: bytes) -> int:
    """A sum over all of a clip and its key, so that neither can be taken for another's."""
    return zlib.crc32(frames, zlib.crc32(f"{key} {milliseconds}".encode()))


def _clip(key: str, entry: Any, frames: bytes) -> Clip:
    """The clip of an index entry and its frames. Raises ValueError when they do not belong together."""
    try:
        milliseconds, check = entry["milliseconds"], entry["check"]
        if type(milliseconds) is not int or _check(key, milliseconds, frames) != check:
            raise ValueError("the frames are not those that were written")
        room = count_frames(frames) * FRAME_MILLISECONDS
    except (KeyError, TypeError, FramesDamaged) as error:
        raise ValueError(str(error)) from error
    if not 0 < milliseconds <= room:
        raise ValueError(f"{milliseconds} ms do not fit into {room} ms of frames")
    return Clip(frames, milliseconds)
