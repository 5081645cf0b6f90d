"""The clips in the package: everything that its scripts say, in the studio voice, without its engine."""

from __future__ import annotations

import pytest

from speech.ask import Ask
from speech.bell import BELL
from speech.mp3 import RATE
from speech.rendering import key_of, missing, texts_of
from speech.shipped import MOST_BYTES, shipped_clips, shipped_file, shipped_voice
from speech.speakers import shipped, spoken
from speech.track import LEAD
from tests.support.needs import brought
from tests.support.scripts import library

AUDIBLE = 0.02
"""The part of a cue's peak at which it is heard to begin."""
AROUND = 0.060
"""Seconds of a clip before and after its words."""


def test_every_text_has_its_clip_and_no_clip_is_left_over() -> None:
    """By their keys, and each of them whole: what a changed script says has to be spoken before it is shipped."""
    voice, texts = shipped_voice(library()), texts_of(library())
    assert missing(texts, voice, shipped_clips()) == ()
    assert set(shipped_clips()) == {key_of(text, voice) for text in texts}


def test_they_are_small_enough_to_be_committed() -> None:
    """20 MB at most."""
    assert shipped_file().stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("script", library().scripts)
def test_every_script_is_a_track_in_the_shipped_voice(script: str) -> None:
    """In each place, at its least and its most: the asked length within a second, on the lengths of real clips."""
    minutes = library().scripts[script].minutes
    speaker = shipped(library())
    for place in library().scripts[script].places:
        for asked in (minutes.usual, minutes.most, minutes.least + 1 if minutes.most > minutes.least else minutes.most):
            _, timeline = spoken(library().scripts[script], Ask(asked * 60, place=place), [speaker])
            assert abs(timeline.total - asked * 60) <= 1.0


def test_cues_are_spoken_slowly() -> None:
    """130 to 145 words a minute, the silence around each cue not counted: somebody does what is said meanwhile."""
    speaker = shipped(library())
    texts = [text for text in texts_of(library()) if text != BELL]
    words = sum(len(text.split()) for text in texts)
    spoken_seconds = sum(speaker.seconds_of(text) - AROUND for text in texts)
    assert 125 <= words / spoken_seconds * 60 <= 145


@pytest.mark.parametrize("script", library().scripts)
def test_the_words_of_a_real_track_are_heard_when_planned(script: str) -> None:
    """Decoded: before each cue 0.1 s of silence, then its first audible sample within 30 ms of its moment."""
    np, miniaudio = brought("numpy", by="voice"), brought("miniaudio", by="voice")
    speaker = shipped(library())
    _, timeline = spoken(library().scripts[script], Ask(), [speaker])
    track = speaker.track(timeline)
    decoded = miniaudio.decode(track.read(0, track.size), nchannels=1, sample_rate=RATE)
    level = np.abs(np.frombuffer(decoded.samples, dtype=np.int16).astype(np.int32))
    for cue in timeline.cues:
        if cue.start < 0:
            continue
        start, end = (round((LEAD / 1000 + moment) * RATE) for moment in (cue.start, cue.end))
        audible = level[start:end].max() * AUDIBLE
        assert np.argmax(level[start - RATE // 100 : end] > audible) / RATE == pytest.approx(0.01, abs=0.030), cue
        assert level[max(start - RATE // 10, 0) : start - RATE // 100].max(initial=0) <= audible, cue
