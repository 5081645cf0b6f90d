"""What people say, written by ear and not from the templates, is understood."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from skill.locales import LOCALES
from skill.models.interaction_model import model_file
from skill.simulator.coverage import ANY, LAUNCH, Coverage, Sentence, Trap, cover, read_people
from skill.simulator.nlu import FALLBACK, Understanding
from tests.support.handlers import HANDLERS

FOLDER = Path(__file__).parents[1] / "understanding"
SENTENCES, TRAPS = read_people(FOLDER / "en.yaml")
MISSES: list[str] = yaml.safe_load((FOLDER / "misses.yaml").read_text(encoding="utf-8"))["misses"]
AT_LEAST, UNDERSTOOD = 300, 0.95


@cache
def covered(locale: str) -> Coverage:
    return cover(Understanding.from_file(model_file(locale)), SENTENCES, TRAPS)


def test_there_are_sentences_enough() -> None:
    """At least three hundred, none twice, each of an intent that the skill answers."""
    assert len({one.say for one in SENTENCES}) == len(SENTENCES) >= AT_LEAST
    assert len({trap.say for trap in TRAPS}) == len(TRAPS)
    named = {one.intent for one in SENTENCES} | {name for trap in TRAPS for name in trap.intents} - {ANY}
    assert named <= {*HANDLERS, LAUNCH, FALLBACK}


def test_almost_all_are_understood(record_property: Callable[[str, object], None]) -> None:
    """At least 95 in 100, with the right slots."""
    found = covered("en-US")
    record_property("sentences understood", f"{found.understood} of {found.sentences}")
    assert found.share >= UNDERSTOOD, "\n".join(map(str, found.misses))


@pytest.mark.parametrize("locale", LOCALES)
def test_no_locale_understands_less(locale: str) -> None:
    """What is understood in one English is understood in the others, but for a few words of one country."""
    assert covered(locale).share >= UNDERSTOOD


def test_every_miss_is_on_the_list() -> None:
    """Nothing that was understood is missed now."""
    assert [str(miss) for miss in covered("en-US").misses if miss.say not in MISSES] == []


def test_the_list_of_misses_only_shrinks() -> None:
    """A sentence that is understood now, or no longer asked, leaves the list."""
    missed = {miss.say for miss in covered("en-US").misses}
    assert [said for said in MISSES if said not in missed] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_falls_into_a_trap(locale: str) -> None:
    """What only sounds like something is never taken for it."""
    assert [str(one) for one in covered(locale).fallen] == []


def test_slots_count_as_much_as_the_intent() -> None:
    """A filled slot that is not listed is a miss, and so is a listed one with another value; "*" is any value."""
    understanding = Understanding.from_file(model_file())
    said = "start the piriformis for five minutes"
    right = {"script": "piriformis-ball", "minutes": "PT5M"}
    ways = [right, {**right, "script": ANY}, {"script": "piriformis-ball"}, {**right, "minutes": "PT6M"}]
    found = cover(understanding, tuple(Sentence(said, "StartGuideIntent", slots, 1) for slots in ways))
    assert [miss.meant for miss in found.misses] == [
        "StartGuideIntent (script: piriformis-ball)",
        "StartGuideIntent (script: piriformis-ball, minutes: PT6M)",
    ]


def test_a_trap_is_an_intent_or_anything() -> None:
    """A trap names intents, or says that nothing but the fallback may hear it."""
    understanding = Understanding.from_file(model_file())
    traps = (
        Trap("pause", ("AMAZON.StopIntent",), 1),
        Trap("pause", ("AMAZON.PauseIntent",), 2),
        Trap("pause", (ANY,), 3),
        Trap("sing me a song", (ANY,), 4),
    )
    assert [miss.line for miss in cover(understanding, (), traps).fallen] == [2, 3]


def test_the_skills_name_may_be_said_first() -> None:
    """A sentence with the invocation name is what follows it, or a launch."""
    understanding = Understanding.from_file(model_file())
    found = cover(
        understanding,
        (
            Sentence("ask sciatica massage to pause", "AMAZON.PauseIntent", {}, 1),
            Sentence("open sciatica massage", LAUNCH, {}, 2),
        ),
    )
    assert found.misses == () and found.share == 1.0
