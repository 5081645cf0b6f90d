"""What a script may hold: frozen values, resolved and checked. `library` reads them from YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
HAND = "hand"
"""The tool that need not be fetched."""
LONGEST_PRESSURE = 60.0
"""Seconds on one spot, whatever a script or a person asks for (X6)."""


@dataclass(frozen=True, slots=True)
class Say:
    """Sentences, then `settle` seconds of silence to do what they ask."""

    step: str
    sentences: tuple[str, ...]
    settle: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Pressure on one spot. `seconds` counts from the start of its words to the release; it stretches to `at_most`."""

    step: str
    name: str
    sentences: tuple[str, ...]
    again: tuple[str, ...]
    seconds: float
    at_most: float
    caution: tuple[str, ...]
    reminders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """Weight off. `seconds` is the whole step, words included; it stretches to `at_most`."""

    step: str
    sentences: tuple[str, ...]
    seconds: float
    at_most: float


@dataclass(frozen=True, slots=True)
class Open:
    """Waits until the person says that they are ready; `settle` seconds pass before the question."""

    step: str
    sentences: tuple[str, ...]
    settle: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """Units of steps, each ending with a rest. A longer massage plays more of them, and starts again after the last."""

    step: str
    units: tuple[tuple[Say | Hold | Rest, ...], ...]


@dataclass(frozen=True, slots=True)
class Technique:
    """Another script inside a session, for about `minutes`; its ways down and up are left to the session."""

    step: str
    script: Script
    minutes: float


Step = Say | Hold | Rest | Open | Rounds


@dataclass(frozen=True, slots=True)
class Place:
    """Where the body is (floor, wall, chair, bed), with the way down and the way up that all scripts share."""

    id: str
    name: str
    also_called: tuple[str, ...]
    floor: bool
    down: tuple[Step, ...]
    up: tuple[Step, ...]
    leaving: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the timeline says of itself in one language: sides, words of reassurance, announced silences.

    `question` ends a part that is not the last. `left_out` is said where a spot is rested on, `softly` in each hold of
    a softer guide, `closing` at the end of a track.
    """

    sides: Mapping[str, str]
    reassurances: tuple[str, ...]
    quiet: Mapping[int, str]
    countdown: str
    question: str
    left_out: tuple[str, ...]
    softly: str
    closing: tuple[str, ...]

    def fill(self, text: str, side: Side) -> str:
        """A text with this side in place of `{side}`, and the other one in place of `{other side}`."""
        other = self.sides["right" if side == "left" else "left"]
        return text.replace("{side}", self.sides[side]).replace("{other side}", other)


@dataclass(frozen=True, slots=True)
class Routine:
    """The steps of a script in one place, what presses there, and what is needed beside the script's own needs."""

    needs: tuple[str, ...]
    begin: tuple[Step, ...]
    each_side: tuple[Step, ...]
    changeover: tuple[Step, ...]
    end: tuple[Step, ...]
    presses: tuple[str, ...] = field(repr=False)  # neither said nor timed, so no part of a script's digest


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long a guide may be asked for, in minutes."""

    least: float
    usual: float
    most: float


@dataclass(frozen=True, slots=True)
class Script:
    """One authored technique, or a session made of techniques, with all that a timeline needs.

    `tools` (ball, roller, hand) is what presses in any of its places, `areas` the parts of the body that it may help;
    `schema` lists both.

    `routines` maps a place's id to its steps, the usual place first; a session has `session` steps instead and the
    places that all its techniques share. `digest` changes whenever anything that is said or timed changes.
    """

    id: str
    name: str
    also_called: tuple[str, ...]
    works_on: tuple[str, ...]
    tools: tuple[str, ...]
    areas: tuple[str, ...]
    needs: tuple[str, ...]
    facts: tuple[str, ...]
    minutes: Minutes
    two_sided: bool
    routines: Mapping[str, Routine]
    session: tuple[Step | Technique, ...]
    places: Mapping[str, Place]
    phrases: Phrases
    digest: str

    @property
    def usual_place(self) -> str:
        """The id of the place that is proposed when the person names none."""
        return next(iter(self.places))

    def needs_in(self, place: str) -> tuple[str, ...]:
        """What has to lie ready in this place; for a session, what any of its techniques needs."""
        needs = [*self.needs, *(self.routines[place].needs if place in self.routines else ())]
        for step in self.session:
            needs += step.script.needs_in(place) if isinstance(step, Technique) else ()
        return tuple(dict.fromkeys(needs))

    def presses_in(self, place: str) -> tuple[str, ...]:
        """What presses in this place and has to lie ready: the ball, the roller or both; the hand where it is alone."""
        presses = self.routines[place].presses if place in self.routines else ()
        for step in self.session:
            presses += step.script.presses_in(place) if isinstance(step, Technique) else ()
        return tuple(dict.fromkeys(tool for tool in presses if tool != HAND)) or (HAND,)

    def waits_in(self, place: str) -> bool:
        """Whether a step in this place waits for an answer, the way down apart."""
        routine = self.routines.get(place)
        steps = (*routine.begin, *routine.each_side, *routine.changeover, *routine.end) if routine else ()
        return any(
            step.script.waits_in(place) if isinstance(step, Technique) else isinstance(step, Open)
            for step in (*steps, *self.session)
        )

    @property
    def off_the_floor(self) -> str | None:
        """The id of the first place that needs no getting down, if there is one."""
        return next((place.id for place in self.places.values() if not place.floor), None)


@dataclass(frozen=True, slots=True)
class Library:
    """All scripts of one language, by id in the order of their ids, with what they share."""

    language: str
    scripts: Mapping[str, Script]
    places: Mapping[str, Place]
    phrases: Phrases
    pronunciations: Mapping[str, str]

    def __iter__(self) -> Iterator[Script]:
        return iter(self.scripts.values())
