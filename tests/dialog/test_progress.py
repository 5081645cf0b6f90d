"""Where a person is, found from the clock alone: never later than they are, and no spot pressed too long."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest

from skill.dialog.progress import (
    FASTEST_VOICE,
    LEAST_PRESSURE,
    SLOWEST_VOICE,
    Guide,
    Progress,
    Sent,
    estimated_progress,
    previous_step,
)
from skill.simulator.speech_timing import Voice
from speech.script.model import Script
from speech.ssml.parts import Part
from speech.timeline.options import CueDensity, PlanOptions
from speech.timeline.plan import Position, Span, Timeline
from tests.support.guided import Massage
from tests.support.listener import shared_resources

PROVE = os.environ.get("MASSAGE_PROVE") == "1"
VOICES, DELAYS = (0.85, 1.0, 1.2), (0.0, 1.5, 3.0)
ONE_BREATH = 1.0
"""Sentences less than so many seconds apart are one thing to somebody who listens."""
ANSWERS_AFTER = 1.0
"""Seconds in which somebody answers a question promptly."""
MEASURED = ("glute-ball", "piriformis-ball", "sacrum-hand")
"""The scripts whose figures stand in the README. Any other has to keep the first rule, and only shows the second."""
PLACES = [(script.id, place) for script in shared_resources().library for place in script.places]


def parts_of(timeline: Timeline) -> Iterator[Part]:
    moment = timeline.start
    while moment < timeline.total:
        part = shared_resources().planner.part(timeline.script.id, timeline.options, moment)
        yield part
        moment = part.end


@dataclass(frozen=True)
class Spoken:
    """A part as one device speaks it: after an opening, by a voice of its own, begun late."""

    part: Part
    lead: float
    lead_quiet: float
    factor: float
    delay: float

    def person(self, elapsed: float) -> float:
        """The moment that somebody really hears, so many seconds after the answer was sent."""
        left = elapsed - self.delay - self.lead * self.factor - self.lead_quiet
        if left <= 0:
            return self.part.start
        for piece in self.part.pieces:
            factor = self.factor if piece.text else 1.0
            if left < piece.seconds * factor:
                return piece.moment + left / factor
            left -= piece.seconds * factor
        return self.part.end

    @property
    def words(self) -> float:
        return self.lead + sum(piece.seconds for piece in self.part.pieces if piece.text)

    @property
    def quiet(self) -> float:
        return self.lead_quiet + sum(piece.seconds for piece in self.part.pieces if not piece.text)

    @property
    def lasts(self) -> float:
        return self.delay + self.words * self.factor + self.quiet

    def answered(self, believed: float) -> float:
        """The slowest voice to believe in, after its question was answered promptly."""
        tail = self.part.pieces[-1].seconds if self.part.pieces[-1].text is None else 0.0
        question = 0.5
        sent = Sent(0.0, self.words + question, self.quiet, question, tail)
        return sent.slowest(self.lasts + question * self.factor + ANSWERS_AFTER, believed)


def breaths(timeline: Timeline) -> dict[str, int]:
    """The number of the breath that each cue belongs to."""
    numbers: dict[str, int] = {}
    last, number = -60.0, 0
    for cue in timeline.cues:
        number += cue.start - last >= ONE_BREATH
        numbers[cue.id] = number
        last = cue.end
    return numbers


def plan_options(script: Script, place: str) -> Iterator[PlanOptions]:
    yield PlanOptions(place=place)
    if PROVE:
        talks: tuple[CueDensity, ...] = ("few", "normal", "many")
        lengths = (script.minutes.least * 60, script.minutes.most * 60)
        both = (False, True)
        yield from (
            PlanOptions(seconds, "right", only, place, talk) for seconds, only, talk in product(lengths, both, talks)
        )


def found(timeline: Timeline, spoken: Spoken, believed: float) -> Iterator[tuple[float, float]]:
    """At every second of a part and a little after: where the person is, and where the guide finds them."""
    part, script = spoken.part, timeline.script
    guide = Guide(
        script.id, script.digest, timeline.options, timeline.locate(part.start).position,
        sent=0.0, lead=spoken.lead, lead_quiet=spoken.lead_quiet,
    )  # fmt: skip
    for second in range(int(spoken.lasts) + 4):
        progress = estimated_progress(guide, timeline, part, float(second), believed)
        yield spoken.person(second), progress.here.moment


@pytest.mark.parametrize(("script", "place"), PLACES)
def test_nobody_is_put_later_than_they_are_and_hardly_ever_two_cues_earlier(
    script: str, place: str, record_property: Callable[[str, object], None]
) -> None:
    """In every second of every part, with slow and fast voices and late devices, the place found is never later than
    where the person is. Once a question was answered it is at most one cue earlier, in 95 of 100 seconds.
    """
    resources = shared_resources()
    earlier: dict[str, Counter[int]] = {"at first": Counter(), "once answered": Counter()}
    for options, factor, delay in product(plan_options(resources.library.scripts[script], place), VOICES, DELAYS):
        timeline = resources.planner.timeline(script, options)
        numbers, believed, answered = breaths(timeline), SLOWEST_VOICE, False
        for part in parts_of(timeline):
            before = part.start == timeline.start
            spoken = Spoken(part, 20.0 if before else 4.0, 3.0 if before else 0.0, factor, delay)
            for person, guide in found(timeline, spoken, believed):
                assert guide <= person + 0.01, f"{factor=} {delay=}: {guide} is later than {person}"
                there = timeline.locate(min(person, part.end - 0.01)).cue.id
                cues = numbers[there] - numbers[timeline.locate(guide).cue.id]
                earlier["once answered" if answered else "at first"][cues] += 1
            if not part.waits:
                believed, answered = spoken.answered(believed), True
                assert believed >= factor
    for when, counts in earlier.items():
        shares = {number: f"{count / counts.total():.1%}" for number, count in sorted(counts.items())}
        record_property(f"cues earlier than the person, {when}, {script} {place}", shares)
    first, later = earlier["at first"], earlier["once answered"]
    if script not in MEASURED:
        return
    assert (later[0] + later[1]) / later.total() >= 0.95
    assert (first[0] + first[1]) / first.total() >= 0.85
    assert max(later) <= 3 and max(first) <= 4


ON_THE_FLOOR = PlanOptions(place="floor")


def hold_of(script: str = "piriformis-ball", options: PlanOptions = ON_THE_FLOOR) -> tuple[Timeline, Span]:
    timeline = shared_resources().planner.timeline(script, options)
    return timeline, next(timeline.holds())


def resting(timeline: Timeline, moment: float, **pressed: float) -> Guide:
    spots = {f"{step}/left": seconds for step, seconds in pressed.items()}
    where = timeline.locate(moment).position
    return Guide(timeline.script.id, timeline.script.digest, timeline.options, where, pressed=spots)


def test_twelve_seconds_into_a_hold_leave_the_rest_of_it() -> None:
    """Pausing 12 s into a hold and going on leaves the hold's length less 12 s until the release."""
    timeline, hold = hold_of()
    moment = Progress(resting(timeline, hold.start + 12.0), timeline).resume
    assert hold.end - moment == pytest.approx(hold.end - hold.start - 12.0, abs=0.01)


def test_outside_a_hold_the_cue_is_heard_from_its_start() -> None:
    """Going on in the middle of a sentence or of its silence says the sentence again."""
    timeline, hold = hold_of()
    cue = [cue for cue in timeline.cues if 0 <= cue.start < hold.start][-1]
    assert Progress(resting(timeline, cue.start + 2.0), timeline).resume == cue.start


def test_what_was_pressed_is_taken_off_what_is_left() -> None:
    """A spot pressed 50 s of its 60 is pressed for 10 s more, and one with less than 5 s left is released."""
    timeline, hold = hold_of()
    step = hold.step
    assert hold.most == 60.0
    assert hold.end - Progress(resting(timeline, hold.start), timeline).allowed(hold.start) == hold.end - hold.start
    spent = resting(timeline, hold.start, **{step: 50.0})
    assert hold.end - Progress(spent, timeline).allowed(hold.start) == pytest.approx(10.0)
    enough = resting(timeline, hold.start, **{step: 60.0 - LEAST_PRESSURE + 0.1})
    assert Progress(enough, timeline).allowed(hold.start) == hold.end


def test_a_spot_that_lies_ahead_has_its_limit_too() -> None:
    """Going back before a spot that was pressed already does not press it again from its start."""
    timeline, hold = hold_of()
    rest = timeline.locate(hold.end).span
    second = timeline.locate(rest.end).span
    spent = resting(timeline, rest.start, **{second.step: second.most - 10.0})
    assert second.end - Progress(spent, timeline).allowed(rest.start) == pytest.approx(10.0)


def test_previous_goes_one_step_further_back_within_five_seconds() -> None:
    """ "Previous" in the first five seconds of a step goes to the step before, later to this step's start."""
    timeline, hold = hold_of()
    assert previous_step(timeline, timeline.locate(hold.start + 5.1)) == hold.start
    assert previous_step(timeline, timeline.locate(hold.start + 4.9)) < hold.start
    assert previous_step(timeline, timeline.locate(timeline.start)) == timeline.start
    assert timeline.locate(hold.start).span.end == hold.end
    assert timeline.locate(timeline.total).span.end == timeline.total


@pytest.mark.parametrize(
    ("answered", "believed"),
    [
        (70.0, SLOWEST_VOICE),  # before the fastest voice had said it: an interruption
        (60 * FASTEST_VOICE + 20 - 0.1, SLOWEST_VOICE),
        (60 * FASTEST_VOICE + 20, FASTEST_VOICE),
        (60 + 20, 1.0),
        (60 + 20 + 3 + 5, 1.0 + 8 / 60),  # somebody who takes their time
        (500.0, SLOWEST_VOICE),
    ],
)
def test_a_prompt_answer_tells_how_slow_the_voice_can_be(answered: float, believed: float) -> None:
    """Nothing slower is believed than what fits the answer, and nothing faster than an answer allows."""
    sent = Sent(1000.0, words=60.5, quiet=25.0, tail_words=0.5, tail_quiet=5.0)
    assert sent.slowest(1000.0 + answered, SLOWEST_VOICE) == pytest.approx(believed)


def test_few_words_tell_nothing_about_the_voice() -> None:
    """The answer to a short speech says more about the person than about the voice."""
    assert Sent(0.0, 10.0, 0.0).slowest(9.0, SLOWEST_VOICE) == SLOWEST_VOICE
    assert Sent(0.0, 100.0, 5.0, 100.0, 5.0).slowest(100.0, SLOWEST_VOICE) == SLOWEST_VOICE


def test_a_position_of_another_plan_is_found_nearby() -> None:
    """A place kept from a guide of another length is found at the same step."""
    timeline, _ = hold_of(options=PlanOptions(600.0, place="floor"))
    shorter, _ = hold_of(options=PlanOptions(300.0, place="floor"))
    last = [span for span in timeline.holds() if span.side == "left"][-1]
    guide = replace(resting(shorter, 0.0), at=Position(f"{last.step}/left/0", 3.0))
    assert shorter.locate(Progress(guide, shorter).resume).span.name in {span.name for span in shorter.holds()}


STARTED = ("open sciatica massage", "piriformis for six minutes, left side only", "ready")


@pytest.mark.parametrize(("factor", "delay"), [*product(VOICES, (0.0, 3.0))])
def test_pausing_in_a_hold_leaves_what_was_left_after_a_get_ready_cue(factor: float, delay: float) -> None:
    """Heard through a device: at least the seconds that were left, twelve to get back, and never above the limit."""
    massage = Massage(*STARTED, voice=Voice(factor, delay))
    hold = massage.until("hold", into=12.0)
    moment = massage.listener.moment_at(massage.clock())
    assert moment is not None
    massage.device.say("Alexa, pause")
    massage.device.until_listening()
    massage.device.say("resume")
    assert next(one.seconds for one in massage.device.coming if not one.text) >= 12.0
    left, heard = hold.end - moment, massage.to_release
    assert heard >= left - 0.1
    assert heard + (moment - hold.start) <= hold.most
    assert heard <= left + 12.0


@pytest.mark.parametrize("move", ["previous", "repeat", "how long is left", "banana boat", "loop on"])
def test_no_spot_is_pressed_for_longer_however_often_one_goes_back(move: str) -> None:
    """Asking for the same spot again and again ends with its release, inside its limit."""
    massage = Massage(*STARTED)
    hold = massage.until("hold", into=8.0)
    for _ in range(12):
        massage.device.say(f"Alexa, {move}")
        massage.device.wait(max(massage.listener.heard[0].start - massage.clock(), 0.0) + 9.0)
    massage.device.until_listening()
    massage.device.say("stop")
    massage.device.until_idle()
    pressed = {spot: seconds for (_, spot), seconds in massage.listener.pressed.items()}
    assert 20.0 < pressed[hold.id] <= hold.most
    assert massage.listener.worst <= 0.0


def test_saying_ready_before_the_question_teaches_nothing() -> None:
    """Whoever says "ready" on the way down, before it ends, is no fast voice."""
    massage = Massage(*STARTED[:2], voice=Voice(1.2))
    massage.device.wait(60.0)
    massage.device.say("Alexa, ready")
    assert massage.device.attributes["slowest"] == SLOWEST_VOICE


def test_an_answered_question_teaches_the_voice() -> None:
    """After a part's question was answered, slower voices than this one are no longer believed in."""
    massage = Massage(STARTED[0], "piriformis for five minutes, left side first", "ready", "ready", voice=Voice(0.9))
    assert 0.9 <= massage.device.attributes["slowest"] < 1.1


def test_what_a_slow_voice_adds_to_a_spot_counts() -> None:
    """A spot that was pressed while a slow voice spoke was pressed for longer than planned, and that is taken off."""
    timeline, hold = hold_of()
    part = next(part for part in parts_of(timeline) if part.start <= hold.start < part.end)
    guide = replace(resting(timeline, part.start), sent=0.0)
    later = part.end - part.start + 60.0
    found = [estimated_progress(guide, timeline, part, later, voice).guide for voice in (1.0, SLOWEST_VOICE)]
    planned, slow = (one.pressed[hold.id] for one in found)
    words = sum(min(cue.end, hold.end) - cue.start for cue in timeline.cues if hold.start <= cue.start < hold.end)
    assert planned == pytest.approx(hold.end - hold.start, abs=0.1)
    assert slow == pytest.approx(planned + (SLOWEST_VOICE - 1) * words, abs=0.1) and words > 5.0
