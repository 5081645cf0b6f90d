"""A dry run of every script: each place, side, number of cues and length is planned and cut before anyone hears it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product

from speech.ask import LONGEST_SILENCE, Ask
from speech.errors import PartTooLong, Problem, ScriptsInvalid
from speech.layout import LONGEST_ON_ONE_SIDE, SecondsOf
from speech.script import Library, Script
from speech.ssml import ROOM_CHARACTERS, ROOM_QUIET, Markup, parts
from speech.timeline import Timeline, plan

STEP = 30
"""Seconds between the lengths that are tried."""
MOST_PRESSURE = 0.5
"""The share of a session that may be pressure; the rest is rest, breath and change of position (L3, X6)."""


def rehearse(library: Library, seconds_of: SecondsOf) -> None:
    """Plan and cut everything that can be asked for. Raises ScriptsInvalid naming the script and what was asked."""
    markup, seconds_of = Markup(library.pronunciations), cache(seconds_of)
    problems = [
        Problem(f"scripts/{library.language}/{script.id}.yaml", 1, "minutes", message)
        for script in library
        for message in _faults(script, markup, seconds_of)
    ]
    if problems:
        raise ScriptsInvalid(tuple(problems))


def _faults(script: Script, markup: Markup, seconds_of: SecondsOf) -> Iterator[str]:
    lengths = range(round(script.minutes.least * 60), round(script.minutes.most * 60) + 1, STEP)
    for place, talk, only in product(script.places, LONGEST_SILENCE, (False, True)):
        for seconds in lengths:
            if only and script.two_sided and seconds > LONGEST_ON_ONE_SIDE:
                continue
            ask = Ask(float(seconds), "left", only, place, talk)
            asked = f"{seconds / 60:g} minutes, {place}, {talk} cues{', one side only' if only else ''}"
            timeline = plan(script, ask, seconds_of)
            if abs(timeline.total - seconds) >= 1:
                yield f"{asked}: the nearest possible is {timeline.total / 60:.1f} minutes; let rests stretch further"
            try:
                list(parts(timeline, markup, ROOM_CHARACTERS, ROOM_QUIET))
            except PartTooLong as error:
                yield f"{asked}: {error}"
            if script.session and (share := pressure(timeline)) > MOST_PRESSURE:
                yield f"{asked}: {share:.0%} of it is pressure, {MOST_PRESSURE:.0%} at most; let it rest for longer"
            if repeated := _repeated(timeline):
                yield f"{asked}: {repeated!r} is said twice; phrases.yaml needs more reassurances"


def pressure(timeline: Timeline) -> float:
    """The share (0 to 1) of the planned seconds that is pressure on some spot."""
    return sum(hold.end - hold.start for hold in timeline.holds()) / timeline.total


def _repeated(timeline: Timeline) -> str | None:
    said = Counter(cue.text for cue in timeline.cues)
    return next((text for text in timeline.script.phrases.reassurances if said[text] > 1), None)
