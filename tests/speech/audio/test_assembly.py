"""Tracks of real scripts: what is planned is what a player makes of the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.audio.assembly import BELL_BEFORE, measured, releases, sound
from speech.audio.clips import BELL
from speech.audio.mp3 import FRAME_SAMPLES, RATE
from speech.audio.rendering import key_of, texts_of
from speech.audio.track import LEAD, Track
from speech.errors import ClipMissing, ClipsOverlap
from speech.timeline.grid import FRAMES
from speech.timeline.layout import SecondsOf
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from speech.timeline.plan import Timeline, plan
from tests.support.needs import brought
from tests.support.scripts import library, pace
from tests.support.session_options import session_options

np = brought("numpy", by="voice")
miniaudio = brought("miniaudio", by="voice")
marked = brought("tests.support.marked", by="voice")
sounds = brought("tests.support.heard", by="voice")
Samples = Any
Levels = Any

ONSET = 0.030
"""Seconds that a cue may be heard off its moment."""
LOUD = 8_000
"""Sample values that only words reach: the bell stays below."""
LONGEST_HOLE = 0.1
"""Seconds without a loud sample that may lie within one clip."""
VOICE = marked.Marked()


@cache
def clips() -> Any:
    return marked.InMemory(texts_of(library()))


@cache
def seconds_of() -> SecondsOf:
    return measured(clips(), VOICE)


def planned(script: str, options: PlanOptions) -> Timeline:
    return plan(library().scripts[script], options, seconds_of(), FRAMES, library().phrases.closing)


def heard(track: Track) -> Samples:
    decoded = miniaudio.decode(track.read(0, track.size), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, dtype=np.int16)


def sounding(level: Levels) -> Iterator[tuple[float, float]]:
    """Seconds at which something loud begins and ends, by nothing but its energy."""
    loud = np.flatnonzero(level > LOUD)
    if len(loud):
        holes = np.flatnonzero(np.diff(loud) > LONGEST_HOLE * 1000)
        begins, ends = np.concatenate(([loud[0]], loud[holes + 1])), np.concatenate((loud[holes], [loud[-1]]))
        yield from zip(begins / 1000, ends / 1000, strict=True)


@pytest.mark.parametrize("script", library().scripts)
def test_every_cue_is_heard_when_it_was_planned(script: str) -> None:
    """Each begins and ends within 30 ms, nothing else is loud, and the length is what was asked, within a second."""
    for options in session_options(script):
        timeline = planned(script, options)
        track = sound(timeline, clips(), VOICE)
        level = sounds.levels(track.read(0, track.size))
        assert len(level) / 1000 - LEAD / 1000 == pytest.approx(options.seconds, abs=1.0)
        said = [cue for cue in timeline.cues if cue.start >= 0]
        found = list(sounding(level))
        assert len(found) == len(said)
        for cue, (begin, end) in zip(said, found, strict=True):
            assert begin == pytest.approx(cue.start + LEAD / 1000, abs=ONSET)
            assert end == pytest.approx(cue.start + seconds_of()(cue.text) + LEAD / 1000, abs=ONSET)


def test_between_clips_there_is_nothing_at_all() -> None:
    """Zeros, to the sample, wherever no clip and no bell stands."""
    track = sound(planned("piriformis-ball", PlanOptions(360)), clips(), VOICE)
    samples = heard(track)
    silent = np.ones(len(samples), dtype=bool)
    for each in track.placed:
        silent[each.first_frame * FRAME_SAMPLES : (each.first_frame + each.frames) * FRAME_SAMPLES] = False
    assert silent.mean() > 0.4
    assert not samples[silent].any()


def test_a_bell_a_second_before_every_hold_ends() -> None:
    """Soft, in silence, once for each hold; without it, the rest is as it was."""
    timeline = planned("piriformis-ball", PlanOptions(480))
    with_bell, without = (sound(timeline, clips(), VOICE, bell) for bell in (True, False))
    notes = {each.milliseconds for each in with_bell.placed} - {each.milliseconds for each in without.placed}
    assert sorted(notes) == [round((moment - BELL_BEFORE) * 1000) for moment in releases(timeline)]
    assert len(notes) == sum(1 for _ in timeline.holds()) > 3
    assert with_bell.size == without.size
    samples = heard(with_bell)
    for note in notes:
        start = round((LEAD + note) * RATE / 1000)
        rings = np.abs(samples[start : start + RATE].astype(np.int32))
        assert 100 < rings.max() < LOUD


@settings(max_examples=40)
@given(st.data())
def test_the_bell_is_never_heard_under_words(data: st.DataObject) -> None:
    """However talkative, slow or changed a guide is: where something is being said, there is no bell."""
    script = data.draw(st.sampled_from(list(library())))
    least, most = round(script.minutes.least * 60), round(script.minutes.most * 60)
    talk, soft = data.draw(st.sampled_from(list(LONGEST_SILENCE))), data.draw(st.booleans())
    timeline = planned(script.id, PlanOptions(float(data.draw(st.integers(least, most))), cue_density=talk, soft=soft))
    words = sound(timeline, clips(), VOICE, bell=False).placed
    track = sound(timeline, clips(), VOICE)
    spoken = {each.milliseconds for each in words}
    for note in (each for each in track.placed if each.milliseconds not in spoken):
        end = note.milliseconds + 900
        assert not any(word.milliseconds < end and note.milliseconds < word.milliseconds + 24 * word.frames - 96
                       for word in words)  # fmt: skip


def test_a_bell_gives_way_to_words() -> None:
    """A cue that is still being said when the note would sound: the note is left out, and the cue stays."""
    timeline = planned("piriformis-ball", PlanOptions(360))
    release = next(releases(timeline))
    before = max((cue for cue in timeline.cues if cue.start < release), key=lambda cue: cue.start)
    late = replace(before, start=FRAMES.before(release - 3.0 - before.end + before.start + 2.5))
    moved = replace(timeline, cues=tuple(late if cue is before else cue for cue in timeline.cues))
    track = sound(moved, clips(), VOICE)
    assert round((release - BELL_BEFORE) * 1000) not in {each.milliseconds for each in track.placed}
    assert round(late.start * 1000) in {each.milliseconds for each in track.placed}


def test_a_track_begins_when_the_person_is_ready() -> None:
    """The way down is spoken before it; a file that is taken along may begin with it, without the wait."""
    timeline = planned("piriformis-ball", PlanOptions(360))
    track, whole = sound(timeline, clips(), VOICE), sound(timeline, clips(), VOICE, begin=timeline.start)
    assert track.milliseconds == 360_000
    assert track.placed[0].milliseconds == 0
    assert whole.milliseconds == round((360 - timeline.start) * 1000)
    waits = {span.step for span in timeline.spans if span.kind == "open"}
    waiting = [cue for cue in timeline.cues if cue.step in waits]
    way_down = [cue for cue in timeline.cues if cue.start < 0]
    assert waiting and len(whole.placed) == len(track.placed) + len(way_down) - len(waiting)
    moved = round(-timeline.start * 1000)
    assert [each.milliseconds + moved for each in track.placed] == [
        each.milliseconds for each in whole.placed if each.milliseconds >= moved
    ]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """A track is planned from lengths; one range of it reads the clips in it, and no others."""
    store = marked.InMemory(texts_of(library()))
    timeline = planned("piriformis-ball", PlanOptions(360))
    track = sound(timeline, store, VOICE)
    assert store.asked == len({cue.text for cue in timeline.cues if cue.start >= 0} | {BELL})
    store.asked = 0
    track.read(track.placed[5].first_frame * 192, track.placed[5].first_frame * 192 + 100)
    assert store.asked == 1


def test_what_nobody_has_spoken_is_named() -> None:
    """Text and voice: in planning where lengths are measured, and in sounding."""
    timeline = planned("piriformis-ball", PlanOptions(360))
    cue = next(cue for cue in timeline.cues if cue.start > 100)
    store = marked.InMemory(text for text in texts_of(library()) if text != cue.text)
    with pytest.raises(ClipMissing) as caught:
        sound(timeline, store, VOICE)
    assert (caught.value.text, caught.value.voice) == (cue.text, "marked")
    with pytest.raises(ClipMissing):
        measured(store, VOICE)(cue.text)
    assert measured(store, VOICE, pace(1.0))(cue.text) == pace(1.0)(cue.text)


def test_lengths_that_are_not_those_of_the_clips_are_refused() -> None:
    """A timeline for another voice never becomes a track in which words run into each other."""
    script = library().scripts["piriformis-ball"]
    with pytest.raises(ClipsOverlap):
        sound(plan(script, PlanOptions(360), lambda text: 0.05, FRAMES), clips(), VOICE)
    with pytest.raises(ClipsOverlap):
        sound(plan(script, PlanOptions(360), seconds_of()), clips(), VOICE)


def test_the_lengths_are_those_of_the_clips() -> None:
    """Looked up once a text, the bell among them."""
    store = marked.InMemory(texts_of(library()))
    lengths = measured(store, VOICE)
    for text in texts_of(library())[-20:]:
        assert lengths(text) == lengths(text) == store.kept[key_of(text, VOICE)].seconds
    assert store.asked == 20
