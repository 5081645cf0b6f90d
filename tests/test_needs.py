from __future__ import annotations

import pytest

from tests.support.needs import needs


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
