"""Fuzzing with an eye on the code's branches, for as long as one likes. It needs atheris (Linux on x86_64):

    pip install atheris
    python -m tests.fuzz envelopes -max_total_time=600
    python -m tests.fuzz codes -max_total_time=600

What reaches a branch that nothing reached before is put into the corpus; what is answered wrongly ends the run and lies
in `crash-...` in this folder. Whoever mends it puts that file into tests/skill/data/envelopes. The options are libFuzzer's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["skill", "speech"]):
    from tests.support.fuzzed import CORPUS, TARGETS, mutated, seeds


def main(target: str, *options: str) -> None:
    """Fuzz this target; the first of several folders is where what is new is kept."""
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(target)):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], str(CORPUS / target), folder, "-max_len=20000", *options],
            TARGETS[target],
            custom_mutator=lambda data, most, seed: mutated(data, most, seed, atheris.Mutate),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
