"""A click on a cue: what a person would say to get there, so that the skill's own moves decide."""

from __future__ import annotations

import pytest

from skill.simulator.page.guided import length
from tests.support.page import Page, Room


def near(echo: Page, cue: str) -> bool:
    """Whether the guide is at this cue, or about to begin it."""
    guide = echo.now["guide"]
    found = next(one for one in guide["cues"] if one["id"] == cue)
    return bool(abs(found["start"] - guide["at"]) < 1.0)


@pytest.mark.parametrize("kind", ["speaker", "no player"])
@pytest.mark.parametrize("cue", ["side-2/left/0", "round-2/left/0", "round-2/right/0", "end-1/-/0", "up-3/-/0"])
def test_forward_to_a_cue(room: Room, kind: str, cue: str) -> None:
    """A cue that is still to come is gone to, over changes of side as well, in spoken mode and in a track."""
    echo = room.echo(kind)
    echo.guided()
    echo.until("playing" if kind == "speaker" else "speaking")
    echo.look(5.0)
    said = len(echo.said("you"))
    echo.go(cue)
    assert near(echo, cue), (echo.now["guide"]["at"], echo.said("you"))
    assert 1 <= len(echo.said("you")) - said <= 6
    assert all("go forward" in sentence for sentence in echo.said("you")[said:])
    assert echo.now["refused"] is None


def test_back_to_a_cue(room: Room) -> None:
    """What was heard can be heard again."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(16.0)
    echo.go("begin-1/-/0")
    assert "go back" in echo.said("you")[-1]
    assert near(echo, "begin-1/-/0")


def test_a_spot_that_had_enough(room: Room) -> None:
    """The skill's rules hold: a spot that was pressed for as long as it may be is not pressed anew by a click."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(60.0)
    echo.look(35.0)
    echo.go("side-2/left/0")
    hold = next(step for step in echo.now["guide"]["steps"] if step["id"] == "first-spot/left")
    assert echo.now["guide"]["at"] > hold["start"]
    assert len([sentence for sentence in echo.said("you") if "go back" in sentence]) == 1


def test_never_into_a_hold(room: Room) -> None:
    """A reminder in the middle of a hold leads to the hold's beginning: nobody is put onto a spot without its words."""
    echo = room.echo("no player")
    echo.guided()
    echo.look(5.0)
    echo.go("first-spot/left/30")
    assert near(echo, "first-spot/left/0")


@pytest.mark.parametrize("rests", [False, True])
def test_from_the_way_down(room: Room, rests: bool) -> None:
    """On the way down a cue of the massage is gone to by saying "ready" first."""
    echo = room.echo("no player")
    for sentence in ("Alexa, open sciatica massage", "yes"):
        echo.say(sentence)
        echo.until("listening")
    if rests:
        echo.say("pause")
    echo.go("side-1/left/0")
    assert {"ready", "Alexa, ready"} & {*echo.said("you")} and near(echo, "side-1/left/0")


def test_back_over_a_change_of_side_it_stays(room: Room) -> None:
    """The skill goes back over no change of side: the click leads to the beginning of this side, and is said once."""
    echo = room.echo("no player")
    echo.guided()
    echo.go("round-2/right/0")
    said = len(echo.said("you"))
    echo.go("side-1/left/0")
    assert near(echo, "side-1/right/0")
    assert len(echo.said("you")) - said == 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 second"),
        (37, "37 seconds"),
        (60, "1 minute"),
        (65, "1 minute and 5 seconds"),
        (121, "2 minutes and 1 second"),
    ],
)
def test_lengths_as_they_are_said(seconds: int, said: str) -> None:
    """Lengths are said as people say them."""
    assert length(seconds) == said
