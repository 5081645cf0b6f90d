"""What a test needs from the machine beyond Python: a database server, a browser, a voice."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest

STUDIO = "studio"
"""The extra that only rendering needs. In CI too, a test that needs it may be skipped."""


def needs(package: str, *, present: bool) -> None:
    """Skip the test with one loud line naming the Debian package, unless what it brings is present.

    With MASSAGE_NO_SKIP=1, as in `.ci/run`, the test fails instead: there nothing may be left untested.
    """
    if not present:
        _wanting(package, f"sudo apt install {package}")


def brought(module: str, *, by: str) -> Any:
    """A module that one of the project's extras brings; for want of it all tests of a file are skipped, as above."""
    try:
        return import_module(module)
    except ImportError as error:
        how = f"pip install '.[{by}]'"
        return _skipped(how) if by == STUDIO else _wanting(error.name or module, how)


def needs_studio() -> None:
    """Skip the test unless all parts of the studio voice are here: `make studio` fetches them, and CI need not."""
    from speech.audio.voices.kokoro import Kokoro
    from speech.errors import VoiceUnavailable

    try:
        Kokoro({}).speak("Ready.")
    except VoiceUnavailable as error:
        _skipped(f"make studio ({error.reason})")


def _wanting(package: str, how: str) -> None:
    if os.environ.get("MASSAGE_NO_SKIP") == "1":
        pytest.fail(f"{package} is not installed, and MASSAGE_NO_SKIP=1 allows no skip", pytrace=False)
    _skipped(how)


def _skipped(how: str) -> None:
    pytest.skip(f"SKIPPED FOR WANT OF A PACKAGE: {how}", allow_module_level=True)
