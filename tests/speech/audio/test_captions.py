from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio.captions import captions
from speech.audio.track import LEAD
from speech.timeline.grid import FRAMES
from speech.timeline.options import PlanOptions
from speech.timeline.placement import REASSURANCE, REMINDER
from speech.timeline.plan import Timeline, cue_id_parts, plan
from tests.support.scripts import built, library, pace

ENTRY = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})\n(.+)\n?")
Entry = tuple[float, float, str]


def entries(text: str) -> list[Entry]:
    """What a player reads: seconds and text of each caption."""
    head, *blocks = text.rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    read = [ENTRY.fullmatch(block) for block in blocks]
    assert all(read), blocks
    return [(_seconds(*found.groups()[:3]), _seconds(*found.groups()[3:6]), found[7]) for found in read if found]


def _seconds(hours: str, minutes: str, seconds: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def timeline(seconds: float, talk: str = "many") -> Timeline:
    script = max(library(), key=lambda script: script.minutes.most)
    return plan(script, PlanOptions(seconds, cue_density=talk), pace(1.0), FRAMES, library().phrases.closing)  # type: ignore[arg-type]


def test_captions_are_the_cues_at_the_moments_of_the_file() -> None:
    """Every cue from the first moment on, in order, a little later than in the timeline: so the file begins."""
    planned = timeline(1200)
    said = [cue for cue in planned.cues if cue.start >= 0]
    shown = entries(captions(planned))
    assert [text for _, _, text in shown] == [cue.text for cue in said]
    for cue, (start, end, _) in zip(said, shown, strict=True):
        assert start == pytest.approx(cue.start + LEAD / 1000)
        assert end == pytest.approx(cue.end + LEAD / 1000)


def test_a_file_that_begins_with_the_way_down_shows_it() -> None:
    """All but the wait that no file can keep."""
    planned = timeline(1200)
    shown = entries(captions(planned, begin=planned.start))
    assert shown[0][0] == LEAD / 1000
    assert shown[0][2] == planned.cues[0].text
    assert not [text for _, _, text in shown if "Say ready" in text]


@given(st.integers(60, 30_000), st.sampled_from([600, 1200, 1800]))
def test_captions_for_an_answer_are_small_enough(at_most: int, seconds: int) -> None:
    """Never more bytes than allowed, as JSON; each caption whole, in order, as it is in the complete file."""
    planned = timeline(seconds)
    whole, thin = entries(captions(planned)), entries(captions(planned, at_most))
    assert len(json.dumps(captions(planned, at_most))) <= at_most
    rest = iter(whole)
    assert all(entry in rest for entry in thin)
    if len(json.dumps(captions(planned))) <= at_most:
        assert thin == whole


def test_reassurances_go_first_then_reminders_and_instructions_last() -> None:
    """What tells somebody what to do is kept as long as there is anything else to leave out."""
    planned = timeline(1800)

    def numbers(at_most: int) -> list[int]:
        starts = {round(start - LEAD / 1000, 3) for start, _, _ in entries(captions(planned, at_most))}
        return [cue_id_parts(cue.id)[2] for cue in planned.cues if cue.start in starts]

    whole = len(json.dumps(captions(planned)))
    kinds = {size: numbers(size) for size in range(2_000, whole, 250)}
    everything = numbers(whole)
    for kept in kinds.values():
        if any(number >= REASSURANCE for number in kept):
            assert [n for n in kept if n < REASSURANCE] == [n for n in everything if n < REASSURANCE]
        elif any(REMINDER + 10 <= number < 40 for number in kept):
            assert [n for n in kept if n < REMINDER] == [n for n in everything if n < REMINDER]
    assert any(max(kept) < REASSURANCE for kept in kinds.values())


def test_half_an_hour_of_many_cues_fits_an_answer() -> None:
    """With instructions, cautions and holds all there."""
    planned = timeline(1800)
    kept = {text for _, _, text in entries(captions(planned, 14_000))}
    assert {cue.text for cue in planned.cues if cue.start >= 0 and cue_id_parts(cue.id)[2] < REMINDER + 10} <= kept


def test_text_is_never_markup() -> None:
    """What a script's author writes is shown as it is written."""
    hold = {"hold": "spot", "say": "Rest your <arm> & breathe.", "seconds": 30}
    steps = [{"rounds": [hold, {"rest": 10, "say": "Off."}]}]
    script = built(x={"name": "x", "minutes": {"least": 1, "usual": 2, "most": 3}, "sides": "none",
                      "places": {"wall": {"each side": steps}}})["x"]  # fmt: skip
    shown = captions(plan(script, PlanOptions(120), pace(1.0), FRAMES))
    assert "Rest your &lt;arm&gt; &amp; breathe." in shown
    assert "<" not in shown
