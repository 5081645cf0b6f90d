"""The audio player of a device: what it reports, its orders, and where a run of a track is. Pure values, no I/O.

A token holds all that a server needs which has no stored row. A report of an older run is recognised by its number.
Nothing is guessed: a millisecond of the file is a moment of the timeline, and a spot was pressed for as long as it was
heard, and for the seconds of what was answered meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from skill.codec import Name, Stored
from skill.dialog.progress import MOST_VISITS, Guide
from skill.dialog.rested_spots import spot_of
from skill.tracks.planning import Planned, Tracks
from speech.timeline.plan import Timeline

LONGEST_TOKEN = 1_024
"""Characters of a token that Amazon takes."""
_TOKEN = re.compile(r"([A-Za-z0-9._~-]{1,300})\|(\d{1,13})\|(\d{1,9})\|((?:\d{0,4}f?,)*)")
LATEST = 1e13
"""Milliseconds since 1970 and of a track: larger numbers are no data of ours."""
PLAYS = ("PLAYING", "PAUSED", "BUFFER_UNDERRUN", "STOPPED")
"""The activities of a player that plays, or that waits while the person speaks and may then go on (alexa-facts 14)."""
FINISHED = "FINISHED"
KEPT_FOR = 12 * 3600.0
"""Seconds for which a track that is not remembered is believed to be meant."""
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

    Of each hold, in the plan's order: the seconds `pressed` before this run, and whether it is pressed `firmer`.
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


@dataclass(frozen=True)
class TrackRun:
    """One run of a track: its token, the track as it would be planned now, and the guide at rest where it is heard.

    `offset` is the millisecond of the file that plays, which is an older one where the script was changed since.
    """

    token: Token
    planned: Planned
    guide: Guide
    moment: float
    offset: int

    @property
    def over(self) -> bool:
        """Whether it was heard to its end."""
        return self.moment >= self.planned.timeline.total


def heard(tracks: Tracks, token: Token, offset: int, run: Run, kept: Guide | None = None) -> TrackRun | None:
    """A run at a millisecond of its file; None where its code is none of ours, or its script is gone.

    Where the script was changed since, the place is that of the guide that was `kept`, and on from there.
    """
    found = tracks.read(token.code)
    planned = tracks.planned(found.script, found.options, found.bell) if found is not None else None
    if found is None or planned is None:
        return None
    timeline, known = planned.timeline, run.number == token.run
    stale = planned.code != token.code
    if stale and known and kept is not None and kept.script == found.script:
        began = timeline.locate(kept.at).moment
        moment = min(round(began + max(offset - run.offset, 0) / 1000, 3), timeline.total)
        guide = replace(kept, at=timeline.locate(moment).position, pressed=_more(timeline, kept.pressed, began, moment))
        return TrackRun(token, planned, guide, moment, run.offset + round((moment - began) * 1000))
    offset = min(offset, planned.milliseconds)
    moment = planned.moment_at(offset)
    before = token.pressed_before(timeline)
    pressed = {} if stale else _more(timeline, before, planned.moment_at(token.began), moment)
    for spot, seconds in run.answered.items() if known else ():
        pressed[spot] = round(pressed.get(spot, 0.0) + seconds, 1)
    firm = [spot_of(span) for span, firmer in zip(timeline.holds(), token.firmer, strict=False) if firmer]
    digest = found.digest if stale else timeline.script.digest
    at = timeline.locate(moment).position
    guide = Guide(found.script, digest, timeline.options, at, pressed=pressed, firmer=tuple(dict.fromkeys(firm)))
    return TrackRun(token, planned, guide, moment, offset)


def reported_run(
    tracks: Tracks, seen: Seen, run: Run, kept: Guide | None, now: float, stranger: bool = False
) -> TrackRun | None:
    """The run that a request's context tells of; None where it is an older one, or was paused or ended.

    Of a run that was not remembered, its token and the clock are believed; of a `stranger`'s only that it plays.
    """
    token = token_from(seen.token)
    if token is None or seen.activity not in (*PLAYS, FINISHED) or token.run < run.number:
        return None
    if token.run == run.number and run.state != "playing":
        return None
    if token.run > run.number and stranger and seen.activity != PLAYS[0]:
        return None
    found = heard(tracks, token, max(seen.offset, token.began), run, kept)
    if found is None:
        return None
    long_ago = token.run / 1000 + found.planned.milliseconds / 1000 + KEPT_FOR < now
    if token.run > run.number and long_ago and seen.activity != PLAYS[0]:
        return None
    if seen.activity == FINISHED and not found.over:
        return heard(tracks, token, found.planned.milliseconds, run, kept)
    return found


def _more(timeline: Timeline, before: Mapping[str, float], began: float, moment: float) -> dict[str, float]:
    """The seconds that each visit to a spot was pressed, these between two moments among them."""
    pressed = dict(before)
    for span in timeline.holds():
        if (seconds := min(moment, span.end) - max(began, span.start)) > 0:
            pressed[span.id] = round(pressed.get(span.id, 0.0) + seconds, 1)
    return pressed
