"""How long a script can take, added up step by step from the script itself: what a plan's length is held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from speech.script.model import SIDES, Hold, Open, Rest, Rounds, Say, Script, Step, Technique
from tests.support.scripts import Planned

LONGEST_ON_ONE_SIDE = 600.0
GAP, BEFORE_CAUTION = 0.7, 1.5
"""Seconds between two sentences, and before a caution."""
Limits = tuple[float, float]
"""The least and the most seconds."""


def wanted(case: Planned) -> float:
    """What was asked for, as far as the script allows, and one side alone."""
    minutes, asked = case.script.minutes, case.options.seconds
    least, most = minutes.least * 60, minutes.most * 60
    if case.options.only and case.script.two_sided:
        most = max(min(most, LONGEST_ON_ONE_SIDE), least)
    return min(max(minutes.usual * 60 if asked is None else asked, least), most)


def sides(case: Planned, technique: Script) -> int:
    """How many sides of a technique are played."""
    return 2 if technique.two_sided and not case.options.only else 1


def words(case: Planned, *said: str) -> float:
    """Seconds of these sentences with a gap after each, on the side where they take longer."""
    return max(
        sum(case.seconds_of(text.replace("{side}", here).replace("{other side}", other)) + GAP for text in said)
        for here, other in (SIDES, SIDES[::-1])
    )


def limits(case: Planned, step: Step, visit: int = 0) -> Limits:
    """What one step may take on a visit to it, counted from 0."""
    match step:
        case Rounds():
            raise TypeError("the length of rounds depends on how many are played")
        case Hold():
            cautious = step.caution and not visit
            spoken = words(case, *(step.again if visit else step.sentences), *(step.caution if cautious else ()))
            spoken += BEFORE_CAUTION - GAP if cautious else 0.0
            return max(step.seconds, spoken), max(step.at_most, spoken)
        case Rest():
            spoken = words(case, *step.sentences)
            return max(step.seconds, spoken), max(step.at_most, spoken)
        case Open():
            return (words(case, *step.sentences) + step.settle,) * 2
        case Say():
            return (words(case, *step.sentences) + max(step.settle - GAP, 0.0),) * 2


def added(pairs: Sequence[Limits], at_least: float = 0.0) -> Limits:
    """All of them; what is lacking to `at_least` goes to the last, which stretches no further than it did."""
    if not pairs:
        return 0.0, 0.0
    least, most = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    lacking = max(at_least - least, 0.0)
    return least + lacking, most - pairs[-1][1] + max(pairs[-1][1], pairs[-1][0] + lacking)


def bounds(case: Planned, units: int) -> Limits:
    """The least and the most seconds of a technique that plays so many units on each side."""
    place = case.script.places[case.timeline.options.place or ""]
    routine = case.script.routines[place.id]

    def section(steps: Sequence[Step], at_least: float = 0.0) -> Limits:
        pairs: list[Limits] = []
        for step in steps:
            if isinstance(step, Rounds):
                for number, unit in enumerate(islice(cycle(step.units), units)):
                    pairs += [limits(case, inner, number // len(step.units)) for inner in unit]
            else:
                pairs.append(limits(case, step))
        return added(pairs, at_least)

    count = sides(case, case.script)
    whole = [section(routine.begin), *[section(routine.each_side)] * count, section(routine.end)]
    if count == 2:
        whole.append(section(routine.changeover, 30.0 if place.floor else 15.0))
    if case.closing:
        whole.append((words(case, *case.closing),) * 2)
    return added([*whole, section(place.up, 40.0 if place.floor else 0.0)])


def techniques(script: Script) -> Iterator[Script]:
    """The techniques of a session; a technique itself."""
    if not script.session:
        yield script
    for step in script.session:
        if isinstance(step, Technique):
            yield step.script


def longest_unit(case: Planned) -> float:
    """The least seconds of the longest unit that may be added, on all its sides."""
    return max(
        sum(max(limits(case, step, visit)[0] for visit in (0, 1)) for step in unit) * sides(case, technique)
        for technique in techniques(case.script)
        for rounds in technique.routines[case.timeline.options.place or ""].each_side
        if isinstance(rounds, Rounds)
        for unit in rounds.units
    )
