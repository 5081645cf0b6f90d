"""A device on a page: its time follows the real clock, and what it does is what the simulated Echo does."""

from __future__ import annotations

from itertools import pairwise
from threading import Thread
from typing import Any

import pytest

from skill.alexa.skill import Conversation
from skill.simulator.page.devices import LONGEST_ABSENCE
from tests.support.page import OPEN, Page, Room


def test_nothing_yet(room: Room) -> None:
    """A new device is idle, says nothing, and suggests how to begin."""
    shown = room.echo().now
    assert (shown["state"], shown["session"], shown["next"], shown["now"]) == ("idle", False, None, 0.0)
    assert shown["record"] == [] and shown["speech"] is shown["guide"] is shown["track"] is shown["exchange"] is None
    assert OPEN in shown["suggestions"]


def test_spoken_mode_in_its_time(room: Room) -> None:
    """What is said is heard sentence by sentence in its seconds, silences too, and then the device listens."""
    echo = room.echo("no player")
    shown = echo.say(OPEN)
    segments = shown["speech"]["segments"]
    assert shown["state"] == "speaking" and shown["caption"] == segments[0]["text"] == "Welcome to Sciatica Massage."
    assert all(one["end"] == after["start"] for one, after in pairwise(segments))
    for segment in segments:
        echo.look((segment["start"] + segment["end"]) / 2 - echo.now["now"])
        assert echo.now["caption"] == segment["text"]
    echo.look(segments[-1]["end"] - echo.now["now"])
    assert echo.now["state"] == "listening" and echo.now["speech"] is None
    assert echo.now["listening_until"] == pytest.approx(segments[-1]["end"] + 8.0, abs=0.002)
    assert echo.said("words") == [segment["text"] for segment in segments]


def test_nobody_answers(room: Room) -> None:
    """After eight seconds she asks once more; after eight more the session is over."""
    echo = room.echo()
    echo.say(OPEN)
    echo.until("listening")
    echo.look(7.9)
    assert echo.now["state"] == "listening"
    echo.look(0.2)
    assert echo.now["state"] == "speaking" and echo.now["record"][-2]["kind"] == "reprompt"
    echo.until("listening")
    echo.look(8.1)
    assert (echo.now["state"], echo.now["session"]) == ("idle", False)
    assert echo.said("ended") == ["nobody answered"]
    assert echo.now["exchange"]["intent"] == "SessionEndedRequest"


def test_it_listens_as_long_as_any_device(room: Room) -> None:
    """Whatever the speed, people have eight seconds to answer: then comes the reprompt, at the speed again."""
    echo = room.echo()
    echo.say(OPEN, speed=8)
    speech = echo.now["speech"]["segments"][-1]["end"] - echo.now["now"]
    echo.look(speech / 8 + 7.9)
    assert (echo.now["state"], echo.now["pace"], echo.now["speed"]) == ("listening", 1, 8)
    echo.look(0.2)
    assert (echo.now["state"], echo.now["pace"]) == ("speaking", 8)
    before = echo.now["now"]
    assert echo.look(0.25)["now"] - before == pytest.approx(2.0, abs=0.01)


def test_the_moment_stands_while_something_else_is_said(room: Room) -> None:
    """What is said before the way down, and a question, take no time of the massage: the cursor does not move."""
    echo = room.echo("no player")
    echo.say(OPEN)
    echo.until("listening")
    echo.say("yes")
    stood = echo.now["guide"]["at"]
    assert not echo.now["guide"]["moves"]
    assert echo.look(3.0)["guide"]["at"] == stood
    echo.until("listening")
    assert not echo.now["guide"]["moves"]
    echo.say("ready")
    began = echo.look(5.0)["guide"]
    assert began["moves"] and echo.look(1.0)["guide"]["at"] == pytest.approx(began["at"] + 1.0, abs=0.05)


@pytest.mark.parametrize("speed", [1, 2, 8])
def test_speed(room: Room, speed: int) -> None:
    """Device time passes so many times faster than real time, from when the page asked for it."""
    echo = room.echo()
    echo.say(OPEN, speed=speed)
    before = echo.now["now"]
    assert echo.look(1.5)["speed"] == speed
    assert echo.now["now"] - before == pytest.approx(1.5 * speed)
    echo.look(speed=1)
    before = echo.now["now"]
    assert echo.look(2.0)["now"] - before == pytest.approx(2.0)


def test_a_page_that_slept(room: Room) -> None:
    """A device makes up for a minute at most: nobody's massage runs through while a laptop is closed."""
    echo = room.echo("no player")
    echo.guided()
    before = echo.now["now"]
    echo.look(3_600.0)
    assert echo.now["now"] - before == pytest.approx(LONGEST_ABSENCE)
    assert echo.now["guide"]["at"] == pytest.approx(60.0, abs=12.0)


def test_only_the_wake_word_is_heard_while_it_speaks(room: Room) -> None:
    """While she speaks a sentence is heard only with "Alexa" before it, and what was not heard is told."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(10.0)
    echo.say("pause")
    assert echo.now["state"] == "speaking" and echo.now["record"][-1]["note"].startswith("not heard")
    echo.say("Alexa, pause")
    assert echo.now["exchange"]["intent"] == "AMAZON.PauseIntent" and echo.now["guide"]["paused"]


def test_pause_and_resume_at_the_same_cue(room: Room) -> None:
    """Paused, the guide rests at a cue that was heard; resumed, it goes on from there."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(55.0)
    heard = echo.now["guide"]["at"]
    echo.say("Alexa, pause")
    rests = echo.now["guide"]["at"]
    assert echo.now["guide"]["paused"] and heard - 15.0 < rests <= heard
    echo.until("listening")
    assert echo.now["guide"]["at"] == rests
    echo.say("resume")
    assert not echo.now["guide"]["paused"]
    assert echo.now["guide"]["at"] == pytest.approx(rests, abs=5.0)


def test_the_cursor_is_where_the_caption_is(room: Room) -> None:
    """Whatever is said before it, at any second of a part the moment of the guide lies in the cue that is heard."""
    echo = room.echo("no player")
    echo.guided()
    heard, last = set[str](), 0.0
    while echo.look(1.7)["state"] == "speaking":
        guide, caption = echo.now["guide"], echo.now["caption"]
        here = [cue for cue in guide["cues"] if cue["start"] <= guide["at"] < cue["end"]]
        assert [cue["text"] for cue in here] == ([caption] if caption not in ("", "Ready?") else [])
        assert guide["at"] >= last
        heard.update(cue["id"] for cue in here)
        last = guide["at"]
    cues = {cue["id"] for cue in guide["cues"] if 0 <= cue["start"] <= last}
    assert len(cues) > 15 and len(heard) >= len(cues) - 2  # two may be shorter than a look


def test_the_caption_is_said_around_a_part_too(room: Room) -> None:
    """After an answer in the middle the cursor stands where the guide goes on, until the guide is heard again."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(30.0)
    echo.say("Alexa, where are we")
    resumes = echo.now["guide"]["at"]
    first = next(
        one for one in echo.now["speech"]["segments"] if one["text"] in {c["text"] for c in echo.now["guide"]["cues"]}
    )
    echo.look(first["start"] - echo.now["now"] + 0.1)
    assert echo.now["guide"]["at"] >= resumes
    assert echo.now["caption"] == first["text"]


def test_the_disclaimer_in_the_middle(room: Room) -> None:
    """The disclaimer is said in the middle of a guide, which goes on afterwards."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(40.0)
    echo.say("Alexa, disclaimer")
    assert any("not medical advice" in segment["text"] for segment in echo.now["speech"]["segments"])
    at = echo.now["guide"]["at"]
    echo.until("listening")
    assert echo.now["guide"]["at"] > at


def test_left_and_come_back(room: Room) -> None:
    """After "stop" the guide is shown as unfinished, at its place, and the page suggests to go on."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(50.0)
    echo.say("Alexa, stop")
    echo.until("idle")
    assert echo.now["guide"]["paused"] and not echo.now["session"]
    assert "Alexa, ask sciatica massage to resume" in echo.now["suggestions"]


def test_what_the_drawer_shows(room: Room) -> None:
    """For builders: request and answer as they were sent, the intent and its slots, and all state."""
    echo = room.echo()
    echo.say("Alexa, ask sciatica massage for the piriformis for five minutes")
    told = echo.now["exchange"]
    assert told["request"]["request"]["intent"]["name"] == told["intent"] == "StartGuideIntent"
    assert told["slots"]["minutes"] == "PT5M"
    assert told["response"]["sessionAttributes"] == told["attributes"]
    assert told["state"]["person"]["v"] == 1 and told["refused"] is None


def test_what_alexa_refuses(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that breaks Alexa's rules ends the session as on a device, and is told in plain words."""
    echo = room.echo()
    echo.say(OPEN)
    broken: dict[str, Any] = {"version": "1.0", "response": {"shouldEndSession": False}}
    monkeypatch.setattr(Conversation, "respond", lambda self, envelope, remember=True: broken)
    echo.say("Alexa, help")
    assert "without a reprompt" in echo.now["refused"] and "AMAZON.HelpIntent" in echo.now["refused"]
    assert echo.now["exchange"]["response"] == broken and "reprompt" in echo.now["exchange"]["refused"]
    assert (echo.now["state"], echo.now["session"]) == ("idle", False)
    assert echo.said("ended") == ["Alexa refused the answer"]
    monkeypatch.undo()
    assert echo.say(OPEN)["refused"] is None and echo.now["session"]


def test_refused_while_nobody_asks(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused of an answer to something that happened by itself is told too."""
    echo = room.echo()
    echo.say(OPEN)
    monkeypatch.setattr(Conversation, "respond", lambda self, envelope, remember=True: {"version": "2"})
    for _ in range(10):
        echo.look(10.0)
    assert "SessionEndedRequest" in echo.now["refused"] and echo.now["state"] == "idle"


def test_its_own_memory(room: Room) -> None:
    """What one device's person did is nothing to another one's."""
    one, other = room.echo("no player"), room.echo("no player")
    one.guided()
    assert other.say(OPEN)["guide"] is None
    assert other.now["exchange"]["state"]["person"]["introduction"] == 0
    assert one.look()["exchange"]["state"]["person"]["introduction"] > 0


def test_many_at_once(room: Room) -> None:
    """Pages that ask at the same time, for one device or several, are each answered, and no sentence is lost."""
    pages = [room.echo("no player") for _ in range(3)]
    seen: list[int] = []

    def talk(page: Page) -> None:
        client = room.app.test_client()
        for _ in range(5):
            seen.append(client.post(f"{page.path}/say", json={"sentence": OPEN}).status_code)
            seen.append(client.get(page.path).status_code)

    threads = [Thread(target=talk, args=(page,)) for page in pages for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [200] * 60
    for page in pages:
        page.look()
        assert page.said("you") == [OPEN] * 10
