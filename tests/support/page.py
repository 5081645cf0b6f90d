"""The page's server without a page: its doors over HTTP, a real clock that only a test moves, and no engine."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from skill.server.app import create_app
from skill.server.config import Settings
from skill.simulator.page.devices import Devices
from skill.simulator.page.page_routes import page_routes
from speech.audio.voices import Sound, Voice
from speech.errors import VoiceUnavailable

OPEN = "Alexa, open sciatica massage"


class Nobody:
    """A voice that is not installed, which shows as soon as its version is asked for."""

    name, language = "nobody", "en-US"

    @property
    def made_by(self) -> str:
        raise VoiceUnavailable(self.name, "it is not installed", "nothing can be done")

    def as_spoken(self, text: str) -> str:
        return text

    def speak(self, text: str) -> Sound:
        raise AssertionError("nobody speaks")


def nobody(rate: float) -> Voice:
    """An engine without which everything takes its estimated time."""
    return Nobody()


class Room:
    """The doors of a devices, and the real seconds that have passed."""

    def __init__(self, **settings: Any) -> None:
        self.seconds = 0.0
        chosen = Settings(database_url="sqlite://", verify=False, **settings)
        self.devices = Devices(chosen, lambda: self.seconds, nobody)
        self.app: Flask = create_app(chosen)
        self.app.register_blueprint(page_routes(self.devices))
        self.client = self.app.test_client()

    def echo(self, kind: str = "speaker", locale: str = "en-US") -> Page:
        """A new device."""
        answer = self.client.post("/echo", json={"kind": kind, "locale": locale})
        return Page(self, answer.get_json()["echo"])


class Page:
    """One page with its device; what it was told last is in `now`."""

    def __init__(self, room: Room, id: str) -> None:
        self.room, self.path = room, f"/echo/{id}"
        self.now: dict[str, Any] = self.look()

    def look(self, after: float = 0.0, **query: Any) -> dict[str, Any]:
        """What is shown after so many real seconds."""
        self.room.seconds += after
        return self._told(self.room.client.get(self.path, query_string=query))

    def say(self, sentence: str, **more: Any) -> dict[str, Any]:
        """What is shown once this was said."""
        return self._told(self.post("say", sentence=sentence, **more))

    def press(self, button: str) -> dict[str, Any]:
        """What is shown once a button was pressed."""
        return self._told(self.post("press", button=button))

    def go(self, cue: str) -> dict[str, Any]:
        """What is shown once a cue was clicked."""
        return self._told(self.post("go", cue=cue))

    def post(self, what: str, **asked: Any) -> TestResponse:
        """The answer to a POST."""
        return self.room.client.post(f"{self.path}/{what}", json=asked)

    def until(self, state: str) -> dict[str, Any]:
        """Let time pass, speech by speech and event by event, until the device is in this state."""
        for _ in range(200):
            if self.now["state"] == state:
                return self.now
            speech, at = self.now["speech"], self.now["next"]
            assert at is not None, f"nothing more happens, and it is {self.now['state']}"
            moment = speech["segments"][-1]["end"] if speech else at
            self.look(max(moment - self.now["now"], 0.0) / self.now["speed"] + 0.001)
        raise AssertionError(f"it is never {state}")

    def guided(self) -> dict[str, Any]:
        """Open the skill and have a massage of six minutes under way; what is shown then."""
        for sentence in (OPEN, "yes", "ready"):
            self.say(sentence)
            if sentence != "ready":
                self.until("listening")
        return self.now

    def said(self, kind: str) -> list[str]:
        """The texts of one kind in the record that is shown."""
        return [moment["text"] for moment in self.now["record"] if moment["kind"] == kind]

    def _told(self, answer: TestResponse) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        self.now = answer.get_json()
        return self.now
