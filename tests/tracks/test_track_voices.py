"""Who speaks a track: one voice from beginning to end, of clips that are there or that Pico makes in time."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from skill.alexa import skill as conversing
from skill.server.compose import build_conversation
from skill.server.config import VOICES, Settings
from skill.server.track_routes import track_routes
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.tracks.code import decode
from skill.tracks.planning import Planned, Tracks, tracks_of
from speech.audio.assembly import clip_for
from speech.audio.clips import Clip, ClipFolder
from speech.audio.rendering import keep, key_of, render, texts_of
from speech.audio.speakers import Speaker, clip_folder, kept, rendering
from speech.audio.voices import CHOOSABLE_VOICES, SHIPPED, Silent, Voice
from speech.audio.voices.pico import Pico
from speech.errors import ClipMissing
from speech.script.library import load_library
from speech.script.model import Library
from speech.script.pace import CUE_RATE
from speech.timeline.options import PlanOptions
from tests.support.audio import Humming
from tests.support.guided import SETTINGS
from tests.support.listener import shared_resources
from tests.support.needs import brought
from tests.support.package import small_package
from tests.support.track_talk import BEGINNING, TrackTalk

brought("speech.audio.mastering", by="voice")
ADDRESS = "https://massage.example.com"
ASK = PlanOptions(240)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Clips are kept here, and at first there are none."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sciatica-massage" / "clips"


@pytest.fixture
def small(tmp_path: Path) -> Library:
    """A script of somebody's own, of which nothing is shipped."""
    return load_library(folder=small_package(tmp_path / "small"))


def status_of(tracks: Tracks, code: str) -> int:
    app = Flask(__name__)
    app.register_blueprint(track_routes(tracks))
    return app.test_client().get(f"/tracks/{code}.mp3").status_code


def code_of(planned: Planned | None) -> str | None:
    return planned.code if planned is not None else None


def voice_of(planned: Planned | None) -> str | None:
    plan = decode(planned.code) if planned is not None else None
    return plan.voice if plan is not None else None


def of(library: Library, voice: str) -> Tracks:
    tracks = tracks_of(ADDRESS, library, voice)
    assert tracks is not None
    return tracks


def test_pico_speaks_what_nobody_has_spoken(small: Library, cache: Path) -> None:
    """A script of one's own is a track in Pico's voice once all of it is spoken, and then for every worker."""
    brought("py_nanotts", by="voice")
    first, second = of(small, SHIPPED), of(small, SHIPPED)
    assert first.planned("press", ASK, True) is None and second.planned("press", ASK, True) is None
    made = first.rendered("press", ASK, True, 60.0)
    assert made is not None and voice_of(made) == "pico"
    assert code_of(second.planned("press", ASK, True)) == made.code
    # Whatever voice is chosen later, a device that holds the code gets the same bytes; without its clips, a 404.
    other = of(small, "kokoro")
    found = other.find(made.code)
    assert found is not None and found.track.read(0, found.track.size) == made.track.read(0, made.track.size)
    assert other.planned("press", ASK, True) is None and status_of(other, made.code) == 200
    (cache / f"{key_of(made.timeline.cues[-1].text, Pico(small.pronunciations))}.clip").unlink()
    assert [status_of(tracks, made.code) for tracks in (first, second, other)] == [404] * 3
    assert first.planned("press", ASK, True) is None
    again = first.rendered("press", ASK, True, 60.0)
    assert again is not None and again.code == made.code and status_of(other, made.code) == 200


def test_the_next_request_gets_further(small: Library, cache: Path) -> None:
    """What was rendered in time is kept; that it did not suffice is forgotten by the next request."""
    voice, folder, now = Humming(), ClipFolder(cache), iter(range(1_000_000))
    maker = partial(rendering, voice, folder, clock=lambda: float(next(now)))
    tracks = Tracks(small, ADDRESS, [kept(voice, folder)], renderer=maker)
    counts = []
    for _ in range(20):
        made = tracks.rendered("press", ASK, True, 5.0)
        counts.append(len(list(cache.iterdir())))
        if made is not None:
            break
    assert made is not None and code_of(tracks.planned("press", ASK, True)) == made.code
    assert len(counts) > 1 and all(4 <= more - less <= 6 for less, more in zip([0, *counts], counts[:-1], strict=False))


def test_a_request_that_has_no_time_left_renders_nothing(small: Library, cache: Path) -> None:
    """Nor does one for a guide that waits, which no track can."""
    tracks = Tracks(small, ADDRESS, [kept(Humming(), ClipFolder(cache))], renderer=partial(rendering, Humming()))
    for options, seconds in ((ASK, 0.0), (ASK, -1.0), (replace(ASK, waits=True), 60.0)):
        assert tracks.rendered("press", options, True, seconds) is None
    assert not cache.exists()


@pytest.mark.parametrize("trouble", ["hoarse", "no room"])
def test_a_voice_that_fails_is_told_once(
    trouble: str, small: Library, cache: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """An engine that is missing or fails, or a full disk, costs the track and not the answer; it is not tried again."""
    folder, notes = ClipFolder(cache), tmp_path / "notes"
    voice = Humming(failing="Off the ball." if trouble == "hoarse" else "", notes=notes)
    if trouble == "no room":
        cache.parent.mkdir(parents=True)
        cache.write_text("a file where the folder should be")
    tracks = Tracks(small, ADDRESS, [kept(voice, folder)], renderer=partial(rendering, voice, folder))
    with caplog.at_level(logging.WARNING, "skill.tracks.planning"):
        assert tracks.rendered("press", ASK, True, 60.0) is None
        said = notes.read_text()
        assert tracks.rendered("press", ASK, True, 60.0) is None
    assert notes.read_text() == said
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "press is spoken by Alexa's own voice"
    ]  # fmt: skip


def test_a_voice_that_lacks_one_sentence_leaves_the_whole_track_to_the_next(small: Library, cache: Path) -> None:
    """Never one sentence in one voice and the next in another."""
    first, second = Humming(made_by="first", name="first"), Humming(made_by="second", name="second")
    folder, texts = ClipFolder(cache), texts_of(small)
    render(texts, second, folder, processes=1)
    for text in texts:
        if text != "Off the ball.":
            folder.put(key_of(text, first), clip_for(text, folder, second))
    tracks = Tracks(small, ADDRESS, [kept(first, folder), kept(second, folder)])
    made = tracks.planned("press", ASK, True)
    assert made is not None and voice_of(made) == "second"
    assert tracks.timeline_of("press", ASK) == made.timeline
    keep("Off the ball.", first, folder)
    assert voice_of(tracks.planned("press", ASK, True)) == "first"
    assert code_of(tracks.find(made.code)) == made.code, "what was said in the second voice is still served"


@pytest.mark.parametrize("voice", VOICES)
def test_the_setting_chooses(voice: str) -> None:
    """What is shipped is in the studio voice; another has no clips here, Google's leaves all to the shipped ones."""
    tracks = of(shared_resources().library, voice)
    assert voice_of(tracks.planned("piriformis-ball", PlanOptions(), True)) == (None if voice == "pico" else "kokoro")
    assert set(VOICES) == {SHIPPED, *CHOOSABLE_VOICES}


def test_the_skill_plays_in_the_voice_of_its_settings() -> None:
    """From the environment to the tracks."""
    env = {"MASSAGE_DATABASE_URL": "sqlite://", "MASSAGE_PUBLIC_URL": ADDRESS, "MASSAGE_VOICE": "pico"}
    settings = Settings.from_environment(env)
    tracks = build_conversation(settings, Memory(None, IdKey(SETTINGS.id_key)), lambda: 0.0).tracks
    assert tracks is not None and tracks.planned("piriformis-ball", PlanOptions(), True) is None


def test_a_track_is_rendered_before_it_is_played(cache: Path) -> None:
    """Nothing was ever spoken: the first answers make it, the device plays it, and the plan is as it is heard."""
    resources, folder = shared_resources(), clip_folder()
    voice: Voice = Silent(resources.pace.at_rate(CUE_RATE).seconds_of)
    tracks = Tracks(resources.library, ADDRESS, [kept(voice, folder)], renderer=lambda _: rendering(voice, folder))
    talk = TrackTalk(*BEGINNING, tracks=tracks)
    assert ".silent." in talk.token.code and "about" in talk.say("ask sciatica massage how long is left").lower()
    assert list(cache.iterdir())


def test_nobody_in_pain_waits_for_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guide whose clips are not ready is spoken; at most five seconds are asked for, and none where it hurts."""
    asked: list[float] = []

    def maker(seconds: float) -> Speaker:
        asked.append(seconds)
        return Speaker(Humming(), Nobody())

    tracks = Tracks(shared_resources().library, ADDRESS, [Speaker(Humming(), Nobody())], renderer=maker)
    talk = TrackTalk(*BEGINNING, tracks=tracks)
    assert asked and all(0 < seconds <= 5.0 for seconds in asked)
    talk.device.wait(60)
    before = len(asked)
    assert "off the ball" in talk.say("it hurts").lower()
    assert len(asked) == before
    monkeypatch.setattr(conversing, "TRACK_TIMEOUT", 0.0)
    TrackTalk(*BEGINNING, tracks=tracks)
    assert len(asked) == before


class Nobody:
    """No clips."""

    def find(self, key: str) -> Clip | None:
        return None


def test_what_lacks_is_named(small: Library, cache: Path) -> None:
    """Where nobody has all of it, what the first lacks."""
    tracks = Tracks(small, ADDRESS, [Speaker(Humming(name="first"), Nobody()), Speaker(Humming(), Nobody())])
    with pytest.raises(ClipMissing, match="first"):
        tracks.timeline_of("press", ASK)
