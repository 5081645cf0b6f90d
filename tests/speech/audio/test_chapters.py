from __future__ import annotations

from itertools import pairwise

import pytest

from speech.audio.chapters import MOST_CHAPTERS, Chapter, chapters, head
from speech.audio.track import LEAD
from speech.timeline.grid import FRAMES
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan
from tests.support.scripts import library, pace
from tests.support.tags import read_tag


def planned(script: str, options: PlanOptions) -> Timeline:
    return plan(library().scripts[script], options, pace(1.0), FRAMES, library().phrases.closing)


@pytest.mark.parametrize("script", library().scripts)
def test_chapters_are_the_whole_file_without_a_gap(script: str) -> None:
    """From the first sample to the last, so that a player is always in one of them."""
    timeline = planned(script, PlanOptions())
    for begin in (0.0, timeline.start):
        found = list(chapters(timeline, begin))
        assert (found[0].start, found[-1].end) == (0, round((timeline.total - begin) * 1000) + LEAD)
        assert all(one.end == other.start for one, other in pairwise(found))


def test_each_side_is_a_chapter() -> None:
    """It begins where its first words do."""
    timeline = planned("piriformis-ball", PlanOptions(360, "right"))
    found = {chapter.title: chapter for chapter in chapters(timeline)}
    assert list(found) == ["The start", "Right side", "Changing sides", "Left side", "The end", "Getting up"]
    first = next(span for span in timeline.spans if span.side == "left" and span.section == "side")
    assert found["Left side"].start == round(first.start * 1000) + LEAD
    assert next(chapters(timeline, timeline.start)).title == "Getting there"


def test_a_session_names_its_techniques() -> None:
    """Which one, and which side of it."""
    titles = [chapter.title for chapter in chapters(planned("full-session", PlanOptions()))]
    assert len([title for title in titles if title.endswith(": left side")]) >= 2


def test_the_head_says_what_was_given() -> None:
    """Read back by the specification: title, length and chapters, whatever letters they have."""
    given = [Chapter("Left side", 0, 240_000), Chapter("Für später: рай", 240_000, 2**31)]
    data = head("Piriformis 梨状筋", "An album", 2**31, given)
    tag = read_tag(data + b"\xff\xfb")
    assert tag.size == len(data)
    assert tag.texts == {"TIT2": "Piriformis 梨状筋", "TALB": "An album", "TLEN": str(2**31)}
    assert [Chapter(title, start, end) for _, start, end, title in tag.chapters] == given
    assert tag.contents == [chapter for chapter, *_ in tag.chapters]


def test_more_chapters_than_a_list_can_hold_are_left_out() -> None:
    """The first 255, and none is no mistake."""
    tag = read_tag(head("x", "y", 1, [Chapter(str(number), number, number + 1) for number in range(300)]))
    assert len(tag.chapters) == MOST_CHAPTERS
    assert read_tag(head("x", "y", 1, [])).contents == []
