"""The track that a device plays, or that waits while somebody speaks: where it is, from the token and the millisecond.

Nothing is guessed: a millisecond of the file is a moment of the timeline, and a spot was pressed for exactly as long
as it was heard, and for the seconds of what was answered meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from skill.guide import Guide
from skill.player import FINISHED, PLAYS, Run, Seen, Token, token_from
from skill.resting import spot_of
from skill.tracks import Planned, Tracks
from speech.timeline import Timeline

KEPT_FOR = 12 * 3600.0
"""Seconds for which a track that nobody remembers is believed to be meant."""


@dataclass(frozen=True)
class Live:
    """One run of a track: its token, the track as it would be planned now, and the guide at rest where it is heard.

    `stale` tells that the script was changed since the run began.
    """

    token: Token
    planned: Planned
    guide: Guide
    moment: float
    stale: bool = False

    @property
    def over(self) -> bool:
        """Whether it was heard to its end."""
        return self.moment >= self.planned.timeline.total


def heard(tracks: Tracks, token: Token, offset: int, run: Run, kept: Guide | None = None) -> Live | None:
    """A run at a millisecond of its file; None where its code is none of ours, or its script is gone.

    `run` and `kept` are what is remembered: of this run, what was answered during it and, where the script was changed
    since, the cue.
    """
    found = tracks.read(token.code)
    planned = tracks.planned(found.script, found.ask, found.bell) if found is not None else None
    if found is None or planned is None:
        return None
    timeline, known = planned.timeline, run.number == token.run
    stale = planned.code != token.code
    if stale and known and kept is not None and kept.script == found.script:
        return Live(token, planned, kept, timeline.locate(kept.at).moment, stale)
    moment = planned.moment_at(offset)
    pressed = {} if stale else _pressed(timeline, token, planned.moment_at(token.began), moment)
    for spot, seconds in run.answered.items() if known else ():
        pressed[spot] = round(pressed.get(spot, 0.0) + seconds, 1)
    firm = [spot_of(span) for span, firmer in zip(timeline.holds(), token.firmer, strict=False) if firmer]
    digest = found.digest if stale else timeline.script.digest
    at = timeline.locate(moment).position
    guide = Guide(found.script, digest, timeline.ask, at, pressed=pressed, firmer=tuple(dict.fromkeys(firm)))
    return Live(token, planned, guide, moment, stale)


def live_of(
    tracks: Tracks, seen: Seen, run: Run, kept: Guide | None, now: float, stranger: bool = False
) -> Live | None:
    """The run that a request's context tells of; None where it is an older one, or was paused or ended.

    Of a run that is not remembered, because the store was down, what its token and the clock tell is believed; of a
    `stranger`'s only that it plays.
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


def _pressed(timeline: Timeline, token: Token, began: float, moment: float) -> dict[str, float]:
    pressed = token.pressed_before(timeline)
    for span in timeline.holds():
        if (seconds := min(moment, span.end) - max(began, span.start)) > 0:
            pressed[span.id] = round(pressed.get(span.id, 0.0) + seconds, 1)
    return pressed
