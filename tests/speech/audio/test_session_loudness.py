"""How loud whole sessions are in the shipped voice, decoded as a player decodes them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from speech.audio.assembly import clip_for
from speech.audio.clips import BELL
from speech.audio.mp3 import RATE
from speech.audio.speakers import Speaker, shipped, shipped_clips
from speech.timeline.options import PlanOptions
from tests.support.needs import brought
from tests.support.scripts import library
from tests.support.session_options import session_options

np = brought("numpy", by="voice")
signal = brought("scipy.signal", by="voice")
miniaudio = brought("miniaudio", by="voice")
pyloudnorm = brought("pyloudnorm", by="voice")
heard = brought("tests.support.heard", by="voice")

Samples = Any
SCRIPTS = tuple(library().scripts) if os.environ.get("MASSAGE_PROVE") == "1" else ("lower-back-wall",)
"""Those whose every sample is looked at between samples too."""
TRUE_PEAK = -2.0
"""dBFS that Amazon allows at most; of loudness it asks for -14 LUFS and refuses what is outside -19 and -9."""
BELL_BELOW = 12
OVERSAMPLED = 4
PIECE = 10 * RATE
MARGIN = RATE // 100
"""Samples on both sides of a piece that the filter needs."""


@cache
def speaker() -> Speaker:
    return shipped(library())


def session(script: str, options: PlanOptions) -> bytes:
    track = speaker().track(speaker().plan(library().scripts[script], options))
    return track.read(0, track.size)


@cache
def samples(script: str) -> Samples:
    """A session of the usual length, between -1 and 1."""
    decoded = miniaudio.decode(session(script, PlanOptions()), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, dtype=np.int16).astype(np.float32) / 32768


@pytest.mark.parametrize("script", library().scripts)
def test_a_session_is_as_loud_as_amazon_asks(script: str, record_property: Callable[[str, object], None]) -> None:
    """-14 LUFS within two, however long it is: the meter's gates leave out what is silent, and the bell."""
    measured = [heard.loudness(session(script, options)) for options in session_options(script)]
    record_property(f"LUFS of {script}", f"{min(measured):.2f} to {max(measured):.2f}")
    assert measured == pytest.approx([-14] * len(measured), abs=2)


@pytest.mark.parametrize("script", library().scripts)
def test_it_stays_as_loud_from_beginning_to_end(script: str) -> None:
    """Nobody turns a volume: no third of a session is more than two LU off the whole."""
    for options in session_options(script)[:3]:
        file = session(script, options)
        whole, third = heard.loudness(file), len(file) // 8 // 3
        for number in range(3):
            part = heard.loudness(file, slice(number * third, (number + 1) * third))
            assert part == pytest.approx(whole, abs=2), (options, number)


def test_the_loudness_is_that_of_another_meter() -> None:
    """The measure itself: a session decoded in one go, and metered by pyloudnorm, is as loud."""
    whole = pyloudnorm.Meter(RATE).integrated_loudness(samples("lower-back-wall"))
    assert heard.loudness(session("lower-back-wall", PlanOptions())) == pytest.approx(whole, abs=0.05)


def test_the_bell_is_far_below_the_voice() -> None:
    """12 dB at least under the quietest session, as both are shipped."""
    quietest = min(heard.loudness(session(script, PlanOptions())) for script in library().scripts)
    bell = clip_for(BELL, shipped_clips(), speaker().voice)
    assert heard.loudness(bell.frames) <= quietest - BELL_BELOW


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_peak_of_a_session_is_too_high(script: str, record_property: Callable[[str, object], None]) -> None:
    """-2 dBFS at most between samples too, wherever one clip follows another."""
    whole = samples(script)
    highest = max(
        np.abs(signal.resample_poly(whole[max(at - MARGIN, 0) : at + PIECE + MARGIN], OVERSAMPLED, 1)).max()
        for at in range(0, len(whole), PIECE)
    )
    measured = 20 * np.log10(highest)
    record_property(f"true peak of {script}, dBFS", round(float(measured), 2))
    assert measured <= TRUE_PEAK + 0.05  # two measures of one peak
