"""Choosing by tool, place of the body and time: what fits is offered, and nothing else; every ask gets an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from skill.dialog.deliver import deliver
from skill.dialog.matching import LONG_ENOUGH_FOR_A_SESSION, NEAR, NO_BALL_ON, Wish, matching, nearest, ordered, places
from skill.dialog.state import Proposal, Remembered, Session, session_from_json, session_to_json
from skill.dialog.turn import Reply, Slot, Turn
from speech.timeline.options import PlanOptions
from tests.support.handlers import HANDLERS
from tests.support.listener import shared_resources

RESOURCES = shared_resources()
SCRIPTS = tuple(RESOURCES.library)
TOOLS, AREAS, LENGTHS = ("ball", "roller", "hand"), tuple(NEAR), (1.0, 240.0, 300.0, 600.0, 1_800.0, 86_400.0)
WISHES = [
    Wish(*wish) for wish in product((None, *TOOLS), (None, *AREAS), (None, *RESOURCES.library.places), (None, *LENGTHS))
]
LONGEST_ANSWER = 25.0


def said(intent: str = "ChooseIntent", session: Session | None = None, /, **slots: str | Slot) -> Reply:
    """The answer to an intent; a slot given as text is heard as itself."""
    filled = {name: slot if isinstance(slot, Slot) else Slot(slot, slot) for name, slot in slots.items()}
    return deliver(HANDLERS[intent](Turn(RESOURCES, intent, filled, 0.0, session or Session(), Remembered())))


def leads_to(reply: Reply) -> list[Proposal]:
    """What is proposed, or offered to choose from."""
    session = reply.session
    return [session.proposal] if session.proposal else list(session.offered)


def test_what_matches_fits_all_that_was_said() -> None:
    """A script is only offered for a tool, a place of the body, a position and a time that it is made for."""
    for wish in WISHES:
        for script in matching(SCRIPTS, wish):
            assert wish.area is None or wish.area in script.areas
            assert wish.seconds is None or script.minutes.least * 60 <= wish.seconds
            fitting = places(script, wish)
            assert fitting and (wish.place is None or fitting == [wish.place])
            assert wish.tool is None or all(set(script.presses_in(place)) == {wish.tool} for place in fitting)


def test_somebody_who_has_nothing_is_never_told_to_take_a_ball() -> None:
    """Whatever else was said, whoever has only the hand is offered only what the hand does."""
    for wish in WISHES:
        if wish.tool == "hand":
            found, less = nearest(SCRIPTS, wish)
            assert found and less.tool == "hand"


def test_something_always_comes_nearest() -> None:
    """No wish ends in nothing, and what was said is let go only where nothing fits it."""
    for wish in WISHES:
        found, less = nearest(SCRIPTS, wish)
        assert found
        assert set(less.said) < set(wish.said) or less == wish or wish.said == () or less.area in NEAR[wish.area or ""]


def test_a_full_session_is_meant_only_for_a_long_time() -> None:
    """Below twenty minutes no wish gives a session of several techniques."""
    for wish in WISHES:
        if (wish.seconds or 0.0) < LONG_ENOUGH_FOR_A_SESSION:
            assert not any(script.session for script in matching(SCRIPTS, wish))
    assert all(script.session for script in matching(SCRIPTS, Wish(seconds=1_800.0)))


def test_last_times_comes_last_and_what_is_gentle_first() -> None:
    """What is done by hand comes before what presses harder, and what was done last time is not repeated first."""
    assert ordered(SCRIPTS, "")[0].id == "sacrum-hand"
    assert ordered(SCRIPTS, "sacrum-hand")[-1].id == "sacrum-hand"


@pytest.mark.parametrize("place", [None, *RESOURCES.library.places])
@pytest.mark.parametrize("area", NO_BALL_ON)
def test_no_ball_is_offered_for_the_thigh_or_the_calf(area: str, place: str | None) -> None:
    """X7: a ball asked for there is answered with why not, and with nothing that presses with a ball."""
    slots = {"tool": "ball", "area": area} | ({"place": place} if place else {})
    reply = said(**slots)
    assert "No ball on the back of the thigh or the calf" in reply.speech.body
    if place in (None, "floor"):
        for offered in leads_to(reply):
            script = RESOURCES.library.scripts[offered.script]
            assert set(script.presses_in(offered.options.place or script.usual_place)) == {"roller"}


def answers() -> Iterator[Mapping[str, str]]:
    for tool, area, place, length in product(
        (None, *TOOLS, "hard_ball"), (None, *AREAS), (None, "floor", "wall", "bed"), (None, "PT1M", "PT10M", "PT2H")
    ):
        slots = {"tool": tool, "area": area, "place": place, "minutes": length}
        yield {name: value for name, value in slots.items() if value}


def test_every_wish_gets_one_question_and_at_most_three_to_choose_from() -> None:
    """Whatever is combined, the answer is heard in twenty-five seconds, and everything offered can be done."""
    for slots in answers():
        reply = said(**slots)
        assert reply.speech.body.endswith("?") and not reply.ends, slots
        assert reply.speech.words <= LONGEST_ANSWER, slots
        offered = leads_to(reply)
        assert 1 <= len(offered) <= 3, slots
        for one in offered:
            assert RESOURCES.planner.timeline(one.script, one.options).total > 0
            # what cannot be done there is not said to be
            assert one.options.place in (None, *RESOURCES.library.scripts[one.script].places)


@pytest.mark.parametrize("slot", ["tool", "area", "place", "ordinal", "side", "minutes", "number"])
def test_unknown_words_are_answered_with_what_there_is(slot: str) -> None:
    """A slot filled with none of our values leads to a question, and is never said back."""
    for one in (Slot("the moon", None), Slot("the moon", "moon")):
        reply = said("ChooseIntent", **{slot: one})
        assert reply.speech.body.endswith("?") and "moon" not in reply.speech.body
        reply = said("NeedsIntent", script=one)
        assert "I don't know that one yet" in reply.speech.body


@pytest.mark.parametrize("length", ["PT0S", "PT1S", "PT2H", "P1D", "PT1000000M", "P3W", "?", "PT5M30S"])
@pytest.mark.parametrize("intent", ["StartGuideIntent", "ChooseIntent"])
def test_any_length_of_time_is_answered_with_something_that_can_be_done(intent: str, length: str) -> None:
    """Zero, two hours and a million minutes lead to a length that a script has."""
    for proposal in leads_to(said(intent, minutes=Slot(length, None))):
        minutes, seconds = RESOURCES.library.scripts[proposal.script].minutes, proposal.options.seconds
        assert seconds is None or minutes.least * 60 - 1 <= seconds <= minutes.most * 60 + 1


def test_one_of_the_choice_is_taken_by_its_place_its_number_or_its_name() -> None:
    """What was said before stays: the time is that of the first sentence."""
    choice = said(tool="ball", minutes=Slot("PT10M", None))
    first, second, *_ = leads_to(choice)
    for intent, slots in (
        ("ChooseIntent", {"ordinal": "second"}),
        ("StartGuideIntent", {"number": "2"}),
        ("StartGuideIntent", {"script": second.script}),
    ):
        reply = said(intent, choice.session, **slots)
        assert reply.session.proposal and reply.session.proposal.script == second.script
        assert reply.session.proposal.options.seconds == 600.0
    whatever = said("StartGuideIntent", choice.session)
    assert whatever.session.proposal and whatever.session.proposal.script == first.script


def test_a_place_beyond_the_choice_asks_again() -> None:
    """The third of two is none of them, and an order without a choice is a choice."""
    choice = said(tool="ball", minutes=Slot("PT10M", None))
    two = Session(pending="choose", offered=tuple(leads_to(choice)[:2]))
    for session in (two, Session()):
        reply = said("ChooseIntent", session, ordinal="third")
        assert reply.session.pending == "choose" and reply.speech.body.endswith("?")


def test_a_choice_survives_the_session_attributes_and_nothing_else_does() -> None:
    """What was offered comes back as it was; what cannot be read, or was offered before another question, is gone."""
    offered = (
        Proposal("piriformis-ball", PlanOptions(seconds=600.0)),
        Proposal("glute-ball", PlanOptions(place="wall")),
    )
    session = Session(pending="choose", offered=offered)
    assert session_from_json(session_to_json(session)).offered == offered
    assert session_from_json(session_to_json(Session(pending="more", offered=offered))).offered == ()
    for broken in ("x", {"script": 1}, [1, None, {"script": "x"}], [{"script": "a", "ask": {"side": "up"}}]):
        assert session_from_json({"pending": "choose", "offered": broken}).offered == ()


def test_all_there_is_is_said_in_one_breath() -> None:
    """Every script by name within twenty-five seconds, and each can be taken by its place."""
    reply = said("TechniquesIntent")
    assert all(RESOURCES.markup.text(script.name) in reply.speech.body for script in SCRIPTS)
    assert reply.speech.words <= LONGEST_ANSWER
    last = said("ChooseIntent", reply.session, ordinal="last").session.proposal
    assert last and last.script == leads_to(reply)[-1].script


@pytest.mark.parametrize("script", [script.id for script in SCRIPTS])
def test_what_it_needs_and_how_long_it_takes_is_told_of_every_script(script: str) -> None:
    """Each need and each of the three lengths is said, and the script is then proposed."""
    named = RESOURCES.library.scripts[script]
    reply = said("NeedsIntent", script=script)
    assert all(RESOURCES.markup.text(need) in reply.speech.body for need in named.needs_in(named.usual_place))
    assert reply.session.proposal and reply.session.proposal.script == script
    reply = said("DurationIntent", script=script)
    for minutes in (named.minutes.least, named.minutes.usual, named.minutes.most):
        assert RESOURCES.messages.length(minutes * 60) in reply.speech.body
    assert reply.speech.words <= LONGEST_ANSWER


def test_three_are_named_of_many() -> None:
    """The usual is among the three, no session is, and how to hear of the others is said."""
    reply = said("ChooseIntent")
    offered = leads_to(reply)
    assert len(offered) == 3 and "piriformis-ball" in [one.script for one in offered]
    assert not any(RESOURCES.library.scripts[one.script].session for one in offered)
    assert "what massages are there" in reply.speech.body
