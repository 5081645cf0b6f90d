"""The audio player of a device: what it reports, its orders, and what is kept of a run. Pure values, no I/O.

A track's token holds all that a server needs which has no stored row: the plan's code, the number of this run (one for
each Play, ever larger), the millisecond it began at, and how long each spot had been pressed before. A report of an
older run is recognised by its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from skill.codec import Name, Stored
from speech.timeline.plan import Timeline

LONGEST_TOKEN = 1_024
"""Characters of a token that Amazon takes."""
_TOKEN = re.compile(r"([A-Za-z0-9._~-]{1,300})\|(\d{1,13})\|(\d{1,9})\|((?:\d{0,4}f?,)*)")
LATEST = 1e13
"""Milliseconds since 1970 and of a track: larger numbers are no data of ours."""
MOST_VISITS = 200
PLAYS = ("PLAYING", "PAUSED", "BUFFER_UNDERRUN", "STOPPED")
"""The activities of a player that plays, or that waits while the person speaks and may then go on (alexa-facts 14)."""
FINISHED = "FINISHED"
State = Literal["playing", "paused", "over", "failed"]

Tenths = Annotated[float, Stored(digits=1)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a request says of the player: token, millisecond of the file, and what it does; all empty before any."""

    token: str = ""
    offset: int = 0
    activity: str = "IDLE"


@dataclass(frozen=True, slots=True)
class Token:
    """A plan's code, the run's number (milliseconds since 1970), the millisecond of the file at which it began.

    `pressed` and `firmer` tell of each hold, in the plan's order: seconds before this run, and whether it got more
    weight.
    """

    code: str
    run: int
    began: int
    pressed: tuple[float, ...] = ()
    firmer: tuple[bool, ...] = ()

    def __str__(self) -> str:
        spots = "".join(
            f"{round(seconds * 10) or ''}{'f' * firm}," for seconds, firm in zip(self.pressed, self.firmer, strict=True)
        )
        return f"{self.code}|{self.run}|{self.began}|{spots}"

    def pressed_before(self, timeline: Timeline) -> dict[str, float]:
        """The seconds that each visit to a spot was pressed before this run."""
        return {span.id: seconds for span, seconds in zip(timeline.holds(), self.pressed, strict=False) if seconds}


def token_of(code: str, run: int, began: int, timeline: Timeline, pressed: Mapping[str, float], firm: set[str]) -> str:
    """The token of a run; without the spots where those would make it too long."""
    holds = list(timeline.holds())
    seconds = tuple(min(max(pressed.get(span.id, 0.0), 0.0), 999.9) for span in holds)
    firmer = tuple(span.id in firm for span in holds)
    token = str(Token(code, run, began, seconds, firmer))
    return token if len(token) <= LONGEST_TOKEN else str(Token(code, run, began))


def token_from(text: str) -> Token | None:
    """The token of this text; None for what is none of ours."""
    match = _TOKEN.fullmatch(text) if len(text) <= LONGEST_TOKEN else None
    if match is None:
        return None
    spots = match[4].split(",")[:-1]
    seconds = tuple(int(spot.rstrip("f") or 0) / 10 for spot in spots)
    return Token(match[1], int(match[2]), int(match[3]), seconds, tuple(spot.endswith("f") for spot in spots))


@dataclass(frozen=True, slots=True)
class Run:
    """What is kept of the newest run on a device: its number, the furthest millisecond reported, and its state.

    `answered` keeps the seconds that a spot may have been pressed while something was answered. `at` is when the run
    was last changed (epoch seconds); `taught` tells that this device has said what can be said during a track.
    """

    number: Annotated[int, Stored("run", always=True)] = 0
    offset: Annotated[int, Stored(always=True)] = 0
    state: Annotated[State, Stored(always=True)] = "over"
    at: Annotated[float, Stored(always=True, digits=1)] = 0.0
    answered: Annotated[Mapping[Name, Tenths], Stored(most=MOST_VISITS)] = field(default_factory=dict)
    taught: bool = False

    def next_number(self, now: float) -> int:
        """The number of a run that begins now: always larger than any before."""
        return max(int(now * 1000), self.number + 1)

    def reached(self, offset: int) -> Run:
        """The run, known to have come at least this far: a late report does not move it back."""
        return replace(self, offset=max(self.offset, offset))


@dataclass(frozen=True, slots=True)
class Play:
    """Tell the player to play a track from a millisecond of its file on, in place of all others."""

    url: str
    token: str
    offset: int
    title: str
    subtitle: str
    art: str
    captions: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Tell the player to stop; with `clear` to forget what would come next too."""

    clear: bool = False


@dataclass(frozen=True, slots=True)
class PlayOn:
    """Tell the player nothing: the track that waited for the answer goes on by itself."""


Order = Play | Stop | PlayOn
"""What an answer tells the player to do."""
