"""The simulated player: two kinds of device, what is fetched, and what is told of it."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from skill.server.track_routes import track_routes
from skill.simulator.device import State
from skill.simulator.echo import fetch_from
from skill.simulator.playback import Player, Sound, Words
from skill.simulator.record import Kind
from speech.timeline.options import PlanOptions
from tests.support.echo import FakeSkill, device, play, tell
from tests.support.silent_tracks import shared_tracks

PLAY = {"type": "AudioPlayer.Play", "playBehavior": "REPLACE_ALL"}
SOUND = Sound(60.0, (Words(1_000, 3_000, "Lie down."), Words(20_000, 21_000, "Breathe.")))


def put_on(player: Player, token: str = "a", offset: int = 0) -> list[str]:
    stream = {"url": "https://example.com/a.mp3", "token": token, "offsetInMilliseconds": offset}
    player.apply([{**PLAY, "audioItem": {"stream": stream}}], 0)
    return [event.name for event in player.go(0)]


def test_an_eager_player_tells_the_end_at_the_start() -> None:
    """Amazon's devices may tell that a track is nearly finished as soon as it is buffered."""
    player = Player(lambda url, offset: SOUND)
    assert put_on(player) == ["PlaybackStarted", "PlaybackNearlyFinished"]
    assert [event.name for event in player.advance(60_000)[0]] == ["PlaybackFinished"]


def test_another_player_tells_it_late() -> None:
    """Or ten seconds before its end; and it calls a track that waits for an answer PLAYING."""
    player = Player(lambda url, offset: SOUND, eager=False)
    assert put_on(player) == ["PlaybackStarted"]
    assert player.next() == 1_000
    assert [one.text for one in player.advance(25_000)[1]] == ["Lie down.", "Breathe."]
    assert player.next() == 50_000
    assert [event.name for event in player.advance(50_000)[0]] == ["PlaybackNearlyFinished"]
    player.interrupt(55_000)
    assert player.context(58_000) == {"token": "a", "offsetInMilliseconds": 55_000, "playerActivity": "PLAYING"}


def test_it_begins_within_a_track() -> None:
    """What was said before its millisecond is not said again."""
    player = Player(lambda url, offset: SOUND)
    put_on(player, offset=2_000)
    assert player.next() == 18_000
    assert [one.text for one in player.advance(18_000)[1]] == ["Breathe."]


def test_what_cannot_be_had_fails() -> None:
    """The player tells that it failed, and stays silent."""
    player = Player(lambda url, offset: None)
    assert put_on(player) == ["PlaybackFailed"] and not player.playing


def test_the_device_gets_the_bytes_from_where_it_begins() -> None:
    """A track is fetched over HTTP by the range that is needed; anything but its MP3 is a failure."""
    app = Flask(__name__)
    app.register_blueprint(track_routes(shared_tracks()))
    app.add_url_rule("/tracks/page.mp3", view_func=lambda: Response("<html>"))
    fetch = fetch_from(app.test_client())
    planned = shared_tracks().planned("piriformis-ball", PlanOptions(), True)
    assert planned is not None
    found = fetch(shared_tracks().url(planned.code), 120_000)
    assert found is not None and found.seconds == pytest.approx(360.24, abs=0.03)
    assert [one.text for one in found.words] == [cue.text for cue in planned.timeline.cues if cue.start >= 0]
    assert fetch("https://example.com/tracks/page.mp3", 0) is None
    assert fetch("https://example.com/tracks/other.mp3", 0) is None


def test_a_track_is_heard() -> None:
    """What is said in a track stands in the record, at its seconds."""
    skill = FakeSkill(LaunchRequest=tell("Here.", play("a")))
    echo = device(skill, fetch=lambda url, offset: SOUND)
    echo.say("Alexa, open sciatica massage")
    echo.wait(30)
    said = [(moment.at, moment.text) for moment in echo.record if moment.kind is Kind.PLAYED]
    assert said == [(2, "Lie down."), (21, "Breathe.")]
    assert echo.state == State.PLAYING
    echo.press("Pause")
    assert skill.names[-1] == "PauseCommandIssued" and "session" not in skill.envelopes[-1]
