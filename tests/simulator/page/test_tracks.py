"""Track mode on a page: the real track, at the second that the device is at."""

from __future__ import annotations

import pytest

from speech.audio.mp3 import count_frames
from tests.support.page import OPEN, Room


def test_the_track_is_this_servers(room: Room) -> None:
    """What the device plays can be had here, in parts, and its captions too."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    track = echo.now["track"]
    assert track["playing"] and track["title"] == "Piriformis ball release"
    part = room.client.get(track["url"], headers={"Range": "bytes=19200-38399"})
    assert part.status_code == 206 and count_frames(part.data) == 100
    assert "-->" in room.client.get(track["url"].replace(".mp3", ".vtt")).text


def test_guide_and_caption_follow_the_track(room: Room) -> None:
    """Position, moment and caption advance with the device, and agree with one another."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    began = echo.now["track"]["position"]
    echo.look(2.0)
    assert echo.now["track"]["position"] == pytest.approx(began + 2.0, abs=0.01)
    guide = echo.now["guide"]
    assert guide["mode"] == "track" and not guide["paused"]
    assert guide["left"] == pytest.approx(guide["total"] - guide["at"], abs=0.01)
    cue = next(cue for cue in guide["cues"] if cue["start"] <= guide["at"] < cue["end"])
    assert echo.now["caption"] == cue["text"]


def test_only_built_in_commands_and_the_name_are_heard(room: Room) -> None:
    """In a track "pause" needs the wake word, and anything else the skill's name too."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    echo.say("Alexa, how long is left")
    assert echo.now["record"][-1]["note"].startswith("not for the skill") and echo.now["state"] == "playing"
    echo.say("Alexa, ask sciatica massage how long is left")
    assert echo.now["state"] == "speaking" and not echo.now["guide"]["paused"]
    assert echo.now["track"] is not None and not echo.now["track"]["playing"]
    assert "Alexa, pause" in echo.now["suggestions"]
    echo.until("playing")


def test_pause_and_resume_to_the_second(room: Room) -> None:
    """Paused at a second, the track stands there, and after the words that lead back it goes on from there."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    echo.look(9.0)
    echo.say("Alexa, pause")
    echo.until("idle")
    paused = echo.now["track"]
    at = echo.now["guide"]["at"]
    assert not paused["playing"] and echo.now["guide"]["paused"]
    assert echo.look(20.0)["track"]["position"] == paused["position"]
    echo.say("Alexa, resume")
    echo.until("playing")
    assert echo.now["guide"]["at"] == pytest.approx(at, abs=3.0)


def test_buttons(room: Room) -> None:
    """The buttons of the player do what they do on a device."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    at = echo.now["guide"]["at"]
    assert echo.press("Next")["guide"]["at"] > at
    assert echo.press("Pause")["state"] == "idle"
    assert echo.press("Play")["state"] == "playing"


def test_to_its_end(room: Room) -> None:
    """A track that was heard to its end is gone, and so is its guide."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    echo.look(speed=8)
    echo.until("idle")
    assert echo.now["track"] is None and echo.now["guide"] is None
    assert any(text.startswith("ends at") for text in echo.said("track"))


def test_no_track_without_a_player(room: Room) -> None:
    """A device without the audio player is told everything."""
    echo = room.echo("no player")
    echo.guided()
    assert echo.now["track"] is None and echo.now["guide"]["mode"] == "spoken"
    assert "AudioPlayer" not in echo.now["exchange"]["request"]["context"]
    assert echo.press("Pause")["state"] == "speaking"


def test_opened_in_a_track(room: Room) -> None:
    """Opening the skill anew while a track waits shows one guide, not two."""
    echo = room.echo()
    echo.guided()
    echo.until("playing")
    echo.look(10.0)
    echo.say(OPEN)
    assert echo.now["guide"]["script"] == "piriformis-ball"
    assert echo.now["refused"] is None
