"""What a test needs from the machine beyond Python: a database server, a browser."""

from __future__ import annotations

import os

import pytest


def needs(package: str, *, present: bool) -> None:
    """Skip the test with one loud line naming the Debian package, unless what it brings is present.

    With MASSAGE_NO_SKIP=1, as in `.ci/run`, the test fails instead: there nothing may be left untested.
    """
    if present:
        return
    message = f"SKIPPED FOR WANT OF A PACKAGE: sudo apt install {package}"
    if os.environ.get("MASSAGE_NO_SKIP") == "1":
        pytest.fail(f"{package} is not installed, and MASSAGE_NO_SKIP=1 allows no skip", pytrace=False)
    pytest.skip(message)
