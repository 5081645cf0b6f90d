"""Whole sessions in the shipped voice, decoded: every script at its least, usual and most minutes and five more.

What counts is what a player makes of the bytes: when each cue is heard, what is heard in between, every frame.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from speech.audio.assembly import BELL_BEFORE, clip_for, releases
from speech.audio.clips import BELL
from speech.audio.mp3 import RATE, count_frames
from speech.audio.speakers import Speaker, shipped, shipped_clips
from speech.audio.track import LEAD, Track
from speech.timeline.grid import FRAME_MILLISECONDS
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline
from tests.support.needs import brought
from tests.support.scripts import library
from tests.support.session_options import session_options

np = brought("numpy", by="voice")
miniaudio = brought("miniaudio", by="voice")
heard = brought("tests.support.heard", by="voice")
mastering = brought("speech.audio.mastering", by="voice")
Levels = Any

AUDIBLE = 0.02
"""The part of a cue's peak at which it is heard to begin."""
KEPT_BEFORE = 10
"""Milliseconds of a clip before its first audible sample."""
ONSET = 30
"""Milliseconds that a cue may be heard off its moment."""
BREATH = 100
"""Milliseconds of silence at least before any cue."""
NOTHING = 60
"""What no ear hears beside words: 54 dB under full scale."""


@cache
def speaker() -> Speaker:
    return shipped(library())


@cache
def bell() -> Levels:
    """From its first sample on; how soft it is, is tested beside it."""
    clip = clip_for(BELL, shipped_clips(), speaker().voice)
    samples = np.frombuffer(miniaudio.decode(clip.frames, nchannels=1, sample_rate=RATE).samples, np.int16)
    return heard.levels_of(samples)[FRAME_MILLISECONDS:]


def said(timeline: Timeline) -> list[tuple[int, int]]:
    """The milliseconds of the file at which each cue begins and ends, as planned."""
    return [(round(cue.start * 1000) + LEAD, round(cue.end * 1000) + LEAD) for cue in timeline.cues if cue.start >= 0]


@pytest.mark.parametrize("script", library().scripts)
def test_every_cue_is_heard_when_it_was_planned(script: str) -> None:
    """Within 30 ms, after silence, in a file of the asked length within a second, of frames that are all ours."""
    for options in session_options(script):
        timeline = speaker().plan(library().scripts[script], options)
        track = speaker().track(timeline)
        file = track.read(0, track.size)
        assert heard.faults(file) == [], options
        level = heard.levels(file)
        assert len(level) - LEAD == pytest.approx(options.seconds * 1000 if options.seconds else 0, abs=1_000), options
        assert len(said(timeline)) > 20
        for start, end in said(timeline):
            audible = level[start:end].max() * AUDIBLE
            onset = start - ONSET + int(np.argmax(level[start - ONSET : end] > audible))
            assert abs(onset - start - KEPT_BEFORE) <= ONSET, (options, start)
            assert level[start - BREATH : start].max() <= max(audible, NOTHING), (options, start)
        between(level, timeline, options)


def between(level: Levels, timeline: Timeline, options: PlanOptions) -> None:
    """Where no cue stands there is silence or, a second before a hold ends, the bell and nothing but the bell."""
    quiet = np.ones(len(level), bool)
    for start, end in said(timeline):
        quiet[start - ONSET : end + ONSET] = False
    free = quiet.copy()
    rings = 0
    for release in releases(timeline):
        start = round((release - BELL_BEFORE) * 1000) + LEAD
        end = start + round(mastering.NOTE_SECONDS * 1000)
        if quiet[start:end].all():
            rings += 1
            assert np.array_equal(level[start:end], bell()[: end - start]), (options, release)
            free[start - ONSET : end + ONSET] = False
    assert rings, options
    assert level[free].max() <= NOTHING, options
    assert free.mean() > 0.1


def test_what_is_decoded_in_pieces_is_what_a_player_hears() -> None:
    """The measure itself: a whole session decoded in one go has the same level in every millisecond."""
    track = speaker().track(speaker().plan(library().scripts["lower-back-wall"], PlanOptions()))
    file = track.read(0, track.size)
    whole = np.frombuffer(miniaudio.decode(file, nchannels=1, sample_rate=RATE).samples, np.int16)
    assert np.array_equal(heard.levels(file), heard.levels_of(whole))
    assert count_frames(file) == track.frames


def test_the_measure_finds_what_is_wrong() -> None:
    """Controls: a cue that is late, a sound where none belongs, and a frame that borrows are all noticed."""
    timeline = speaker().plan(library().scripts["lower-back-wall"], PlanOptions())
    track = speaker().track(timeline, bell=False)
    late = Track([*track.placed[:-1], shifted(track, 48)], track.milliseconds + 1_000)
    file = late.read(0, late.size)
    start, end = said(timeline)[-1]
    level = heard.levels(file)
    onset = start - ONSET + int(np.argmax(level[start - ONSET : end] > level[start:end].max() * AUDIBLE))
    assert onset - start - KEPT_BEFORE > ONSET
    with pytest.raises(AssertionError):
        between(heard.levels(track.read(0, track.size)), timeline, PlanOptions())
    frame = 192
    middle = (track.placed[3].first_frame + 3) * frame
    assert heard.faults(file[: 5 * frame] + file[middle : middle + frame] + file[5 * frame :]) != []


def shifted(track: Track, milliseconds: int) -> Any:
    last = track.placed[-1]
    return type(last)(last.milliseconds + milliseconds, last.frames, last.load)
