from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio.clips import Clip
from speech.audio.mp3 import FRAME_BYTES, SILENT_FRAME, count_frames
from speech.audio.track import CHUNK, LEAD, Placed, Track
from speech.errors import ClipsOverlap, FramesDamaged
from speech.timeline.grid import FRAME_MILLISECONDS
from tests.support.audio import made_up_clip


def placed(milliseconds: int, clip: Clip) -> Placed:
    return Placed(milliseconds, len(clip.frames) // FRAME_BYTES, lambda: clip)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Clips of any lengths with any gaps between them, and any silence at the end."""
    clips: list[Placed] = []
    frame = draw(st.integers(0, 3))
    for seed in range(draw(st.integers(0, 6))):
        clip = made_up_clip(draw(st.integers(1, 40)), seed)
        clips.append(placed(frame * FRAME_MILLISECONDS, clip))
        frame += clips[-1].frames + draw(st.one_of(st.just(0), st.integers(0, 900)))
    return Track(clips, frame * FRAME_MILLISECONDS + draw(st.integers(0, 100)))


def spelled_out(track: Track) -> bytes:
    """The whole file by the plainest means: silence, and each clip written over it."""
    data = bytearray(SILENT_FRAME * track.frames)
    for each in track.placed:
        at = ((LEAD + each.milliseconds) // FRAME_MILLISECONDS - 1) * FRAME_BYTES
        data[at : at + each.frames * FRAME_BYTES] = each.load().frames
    return bytes(data)


@given(tracks(), st.data())
def test_any_range_is_what_the_whole_file_has_there(track: Track, data: st.DataObject) -> None:
    """Whatever a player asks for, it gets those bytes: nothing depends on where it begins."""
    whole = track.read(0, track.size)
    assert whole == spelled_out(track)
    for _ in range(20):
        start, stop = (data.draw(st.integers(0, track.size)) for _ in range(2))
        assert track.read(start, stop) == whole[start:stop]


@given(tracks())
def test_its_length_is_known_before_a_clip_is_read(track: Track) -> None:
    """The milliseconds asked for and the lead, up to a whole frame; frame by frame, all of them ours."""
    assert 0 <= track.frames * FRAME_MILLISECONDS - (LEAD + track.milliseconds) < FRAME_MILLISECONDS
    assert track.size == track.frames * FRAME_BYTES
    assert count_frames(track.read(0, track.size)) == track.frames


@given(tracks(), st.data())
def test_chunks_are_the_file_a_little_at_a_time(track: Track, data: st.DataObject) -> None:
    """However long a track, no more than a chunk of it is held."""
    start, stop = sorted(data.draw(st.integers(0, track.size)) for _ in range(2))
    chunks = list(track.chunks(start, stop))
    assert b"".join(chunks) == track.read(start, stop)
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)
    assert b"".join(track.chunks()) == track.read(0, track.size)


def test_what_lies_outside_the_file_is_nothing() -> None:
    """A range beyond either end is cut to what there is."""
    track = Track([placed(24, made_up_clip(2))], 1_000)
    whole = track.read(0, track.size)
    assert track.read(-5, track.size + 5) == whole
    assert track.read(track.size, track.size + 5) == b""
    assert track.read(7, 7) == track.read(9, 3) == b""
    assert b"".join(track.chunks(track.size - 3, track.size + 100)) == whole[-3:]


def test_only_the_clips_that_are_needed_are_read() -> None:
    """A range in the middle of half an hour reads one clip, not all."""
    clip = made_up_clip(10)
    loaded: list[int] = []

    def loading(number: int) -> Clip:
        loaded.append(number)
        return clip

    clips = [Placed(number * 24_000, 10, lambda number=number: loading(number)) for number in range(70)]  # type: ignore[misc]
    track = Track(clips, 30 * 60_000)
    at = clips[40].first_frame * FRAME_BYTES
    track.read(at + 100, at + 200)
    assert loaded == [40]
    loaded.clear()
    track.read(at - 1_000, at)
    assert loaded == []


@pytest.mark.parametrize(
    ("moments", "length"),
    [([0, 216], 1_200), ([0, 100], 1_200), ([240, 0], 1_200), ([-240, 0], 1_200), ([0], 180), ([1_200], 1_200)],
    ids=["too early", "no frame begins there", "out of order", "before the file", "cut off", "after the end"],
)
def test_clips_never_overlap(moments: list[int], length: int) -> None:
    """A track that could not be played as planned is refused when it is made."""
    with pytest.raises(ClipsOverlap):
        Track([placed(moment, made_up_clip(10)) for moment in moments], length)


def test_clips_may_follow_one_another_at_once() -> None:
    """Ten frames are 240 ms: the next clip may begin there."""
    Track([placed(0, made_up_clip(10)), placed(240, made_up_clip(10))], 480)


def test_a_clip_of_another_length_than_planned_is_refused() -> None:
    """Rendered anew since, it would move all that follows: an error, never a shifted file."""
    track = Track([Placed(0, 5, lambda: made_up_clip(6))], 1_200)
    with pytest.raises(FramesDamaged):
        track.read(0, track.size)
