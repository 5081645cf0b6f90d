"""The clips in the package: everything that its scripts say, in the studio voice, without its engine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from speech.audio.clips import BELL
from speech.audio.rendering import key_of, missing, texts_of
from speech.audio.speakers import MOST_PACK_BYTES, shipped, shipped_clips, shipped_file, shipped_voice, spoken
from speech.timeline.options import PlanOptions
from tests.support.scripts import library

AROUND = 0.060
"""Seconds of a clip before and after its words."""


def test_every_text_has_its_clip_and_no_clip_is_left_over() -> None:
    """By their keys, and each of them whole: what a changed script says has to be spoken before it is shipped."""
    voice, texts = shipped_voice(library()), texts_of(library())
    assert missing(texts, voice, shipped_clips()) == ()
    assert set(shipped_clips()) == {key_of(text, voice) for text in texts}


def test_they_are_small_enough_to_be_committed() -> None:
    """20 MB at most."""
    assert shipped_file().stat().st_size <= MOST_PACK_BYTES


@pytest.mark.parametrize("script", library().scripts)
def test_every_script_is_a_track_in_the_shipped_voice(script: str) -> None:
    """In each place, at its least and its most: the asked length within a second, on the lengths of real clips."""
    minutes = library().scripts[script].minutes
    speaker = shipped(library())
    for place in library().scripts[script].places:
        for asked in (minutes.least, minutes.usual, minutes.most):
            _, timeline = spoken(library().scripts[script], PlanOptions(asked * 60, place=place), [speaker])
            assert abs(timeline.total - asked * 60) <= 1.0


def test_cues_are_spoken_slowly() -> None:
    """130 to 145 words a minute over cues of more than three words, the silence around each not counted.

    Somebody does what is said meanwhile. Shorter ones are slower: a word alone is drawn out.
    """
    speaker = shipped(library())
    texts = [text for text in texts_of(library()) if text != BELL and len(text.split()) > 3]
    words = sum(len(text.split()) for text in texts)
    spoken_seconds = sum(speaker.seconds_of(text) - AROUND for text in texts)
    assert 130 <= words / spoken_seconds * 60 <= 145


WITHOUT_AN_ENGINE = """
import sys
sys.modules.update(dict.fromkeys(
    ["numpy", "scipy", "lameenc", "miniaudio", "pyloudnorm", "py_nanotts", "onnxruntime", "misaki", "gtts"]
))
from speech.timeline.options import PlanOptions
from speech.audio.captions import captions
from speech.script.library import load_library
from speech.audio.speakers import shipped
library = load_library()
speaker = shipped(library)
timeline = speaker.plan(library.scripts["piriformis-ball"], PlanOptions(600.0))
track = speaker.track(timeline)
print(sum(map(len, track.chunks())) == track.size, captions(timeline)[:6])
"""


def test_playing_them_needs_no_engine() -> None:
    """A host that serves tracks has neither a voice nor an encoder, and nothing to compute with."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_AN_ENGINE], capture_output=True, text=True, check=True)
    assert done.stdout == "True WEBVTT\n"
