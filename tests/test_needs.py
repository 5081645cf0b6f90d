from __future__ import annotations

import sys

import pytest

from tests.support.needs import brought, needs, wanted_here


def test_a_missing_server_is_skipped_with_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing on a developer's machine is one loud line, not a failure."""
    monkeypatch.delenv("MASSAGE_NO_SKIP", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt install postgresql"):
        needs("postgresql", present=False)


def test_ci_allows_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI nothing is left untested for want of a package."""
    monkeypatch.setenv("MASSAGE_NO_SKIP", "1")
    with pytest.raises(pytest.fail.Exception, match="postgresql is not installed"):
        needs("postgresql", present=False)


def test_what_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens where the package is installed."""
    monkeypatch.setenv("MASSAGE_NO_SKIP", "1")
    needs("postgresql", present=True)


def test_what_has_no_wheel_here_is_skipped_in_ci_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A marker in pyproject.toml that leaves a package out is no lack: one line says so."""
    monkeypatch.setenv("MASSAGE_NO_SKIP", "1")
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    monkeypatch.setattr("tests.support.needs.wanted_here", lambda module: False)
    with pytest.raises(pytest.skip.Exception, match=r"pocketsphinx is not made for Python 3\."):
        brought("pocketsphinx", by="dev")


def test_markers_say_what_is_wanted_here() -> None:
    """`pocketsphinx` has no wheel for Python 3.14; `pytest` and what is no dependency are wanted everywhere."""
    assert wanted_here("pytest")
    assert wanted_here("speech.audio.mastering")
    assert wanted_here("pocketsphinx") == (sys.version_info < (3, 14))
