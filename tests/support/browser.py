"""The page of the Echo in a real browser: one Chromium, and one server whose hours pass as a test wants."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Literal
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from skill.server.app import create_app
from skill.server.config import Settings
from skill.simulator.page.devices import LONGEST_ABSENCE, Devices
from skill.simulator.page.page_routes import page_routes
from tests.support.needs import needs

OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--mute-audio", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
PATIENCE = 20.0
"""Seconds until a condition must have come true: two workers share the machine."""
UNTIL = """async () => {
    const end = performance.now() + %(milliseconds)d;
    for (;;) {
        const found = (() => %(condition)s)();
        if (found) return found;
        if (performance.now() > end) throw new Error(`it never came true: ${%(told)s}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}"""


class Hours:
    """The devices's clock: real seconds, and those that a test skips."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped

    def skip(self, seconds: float) -> None:
        self._skipped += seconds


class Served:
    """The address of a page, and the clock of its devices."""

    def __init__(self, address: str, hours: Hours) -> None:
        self.address, self.hours = address, hours


@contextmanager
def served(cache: Path) -> Iterator[Served]:
    """The page, served on a free port by a thread of this process until the end of the block.

    What the offline voice says is kept in the folder `cache`.
    """
    hours, settings = Hours(), Settings.from_environment({"MASSAGE_DATABASE_URL": "sqlite://", "MASSAGE_VERIFY": "off"})
    app = create_app(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        app.register_blueprint(page_routes(Devices(settings, hours)))
    with listening(app) as address:
        yield Served(address, hours)


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The address at which a thread serves this app until the end of the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser without a window; without one the test is skipped, or fails where nothing may be skipped."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    needs("chromium", present=program is not None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def until(page: Page, condition: str, seconds: float = PATIENCE) -> Any:
    """What this expression gives in the page as soon as it gives something true. Raises Playwright's Error if never.

    The condition is looked at from outside the page's own scripts, so its policy, which forbids `eval`, holds.
    """
    values = {"milliseconds": seconds * 1000, "condition": condition, "told": json.dumps(condition)}
    return page.evaluate(UNTIL % values)


class Visitor:
    """Somebody at the page, who plugs an Echo in and talks to it."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page, self._served = page, served
        self.wrong: list[str] = []
        """What the browser complained of, and every request that went anywhere but to the page's own server."""
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(served.address) else self.wrong.append(asked.url))
        page.goto(served.address)

    def plug_in(self, kind: Literal["speaker", "no player"] = "speaker") -> None:
        """Start an Echo with an audio player, or without."""
        if kind != "speaker":
            self.page.click("#kinds summary")
            self.page.check(f"input[name=kind][value='{kind}']")
        self.page.click("text=Plug it in")
        self.page.wait_for_selector("#sentence:visible")

    def say(self, sentence: str) -> None:
        """Type a sentence; afterwards the page shows that it was said."""
        said = "document.querySelectorAll('#log .you').length"
        before = self.page.evaluate(said)
        self.page.fill("#sentence", sentence)
        self.page.press("#sentence", "Enter")
        self.until(f"{said} > {before}")

    def until(self, condition: str, seconds: float = PATIENCE) -> Any:
        """As `until` of this module."""
        return until(self.page, condition, seconds)

    def until_state(self, *states: str) -> str:
        """The first of these states of the device that the page shows."""
        state: str = self.until(f"{list(states)}.find((one) => one === document.querySelector('main').dataset.state)")
        return state

    def snapshot(self) -> dict[str, Any]:
        """What the server tells the page now."""
        return self._ask("")

    def skip(self, seconds: float) -> None:
        """So many real seconds pass at once, and the page looks, as when somebody comes back to its tab."""
        self._pass(seconds)
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def hear_out(self) -> str:
        """The speech in progress is over; the state of the device then, which the page shows."""
        while (found := self.snapshot())["state"] == "speaking":
            self.skip(found["speech"]["segments"][-1]["end"] - found["now"])
        return self.until_state(found["state"])

    def begin(self, massage: str = "piriformis for five minutes, left side first") -> None:
        """The massage is under way, and the clock of it runs. It is asked for past the page, which is quicker."""
        answers = ["Alexa, open sciatica massage", massage, "yes", "ready", "ready", "ready"]
        found = self.snapshot()
        while found["guide"] is None or found["guide"]["paused"] or found["guide"]["at"] < 0:
            found = self._ask("/say", {"sentence": answers.pop(0)})
            while found["state"] == "speaking" and (found["guide"] is None or found["guide"]["at"] < 0):
                self._pass(found["speech"]["segments"][-1]["end"] - found["now"])
                found = self.snapshot()
        self.skip(0)
        self.until("document.querySelector('#timeline [aria-current]')")

    def _pass(self, seconds: float) -> None:
        while seconds > 0:
            self._served.hours.skip(min(seconds, LONGEST_ABSENCE - 1))
            seconds -= LONGEST_ABSENCE - 1
            self.snapshot()

    def _ask(self, door: str, said: dict[str, str] | None = None) -> dict[str, Any]:
        """The snapshot that a door of this page's Echo answers with."""
        echo = self.page.evaluate("sessionStorage.getItem('echo')")
        body = json.dumps(said).encode() if said else None
        asked = Request(f"{self._served.address}echo/{echo}{door}", body, {"Content-Type": "application/json"})
        with urlopen(asked) as answer:
            found: dict[str, Any] = json.load(answer)
        return found
