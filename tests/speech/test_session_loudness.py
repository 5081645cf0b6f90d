"""How loud whole sessions are in the shipped voice, decoded as a player decodes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from speech.ask import Ask
from speech.mp3 import RATE
from speech.speakers import shipped
from tests.support.needs import brought
from tests.support.scripts import library

np = brought("numpy", by="voice")
signal = brought("scipy.signal", by="voice")
miniaudio = brought("miniaudio", by="voice")
pyloudnorm = brought("pyloudnorm", by="voice")

Samples = Any
SCRIPTS = ("piriformis-ball", "lower-back-wall")
QUIETEST, LOUDEST = -19.0, -9.0
"""LUFS outside of which Amazon refuses spoken audio; -14 is what it asks for."""
TRUE_PEAK = -2.0
"""dBFS that it allows at most."""
OVERSAMPLED = 4
PIECE = 10 * RATE
MARGIN = RATE // 100
"""Samples on both sides of a piece that the filter needs."""


@cache
def session(script: str) -> Samples:
    """A session of the usual length, between -1 and 1."""
    speaker = shipped(library())
    track = speaker.track(speaker.plan(library().scripts[script], Ask()))
    decoded = miniaudio.decode(track.read(0, track.size), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, dtype=np.int16).astype(np.float32) / 32768


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_session_is_as_loud_as_amazon_asks(script: str, record_property: Callable[[str, object], None]) -> None:
    """-14 LUFS within two: the meter's gates leave out what is silent, and the bell."""
    measured = float(pyloudnorm.Meter(RATE).integrated_loudness(session(script)))
    record_property(f"LUFS of {script}", round(measured, 2))
    assert QUIETEST < measured < LOUDEST
    assert measured == pytest.approx(-14, abs=2)


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_peak_of_a_session_is_too_high(script: str, record_property: Callable[[str, object], None]) -> None:
    """-2 dBFS at most between samples too, wherever one clip follows another."""
    samples = session(script)
    highest = max(
        np.abs(signal.resample_poly(samples[max(at - MARGIN, 0) : at + PIECE + MARGIN], OVERSAMPLED, 1)).max()
        for at in range(0, len(samples), PIECE)
    )
    measured = 20 * np.log10(highest)
    record_property(f"true peak of {script}, dBFS", round(float(measured), 2))
    assert measured <= TRUE_PEAK + 0.05  # two measures of one peak


@pytest.mark.parametrize("script", SCRIPTS)
def test_it_stays_as_loud_from_beginning_to_end(script: str) -> None:
    """Nobody turns a volume: no third of a session is more than two LU off the whole."""
    samples, meter = session(script), pyloudnorm.Meter(RATE)
    whole = meter.integrated_loudness(samples)
    for part in np.array_split(samples, 3):
        assert meter.integrated_loudness(part) == pytest.approx(whole, abs=2)
