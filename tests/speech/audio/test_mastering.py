from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from speech.audio.mp3 import RATE, count_frames
from speech.audio.rendering import texts_of
from speech.audio.voices import Sound
from speech.audio.voices.pico import Pico
from speech.errors import SoundUnusable
from speech.script.library import load_library
from tests.support.needs import brought

np = brought("numpy", by="voice")
signal = brought("scipy.signal", by="voice")
mastering = brought("speech.audio.mastering", by="voice")

RATE_IN = 16_000
Wave = Any
"""Samples between -1 and 1."""


def syllables(seconds: float = 2.0) -> Wave:
    """What has the shape of speech: a hum that swells four times a second, and some breath."""
    time = np.arange(round(seconds * RATE_IN)) / RATE_IN
    hum = sum(np.sin(2 * np.pi * 130 * tone * time) / tone for tone in range(1, 12))
    swell = (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)) ** 2
    return (hum + np.random.default_rng(1).normal(0, 0.1, len(time))) * swell / 4


def impulse() -> Wave:
    wave = np.zeros(RATE_IN)
    wave[RATE_IN // 2] = 1.0
    return wave


WAVES: Mapping[str, Callable[[], Wave]] = {
    "speech": syllables,
    "very quiet": lambda: syllables() * 0.0005,
    "clipped": lambda: np.clip(syllables() * 30, -1, 1),
    "a fifth of a second": lambda: syllables(0.2),
    "a click": impulse,
    "a click in speech": lambda: syllables(1.0) * 0.02 + impulse(),
    "noise": lambda: np.random.default_rng(2).normal(0, 0.2, RATE_IN),
    "a tone": lambda: 0.5 * np.sin(2 * np.pi * 7_000 * np.arange(RATE_IN) / RATE_IN),
    "square": lambda: np.sign(np.sin(2 * np.pi * 900 * np.arange(RATE_IN) / RATE_IN)),
    "one side only": lambda: np.abs(syllables()),
}


def sound(wave: Wave, rate: int = RATE_IN) -> Sound:
    return Sound(np.clip(np.round(wave * 32767), -32768, 32767).astype("<i2").tobytes(), rate)


def peak(samples: Wave) -> float:
    """The true peak in dBFS, by another measure than the one that is tested: eight times the rate, by Fourier."""
    return float(20 * np.log10(np.abs(signal.resample(samples, 8 * len(samples))).max()))


@pytest.mark.parametrize("name", WAVES)
def test_no_clip_passes_the_peak_once_decoded(name: str) -> None:
    """Amazon: at most -2 dBFS true peak; what counts is what a player makes of it."""
    clip = mastering.master(sound(WAVES[name]()))
    count_frames(clip.frames)
    heard = mastering.decoded(clip.frames)
    assert peak(heard) <= mastering.TRUE_PEAK + 0.05  # two measures of one peak
    assert mastering.true_peak(heard) <= mastering.TRUE_PEAK


@pytest.mark.parametrize("name", WAVES)
def test_a_clip_is_as_loud_as_is_aimed_at_or_as_its_peaks_allow(name: str) -> None:
    """-14 LUFS within one, or else its peaks are at the limit already and it was given all the gain there is."""
    clip = mastering.master(sound(WAVES[name]()))
    heard = mastering.decoded(clip.frames)[: clip.milliseconds * RATE // 1000]
    loudness = mastering.loudness(heard)
    assert loudness < mastering.LOUDNESS + 1
    assert loudness > mastering.LOUDNESS - 1 or peak(heard) > mastering.TRUE_PEAK - 1.5


def test_what_was_too_quiet_sounds_like_what_was_not() -> None:
    """How loud a voice speaks of itself does not matter."""
    loud, quiet = (mastering.master(sound(syllables() * gain)) for gain in (1.0, 0.02))
    heard = [mastering.loudness(mastering.decoded(clip.frames)) for clip in (loud, quiet)]
    assert heard[0] == pytest.approx(heard[1], abs=0.3)


def test_what_a_voice_says_begins_with_the_clip() -> None:
    """The silence that a voice puts around its words is gone but for 10 ms before and 50 ms after."""
    wave = np.concatenate((np.zeros(RATE_IN), syllables(1.0), np.zeros(2 * RATE_IN)))
    clip = mastering.master(sound(wave))
    heard = mastering.decoded(clip.frames)
    loud = np.flatnonzero(np.abs(heard) > 0.01 * np.abs(heard).max())
    assert 0 <= loud[0] / RATE <= 0.03
    assert clip.milliseconds == pytest.approx(1_060, abs=40)
    assert clip.milliseconds / 1000 - loud[-1] / RATE == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_a_clip_lasts_as_long_as_what_was_said(rate: int) -> None:
    """Whatever a voice's rate, a second stays a second and its pitch stays its pitch."""
    time = np.arange(rate) / rate
    clip = mastering.master(sound(0.3 * np.sin(2 * np.pi * 440 * time), rate))
    assert clip.milliseconds == pytest.approx(1_000, abs=2)
    heard = mastering.decoded(clip.frames)[:RATE]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * RATE / len(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("wave", [np.zeros(0), np.zeros(RATE_IN)], ids=["empty", "silent"])
def test_silence_is_no_clip(wave: Wave) -> None:
    """A voice that failed without saying so is found here."""
    with pytest.raises(SoundUnusable, match="nothing to hear"):
        mastering.master(sound(wave))


def test_the_same_sound_gives_the_same_clip() -> None:
    """Nothing is left to chance."""
    assert mastering.master(sound(syllables())) == mastering.master(sound(syllables()))


def test_pico_is_loud_enough_and_never_too_loud() -> None:
    """The cues of a real script, as they are heard."""
    brought("py_nanotts", by="voice")
    library = load_library()
    voice = Pico(library.pronunciations)
    texts = texts_of(library)[:-1]
    for text in (*texts[::80], min(texts, key=len), max(texts, key=len)):
        clip = mastering.master(voice.speak(text))
        heard = mastering.decoded(clip.frames)
        assert peak(heard) <= mastering.TRUE_PEAK + 0.05, text
        assert mastering.loudness(heard[: clip.milliseconds * RATE // 1000]) == pytest.approx(-14, abs=1), text
