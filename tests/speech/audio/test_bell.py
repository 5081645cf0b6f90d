from __future__ import annotations

import pytest

from speech.audio.clips import BELL
from speech.audio.mp3 import RATE
from speech.audio.rendering import texts_of
from speech.script.library import load_library
from tests.support.needs import brought

np = brought("numpy", by="voice")
mastering = brought("speech.audio.mastering", by="voice")
NOTE_HERTZ, NOTE_SECONDS = mastering.NOTE_HERTZ, mastering.NOTE_SECONDS


def test_the_bell_is_one_low_note_far_below_the_voice() -> None:
    """At least 12 dB under the voice, ended after a second, so that the words after it are clear."""
    clip = mastering.bell()
    heard = mastering.decoded(clip.frames)
    assert clip.seconds == pytest.approx(NOTE_SECONDS, abs=0.001) and NOTE_SECONDS < 1
    assert mastering.loudness(heard[: round(NOTE_SECONDS * RATE)]) <= mastering.LOUDNESS - 12
    assert mastering.true_peak(heard) <= mastering.TRUE_PEAK - 12
    spectrum = np.abs(np.fft.rfft(heard, n=RATE))  # a bin is a hertz
    assert np.argmax(spectrum) == pytest.approx(NOTE_HERTZ, abs=2)
    assert mastering.bell() == clip


def test_the_bell_is_no_text_of_a_script() -> None:
    """Its name can be no sentence: no script's clip is ever taken for it."""
    texts = texts_of(load_library())
    assert texts[-1] == BELL
    assert texts.count(BELL) == 1
    assert BELL[-1] not in ".?!"
