"""Who speaks a track: one voice for all of it, with the clips there are or those it makes in time."""

from __future__ import annotations

import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from speech.audio import speakers as shipping
from speech.audio.clips import BELL, ClipFolder, FirstOf, write_pack
from speech.audio.rendering import clip_of, key_of, missing, texts_of
from speech.audio.speakers import Speaker, clip_folder, rendering, shipped_voice, speakers, spoken
from speech.audio.voices import SHIPPED
from speech.errors import ClipMissing, PackDamaged, UnknownVoice, VoiceUnavailable
from speech.script.library import load_library
from speech.script.model import Library
from speech.timeline.options import PlanOptions
from tests.support.audio import Humming
from tests.support.needs import brought
from tests.support.package import small_package
from tests.support.scripts import pace

brought("speech.audio.mastering", by="voice")


@pytest.fixture
def small(tmp_path: Path) -> Library:
    return load_library(folder=small_package(tmp_path / "small"))


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the shipped clips are looked for; nothing is there."""
    file = tmp_path / "en.pack"
    monkeypatch.setattr(shipping, "shipped_file", lambda language="en": file)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shipping.shipped_clips.cache_clear()
    yield file
    shipping.shipped_clips.cache_clear()


def test_a_voice_makes_what_a_track_needs_and_keeps_it(small: Library, folder: ClipFolder, tmp_path: Path) -> None:
    """The first time it speaks; the second time the clips are there."""
    script, notes = small.scripts["press"], tmp_path / "notes"
    speaker, timeline = spoken(script, PlanOptions(240), [rendering(Humming(notes=notes), folder)])
    said = {cue.text for cue in timeline.cues if cue.start >= 0}
    assert said <= set(texts_of(small)) - set(missing(texts_of(small), speaker.voice, folder))
    assert timeline.cues[-1].text == small.phrases.closing[-1]
    lines = notes.read_text().splitlines()
    assert len(lines) == len(set(lines))
    again, same = spoken(script, PlanOptions(240), [rendering(Humming(notes=notes), folder)])
    assert notes.read_text().splitlines() == lines
    assert same == timeline
    first, second = (each.track(timeline) for each in (speaker, again))
    assert first.read(0, first.size) == second.read(0, second.size)


def test_rendering_that_takes_too_long_is_given_up(small: Library, folder: ClipFolder) -> None:
    """What was made is kept, so that the next time it gets further."""
    now = iter(range(0, 10_000, 2))
    slow = rendering(Humming(), folder, seconds=9, clock=lambda: float(next(now)))
    with pytest.raises(ClipMissing):
        spoken(small.scripts["press"], PlanOptions(240), [slow])
    assert len(list(folder.folder.iterdir())) == 4
    spoken(small.scripts["press"], PlanOptions(240), [rendering(Humming(), folder, seconds=600)])


def test_a_voice_that_fails_leaves_the_whole_track_to_another(small: Library, folder: ClipFolder) -> None:
    """Never one sentence in one voice and the next in another; what the first lacked is told where nobody can."""
    hoarse = rendering(Humming(failing="Off the ball.", made_by="hoarse", name="hoarse"), folder)
    speaker, timeline = spoken(small.scripts["press"], PlanOptions(240), [hoarse, rendering(Humming(), folder)])
    assert speaker.voice.name == "humming"
    keys = {key_of(cue.text, speaker.voice) for cue in timeline.cues if cue.start >= 0}
    assert all(folder.find(key) for key in keys)
    with pytest.raises(VoiceUnavailable, match="hoarse"):
        spoken(small.scripts["press"], PlanOptions(240), [hoarse, Speaker(Humming(made_by="nobody"), folder)])


def test_the_shipped_voice_comes_first_and_pico_for_all_it_lacks(small: Library, pack: Path) -> None:
    """ "shipped" is every clip of the package, or none of them."""
    brought("py_nanotts", by="voice")
    voice = shipped_voice(small)
    every = {key_of(text, voice): clip_of(text, Humming() if text != BELL else voice) for text in texts_of(small)}
    write_pack(pack, every)
    script = small.scripts["press"]
    speaker, timeline = spoken(script, PlanOptions(240), speakers(SHIPPED, small, pace(1.0)))
    assert speaker.voice == voice
    shipping.shipped_clips.cache_clear()
    write_pack(pack, {key: clip for key, clip in every.items() if key != key_of("Off the ball.", voice)})
    speaker, timeline = spoken(script, PlanOptions(240), speakers(SHIPPED, small, pace(1.0)))
    assert speaker.voice.name == "pico"
    assert not missing([cue.text for cue in timeline.cues if cue.start >= 0], speaker.voice, clip_folder())
    with pytest.raises(ClipMissing):
        spoken(script, PlanOptions(240), [speakers(SHIPPED, small, pace(1.0))[0]])


def test_without_shipped_clips_it_is_said(small: Library, pack: Path) -> None:
    """What to do about it too; and no voice but a known one."""
    with pytest.raises(PackDamaged, match="massage clips --pack"):
        speakers(SHIPPED, small, pace(1.0))
    with pytest.raises(UnknownVoice):
        speakers("piko", small, pace(1.0))
    assert [each.voice.name for each in speakers("silent", small, pace(1.0))] == ["silent"]


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of a container may have none: what is shipped is played all the same."""

    def nowhere(user: int) -> pwd.struct_passwd:
        raise KeyError(user)

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nowhere)
    assert clip_folder().find("0" * 24) is None


def test_the_first_place_that_has_a_clip_gives_it(folder: ClipFolder, tmp_path: Path) -> None:
    """In order; none is no mistake."""
    other, voice = ClipFolder(tmp_path / "other"), Humming()
    clips = [clip_of(text, voice) for text in ("One.", "One and two.")]
    other.put("0" * 24, clips[0])
    assert FirstOf(folder, other).find("0" * 24) == clips[0]
    folder.put("0" * 24, clips[1])
    assert FirstOf(folder, other).find("0" * 24) == clips[1]
    assert FirstOf().find("0" * 24) is None
