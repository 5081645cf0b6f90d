"""atheris at work, as a process of its own, which `tests/fuzz.py` starts."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["skill", "speech"]):
    from tests.support.fuzzed import TARGETS, mutated


def main(itself: str, target: str, *options: str) -> None:
    """Fuzz this target; `itself` starts it once more, the options are libFuzzer's. It ends the process."""
    atheris.Setup(
        [itself, "-max_len=20000", *options],
        TARGETS[target],
        custom_mutator=lambda data, most, seed: mutated(data, most, seed, atheris.Mutate),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
