"""The checks of a container before it serves: settings that can be used, and a memory that can be written.

`python -m skill.server.ready 60` waits for the memory, 60 seconds at most, and makes its tables. It exits with 2 when a
setting is missing or wrong. A memory that is not there in time does not prevent the start: people are guided without
one, and are remembered once it is there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping

from skill.errors import SettingInvalid, StoreUnavailable
from skill.server.compose import build_memory
from skill.server.config import Settings, described
from skill.store.memory import Memory

REQUIRED_SETTINGS: Mapping[str, str] = {
    "MASSAGE_SKILL_ID": "without it only loopback is served, and a container is asked from outside",
    "MASSAGE_DATABASE_URL": "without it the memory would be a file that ends with the container",
}
"""Settings without a default in a container, and why they have none."""
CHECK_INTERVAL = 0.5
"""Seconds between two checks of a memory that is not there yet."""


def main(seconds: float) -> None:
    """Return once the server may start. Exits with 2, and a line for each setting that has to be corrected."""
    faults = list(faults_of(os.environ))
    if faults:
        _print(*faults)
        sys.exit(2)
    settings = Settings.from_environment(os.environ)
    if not is_up(build_memory(settings), seconds):
        _print(f"no memory after {seconds:g} s; serving without one. GET /health and `massage doctor` say how it is.")


def faults_of(env: Mapping[str, str]) -> Iterator[str]:
    """A line for each required setting that is missing, else one for the first setting that cannot be used."""
    missing = [name for name in REQUIRED_SETTINGS if not env.get(name, "").strip()]
    for name in missing:
        yield f"{SettingInvalid(name, 'nothing', described()[name]['allowed'])} ({REQUIRED_SETTINGS[name]})"
    if not missing:
        try:
            Settings.from_environment(env)
        except SettingInvalid as error:
            yield str(error)


def is_up(memory: Memory, seconds: float) -> bool:
    """Whether the memory can be written within so many seconds. Prints once that it is waiting."""
    ends, printed = time.monotonic() + seconds, False
    while True:
        try:
            memory.check()
            return True
        except StoreUnavailable as error:
            if time.monotonic() >= ends:
                return False
            if not printed:
                _print(f"{error}; waiting for it, {seconds:g} s at most")
            printed = True
        time.sleep(CHECK_INTERVAL)


def _print(*lines: str) -> None:
    for line in lines:
        print(f"start: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
