"""What a player makes of a track: decoded samples, not intentions."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.audio.clips import Clip
from speech.audio.mp3 import FRAME_BYTES, FRAME_SAMPLES, RATE
from speech.audio.track import LEAD, Placed, Track
from speech.timeline.grid import FRAME_MILLISECONDS
from tests.support.needs import brought

np = brought("numpy", by="voice")
signal = brought("scipy.signal", by="voice")
miniaudio = brought("miniaudio", by="voice")
mastering = brought("speech.audio.mastering", by="voice")
Samples = Any
WITHIN = 0.002
"""Seconds that a clip's first sample may lie off its moment."""


@cache
def wave(number: int) -> Samples:
    """Noise in the band of speech, each number another one: found at one place only. From 0.2 s on."""
    noise = np.random.default_rng(number).normal(0, 1, round((0.2 + 0.137 * number) * RATE))
    band = signal.butter(4, [200, 4_000], "bandpass", fs=RATE, output="sos")
    shaped = signal.sosfilt(band, noise)
    return 0.5 * shaped / np.abs(shaped).max()


@cache
def clip(number: int) -> Clip:
    made: Clip = mastering.encoded(wave(number))
    return made


def placed(milliseconds: int, number: int) -> Placed:
    return Placed(milliseconds, len(clip(number).frames) // FRAME_BYTES, lambda: clip(number))


def heard(track: Track) -> Samples:
    """16-bit samples of the whole file."""
    decoded = miniaudio.decode(track.read(0, track.size), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, dtype=np.int16)


def begins(samples: Samples, number: int, about: float) -> float:
    """Seconds at which a clip's first sample is heard, found by cross-correlation around a moment."""
    margin = round(0.3 * RATE)
    start = max(round(about * RATE) - margin, 0)
    window = samples[start : start + len(wave(number)) + 2 * margin].astype(float)
    return (start + int(np.argmax(signal.correlate(window, wave(number), "valid")))) / RATE


def moments(gaps: list[int]) -> list[Placed]:
    """Clips of different lengths with so many frames between them."""
    row: list[Placed] = []
    frame = 0
    for index, gap in enumerate(gaps):
        frame += gap
        row.append(placed(frame * FRAME_MILLISECONDS, index % 5))
        frame += row[-1].frames
    return row


@settings(max_examples=15)
@given(st.lists(st.integers(0, 60), max_size=6), st.integers(0, 2_000))
def test_what_is_planned_is_what_is_heard(gaps: list[int], after: int) -> None:
    """The length to a frame, each clip within 2 ms of its moment, and nothing but zeros where nothing is said."""
    row = moments(gaps)
    end = row[-1].milliseconds + row[-1].frames * FRAME_MILLISECONDS if row else 0
    track = Track(row, end + after)
    samples = heard(track)
    assert len(samples) == track.frames * FRAME_SAMPLES
    silent = np.ones(len(samples), dtype=bool)
    for index, each in enumerate(row):
        planned = (LEAD + each.milliseconds) / 1000
        assert begins(samples, index % 5, planned) == pytest.approx(planned, abs=WITHIN)
        silent[each.first_frame * FRAME_SAMPLES : (each.first_frame + each.frames) * FRAME_SAMPLES] = False
    assert not samples[silent].any()


def test_a_clip_sounds_the_same_wherever_it_stands() -> None:
    """Its frames need nothing before them: after another clip or after silence, the same samples."""
    track = Track(moments([3, 0, 0, 0, 0, 0, 200]), 12_000)
    samples = heard(track)
    again = [each for each in track.placed if each.load() is clip(0)]
    first, last = (
        samples[each.first_frame * FRAME_SAMPLES : (each.first_frame + each.frames) * FRAME_SAMPLES] for each in again
    )
    assert np.array_equal(first, last)


def test_nothing_drifts_in_half_an_hour() -> None:
    """The clip at the thirtieth minute is as exact as the first."""
    row = [placed(index * 24_000, index % 5) for index in range(75)]
    track = Track(row, 30 * 60_000)
    samples = heard(track)
    assert len(samples) / RATE == pytest.approx(1_800 + LEAD / 1000, abs=0.024)
    off = [begins(samples, index % 5, LEAD / 1000 + index * 24.0) - LEAD / 1000 - index * 24.0 for index in range(75)]
    assert max(map(abs, off)) <= WITHIN
    assert max(off) - min(off) < 1e-6


def test_a_player_that_begins_in_the_middle_hears_the_rest() -> None:
    """Resumed at a frame, the file gives the same samples once the decoder has what it needs."""
    track = Track(moments([5, 50, 20]), 6_000)
    whole = heard(track)
    frame = track.placed[1].first_frame - 20
    rest = miniaudio.decode(track.read(frame * FRAME_BYTES, track.size), nchannels=1, sample_rate=RATE).samples
    assert np.array_equal(np.frombuffer(rest, dtype=np.int16), whole[frame * FRAME_SAMPLES :])
