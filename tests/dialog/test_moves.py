"""Moves that change the plan or leap inside it: where they lead, and that no chain of them presses a spot too long."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from skill.codec import Codec
from skill.dialog.moves import (
    back_by,
    coming,
    forward_by,
    other_side,
    same_place,
    shorter,
    skip_side,
    talking,
    thirty_more,
    uneven,
)  # fmt: skip
from skill.dialog.state import Proposal
from skill.simulator.speech_timing import Voice
from speech.script.model import LONGEST_PRESSURE
from speech.timeline.options import EXTRA_SECONDS, MOST_EXTRA_VISITS, PlanOptions
from speech.timeline.plan import Located, Timeline
from tests.support.guided import Massage
from tests.support.listener import shared_resources

SCRIPTS = ("piriformis-ball", "glute-ball", "sacrum-hand")
PROPOSAL = Codec(Proposal)


def timeline_of(options: PlanOptions, script: str = "piriformis-ball") -> Timeline:
    return shared_resources().planner.timeline(script, options)


def hold_on(timeline: Timeline, side: str, number: int = 0, into: float = 10.0) -> Located:
    hold = [span for span in timeline.holds() if span.side == side][number]
    return timeline.locate(hold.start + into)


TEN = timeline_of(PlanOptions(600.0))
CHANGEOVER = next(span for span in TEN.spans if span.section == "changeover")


def test_more_time_is_for_both_sides_while_the_other_is_still_to_come() -> None:
    """On the first side both get it, on the second that side alone; once a spot, whatever the visit."""
    first, second = hold_on(TEN, "left"), hold_on(TEN, "right")
    both, one = thirty_more(TEN, first), thirty_more(TEN, second)
    assert both is not None and one is not None
    assert both.extra == (first.span.step,)
    assert one.extra == (second.span.id,)
    for options in (both, one):
        again = timeline_of(options)
        assert thirty_more(again, hold_on(again, "right")) is None
    visit = next(span for span in TEN.holds() if span.step == f"{first.span.step}#2")
    assert thirty_more(timeline_of(both), timeline_of(both).locate(visit.start + EXTRA_SECONDS)) is None


def test_a_guide_has_only_so_much_more_time() -> None:
    """After so many spots the answer is no, and so a token stays short."""
    timeline = timeline_of(replace(TEN.options, extra=tuple(f"spot-{number}" for number in range(MOST_EXTRA_VISITS))))
    assert thirty_more(timeline, hold_on(timeline, "left")) is None


@pytest.mark.parametrize(("script", "second"), list(product(SCRIPTS, range(0, 600, 7))))
def test_shorter_leaves_about_half(script: str, second: int) -> None:
    """From anywhere: less is left than before, and on the first side the step under way is still there."""
    before = timeline_of(PlanOptions(600.0), script)
    here = before.locate(float(second))
    after = shorter(before, here, lambda options: timeline_of(options, script))
    if after is None:
        return
    left = after.left(same_place(after, before, here))
    assert left < before.left(second)
    if here.span.section == "side" and here.span.side == before.options.side:
        assert any(span.id == here.span.id for span in after.spans)
        assert not uneven(after, before, here)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("seconds", [300.0, 420.0, 600.0])
def test_nobody_is_sent_back_to_a_spot_by_another_plan(script: str, seconds: float) -> None:
    """The place in a shorter or a longer plan is in the same step, or after all that was done before."""
    before, after = timeline_of(PlanOptions(600.0), script), timeline_of(PlanOptions(seconds), script)
    for span in before.spans:
        there = after.locate(same_place(after, before, before.locate(span.start + 0.5)))
        done = {one.id for one in before.spans if one.start < span.start}
        assert there.span.id == span.id or there.span.id not in done


def test_leaps_to_the_other_side_and_over_a_side() -> None:
    """From the first side both lead to the changeover; from the last one goes to the end, the other nowhere."""
    first, last = hold_on(TEN, "left", 2), hold_on(TEN, "right", 1)
    assert other_side(TEN, first) == skip_side(TEN, first) == CHANGEOVER.start
    assert other_side(TEN, last) is None
    over = skip_side(TEN, last)
    assert over is not None and TEN.locate(over).span.section in ("end", "up")
    for away in (TEN.locate(0.0), TEN.locate(CHANGEOVER.start + 1.0)):
        assert other_side(TEN, away) is None and skip_side(TEN, away) is None


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("seconds", [1.0, 10.0, 30.0, 60.0, 86_400.0])
def test_a_time_back_or_forward_lands_where_words_begin(script: str, seconds: float) -> None:
    """Back to a step or a cue before, forward never into a hold without its words, and neither changes the side."""
    timeline = timeline_of(PlanOptions(600.0), script)
    for second in range(round(timeline.start), round(timeline.total), 3):
        here = timeline.locate(second + 0.37)
        back, forward = back_by(timeline, here, seconds), forward_by(timeline, here, seconds)
        there = timeline.locate(back)
        assert back <= here.moment
        assert back in {cue.start for cue in timeline.cues}
        assert there.span.kind != "hold" or back == there.span.start
        assert (there.span.section, there.span.side) == (here.span.section, here.span.side)
        landed = timeline.locate(forward)
        assert here.moment <= forward < timeline.total
        assert landed.span.kind != "hold" or forward == landed.span.start
        between = [span for span in timeline.spans if here.span.start < span.start < forward]
        assert all(span.section == here.span.section for span in between)


def test_what_comes_is_the_next_spot_or_stage() -> None:
    """A rest before it is told; after the last step there is nothing."""
    span, rests = coming(TEN, hold_on(TEN, "left"))
    assert span is not None and (span.kind, rests) == ("hold", True)
    last = [one for one in TEN.holds() if one.side == "left"][-1]
    assert coming(TEN, TEN.locate(last.start))[0] == CHANGEOVER
    assert coming(TEN, TEN.locate(TEN.total)) == (None, False)


def test_talk_goes_by_notches() -> None:
    """From normal to few or many, and no further."""
    few = talking(PlanOptions(), -1)
    assert few.cue_density == "few" and talking(few, -1) == few
    many = talking(PlanOptions(), 1)
    assert many.cue_density == "many" and talking(many, 1) == many


@pytest.mark.parametrize(
    "options",
    [
        PlanOptions(),
        PlanOptions(300.0, "right", True, "wall", "few", soft=True, slow=True, waits=True),
        PlanOptions(left_out=("first-spot/left", "small-rolls/-"), extra=("first-spot#2", "small-rolls/right")),
    ],
)
def test_an_ask_is_read_back_as_it_was(options: PlanOptions) -> None:
    """Whatever was changed on the way travels with the conversation."""
    proposal = Proposal("piriformis-ball", options)
    assert PROPOSAL.from_json(PROPOSAL.to_json(proposal)) == proposal


@pytest.mark.parametrize("data", [{"extra": "all"}, {"extra": [1, None]}, {"left_out": {"a": 1}}, {"soft": "yes"}])
def test_what_cannot_be_read_is_forgotten(data: dict[str, object]) -> None:
    """Plan options with a field that makes no sense is the plan options without it."""
    proposal = Proposal("piriformis-ball", PlanOptions())
    written = PROPOSAL.to_json(proposal)
    assert PROPOSAL.from_json({**written, "ask": written["ask"] | data}) == proposal


STARTED = ("open sciatica massage", "piriformis for ten minutes, left side first", "ready")
CHAINS = (
    ("thirty more seconds", "go back thirty seconds"),
    ("more time", "softer", "slower", "repeat"),
    ("thirty more seconds", "more pressure", "where are we", "what's next"),
    ("slower", "faster", "talk more", "talk less"),
    ("softer", "thirty more seconds", "previous"),
    ("make it shorter", "more time", "go back ten seconds"),
)


@pytest.mark.parametrize("chain", CHAINS, ids=", ".join)
@pytest.mark.parametrize("voice", [Voice(), Voice(0.85), Voice(1.2, 3.0)], ids=lambda voice: f"{voice.factor}x")
def test_no_chain_of_moves_presses_a_spot_too_long(chain: tuple[str, ...], voice: Voice) -> None:
    """However moves follow each other, a spot is pressed for sixty seconds at most, ninety where more was asked for."""
    massage = Massage(*STARTED, voice=voice)
    massage.until("hold", into=8.0)
    for number in range(16):
        massage.device.say(f"Alexa, {chain[number % len(chain)]}")
        massage.device.wait(max(massage.listener.heard[0].start - massage.clock(), 0.0) + 7.0)
    massage.device.until_listening()
    massage.device.say("stop")
    massage.device.until_idle()
    late = voice.delay + max(voice.factor - 1, 0) * 12
    assert max(massage.listener.pressed.values()) <= LONGEST_PRESSURE + EXTRA_SECONDS + late
    assert massage.listener.worst <= 0.5 + late


@pytest.mark.parametrize(
    "sentence", ["softer", "other side", "skip this side", "go back thirty seconds", "fast forward"]
)
def test_whoever_has_to_move_comes_off_first(sentence: str) -> None:
    """A move that leads elsewhere takes the weight off before anything else is said to do."""
    massage = Massage(*STARTED)
    massage.until("hold", into=10.0)
    answer = massage.say(sentence).lower()
    assert "ease off the ball" in answer
    assert answer.index("ease off the ball") < 40
