"""What a container looks at before it serves: settings that can be used, and a memory that can be written.

`python -m skill.server.ready 60` gives the memory so many seconds to come up, and makes its tables. It exits with 2
where a setting is missing or wrong. A memory that does not come in time stops nobody: people are guided without one,
and are remembered once it is there.
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

NEEDED: Mapping[str, str] = {
    "MASSAGE_SKILL_ID": "without it only loopback is served, and a container is asked from outside",
    "MASSAGE_DATABASE_URL": "without it the memory would be a file that ends with the container",
}
"""What has no default in a container, and why."""
PAUSE = 0.5
"""Seconds between two looks at a memory that is not there yet."""


def main(seconds: float) -> None:
    """Return once the server may start. Exits with 2 and a line for each setting that has to be mended."""
    faults = list(faults_of(os.environ))
    if faults:
        _tell(*faults)
        sys.exit(2)
    settings = Settings.from_environment(os.environ)
    if not is_up(build_memory(settings), seconds):
        _tell(f"no memory after {seconds:g} s; serving without one. GET /health and `massage doctor` say how it is.")


def faults_of(env: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the settings of these variables: what is missing, else the first one that cannot be used."""
    allowed = {setting.variable: setting.allowed for setting in described()}
    missing = [name for name in NEEDED if not env.get(name, "").strip()]
    for name in missing:
        yield f"{name}: found nothing; allowed is {allowed[name]} ({NEEDED[name]})"
    if not missing:
        try:
            Settings.from_environment(env)
        except SettingInvalid as error:
            yield str(error)


def is_up(memory: Memory, seconds: float) -> bool:
    """Whether the memory can be written within so many seconds. Says once that it is waited for."""
    ends, told = time.monotonic() + seconds, False
    while True:
        try:
            memory.check()
            return True
        except StoreUnavailable as error:
            if time.monotonic() >= ends:
                return False
            if not told:
                _tell(f"{error}; waiting for it, {seconds:g} s at most")
            told = True
        time.sleep(PAUSE)


def _tell(*lines: str) -> None:
    for line in lines:
        print(f"start: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
