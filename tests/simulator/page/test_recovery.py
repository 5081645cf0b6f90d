"""While a script has a mistake from the start: the workshop alone, and all the rest as soon as it is mended."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import Client, TestResponse

from skill.cli.main import main
from skill.server.config import Settings
from skill.simulator.page.page_routes import RecoveryApp
from skill.simulator.page.workshop_routes import Workshop
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


class Visitor:
    """Somebody on this machine."""

    def __init__(self, folder: Folder, whole: Whole) -> None:
        self.client = Client(RecoveryApp(whole, Workshop(folder.root, quickly)))

    def get(self, path: str, host: str = "localhost") -> TestResponse:
        """The answer."""
        return self.client.get(path, environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"Host": host})


def test_the_workshop_is_there_and_everything_once_it_is_mended(folder: Folder) -> None:
    """The page and its mistakes are served meanwhile; mending makes the whole skill, once, without a new start."""
    whole = Whole()
    visitor = Visitor(folder, whole)
    assert "workshop" in visitor.get("/").text and visitor.get("/page/workshop.js").status_code == 200
    told = visitor.get("/echo/workshop/version").get_json()
    assert told["stale"] and not told["good"] and f"{WRONG} is not more than 0" in told["mistakes"][0]["told"]
    assert whole.made == 0
    folder.change(WRONG, RIGHT)
    assert [visitor.get("/").text for _ in range(2)] == ["all", "all"] and whole.made == 1


def test_a_mistake_that_comes_in_between(folder: Folder) -> None:
    """What was saved while the skill was being made is seen with the next request, and never ends the server."""
    whole = Whole(ScriptsInvalid((Problem("scripts/en/a.yaml", 1, "say", "is missing"),)))
    visitor = Visitor(folder, whole)
    folder.change(WRONG, RIGHT)
    assert "workshop" in visitor.get("/").text
    assert visitor.get("/").text == "all"


def test_for_this_machine_alone(folder: Folder) -> None:
    """Nobody else's name for this machine is answered, and a refusal is a plain sentence."""
    visitor = Visitor(folder, Whole())
    for path in ("/", "/page/workshop.html", "/echo/workshop/version"):
        answer = visitor.get(path, "rebound.example")
        assert answer.status_code == 403 and "<" not in answer.text
    assert "default-src 'self'" in visitor.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("public", [True, False])
def test_what_serve_does_with_a_mistake(monkeypatch: pytest.MonkeyPatch, public: bool) -> None:
    """On this machine alone it is told where to mend it; with a public address the command ends."""
    mistake = ScriptsInvalid((Problem("scripts/en/a.yaml", 7, "say", "is missing"),))

    def broken(settings: Settings, write_line: object) -> Flask:
        raise mistake

    def ended(*args: object, **more: object) -> SimpleNamespace:
        return SimpleNamespace(port=80, serve_forever=lambda: None)

    monkeypatch.setattr("skill.cli.serve.create_app", broken)
    monkeypatch.setattr("skill.cli.serve.make_server", ended)
    monkeypatch.setenv("MASSAGE_PUBLIC_URL", "https://massage.example" if public else "")
    found = CliRunner().invoke(main, ["serve"])
    assert "scripts/en/a.yaml:7: say: is missing" in found.output
    assert found.exit_code == (1 if public else 0)
    assert ("http://127.0.0.1:80/page/workshop.html" in found.output) is not public
    assert "/alexa" not in found.output
