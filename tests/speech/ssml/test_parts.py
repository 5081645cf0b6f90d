"""Parts: what is sent in one response, inside every limit, and never ending under pressure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.errors import PartTooLong
from speech.script.model import Script
from speech.ssml.checker import check_ssml
from speech.ssml.markup import Markup
from speech.ssml.parts import LONGEST_PART_SILENCE, MOST_PART_CHARACTERS, Part, next_part, parts
from speech.ssml.reader import Silence, Words, parse_ssml, spoken
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from speech.timeline.plan import Timeline, plan
from tests.support.scripts import Planned, built, library, pace, planned

MILLISECOND = 0.0011
MARKUP = Markup(library().pronunciations)


def legal_cuts(timeline: Timeline) -> set[float]:
    """Where a part may end: after waits, rests and changeovers, and at the end."""
    return {span.end for span in timeline.spans if span.kind == "rest"} | natural_cuts(timeline)


def natural_cuts(timeline: Timeline) -> set[float]:
    """Where a part ends unless a limit forces it to earlier: after waits and changeovers, and at the end."""
    waits = {span.end for span in timeline.spans if span.kind == "open"}
    changed = {a.end for a, b in pairwise(timeline.spans) if a.section == "changeover" != b.section}
    return waits | changed | {timeline.total}


def silence(timeline: Timeline, start: float, end: float) -> float:
    """Seconds without a word between two moments at which cues begin or steps end."""
    said = sum(cue.end - cue.start for cue in timeline.cues if start <= cue.start < end)
    return end - start - said


def cut(timeline: Timeline) -> list[Part]:
    """The parts of a timeline; where one is refused, rightly so, the next begins after what cannot be sent."""
    found: list[Part] = []
    moment = timeline.start
    while moment < timeline.total:
        try:
            found.append(next_part(timeline, moment, MARKUP))
            moment = found[-1].end
        except PartTooLong as error:
            stop = min(end for end in legal_cuts(timeline) if end > moment)
            assert error.actual > error.limit
            assert error.what == "characters" or silence(timeline, moment, stop) > LONGEST_PART_SILENCE
            moment = stop
    return found


def fits(part: Part) -> None:
    """Every limit of one response (Alexa's and our own)."""
    assert check_ssml(part.ssml) == []
    assert len(part.ssml) <= MOST_PART_CHARACTERS == 7_500
    heard = spoken(part.ssml)
    assert sum(piece.seconds for piece in heard if isinstance(piece, Silence)) <= LONGEST_PART_SILENCE + MILLISECOND
    times = [float(time) for time in re.findall(r'<break time="(\d+)s"', part.ssml)]
    times += [float(time) / 1000 for time in re.findall(r'<break time="(\d+)ms"', part.ssml)]
    assert all(time <= 10 for time in times)
    assert part.ssml.count("<break") == len(times)


@given(planned())
def test_every_part_is_inside_every_limit(case: Planned) -> None:
    """7,500 characters, 150 seconds of silence, breaks of ten seconds, and only what Alexa reads."""
    for part in cut(case.timeline):
        fits(part)


@given(planned())
def test_parts_follow_each_other_without_a_gap(case: Planned) -> None:
    """Every second of the timeline is in exactly one part, and every second of a part in one of its pieces."""
    found = cut(case.timeline)
    for part in found:
        moment = part.start
        for piece in part.pieces:
            assert piece.moment == pytest.approx(moment, abs=1e-6)
            moment += piece.seconds
        assert moment == pytest.approx(part.end, abs=1e-6)
        assert part.seconds == pytest.approx(part.end - part.start, abs=1e-6)
    covered = sum(part.end - part.start for part in found)
    try:
        whole = list(parts(case.timeline, MARKUP))
    except PartTooLong:
        return
    assert whole == found
    assert (whole[0].start, whole[-1].end) == (case.timeline.start, case.timeline.total)
    assert all(part.end == following.start for part, following in pairwise(whole))
    assert covered == pytest.approx(case.timeline.total - case.timeline.start, abs=1e-6)


@given(planned())
def test_no_part_ends_under_pressure(case: Planned) -> None:
    """What is asked at the end of a part is asked of somebody who rests: the last step before it is no hold."""
    ending = {span.end: span for span in case.timeline.spans}
    for part in cut(case.timeline):
        assert part.end in legal_cuts(case.timeline)
        assert ending[part.end].kind != "hold"
        assert part.waits == (ending[part.end].kind == "open")
        assert part.last == (part.end == case.timeline.total)


@given(planned())
def test_a_side_is_cut_only_where_a_limit_forces_it(case: Planned) -> None:
    """Nobody is asked "Ready?" in the middle of a side that would have fitted into one response."""
    timeline = case.timeline
    found = cut(timeline)
    natural = natural_cuts(timeline)
    for part in found:
        if part.end in natural:
            continue
        stop = min(end for end in natural if end > part.end)
        characters = sum(len(other.ssml) for other in found if part.start <= other.start < stop)
        too_quiet = silence(timeline, part.start, stop) > LONGEST_PART_SILENCE
        assert too_quiet or characters > MOST_PART_CHARACTERS


@given(planned())
def test_a_part_says_its_cues_and_then_asks(case: Planned) -> None:
    """What is heard is every cue of the slice, calmly, with its silences to the millisecond, and one question."""
    for part in cut(case.timeline):
        own = [cue for cue in case.timeline.cues if part.start <= cue.start < part.end]
        heard = spoken(part.ssml)
        question = [] if part.last else [Words(case.script.phrases.question)]
        assert [piece for piece in heard if isinstance(piece, Words)] == [
            *(Words(cue.text, 0.85) for cue in own),
            *question,
        ]
        ends = [*(cue.start for cue in own[1:]), part.end]
        gaps = [end - cue.end for cue, end in zip(own, ends, strict=True)]
        quiet = [piece.seconds for piece in heard if isinstance(piece, Silence)]
        assert quiet == pytest.approx(gaps, abs=MILLISECOND)


@given(planned(), st.data())
def test_a_part_may_begin_at_any_moment(case: Planned, data: st.DataObject) -> None:
    """In the middle of a cue, a hold or the last silence: the part is sound, and runs to a place where it may end."""
    timeline = case.timeline
    inside = st.floats(timeline.start, timeline.total, exclude_max=True)
    for moment in data.draw(st.lists(inside, min_size=5, max_size=5)):
        try:
            part = next_part(timeline, moment, MARKUP)
        except PartTooLong as error:
            assert error.actual > error.limit
            continue
        fits(part)
        assert part.start == min(moment, timeline.cues[-1].start)
        assert part.end > moment
        assert part.end in legal_cuts(timeline)
        assert part.seconds == pytest.approx(part.end - part.start, abs=1e-6)


def test_nothing_begins_at_the_end() -> None:
    """There is no part without anything in it."""
    timeline = plan(library().scripts["piriformis-ball"], PlanOptions(), pace(1.0))
    with pytest.raises(ValueError, match="nothing is left"):
        next_part(timeline, timeline.total, MARKUP)


@given(planned(), st.data())
def test_the_clock_tells_the_moment(case: Planned, data: st.DataObject) -> None:
    """At the planned pace elapsed seconds are the moment; a slower voice is never ahead, and nobody leaves the part."""
    for part in cut(case.timeline):
        elapsed = sorted(data.draw(st.lists(st.floats(0, part.seconds * 2), min_size=2, max_size=4)))
        for seconds in elapsed:
            exact = part.moment_at(seconds, 1.0)
            assert exact == pytest.approx(min(part.start + seconds, part.end), abs=1e-6)
            slow, fast = part.moment_at(seconds, 1.2), part.moment_at(seconds, 0.85)
            assert part.start <= slow <= exact + 1e-6
            assert exact - 1e-6 <= fast <= part.end
        for factor in (0.85, 1.0, 1.2):
            moments = [part.moment_at(seconds, factor) for seconds in elapsed]
            assert all(before <= after + 1e-9 for before, after in pairwise(moments))


@pytest.mark.parametrize("script", [script.id for script in library()])
def test_every_built_in_guide_can_be_sent(script: str) -> None:
    """Every place, length, number of cues and side of every script is cut without an error, for any voice."""
    chosen = library().scripts[script]
    lengths = chosen.minutes.least, chosen.minutes.usual, chosen.minutes.most
    for place, talk, only in product(chosen.places, LONGEST_SILENCE, (False, True)):
        for minutes, scale in product(lengths, (0.5, 1.0, 2.0)):
            timeline = plan(chosen, PlanOptions(minutes * 60, "right", only, place, talk), pace(scale))
            for part in parts(timeline, MARKUP):
                fits(part)


def quiet_script(rest: int) -> Script:
    """A rest of so many seconds in the middle of nothing else."""
    rounds = [{"rest": rest, "say": "Rest."}]
    return built(
        quiet={
            "name": "quiet",
            "minutes": {"least": 1, "usual": 5, "most": 60},
            "sides": "none",
            "places": {"wall": {"each side": [{"rounds": rounds}]}},
        }
    )["quiet"]


def test_what_cannot_be_cut_is_refused_with_its_facts() -> None:
    """Five minutes of rest are more than one response may be quiet: limit, actual seconds and step are told."""
    timeline = plan(quiet_script(300), PlanOptions(cue_density="few"), pace(1.0))
    with pytest.raises(PartTooLong) as error:
        list(parts(timeline, MARKUP))
    assert (error.value.what, error.value.limit, error.value.step) == ("seconds of silence", 150, "round-1")
    assert 150 < error.value.actual < 300
    assert str(error.value).startswith("seconds of silence: 2")


def test_room_is_kept_for_what_is_said_around_a_part() -> None:
    """Characters and silence that somebody else needs shorten the part, or are refused with the facts."""
    timeline = plan(library().scripts["piriformis-ball"], PlanOptions(600, cue_density="many"), pace(1.0))
    whole = next_part(timeline, 0.0, MARKUP)
    assert len(next_part(timeline, 0.0, MARKUP, spare=5_000).ssml) <= 2_500 < len(whole.ssml) + 5_000
    assert next_part(timeline, 0.0, MARKUP, quiet=90.0).end < whole.end
    with pytest.raises(PartTooLong) as error:
        next_part(timeline, 0.0, MARKUP, spare=7_400)
    assert (error.value.what, error.value.limit) == ("characters", 7_500)
    assert error.value.actual > 7_500


def test_text_is_escaped_and_spoken_right() -> None:
    """What XML reserves is escaped; words of the list become phonemes, whatever their case and what stands by them."""
    markup = Markup({"Psoas": "ˈsoʊ'\"<əs"})
    assert markup.text("A & B < C > \"D\" 'e'") == "A &amp; B &lt; C &gt; \"D\" 'e'"
    phoneme = '<phoneme alphabet="ipa" ph="ˈsoʊ\'&quot;&lt;əs">{}</phoneme>'
    assert markup.text("Psoas, PSOAS & 'psoas'.") == (
        f"{phoneme.format('Psoas')}, {phoneme.format('PSOAS')} &amp; '{phoneme.format('psoas')}'."
    )
    assert markup.text("psoas's iliopsoas naïvepsoas psoas-like") == (
        f"{phoneme.format('psoas')}'s iliopsoas naïvepsoas {phoneme.format('psoas')}-like"
    )


def test_the_question_is_escaped_too() -> None:
    """Whatever a language asks at the end of a part, it is text."""
    timeline = plan(library().scripts["piriformis-ball"], PlanOptions(), pace(1.0))
    phrases = replace(timeline.script.phrases, question="Down & ready?")
    part = next_part(replace(timeline, script=replace(timeline.script, phrases=phrases)), timeline.start, MARKUP)
    assert spoken(part.ssml)[-1] == Words("Down & ready?")


@given(planned())
def test_every_word_of_the_list_is_a_phoneme(case: Planned) -> None:
    """Nobody hears the piriformis as a machine reads it; no other word is touched."""
    for part in cut(case.timeline):
        text = " ".join(piece.text for piece in part.pieces if piece.text)
        listed = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() in library().pronunciations]
        marked = [element.text for element in parse_ssml(part.ssml).iter("phoneme")]
        assert marked == listed


@pytest.mark.parametrize(
    ("seconds", "markup"),
    [
        (0.0, ""),
        (0.0004, ""),
        (0.7, '<break time="700ms"/>'),
        (9.9996, '<break time="10s"/>'),
        (10.0, '<break time="10s"/>'),
        (25.25, '<break time="10s"/><break time="10s"/><break time="5250ms"/>'),
    ],
)
def test_silence_is_a_chain_of_breaks(seconds: float, markup: str) -> None:
    """To the millisecond, with no break longer than ten seconds and none of nothing (Alexa: 10 s)."""
    assert MARKUP.pause(seconds) == markup
