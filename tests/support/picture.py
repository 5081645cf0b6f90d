"""The picture of the page in the README: `python -m tests.support.picture docs/echo.png`, with chromium installed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.support.browser import Served, Visitor, chromium, served

Scheme = Literal["light", "dark"]


def take(browser: Browser, house: Served, file: Path, width: int = 1200, scheme: Scheme = "light") -> None:
    """The page a minute into a massage, while a reminder is spoken under pressure."""
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        visitor = Visitor(context.new_page(), house)
        visitor.plug_in()
        visitor.begin()
        guide = visitor.snapshot()["guide"]
        hold = next(step for step in guide["steps"] if step["kind"] == "hold")
        said = [
            cue for cue in guide["cues"] if cue["kind"] == "reminder" and hold["start"] < cue["start"] < hold["end"]
        ]
        visitor.skip(said[-1]["start"] - visitor.snapshot()["guide"]["at"] + 0.5)
        visitor.until(f"document.querySelector('#caption:not(.past)')?.textContent === {said[-1]['text']!r}")
        visitor.page.evaluate("document.activeElement.blur()")
        visitor.page.screenshot(path=file, full_page=True, animations="disabled")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as house, chromium() as browser:
        take(browser, house, Path(sys.argv[1]))
