"""What the page proposes to say is heard, and means something to the skill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.dialog.questions import QUESTIONS
from skill.models.interaction_model import models_folder
from skill.server.config import Settings
from skill.simulator.coverage import Trap, cover
from skill.simulator.device import State
from skill.simulator.nlu import Understanding
from skill.simulator.page.devices import INTERFACES, Devices
from skill.simulator.page.snapshot import YES_OR_NO, known_suggestions
from skill.simulator.talk import run_talk
from tests.support.page import OPEN, Nobody, Page, Room


def listed() -> Iterator[str]:
    """All sentences."""
    for kind, found in known_suggestions().items():
        if kind == "hints":
            continue
        for sentences in found.values() if isinstance(found, dict) else [found]:
            yield from (re.sub(r"@\d+ ", "", sentence) for sentence in sentences)


@pytest.mark.parametrize("locale", ["en-US", "en-GB"])
def test_each_is_understood(locale: str) -> None:
    """No suggestion is one that the skill does not understand."""
    understanding = Understanding.from_file(models_folder() / f"{locale}.json")
    traps = tuple(Trap(sentence, ("AMAZON.FallbackIntent",), 0) for sentence in {*listed()})
    assert cover(understanding, (), traps).fallen == ()


def test_every_question_has_answers() -> None:
    """Whatever the skill may wait for, there is something to suggest."""
    assert set(known_suggestions()["pending"]) <= set(QUESTIONS)
    assert YES_OR_NO
    assert all(known_suggestions()["pending"].values())


def arrive(room: Room, *steps: str) -> Page:
    """A new device on which this was said; "=listening" lets time pass until it listens."""
    echo = room.echo("speaker")
    for step in steps:
        if step.startswith("="):
            echo.until(step[1:])
        else:
            echo.say(step)
    return echo


def test_every_state_has_its_hint(room: Room) -> None:
    """Whatever the device does, the page says how to be heard: without the wake word only while it listens."""
    hints = [arrive(room, *steps).now["hint"] for steps in ((), (OPEN,), (OPEN, "=listening"), (*GUIDED, "=playing"))]
    assert len({*hints}) == 4 == len(State)
    assert ["not needed" in hint for hint in hints] == [False, False, True, False]


GUIDED = (OPEN, "=listening", "yes", "=listening", "ready")


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (OPEN, "=listening"),
        GUIDED[:3],
        GUIDED[:4],
        (*GUIDED[:3], "Alexa, pause", "=listening"),
        (*GUIDED, "=playing"),
        (*GUIDED, "=playing", "Alexa, ask sciatica massage how long is left"),
        (*GUIDED, "=playing", "Alexa, pause", "=idle"),
        (*GUIDED[:3], "Alexa, stop", "=idle"),
    ],
    ids=len,
)
def test_each_is_heard_where_it_is_suggested(room: Room, steps: tuple[str, ...]) -> None:
    """Idle, listening, speaking, in a track and after one: what is suggested there is heard there."""
    suggested = arrive(room, *steps).now["suggestions"]
    assert len(suggested) >= 3
    for sentence in suggested:
        echo = arrive(room, *steps)
        echo.say(sentence)
        mine = [moment for moment in echo.now["record"] if moment["kind"] == "you"][-1]
        assert (mine["text"], mine["note"], echo.now["refused"]) == (sentence, "", None)


def test_spoken_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How everything begins has been spoken when somebody asks: nobody waits for it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    spoken: list[str] = []

    class Listed(Nobody):
        def as_spoken(self, text: str) -> str:
            spoken.append(text)
            return super().as_spoken(text)

    devices = Devices(Settings(database_url="sqlite://"), lambda: 0.0, lambda rate: Listed())
    devices.speak_ahead()
    assert "Welcome to Sciatica Massage." in spoken
    spoken.clear()
    for kind in INTERFACES:
        echo = devices.add(kind, "en-US")
        with echo.used(1) as device:
            run_talk(device, ("open sciatica massage", "yes", "ready"))
        assert echo.refused is None and spoken == []
