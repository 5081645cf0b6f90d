"""What a test needs from the machine beyond Python: a database server, a browser, a voice."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from importlib.metadata import requires
from typing import Any

import pytest
from packaging.requirements import Requirement

STUDIO = "studio"
"""The extra that only rendering needs. In CI too, a test that needs it may be skipped."""


def needs(package: str, *, present: bool) -> None:
    """Skip the test with one loud line naming the Debian package, unless what it brings is present.

    With MASSAGE_NO_SKIP=1, as in `.ci/run`, the test fails instead: there nothing may be left untested.
    """
    if not present:
        _wanting(package, f"sudo apt install {package}")


def brought(module: str, *, by: str) -> Any:
    """A module that one of the project's extras brings. Without it, all tests of a file are skipped, as above.

    A package that pyproject.toml does not want on this Python or system is skipped in CI too.
    """
    try:
        return import_module(module)
    except ImportError as error:
        if not wanted_here(error.name or module):
            _skipped(f"{module} is not made for Python {sys.version_info[0]}.{sys.version_info[1]} on {sys.platform}")
        how = f"pip install '.[{by}]'"
        return _skipped(how) if by == STUDIO else _wanting(error.name or module, how)


def wanted_here(module: str) -> bool:
    """Whether a package of this name may be installed here, by the markers in pyproject.toml."""
    name = module.partition(".")[0].replace("_", "-")
    wanted = [each for each in map(Requirement, requires("sciatica-massage") or ()) if each.name == name]
    markers = [each.marker for each in wanted if each.marker]
    extras = re.findall(r"extra == ['\"](.*?)['\"]", " ".join(map(str, markers)))
    return not wanted or any(marker.evaluate({"extra": extra}) for marker in markers for extra in extras)


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
