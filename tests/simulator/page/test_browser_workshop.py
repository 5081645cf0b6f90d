"""The script writer's workshop in a real browser, beside a folder of scripts in which somebody writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from skill.simulator.page.page_routes import workshop_page
from skill.simulator.page.preview import Engine
from skill.simulator.page.workshop_routes import Workshop
from tests.support.browser import listening, until
from tests.support.page import Nobody
from tests.support.workshop import SCRIPT, Folder, quickly

SAID, SAID_NOW = "Press in very lightly, on soft muscle, never on bone.", "Lean in lightly, on soft muscle only."
HERE = "document.querySelector('#timeline [aria-current]').textContent"
NARROW, LOW = 320, 640


class Writer:
    """Somebody at the page, who changes files."""

    def __init__(self, page: Page, folder: Folder, address: str) -> None:
        self.page, self.folder = page, folder
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(address) else self.wrong.append(asked.url))
        page.goto(f"{address}page/workshop.html?script={SCRIPT}&minutes=6&sides=left+only&cues=few")
        self.until("document.querySelectorAll('.cues button').length > 10")

    def until(self, condition: str) -> Any:
        """As `until` of the browser."""
        return until(self.page, condition)

    def play(self) -> None:
        """Press Play, and the sound has begun."""
        self.page.click("#play")
        self.until("!document.querySelector('#sound').paused && document.querySelector('#sound').currentTime > 0.3")

    def sound(self) -> tuple[str, float, bool]:
        """The address of what is heard, its second, and whether it plays."""
        found = self.page.evaluate("(({ src, currentTime, paused }) => [src, currentTime, !paused])"
                                   "(document.querySelector('#sound'))")  # fmt: skip
        return found[0], found[1], found[2]

    def choose(self, text: str) -> None:
        """Click the cue that says this."""
        self.page.click(f".cues button:has-text('{text}')")


@contextmanager
def writing(page: Page, folder: Folder, engine: Engine = quickly) -> Iterator[Writer]:
    """Afterwards the browser has complained of nothing, and nothing has left the machine."""
    app = Flask("workshop")
    app.register_blueprint(workshop_page(Workshop(folder.root, engine)))
    with listening(app) as address:
        found = Writer(page, folder, address)
        yield found
        page.close()
    assert found.wrong == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Folder(tmp_path / "speech")


@pytest.fixture
def writer(page: Page, folder: Folder) -> Iterator[Writer]:
    with writing(page, folder) as found:
        yield found


def test_a_mistake_is_shown_while_the_last_good_version_plays_on(writer: Writer) -> None:
    """The page tells file and line within moments; the sound goes on untouched until it is mended, and after that."""
    writer.play()
    source, second, _ = writer.sound()
    line = writer.folder.change("seconds: 25", "seconds: 0")
    told = writer.page.wait_for_selector("#mistake-list li")
    assert told is not None and f"scripts/en/{SCRIPT}.yaml:{line}: seconds: 0 is not more than 0" in told.inner_text()
    assert writer.page.inner_text("#mistake-list mark") == "seconds: 0"
    writer.until(f"document.querySelector('#sound').currentTime > {second + 0.5}")
    assert writer.sound()[0] == source and writer.sound()[2]
    writer.folder.change("seconds: 0", "seconds: 25")
    writer.page.wait_for_selector("#mistakes", state="hidden")
    assert writer.sound()[0] == source and writer.sound()[1] > second + 0.5 and writer.sound()[2]


def test_saving_keeps_the_choices_and_the_place(writer: Writer) -> None:
    """Another sentence is drawn, spoken and heard from where the writer was, at the length that they had chosen."""
    writer.page.focus("#minutes")
    writer.page.press("#minutes", "ArrowRight")
    writer.until("document.querySelector('.timeline-now').textContent.includes('6:30')")
    writer.choose(SAID)
    writer.until(f"{HERE}.includes({SAID!r}) && !document.querySelector('#sound').paused")
    writer.page.click("#play")  # otherwise a slow machine speaks the sentence when it is over
    source = writer.sound()[0]
    writer.folder.change(SAID, SAID_NOW)
    writer.until(f"{HERE}.includes({SAID_NOW!r})")
    assert "instructions 1 new or changed" in writer.page.inner_text("#news")
    writer.until(f"document.querySelector('#sound').src !== {source!r}")
    writer.play()
    writer.until(f"document.querySelector('#caption').textContent === {SAID_NOW!r}")
    assert "Pico" in writer.page.inner_text("#voice")
    assert "6:30" in writer.page.inner_text(".timeline-now")
    assert writer.page.is_checked("input[value='left only']") and writer.page.is_checked("input[value=few]")


def test_by_keyboard_alone(writer: Writer) -> None:
    """Choose, walk through the cues with the arrows, hear one, and pause: without a pointer."""
    page = writer.page
    page.focus(".cues button[tabindex='0']")
    for key in ("End", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    last_but_one = page.locator(".cues button").nth(-2).inner_text().split("\n")[1]
    writer.until(f"document.querySelector('#caption').textContent === {last_but_one!r}")
    writer.until("!document.querySelector('#sound').paused")
    page.focus("#play")
    page.keyboard.press("Space")
    writer.until("document.querySelector('#sound').paused")
    assert page.inner_text("#play") == "Play"


def test_scripts_come_and_go(writer: Writer) -> None:
    """A new file can be chosen a moment later; a deleted one cannot, and who had chosen it sees another."""
    writer.folder.add("glute-ball")
    writer.page.wait_for_selector("option[value=glute-ball]", state="attached")
    writer.page.select_option("select[name=script]", "glute-ball")
    writer.until("document.querySelector('#guide-heading').textContent === 'glute ball release'")
    writer.folder.file("glute-ball").unlink()
    writer.until("document.querySelector('#guide-heading').textContent === 'sacrum hand pressure'")
    assert writer.page.locator("option[value=glute-ball]").count() == 0


def test_without_a_voice_the_captions_go_by(page: Page, folder: Folder) -> None:
    """Where nobody can speak a new sentence the page says so, and Play shows each caption at its second."""
    folder.change(SAID, SAID_NOW)
    with writing(page, folder, lambda pronunciations: Nobody()) as writer:
        writer.until("document.querySelector('#voice').textContent.includes('it is not installed')")
        assert page.get_attribute("#caption", "aria-live") == "polite"
        page.check("#speed input[value='8']", force=True)
        writer.choose(SAID_NOW)
        writer.until(f"document.querySelector('#caption').textContent === {SAID_NOW!r}")
        writer.until(f"document.querySelector('#caption').textContent !== {SAID_NOW!r}")
        assert writer.sound()[0] == "" and page.inner_text("#play") == "Pause"


def test_a_server_that_is_away(writer: Writer) -> None:
    """The page says so while the skill does not answer; a sound that is gone comes back by Play, where it was."""
    page = writer.page
    writer.choose(SAID)
    page.route("**/echo/**", lambda route: route.abort())
    page.wait_for_selector("#notice:has-text('does not answer')")
    page.unroute("**/echo/**")
    page.wait_for_selector("#notice", state="hidden")
    page.route("**/*.mp3", lambda route: route.fulfill(status=404))
    page.select_option("select[name=place]", "bed")
    page.wait_for_selector("#notice:has-text('The sound cannot be had')")
    page.unroute("**/*.mp3")
    writer.play()
    assert page.is_hidden("#notice")
    writer.until(f"{HERE}.includes({SAID!r})")
    writer.wrong.clear()  # the browser tells of the failures


def test_for_everybody(writer: Writer) -> None:
    """With mistakes on it: axe finds nothing wrong in the light and, on a phone, in the dark; nothing sticks out.

    Of many mistakes the first stand there, and the others on demand: the timeline is not pushed out of sight.
    """
    page = writer.page
    writer.folder.change(
        "seconds: 25", "seconds: 0\n" + "            odd: 1\n            strange: 1\n            new: 1"
    )
    page.wait_for_selector("#mistake-list li")
    assert page.locator("#mistakes li:visible").count() == 3 and page.inner_text("#mistakes summary") == "1 more"
    page.click("#mistakes summary")
    assert page.locator("#mistakes li:visible").count() == 4
    page.emulate_media(reduced_motion="reduce")
    assert violations(page) == []
    page.set_viewport_size({"width": NARROW, "height": LOW})
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)") <= NARROW


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}: {node['target']}" for each in found for node in each["nodes"]]
