"""The track that a device plays, or that waits while the person speaks: its place, from the token and the millisecond.

Nothing is guessed: a millisecond of the file is a moment of the timeline, and a spot was pressed for exactly as long
as it was heard, and for the seconds of what was answered meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from skill.dialog.audio_player import FINISHED, PLAYS, Run, Seen, Token, token_from
from skill.dialog.progress import Guide
from skill.dialog.rested_spots import spot_of
from skill.tracks.planning import Planned, Tracks
from speech.timeline.plan import Timeline

KEPT_FOR = 12 * 3600.0
"""Seconds for which a track that is not remembered is believed to be meant."""


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

    `run` and `kept` are remembered: of this run, what was answered during it and, where the script was changed
    since, the cue that it had come to: from there on as long as was played meanwhile.
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


def _more(timeline: Timeline, before: Mapping[str, float], began: float, moment: float) -> dict[str, float]:
    """The seconds that each visit to a spot was pressed, these between two moments among them."""
    pressed = dict(before)
    for span in timeline.holds():
        if (seconds := min(moment, span.end) - max(began, span.start)) > 0:
            pressed[span.id] = round(pressed.get(span.id, 0.0) + seconds, 1)
    return pressed
