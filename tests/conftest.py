"""How many examples the generated tests try, and what the tests measured."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.database_fixtures"]

# `make test` tries the same examples each time, `make prove` more of them. No deadline: two workers share
# the machine, and how long an example takes says nothing about the code.
settings.register_profile(
    "test", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "prove", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("prove" if os.environ.get("MASSAGE_PROVE") == "1" else "test")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded with `record_property`, so that a number is seen before it is wrong."""
    measured = {
        name: value
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
    }
    if measured:
        terminalreporter.section("measured")
        for name, value in sorted(measured.items()):
            terminalreporter.line(f"{name}: {value}")
