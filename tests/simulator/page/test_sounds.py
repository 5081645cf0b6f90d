"""What is heard on a page: clips that last as long as the device believes, and nothing but what was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.simulator.page.sounds import BREATH, MOST_SOUNDS, Engine, Sounds, pico_at
from speech.audio.clips import ClipFolder, ClipPack, FirstOf
from speech.audio.mp3 import DECODER_DELAY, RATE
from speech.audio.rendering import key_of
from speech.audio.speakers import shipped_clips, shipped_voice
from speech.errors import PackDamaged
from speech.script.library import load_library, load_pace
from speech.script.pace import CUE_RATE, SLOW_RATE
from speech.ssml.reader import Words
from tests.support.needs import brought
from tests.support.page import OPEN, Room, nobody

miniaudio = brought("miniaudio", by="voice")
LIBRARY = load_library()
CUE = "Knees bent, feet flat."


def sounds(folder: Path, engine: Engine = nobody) -> Sounds:
    """The sounds of the package, and those of an engine."""
    return Sounds(shipped_clips(), shipped_voice(LIBRARY), engine, ClipFolder(folder), load_pace().seconds_of)


def seconds(mp3: bytes) -> float:
    """How long a decoder makes of it."""
    decoded = miniaudio.decode(mp3, nchannels=1, sample_rate=RATE)
    return float(decoded.num_frames / RATE)


def test_cues_are_the_shipped_clips(room: Room) -> None:
    """The sound of every cue of a spoken guide can be had, decodes, and lasts what its segment says."""
    echo = room.echo("no player")
    echo.guided()
    cues = {cue["text"] for cue in echo.now["guide"]["cues"]}
    spoken = [segment for segment in echo.now["speech"]["segments"] if segment["text"] in cues]
    assert len(spoken) > 10
    for segment in spoken[:6]:
        answer = room.client.get(segment["sound"])
        assert answer.status_code == 200 and answer.mimetype == "audio/mpeg"
        heard = seconds(answer.data) / segment["rate"]
        assert 0 <= heard - (segment["end"] - segment["start"]) <= 0.12 + DECODER_DELAY / RATE
    assert all(segment["rate"] == 1.0 for segment in spoken)


def test_a_part_of_a_sound(room: Room) -> None:
    """A browser may ask for a part, as it does to seek; what is no part is a plain 416."""
    echo = room.echo("no player")
    echo.guided()
    path = echo.now["speech"]["segments"][0]["sound"]
    whole = room.client.get(path).data
    part = room.client.get(path, headers={"Range": "bytes=192-383"})
    assert part.status_code == 206 and part.data == whole[192:384]
    assert room.client.get(path, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


def test_only_what_was_said(room: Room) -> None:
    """No clip can be had by a key that nobody was given, though the package holds it."""
    unsaid = key_of("Your right hip is next, just as gently.", shipped_voice(LIBRARY))
    assert shipped_clips().find(unsaid) is not None
    for key in (unsaid, "..", "x", "0" * 24, "%2e%2e%2fen"):
        assert room.client.get(f"/echo/sounds/{key}.mp3").status_code == 404


def test_without_an_engine_it_is_shown(room: Room) -> None:
    """What nobody can speak here is only shown, and takes its estimated time."""
    echo = room.echo()
    shown = echo.say(OPEN)
    segment = shown["speech"]["segments"][0]
    assert segment["sound"] is None
    assert segment["end"] - segment["start"] == pytest.approx(
        load_pace().seconds_of(segment["text"]) + BREATH, abs=0.002
    )


def test_a_slower_guide_is_played_slower(tmp_path: Path) -> None:
    """The one clip of a cue is heard at every pace: its seconds and the rate at which it is played agree."""
    mine, text = sounds(tmp_path), "One slow breath."
    for rate in (CUE_RATE, SLOW_RATE, 1.0):
        [(said, lasts)] = mine.says(Words(text, rate))
        sound = mine.sound_of(text, rate)
        assert said == text and sound is not None
        assert sound.rate == pytest.approx(rate / CUE_RATE, abs=0.001)
        assert lasts == pytest.approx(sound.clip.seconds / sound.rate)


def test_pico_speaks_the_rest(tmp_path: Path) -> None:
    """Where Pico is installed it speaks what no clip says; the device believes its length; it is kept for next time."""
    brought("py_nanotts", by="voice")
    mine = sounds(tmp_path, pico_at(LIBRARY.pronunciations))
    text = "Shall we start with your sciatica?"
    [(_, lasts)] = mine.says(Words(text))
    sound = mine.sound_of(text, 1.0)
    assert sound is not None and lasts == sound.clip.seconds and 1.2 < lasts < 3.5
    assert mine.clip(sound.key) == sound.clip
    assert 0 <= seconds(sound.clip.frames) - lasts <= 0.12 + DECODER_DELAY / RATE
    made = list(tmp_path.iterdir())
    again = sounds(tmp_path, pico_at(LIBRARY.pronunciations))
    assert [*again.says(Words(text))] == [(text, lasts)]
    assert len(made) == 1 and list(tmp_path.iterdir()) == made


def test_sentences_have_a_breath_between_them(tmp_path: Path) -> None:
    """Two sentences that follow one another without a break do not run into one another."""
    lengths = [lasts for _, lasts in sounds(tmp_path).says(Words("Come off the ball. Rest. Then go on."))]
    plain = [load_pace().seconds_of(text) for text in ("Come off the ball.", "Rest.", "Then go on.")]
    assert [round(has - needs, 3) for has, needs in zip(lengths, plain, strict=True)] == [BREATH, BREATH, 0.0]


def test_bounded(tmp_path: Path) -> None:
    """However much is said, only so many sounds are kept, the latest."""
    mine = sounds(tmp_path)
    [*mine.says(Words("One slow breath.", CUE_RATE))]
    assert mine.sound_of("One slow breath.", CUE_RATE) is not None
    for number in range(MOST_SOUNDS):
        [*mine.says(Words(f"Number {number}."))]
    assert mine.sound_of("One slow breath.", CUE_RATE) is None


def test_a_damaged_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the shipped clips the page still works: everything is shown, in its estimated time."""

    def damaged(language: str) -> ClipPack:
        raise PackDamaged(f"{language}.pack", "cannot be read")

    monkeypatch.setattr("skill.simulator.page.devices.shipped_clips", damaged)
    monkeypatch.setattr("skill.simulator.page.devices.tracks_of", lambda *_: None)
    echo = Room().echo()
    echo.guided()
    assert echo.now["state"] == "speaking" and echo.now["track"] is None
    assert all(segment["sound"] is None for segment in echo.now["speech"]["segments"])


def test_nobody_is_told(tmp_path: Path) -> None:
    """A voice that fails is no error: the text is shown."""
    empty = Sounds(FirstOf(), shipped_voice(LIBRARY), nobody, ClipFolder(tmp_path), load_pace().seconds_of)
    [(text, lasts)] = empty.says(Words(CUE, CUE_RATE))
    assert (text, empty.sound_of(CUE, CUE_RATE)) == (CUE, None) and lasts > 1.0
