"""What presses is a field of the script: however its needs are worded, offers and pauses follow that field alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from skill.dialog.planner import Resources
from skill.simulator.clock import Clock
from tests.support.guided import Massage, skill_app
from tests.support.listener import shared_resources

NEEDS = ("two tennis balls in a sock", "tennis-ball", "Ball, in a sock", "Tennisball im Socken", "something round")


def worded(needs: str) -> Resources:
    """The skill with these words for what every script with a ball needs."""
    resources = shared_resources()
    scripts = {
        name: replace(script, needs=tuple(needs if "ball" in need else need for need in script.needs))
        for name, script in resources.library.scripts.items()
    }
    return replace(resources, library=replace(resources.library, scripts=scripts))


def guided(resources: Resources, *sentences: str) -> Massage:
    """Somebody who said these sentences to this skill."""
    clock = Clock()
    return Massage(*sentences, app=skill_app(clock, resources=resources), clock=clock)


@pytest.mark.parametrize("needs", NEEDS)
def test_who_has_nothing_is_offered_what_the_hand_does(needs: str) -> None:
    """No ball is offered to somebody who has none, whatever it is called in `needs`."""
    answer = guided(worded(needs), "ask sciatica massage i have nothing").answer
    assert "sacrum hand pressure" in answer and "piriformis" not in answer
    assert answer == guided(shared_resources(), "ask sciatica massage i have nothing").answer


@pytest.mark.parametrize("needs", NEEDS)
def test_a_pause_takes_the_person_off_what_presses(needs: str) -> None:
    """Under a spot on the ball, a pause says to ease off the ball."""
    massage = guided(worded(needs), "open sciatica massage", "piriformis for five minutes, left side first", "ready")
    massage.until("hold", into=12.0)
    assert "Ease off the ball." in massage.say("pause")


@pytest.mark.parametrize(
    ("script", "place", "tools", "said"),
    [
        ("piriformis-ball", "wall", ("ball",), "the ball"),
        ("myofascial-roller", "floor", ("roller",), "the roller"),
        ("myofascial-roller", "bed", ("ball",), "the ball"),  # and the hand, which everybody has
        ("sacrum-hand", "chair", ("hand",), "the pressure"),
        ("full-session", "floor", ("ball",), "the ball"),
    ],
)
def test_what_presses_in_a_place(script: str, place: str, tools: tuple[str, ...], said: str) -> None:
    """The tools that have to lie ready; for a session those of all its techniques; else the hand."""
    resources = shared_resources()
    presses = resources.library.scripts[script].presses_in(place)
    assert (presses, resources.messages.tool(presses)) == (tools, said)
