"""While a script has a mistake from the start: the workshop alone, and all the rest as soon as it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import Client

from skill.cli import main
from skill.simulator.page.mending import Mending
from skill.simulator.page.workshop import Workshop
from speech.errors import Problem, ScriptsInvalid
from tests.support.workshop import Folder, quickly

WRONG, RIGHT = "seconds: 0", "seconds: 25"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found = Folder(tmp_path / "speech")
    found.change(RIGHT, WRONG)
    return found


class Whole:
    """Makes something that answers "all" at its first address; it remembers how often it was to be made."""

    def __init__(self, *raised: Exception) -> None:
        self.raised, self.made = list(raised), 0

    def __call__(self, workshop: Workshop) -> Flask:
        self.made += 1
        if self.raised:
            raise self.raised.pop()
        app = Flask("whole")
        app.add_url_rule("/", view_func=lambda: "all")
        return app


def mending(folder: Folder, whole: Whole) -> Client:
    return Client(Mending(whole, Workshop(folder.root, quickly)))


def test_the_workshop_is_there_and_everything_once_it_is_mended(folder: Folder) -> None:
    """The page and its mistakes are served meanwhile; mending makes the whole skill, once, without a new start."""
    whole = Whole()
    client = mending(folder, whole)
    assert "workshop" in client.get("/").text and client.get("/page/workshop.js").status_code == 200
    told = client.get("/echo/workshop/version").get_json()
    assert told["stale"] and not told["good"] and f"{WRONG} is not more than 0" in told["mistakes"][0]["told"]
    assert whole.made == 0
    folder.change(WRONG, RIGHT)
    assert [client.get("/").text for _ in range(2)] == ["all", "all"] and whole.made == 1


def test_a_mistake_that_comes_in_between(folder: Folder) -> None:
    """What was saved while the skill was being made is seen with the next request, and never ends the server."""
    whole = Whole(ScriptsInvalid((Problem("scripts/en/a.yaml", 1, "say", "is missing"),)))
    client = mending(folder, whole)
    folder.change(WRONG, RIGHT)
    assert "workshop" in client.get("/").text
    assert client.get("/").text == "all"


def test_for_this_machine_alone(folder: Folder) -> None:
    """Nobody else's name for this machine is answered, and a refusal is a plain sentence."""
    client = mending(folder, Whole())
    for path in ("/", "/page/workshop.html", "/echo/workshop/version"):
        answer = client.get(path, headers={"Host": "rebound.example"})
        assert answer.status_code == 403 and "<" not in answer.text
    assert "default-src 'self'" in client.get("/").headers["Content-Security-Policy"]


def test_what_others_can_reach_does_not_begin_with_a_mistake(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a public address there is no workshop: `massage serve` tells file and line, and ends."""
    monkeypatch.setattr("speech.script_file.package_folder", lambda: folder.root)
    monkeypatch.setattr("skill.content.kept_content", None, raising=False)
    monkeypatch.setenv("MASSAGE_PUBLIC_URL", "https://massage.example")
    found = CliRunner().invoke(main, ["serve", "--port", "0"])
    assert found.exit_code == 1 and "seconds: 0 is not more than 0" in found.output
