"""What a player makes of a track, millisecond by millisecond, without decoding the same clip a hundred times.

A clip stands alone and silence is one frame, repeated, so a run of frames between two silences decodes to the same
samples wherever it stands. Each is decoded once; that this gives what the whole file gives is a test of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import miniaudio
import numpy as np
from pyloudnorm.iirfilter import IIRfilter

from speech.audio.mp3 import FRAME_BYTES, FRAME_SAMPLES, HEADER, RATE, SILENT_FRAME
from speech.timeline.grid import FRAME_MILLISECONDS

Levels = Any
"""One value a millisecond: its highest sample, without its sign."""
A_MILLISECOND = RATE // 1000
_SILENT = np.frombuffer(SILENT_FRAME, np.uint8)


def levels(file: bytes) -> Levels:
    """The levels of a whole file, made of our frames and nothing else."""
    whole = np.zeros((len(file) // FRAME_BYTES + 1) * FRAME_MILLISECONDS, np.int32)
    for begin, frames in runs(file):
        heard = _run(frames)
        whole[begin * FRAME_MILLISECONDS : begin * FRAME_MILLISECONDS + len(heard)] = heard
    assert not whole[-FRAME_MILLISECONDS:].any(), "something sounds after the end"
    return whole[:-FRAME_MILLISECONDS]


def runs(file: bytes) -> Iterator[tuple[int, bytes]]:
    """The frames between two silences, and how many frames come before them."""
    frames = np.frombuffer(file, np.uint8).reshape(-1, FRAME_BYTES)
    sounds = np.concatenate(([False], (frames != _SILENT).any(axis=1), [False]))
    begins, ends = np.flatnonzero(~sounds[:-1] & sounds[1:]), np.flatnonzero(sounds[:-1] & ~sounds[1:])
    for begin, end in zip(begins, ends, strict=True):
        yield int(begin), file[begin * FRAME_BYTES : end * FRAME_BYTES]


def levels_of(samples: Any) -> Levels:
    """The levels of 16-bit samples."""
    return np.abs(samples.astype(np.int32)).reshape(-1, A_MILLISECOND).max(axis=1)


@lru_cache(maxsize=4096)
def _run(frames: bytes) -> Levels:
    """What frames between two silences sound like, and the silence after them."""
    decoded = miniaudio.decode(SILENT_FRAME + frames + SILENT_FRAME, nchannels=1, sample_rate=RATE).samples
    return levels_of(np.frombuffer(decoded, np.int16)[FRAME_SAMPLES:])


def loudness(file: bytes, part: slice = slice(None)) -> float:
    """LUFS of a file, or of so many of its milliseconds (ITU-R BS.1770-4: blocks of 400 ms each 100 ms, two gates)."""
    power = np.zeros(len(file) // FRAME_BYTES * FRAME_MILLISECONDS + FADING * FRAME_MILLISECONDS)
    for begin, frames in runs(file):
        heard = _power(frames)
        power[begin * FRAME_MILLISECONDS : begin * FRAME_MILLISECONDS + len(heard)] += heard
    sums = np.concatenate(([0.0], np.cumsum(power[: len(power) - FADING * FRAME_MILLISECONDS][part])))
    blocks = (sums[400:] - sums[:-400])[::100] / 400
    loud = blocks[blocks > _power_of(-70.0)]
    return _lufs(loud[loud > _power_of(_lufs(loud.mean()) - 10)].mean())


FADING = 8
"""Frames of silence within which the filters come to rest."""


@lru_cache(maxsize=4096)
def _power(frames: bytes) -> Any:
    """The mean square of each millisecond as an ear weights it, into the silence that follows."""
    decoded = miniaudio.decode(SILENT_FRAME + frames + SILENT_FRAME * FADING, nchannels=1, sample_rate=RATE).samples
    samples = np.frombuffer(decoded, np.int16)[FRAME_SAMPLES:].astype(np.float64) / 32768
    for weighting in _EAR:
        samples = weighting.apply_filter(samples)
    return (samples**2).reshape(-1, A_MILLISECOND).mean(axis=1)


_EAR = (IIRfilter(4.0, 1 / np.sqrt(2), 1_500.0, RATE, "high_shelf"), IIRfilter(0.0, 0.5, 38.0, RATE, "high_pass"))


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power_of(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def faults(file: bytes) -> list[str]:
    """What an independent look at each frame finds: fields of its header, and bits that it borrows from silence.

    ISO/IEC 11172-3: a frame may begin with data that lies in those before it (main_data_begin, nine bits after the
    header). Silence lends none, so a run may borrow only from itself.
    """
    frames = np.frombuffer(file, np.uint8).reshape(-1, FRAME_BYTES).astype(np.int32)
    head = frames[:, 0] << 24 | frames[:, 1] << 16 | frames[:, 2] << 8 | frames[:, 3]
    fields = {
        "sync": (21, 0x7FF, 0x7FF), "MPEG-1": (19, 3, 3), "layer III": (17, 3, 1), "no checksum": (16, 1, 1),
        "64 kbit/s": (12, 15, 5), "48 kHz": (10, 3, 1), "no padding": (9, 1, 0), "mono": (6, 3, 3),
    }  # fmt: skip
    found = [name for name, (shift, mask, value) in fields.items() if ((head >> shift & mask) != value).any()]
    silent = (frames == _SILENT).all(axis=1)
    since = np.arange(len(frames)) - np.maximum.accumulate(np.where(silent, np.arange(len(frames)), -1)) - 1
    borrowed = (frames[:, 4] << 8 | frames[:, 5]) >> 7
    # A mono frame of ours has 4 bytes of header and 17 of side information; the rest can be lent.
    lent = np.where(silent, 0, since * (FRAME_BYTES - len(HEADER) - 17))
    return found + ["nothing borrowed from silence"] * bool((borrowed > lent).any())
