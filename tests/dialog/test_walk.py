"""Walks at random through everything that can be said: no answer is invalid, and nobody is left pressing."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from skill.simulator.speech_timing import Voice
from tests.support.walking import Walk

PROVE = os.environ.get("MASSAGE_PROVE") == "1"
VOICES = (Voice(), Voice(0.85, 1.5), Voice(1.2, 3.0))


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.factor}x+{voice.delay:g}s")
@pytest.mark.parametrize("seed", range(20 if PROVE else 2))
def test_a_walk_through_everything_that_can_be_said(
    seed: int, voice: Voice, record_property: Callable[[str, object], None]
) -> None:
    """Whatever is said, whenever: every answer is valid, nobody is left on a spot, found later than they are, or
    pressed beyond a spot's limit, as somebody counts who knows nothing but what is heard.

    A voice that is slower or later than estimated stretches what is said under pressure, and our words off it.
    """
    walk = Walk(seed, voice)
    walk.go(1_000 if PROVE else 250)
    assert walk.positions and walk.listener.guides > 5
    beyond = f"seconds beyond a spot's limit, voice {voice.factor:g} and {voice.delay:g} s late, walk {seed}"
    record_property(beyond, round(walk.listener.worst, 1))
    assert walk.listener.worst <= 0.5 + voice.delay + max(voice.factor - 1, 0) * 12
