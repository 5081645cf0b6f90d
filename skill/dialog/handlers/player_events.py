"""The events of the audio player, and its buttons. Nothing can be said to either.

Events come in any order, more than once and late. Only the newest run counts, as long as it plays; its place only goes
forward; and it ends once. "Stopped" is sent whenever a person speaks to the device (alexa-facts 14).
"""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import TrackRun, heard, token_from
from skill.dialog.outcome import Outcome, Silent
from skill.dialog.practice_days import followed
from skill.dialog.progress import previous_step
from skill.dialog.track_mode import after_track, paused_in_a_word, run_of
from skill.dialog.turn import Turn

NEAR_THE_END = 30.0
"""Seconds before its end from which on a track that ended was heard to the end: one that broke off was not."""


def started(turn: Turn) -> Outcome:
    """It plays: from now on it is the newest run, by whatever request it began."""
    return Silent(_placed(turn, adopt=True)[0])


def stopped(turn: Turn) -> Outcome:
    """It stands still, perhaps for an answer only: the place is kept, and the minutes are counted."""
    turn, live = _placed(turn)
    if live is not None:
        turn = followed(turn, live.guide, live.moment, ended=False)
    return Silent(turn)


def finished(turn: Turn) -> Outcome:
    """It was heard to the end: that is counted, once."""
    turn, live = _placed(turn, adopt=True)
    if live is None or live.planned.timeline.left(live.moment) > NEAR_THE_END:
        return Silent(turn)
    return Silent(after_track(turn, live))


def failed(turn: Turn) -> Outcome:
    """It could not be played: the place is kept, and next time it is spoken."""
    turn, live = _placed(turn, adopt=True)
    if live is not None:
        turn = turn.with_memory(track=replace(turn.remembered.track, state="failed", at=turn.now))
    return Silent(turn)


def nearly_finished(turn: Turn) -> Outcome:
    """Some devices report this as soon as a track begins: nothing follows from it, and nothing comes after a track."""
    return Silent(turn)


def play_button(turn: Turn) -> Outcome:
    """On from where it was; in a hold from its words, as far as its spot may still be pressed."""
    progress = replace(turn, live=None).progress
    if progress is None:
        return Silent(turn)
    span = progress.here.span
    moment = progress.allowed(span.start) if span.kind == "hold" else progress.resume
    return Silent(turn, progress=progress, moment=moment)


def next_button(turn: Turn) -> Outcome:
    """The next step."""
    progress = turn.progress
    if progress is None:
        return Silent(turn)
    return Silent(turn, progress=progress, moment=progress.allowed(progress.here.span.end))


def previous_button(turn: Turn) -> Outcome:
    """This step's start, or the step before."""
    progress = turn.progress
    if progress is None:
        return Silent(turn)
    moment = progress.allowed(previous_step(progress.timeline, progress.here))
    return Silent(turn, progress=progress, moment=moment)


def pause_button(turn: Turn) -> Outcome:
    """It stops, and the place is kept."""
    paused = paused_in_a_word(turn)
    return Silent(turn) if paused is None else replace(paused, speech=turn.speech())


def _placed(turn: Turn, adopt: bool = False) -> tuple[Turn, TrackRun | None]:
    """The turn that knows how far the newest run has come, and that run; None where the event is of no such run.

    With `adopt` a newer run than the one that is remembered is taken for the newest: the store was down at its Play.
    """
    tracks, seen, known = turn.resources.tracks, turn.player, turn.remembered
    token = token_from(seen.token) if seen is not None else None
    if tracks is None or seen is None or token is None or token.run < known.track.number:
        return turn, None
    same = token.run == known.track.number
    if known.track.state != "playing" if same else not adopt:
        return turn, None
    offset = max(seen.offset, token.began, known.track.offset if same else 0)
    live = heard(tracks, token, offset, known.track, known.unfinished)
    if live is None:
        return turn, None
    return turn.keeping(live.guide).with_memory(track=run_of(turn, live)), live
