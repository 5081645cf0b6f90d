"""From a voice's samples to a clip: trimmed, at one loudness, never clipping once decoded, encoded to stand alone.

Amazon's loudness for spoken audio: -14 LUFS, true peak at most -2 dBFS. numpy, scipy, pyloudnorm, miniaudio and lameenc
come with the extra `voice`; only rendering imports this module.
"""

from __future__ import annotations

import warnings

import miniaudio
import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from speech.audio.clips import Clip
from speech.audio.mp3 import DECODER_DELAY, RATE, encode
from speech.audio.voices import Sound
from speech.errors import SoundUnusable

Samples = NDArray[np.float64]
"""Mono samples between -1 and 1."""

LOUDNESS = -14.0
"""LUFS aimed at."""
TRUE_PEAK = -2.0
"""dBFS that no decoded clip may pass."""
AUDIBLE_PART = 0.01
"""Sound begins and ends at this part of the peak."""
SECONDS_BEFORE, SECONDS_AFTER = 0.010, 0.050
"""Seconds kept before the first audible sample and after the last."""
OVERSAMPLING = 4
"""Between two samples a decoded wave may rise above both: the true peak is looked for at four times the rate."""
LOOK_AHEAD = 0.004
"""Seconds in which the limiter lowers the gain before a peak."""
PEAK_MARGIN = 0.3
"""Decibels that a first try keeps below the true peak: encoding adds some."""
MOST_GAINED_BACK = 6.0
"""Decibels of gain at most that make up for what the limiter takes away."""
CLOSE_ENOUGH = 0.5
"""Decibels of loudness that are not worth another try."""
MOST_TRIES = 6
SHORTEST_METERED = 0.4
"""Seconds of sound below which loudness is not defined (ITU-R BS.1770)."""
NOTE_HERTZ, NOTE_SECONDS = 196.0, 0.9
"""The note that marks the end of a hold, the G below middle C: low, soft, with no meaning of its own."""
NOTE_LOUDNESS = LOUDNESS - 14.0
"""LUFS: far below the voice."""


def master(sound: Sound) -> Clip:
    """The clip of a sound. Raises SoundUnusable where there is nothing to hear, AudioError without an encoder."""
    samples = loudened(resampled(trimmed(sound)))
    ceiling = TRUE_PEAK - PEAK_MARGIN
    for _ in range(MOST_TRIES):
        clip = encoded(limited(samples, ceiling))
        excess = true_peak(decoded(clip.frames)) - TRUE_PEAK
        if excess <= 0:
            return clip
        ceiling -= excess + 0.1
    raise SoundUnusable(f"its true peak stays {excess:.1f} dB above {TRUE_PEAK:g} dBFS")


def encoded(samples: Samples) -> Clip:
    """Samples at 48 kHz as a clip, as loud as they are."""
    whole = np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2")
    return Clip(encode(whole.tobytes()), round(len(samples) * 1000 / RATE))


def decoded(frames: bytes) -> Samples:
    """What a player makes of frames, from a clip's first sample on."""
    audio = miniaudio.decode(frames, nchannels=1, sample_rate=RATE)
    return np.asarray(audio.samples, dtype=np.float64)[DECODER_DELAY:] / 32768


def bell() -> Clip:
    """The note that marks the end of a hold, always the same."""
    time = np.arange(round(NOTE_SECONDS * RATE)) / RATE
    wave = np.sin(2 * np.pi * NOTE_HERTZ * time) + 0.25 * np.sin(4 * np.pi * NOTE_HERTZ * time)
    shape = np.minimum(time / 0.02, 1.0) * np.exp(-4.0 * time) * np.minimum((NOTE_SECONDS - time) / 0.05, 1.0)
    note = 0.1 * wave * shape
    return encoded(note * _factor(NOTE_LOUDNESS - loudness(note)))


def trimmed(sound: Sound) -> Sound:
    """The sound from shortly before its first audible sample to shortly after its last."""
    samples = np.frombuffer(sound.samples, "<i2")
    level = np.abs(samples.astype(np.int32))
    audible = np.flatnonzero(level >= max(level.max(initial=0) * AUDIBLE_PART, 1))
    if not len(audible):
        raise SoundUnusable("there is nothing to hear")
    begin = max(audible[0] - round(SECONDS_BEFORE * sound.rate), 0)
    return Sound(samples[begin : audible[-1] + 1 + round(SECONDS_AFTER * sound.rate)].tobytes(), sound.rate)


def resampled(sound: Sound) -> Samples:
    """The sound at 48 kHz."""
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float64) / 32768
    if sound.rate == RATE:
        return samples
    divisor = np.gcd(RATE, sound.rate)
    resampled: Samples = resample_poly(samples, RATE // divisor, sound.rate // divisor)
    return resampled


def loudness(samples: Samples) -> float:
    """LUFS of samples at 48 kHz; what is shorter than the meter's window is measured as if it were said twice."""
    while len(samples) < 2 * SHORTEST_METERED * RATE:
        samples = np.concatenate((samples, samples))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(pyloudnorm.Meter(RATE).integrated_loudness(samples))


def loudened(samples: Samples) -> Samples:
    """The samples at the loudness aimed at, as it is once their peaks are limited."""
    # From its peak on: what is very quiet lies below the meter's gate.
    samples = samples / max(np.abs(samples).max(initial=0.0), 1e-9)
    measured = loudness(samples)
    if not np.isfinite(measured):
        raise SoundUnusable("it is too short to have a loudness")
    gain = LOUDNESS - measured
    most = gain + MOST_GAINED_BACK
    for _ in range(MOST_TRIES):
        lost = LOUDNESS - loudness(limited(samples * _factor(gain), TRUE_PEAK - PEAK_MARGIN))
        gain = min(gain + lost, most)
        if lost < CLOSE_ENOUGH or gain == most:
            break
    return samples * _factor(gain)


def true_peak(samples: Samples) -> float:
    """The highest point of the wave, in dBFS."""
    return float(20 * np.log10(envelope(samples).max(initial=1e-9)))


def envelope(samples: Samples) -> Samples:
    """The highest point that the wave has between each sample and the next."""
    fine = np.abs(resample_poly(samples.astype(np.float32), OVERSAMPLING, 1))
    highest: Samples = np.maximum.reduce([fine[start::OVERSAMPLING] for start in range(OVERSAMPLING)]).astype(
        np.float64
    )
    return highest


def limited(samples: Samples, ceiling: float) -> Samples:
    """The samples with their gain lowered, softly and in time, wherever the wave would pass `ceiling` (dBFS)."""
    allowed = np.minimum(1.0, _factor(ceiling) / np.maximum(envelope(samples), 1e-9))
    width = 2 * round(LOOK_AHEAD * RATE) + 1
    gain: Samples = uniform_filter1d(minimum_filter1d(allowed, width), width // 2 + 1)
    return samples * gain


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))
