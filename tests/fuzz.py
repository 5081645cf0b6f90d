"""Fuzzing with an eye on the code's branches, for as long as one likes. It needs atheris (Linux on x86_64):

    pip install atheris
    python -m tests.fuzz envelopes 600
    python -m tests.fuzz codes 600

What reaches a branch that nothing reached before is kept in tests/server/data/fuzzed. What is answered wrongly ends the
run and is left in a file `crash-...`: whoever mends it puts that into
tests/server/data/envelopes, under a telling name.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.fuzzed import TARGETS, keep, kept, seeds

ROOT = Path(__file__).parents[1]


def fuzz(target: str, seconds: int, crashes: Path) -> list[bytes]:
    """Fuzz so long; gives the smallest corpus that reaches as much. Raises CalledProcessError for a wrong answer."""
    with tempfile.TemporaryDirectory() as name:
        found, least, itself = Path(name, "found"), Path(name, "least"), Path(name, "itself")
        for folder in (found, least):
            folder.mkdir()
        again = shlex.join([sys.executable, "-m", "tests.support.fuzzer", str(itself), target])
        itself.write_text(f'#!/bin/sh\nexec {again} "$@"\n', encoding="utf-8")
        itself.chmod(0o700)
        for number, one in enumerate([*kept(target), *seeds(target)]):
            (found / str(number)).write_bytes(one)
        _run(itself, str(found), f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/")
        _run(itself, "-merge=1", str(least), str(found))
        return [file.read_bytes() for file in least.iterdir()]


def _run(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main(target: str, seconds: str) -> None:
    """Fuzz, and keep what was found."""
    keep(target, fuzz(target, int(seconds), Path.cwd()))
    print(f"{len(kept(target))} kept")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS or not sys.argv[2].isdecimal():
        sys.exit(f"usage: python -m tests.fuzz {'|'.join(TARGETS)} SECONDS")
    main(*sys.argv[1:])
