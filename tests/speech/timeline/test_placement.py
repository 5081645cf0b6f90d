"""What is said during a guide, and how long it is quiet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from speech.script.builder import build_scripts
from speech.script.model import Hold, Script
from speech.timeline.options import LONGEST_SILENCE, CueDensity, PlanOptions
from speech.timeline.plan import Cue, Span, Timeline, plan
from tests.support.scripts import Planned, library, pace, planned, steps_by_name

MILLISECOND = 0.0011
SENTENCES, CAUTIONS, REMINDERS, QUIETS, REASSURANCES, COUNTDOWN = range(20), range(20, 30), range(30, 40), 40, 60, 90
"""What the number in a cue's id tells of it."""


def number(cue: Cue) -> int:
    return int(cue.id.rpartition("/")[2])


def silences(timeline: Timeline) -> list[tuple[Cue, float]]:
    """Every silence with the cue before it."""
    ends = [*(cue.start for cue in timeline.cues[1:]), timeline.total]
    return [(cue, end - cue.end) for cue, end in zip(timeline.cues, ends, strict=True)]


def filled(text: str, script: Script, options: PlanOptions, span: Span) -> str:
    """A sentence of a script as it is said in this step."""
    other = {"left": "right", "right": "left"}
    here: str = span.side or options.side
    if span.section == "end" and not options.only:
        here = other[here]
    sides = script.phrases.sides
    return text.replace("{side}", sides[here]).replace("{other side}", sides[other[here]])


@given(planned())
def test_what_is_said_is_what_the_script_says(case: Planned) -> None:
    """Each step says its own sentences, all of them, in order, with its side filled in; a visit again its `again`."""
    steps = steps_by_name(case.script, case.timeline.options.place or "")
    for span in case.timeline.spans:
        name, again, _ = span.step.partition("#")
        step = steps[name]
        raw = step.again if again and isinstance(step, Hold) else step.sentences  # type: ignore[union-attr]
        expected = [filled(text, case.script, case.options, span) for text in raw]
        own = [cue for cue in case.timeline.cues if (cue.step, cue.side) == (span.step, span.side)]
        assert [cue.text for cue in own if number(cue) in SENTENCES] == expected
        extra = step.caution + step.reminders if isinstance(step, Hold) else ()
        rest = {filled(text, case.script, case.options, span) for text in extra}
        assert {cue.text for cue in own if number(cue) in (*CAUTIONS, *REMINDERS)} <= rest
        assert not any("{" in cue.text for cue in own)


@given(planned())
def test_no_silence_lasts_longer_than_was_asked(case: Planned) -> None:
    """Few, normal and many cues leave nobody alone for more than 60, 30 and 15 seconds."""
    assert all(
        silence <= LONGEST_SILENCE[case.options.cue_density] + MILLISECOND for _, silence in silences(case.timeline)
    )


@given(planned())
def test_a_long_silence_is_announced(case: Planned) -> None:
    """More than twenty seconds are announced just before, and no other announcement would be nearer to the truth."""
    quiet = case.script.phrases.quiet
    takes = {seconds: case.seconds_of(text) for seconds, text in quiet.items()}
    for cue, silence in silences(case.timeline):
        if silence > 20 + MILLISECOND:
            assert cue.text in quiet.values()
        if cue.text in quiet.values():
            named = next(seconds for seconds, text in quiet.items() if text == cue.text)
            off = {other: abs(other - (silence + takes[named] - takes[other])) for other in quiet}
            assert off[named] <= min(off.values()) + MILLISECOND


@given(planned())
def test_no_reassurance_is_heard_twice(case: Planned) -> None:
    """A word of reassurance is two to five words, and never the same twice while there are others."""
    known = case.script.phrases.reassurances
    heard = Counter(cue.text for cue in case.timeline.cues if cue.text in known)
    assert max(heard.values(), default=0) <= -(-sum(heard.values()) // len(known))
    assert all(2 <= len(text.split()) <= 5 for text in known)


@given(planned())
def test_a_caution_is_said_once_a_side_and_soon(case: Planned) -> None:
    """Each caution of a technique comes with the first spot that bears it, before anything else there, on each side."""
    steps = steps_by_name(case.script, case.timeline.options.place or "")
    said: set[tuple[str, str | None, tuple[str, ...]]] = set()
    for span in case.timeline.holds():
        hold = steps[span.step.partition("#")[0]]
        assert isinstance(hold, Hold)
        own = [cue for cue in case.timeline.cues if (cue.step, cue.side) == (span.step, span.side)]
        cautions = [cue for cue in own if number(cue) in CAUTIONS]
        key = (span.step.rpartition(":")[0], span.side, hold.caution)
        due = bool(hold.caution) and key not in said and "#" not in span.step
        assert bool(cautions) == due
        if due:
            assert len(cautions) == len(hold.caution)
            assert own[len(hold.sentences) : len(hold.sentences) + len(cautions)] == cautions
            said.add(key)


@given(planned())
def test_ten_seconds_left_only_with_many_cues(case: Planned) -> None:
    """The countdown is part of *many*, and it is true: ten seconds before the release."""
    releases = {span.id: span.end for span in case.timeline.holds()}
    for cue in case.timeline.cues:
        if cue.text == case.script.phrases.countdown:
            assert case.options.cue_density == "many"
            assert releases[cue.id.rpartition("/")[0]] - cue.start == pytest.approx(10, abs=MILLISECOND)


@given(planned())
def test_every_cue_has_an_id_of_its_own(case: Planned) -> None:
    """An id is step, side and number, and no two cues share one."""
    cues = case.timeline.cues
    assert len({cue.id for cue in cues}) == len(cues)
    assert all(cue.id == f"{cue.step}/{cue.side or '-'}/{number(cue)}" for cue in cues)


@given(planned())
def test_there_is_a_breath_between_any_two_sentences(case: Planned) -> None:
    """Sentences never run into each other."""
    assert all(after.start - before.end >= 0.7 - MILLISECOND for before, after in pairwise(case.timeline.cues))


@pytest.mark.parametrize("cue_density", ["few", "normal", "many"])
@pytest.mark.parametrize("script", [script.id for script in library()])
def test_the_longest_built_in_guides_repeat_no_reassurance(script: str, cue_density: CueDensity) -> None:
    """There are words enough for the longest guide with the fastest voice, in every place."""
    for place in library().scripts[script].places:
        timeline = plan(library().scripts[script], PlanOptions(3600.0, place=place, cue_density=cue_density), pace(0.5))
        said = Counter(cue.text for cue in timeline.cues)
        assert all(said[text] <= 1 for text in timeline.script.phrases.reassurances)


SMALL = {
    "name": "small",
    "areas": ["hip"],
    "minutes": {"least": 1, "usual": 3, "most": 20},
    "places": {
        "wall": {
            "presses": ["ball"],
            "begin": [{"say": "Stand. Feel your feet.", "settle": 5}],
            "each side": [
                {"say": "Ball on your {side}.", "settle": 4},
                {
                    "rounds": [
                        {
                            "hold": "one",
                            "say": "Lean in.",
                            "again": "Lean in again.",
                            "seconds": 30,
                            "at most": 50,
                            "caution": "Sharp, come off.",
                            "reminders": ["Less is fine."],
                        },
                        {"rest": 10, "say": "Step away."},
                    ]
                },
            ],
            "changeover": [{"rest": 5, "say": "To the {other side}."}],
            "end": [{"rest": 6, "say": "Rest."}],
        }
    },
}
"""Small enough to be planned by hand: a word takes a second."""


def small(seconds: float, cue_density: CueDensity = "normal") -> Timeline:
    phrases = replace(library().phrases, quiet={20: "Twenty seconds.", 40: "Forty seconds."})
    script = build_scripts({"small": SMALL}, library().places, phrases)["small"]
    return plan(script, PlanOptions(seconds, "right", cue_density=cue_density), lambda text: float(len(text.split())))


def table(timeline: Timeline, begin: float, end: float) -> list[str]:
    chosen = [cue for cue in timeline.cues if begin <= cue.start < end]
    return [f"{cue.start:g} {cue.end:g} {cue.id} {cue.text}" for cue in chosen]


def test_a_side_planned_by_hand() -> None:
    """Begin takes 9.7 s, the ball 8 s; with nothing to stretch the hold keeps its 30 s, said in four sentences."""
    assert table(small(150, "many"), 0, 78) == [
        "0 1 begin-1/-/0 Stand.",
        "1.7 4.7 begin-1/-/1 Feel your feet.",
        "9.7 13.7 side-1/right/0 Ball on your right.",
        "17.7 19.7 one/right/0 Lean in.",
        "21.2 24.2 one/right/20 Sharp, come off.",
        "29.45 32.45 one/right/30 Less is fine.",
        "37.7 40.7 one/right/90 Ten seconds left.",
        "47.7 49.7 round-2/right/0 Step away.",
        "57.7 60.7 changeover-1/-/0 To the left.",
        "72.7 76.7 side-1/left/0 Ball on your left.",
    ]


def test_a_stretched_hold_planned_by_hand() -> None:
    """Stretched to its 50 s, a hold is quiet for longer than twenty seconds, and says so."""
    assert table(small(200), 17, 67) == [
        "17.7 19.7 one/right/0 Lean in.",
        "21.2 24.2 one/right/20 Sharp, come off.",
        "24.9 26.9 one/right/40 Twenty seconds.",
        "44.45 47.45 one/right/30 Less is fine.",
        "48.15 50.15 one/right/41 Twenty seconds.",
    ]
    assert table(small(200, "few"), 24, 70) == [
        "24.9 26.9 one/right/40 Forty seconds.",
        "67.7 69.7 round-2/right/0 Step away.",
    ]


def test_a_second_visit_says_again_and_nothing_of_cautions() -> None:
    """A longer guide visits the spot again: in other words, with its reminder, without its caution."""
    texts = [cue.text for cue in small(300).cues if cue.step == "one#2" and cue.side == "right"]
    assert [text for text in texts if "seconds" not in text] == ["Lean in again.", "Less is fine."]
