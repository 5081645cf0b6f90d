"""A script writer's folder, and the workshop's doors to it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from skill.simulator.page.workshop_routes import Workshop, workshop_routes
from speech.audio.voices import Silent, Sound, Voice
from speech.errors import VoiceUnavailable
from speech.script.library import package_folder

PATIENCE = 20.0
SCRIPT = "sacrum-hand"
LENGTHS = "{least: 6, usual: 6, most: 7}"
"""Fewer of them than the package's file allows, since each is rehearsed; and of its places only the first two."""


@dataclass(frozen=True)
class Quick(Silent):
    """A voice that is quick, each text a silence of half a second; it notes what it says, and fails on one."""

    seconds_of: Callable[[str], float] = field(default=lambda text: 0.5)
    failing: str = ""
    said: list[str] = field(default_factory=list, compare=False)

    def speak(self, text: str) -> Sound:
        """Silence."""
        if text == self.failing:
            raise VoiceUnavailable("quick", "it is hoarse", "let it rest")
        self.said.append(text)
        return Sound(bytes(2 * 24_000), 48_000)


def quickly(pronunciations: Mapping[str, str]) -> Voice:
    """An engine with that voice."""
    return Quick()


class Folder:
    """The shared files of the package, and one of its scripts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(package_folder() / "languages", root / "languages")
        (root / "scripts" / "en").mkdir(parents=True)
        self.add(SCRIPT)
        self.change("{least: 5, usual: 6, most: 10}", LENGTHS)
        two_places, _, _ = self.file().read_text(encoding="utf-8").partition("\n  chair:")
        self.file().write_text(two_places + "\n", encoding="utf-8")

    def add(self, script: str) -> None:
        """Put a script of the package there."""
        shutil.copy(package_folder() / "scripts" / "en" / f"{script}.yaml", self.file(script))

    def file(self, script: str = SCRIPT) -> Path:
        """Where a script lies."""
        return self.root / "scripts" / "en" / f"{script}.yaml"

    def shared(self, name: str) -> Path:
        """Where a shared file lies."""
        return self.root / "languages" / "en" / f"{name}.yaml"

    def change(self, found: str, by: str, file: Path | None = None) -> int:
        """Save a file with something else in place of what is found there first; the line of it."""
        file = file or self.file()
        text = file.read_text(encoding="utf-8")
        before, there, after = text.partition(found)
        assert there, f"{found!r} does not stand in {file.name}"
        file.write_text(before + by + after, encoding="utf-8")
        return before.count("\n") + 1


class Bench:
    """The workshop's doors to a folder."""

    def __init__(self, folder: Folder, engine: Callable[[Mapping[str, str]], Voice] = quickly) -> None:
        app = Flask("workshop")
        app.register_blueprint(workshop_routes(Workshop(folder.root, engine)))
        self.client = app.test_client()

    def get(self, door: str, **query: Any) -> Any:
        """What a door tells."""
        answer = self.client.get(f"/echo/workshop/{door}", query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def timeline(self, script: str = SCRIPT, **query: Any) -> Any:
        """What is told of a script at once."""
        return self.get("timeline", script=script, **query)

    def spoken(self, **query: Any) -> Any:
        """What is told of a script once nothing of it is being spoken any more."""
        return until(lambda: (found := self.timeline(**query)) and not found["speaking"] and found)

    def texts(self, **query: Any) -> list[str]:
        """What is said, in order."""
        return [cue["text"] for cue in self.timeline(**query)["guide"]["cues"]]


def until(look: Callable[[], Any]) -> Any:
    """What this gives as soon as it gives something true: a thread beside the doors has its time."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)  # each look plans anew, beside the voice
    return found
