"""A dry run of every script: each place, side, number of cues and length is planned and cut before it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

from speech.errors import PartTooLong, Problem, ScriptsInvalid
from speech.script.library import package_folder
from speech.script.model import Library, Script
from speech.ssml.markup import Markup
from speech.ssml.parts import ROOM_CHARACTERS, ROOM_SECONDS, parts
from speech.timeline.layout import LONGEST_ON_ONE_SIDE, SecondsOf
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from speech.timeline.plan import Timeline, plan
from speech.yaml_reader import Document, Path_, read_yaml

LENGTH_STEP = 30
"""Seconds between the lengths that are tried."""
MOST_PRESSURE = 0.5
"""The share of a session that may be pressure; the rest is rest, breath and change of position (L3, X6)."""
_FIELD: Mapping[str, Path_] = {"length": ("minutes",), "pressure": ("session",)}
"""The field of a script that is to be mended; that of the place for everything else."""


def rehearse(library: Library, seconds_of: SecondsOf, folder: Path | None = None) -> None:
    """Plan and cut everything that can be asked for. Raises ScriptsInvalid naming the script and what was asked.

    What is wrong with one place in many lengths is reported once. `folder` is the library's, by default the package's:
    its files have the lines.
    """
    markup, seconds_of, problems = Markup(library.pronunciations), cache(seconds_of), list[Problem]()
    for script in library:
        found: dict[tuple[str, str], list[str]] = {}
        for what, place, message in _faults(script, markup, seconds_of):
            found.setdefault((what, place), []).append(message)
        if found:
            file = f"scripts/{library.language}/{script.id}.yaml"
            problems += _problems(read_yaml((folder or package_folder()) / file, file), found)
    if problems:
        raise ScriptsInvalid(problems)


def _problems(document: Document, found: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[Problem]:
    """Each on the line of what is to be mended, as far as the script says that itself."""
    for (what, place), (message, *more) in found.items():
        path = _FIELD.get(what, ("places", place))
        also = f" (and in {len(more)} more lengths and numbers of cues)" if more else ""
        yield document.problem(path if path in document.lines else ("minutes",), message + also)


def _faults(script: Script, markup: Markup, seconds_of: SecondsOf) -> Iterator[tuple[str, str, str]]:
    """What kind of fault it is, its place, and what is wrong."""
    lengths = range(round(script.minutes.least * 60), round(script.minutes.most * 60) + 1, LENGTH_STEP)
    for place, talk, only in product(script.places, LONGEST_SILENCE, (False, True)):
        for seconds in lengths:
            if only and script.two_sided and seconds > LONGEST_ON_ONE_SIDE:
                continue
            options = PlanOptions(float(seconds), "left", only, place, talk)
            asked = f"{seconds / 60:g} minutes, {place}, {talk} cues{', one side only' if only else ''}"
            timeline = plan(script, options, seconds_of)
            if abs(timeline.total - seconds) >= 1:
                nearest = f"the nearest possible is {timeline.total / 60:.1f} minutes; let rests stretch further"
                yield "length", place, f"{asked}: {nearest}"
            try:
                list(parts(timeline, markup, ROOM_CHARACTERS, ROOM_SECONDS))
            except PartTooLong as error:
                yield "cut", place, f"{asked}: {error}"
            if script.session and (share := pressure(timeline)) > MOST_PRESSURE:
                found = f"{share:.0%} of it is pressure, {MOST_PRESSURE:.0%} at most; let it rest for longer"
                yield "pressure", place, f"{asked}: {found}"
            said = Counter(cue.text for cue in timeline.cues)
            if repeated := next((text for text in script.phrases.reassurances if said[text] > 1), None):
                yield "repeated", place, f"{asked}: {repeated!r} is said twice; phrases.yaml needs more reassurances"


def pressure(timeline: Timeline) -> float:
    """The share (0 to 1) of the planned seconds that is pressure on some spot."""
    return sum(hold.end - hold.start for hold in timeline.holds()) / timeline.total
