"""What the fuzzer that watches branches found, tried again; `make prove` lets it look for more."""

from __future__ import annotations

import json
import os
import random
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz import fuzz
from tests.support.fuzzed import CORPUS, TARGETS, kept, mutated, seeds

PROVE = os.environ.get("MASSAGE_PROVE") == "1"
SECONDS = 120


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_is_answered_rightly(target: str) -> None:
    """Whatever once reached a branch that nothing else reached is answered validly, and never with a fault."""
    assert (CORPUS / f"{target}.jsonl").exists()
    for one in kept(target)[:: 1 if PROVE else 5]:
        TARGETS[target](one)


if PROVE:

    @pytest.mark.parametrize("target", TARGETS)
    def test_more_of_it(target: str, tmp_path: Path) -> None:
        """Two minutes more for each find nothing that is answered wrongly."""
        if find_spec("atheris") is None:
            pytest.skip("SKIPPED FOR WANT OF A PACKAGE: pip install atheris")
        try:
            fuzz(target, SECONDS, tmp_path)
        except subprocess.CalledProcessError:
            pytest.fail("\n".join(str(file.read_bytes()) for file in tmp_path.iterdir()), pytrace=False)


def test_changes_are_repeatable_and_bounded() -> None:
    """The same dice change a body in the same way, into JSON within the bound; what is no JSON, as bytes."""
    body = next(seeds("envelopes"))
    changed = {mutated(body, 5_000, seed, lambda data, most: data) for seed in range(50)}
    assert len(changed) > 30
    assert all(len(one) <= 5_000 and isinstance(json.loads(one), dict) for one in changed)
    assert mutated(body, 5_000, 7, lambda data, most: data) == mutated(body, 5_000, 7, lambda data, most: data)
    assert mutated(b"no json", 100, random.randrange(99), lambda data, most: data[:most] + b"!") == b"no json!"
