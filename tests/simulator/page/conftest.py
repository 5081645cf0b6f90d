"""One devices for the tests of a file: its devices know nothing of one another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import Served, Visitor, chromium, served
from tests.support.page import Room


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Doors, and a folder of clips of their own."""
    folder: Path = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield Room()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all browser tests of this process."""
    with served(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all pages share. Nothing moves on them: that takes much of a machine without a graphics card."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as found:
        yield found


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty page, which leaves nothing behind for the next."""
    with context.new_page() as found:
        yield found
        if not found.is_closed():
            found.evaluate("localStorage.clear()")


@pytest.fixture
def visitor(page: Page, house: Served) -> Iterator[Visitor]:
    """Somebody at the page. Afterwards the browser has complained of nothing, and nothing has left the machine."""
    found = Visitor(page, house)
    yield found
    assert found.wrong == []
