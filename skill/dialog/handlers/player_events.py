"""What the audio player tells, and its buttons. Nothing can be said to either.

Events come in any order, more than once, late, and from runs that are long over. Only the newest run counts, as long
as it plays; its place only goes forward; and it ends once. "Stopped" alone tells nothing of what somebody wants: it is
sent whenever anybody speaks to the device (alexa-facts 14).
"""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import GoOn, Play, token_from
from skill.dialog.handlers.counting import followed
from skill.dialog.handlers.listening import hushed, run_of
from skill.dialog.handlers.playing import play
from skill.dialog.progress import Progress, previous_step
from skill.dialog.track_progress import Live, heard
from skill.dialog.turn import Reply, Turn

NEAR_THE_END = 30.0
"""Seconds before its end from which on a track that ended was heard to the end: one that broke off was not."""


def started(turn: Turn) -> Reply:
    """It plays: from now on it is the newest run, whoever began it."""
    return _nothing(_placed(turn, adopt=True)[0])


def stopped(turn: Turn) -> Reply:
    """It stands still, perhaps for an answer only: the place is kept, and the minutes are counted."""
    turn, live = _placed(turn)
    if live is not None:
        turn = followed(turn, live.guide, live.moment, ended=False)
    return _nothing(turn)


def finished(turn: Turn) -> Reply:
    """It was heard to the end: that is counted, once."""
    turn, live = _placed(turn, adopt=True)
    if live is None or live.planned.timeline.left(live.moment) > NEAR_THE_END:
        return _nothing(turn)
    turn = followed(turn, live.guide, live.planned.timeline.total, ended=True)
    run = replace(turn.remembered.track, state="over", at=turn.now)
    return _nothing(replace(turn, remembered=replace(turn.remembered, unfinished=None, saved=0.0, track=run)))


def failed(turn: Turn) -> Reply:
    """It could not be played: the place is kept, and next time it is spoken."""
    turn, live = _placed(turn, adopt=True)
    if live is not None:
        run = replace(turn.remembered.track, state="failed", at=turn.now)
        turn = replace(turn, remembered=replace(turn.remembered, track=run))
    return _nothing(turn)


def nearly_finished(turn: Turn) -> Reply:
    """Some devices tell this as soon as a track begins: nothing follows from it, and nothing comes after a track."""
    return _nothing(turn)


def play_button(turn: Turn) -> Reply:
    """On from where it was; in a hold from its words, as far as its spot may still be pressed."""
    progress = replace(turn, live=None).progress
    if progress is None:
        return _nothing(turn)
    span, moment = progress.here.span, progress.resume
    if span.kind == "hold":
        moment = progress.allowed(span.start)
    return _moved(turn, progress, moment)


def next_button(turn: Turn) -> Reply:
    """The next step."""
    progress = turn.progress
    if progress is None:
        return _nothing(turn)
    return _moved(turn, progress, progress.allowed(progress.here.span.end))


def previous_button(turn: Turn) -> Reply:
    """This step's start, or the step before."""
    progress = turn.progress
    if progress is None:
        return _nothing(turn)
    return _moved(turn, progress, progress.allowed(previous_step(progress.timeline, progress.here)))


def pause_button(turn: Turn) -> Reply:
    """It stops, and the place is kept."""
    reply = hushed(turn)
    return _nothing(turn) if reply is None else replace(reply, speech=turn.speech())


def _moved(turn: Turn, progress: Progress, moment: float) -> Reply:
    """The track from another moment on, without a word; nothing where it would have to be spoken."""
    silent = replace(turn, live=None, session=replace(turn.session, introduced=True))
    reply = play(silent, progress.guide, progress.timeline, moment, turn.speech())
    if isinstance(reply.sound, Play):
        return replace(reply, speech=turn.speech(), card=None)
    if moment >= progress.timeline.total and (stop := hushed(turn)) is not None:
        return replace(stop, speech=turn.speech())
    return _nothing(turn)


def _placed(turn: Turn, adopt: bool = False) -> tuple[Turn, Live | None]:
    """The turn that knows how far the newest run has come, and that run; None where the event tells of no such run.

    With `adopt` a newer run than the one that is remembered is taken for the newest: the store was down at its Play.
    """
    tracks, seen, known = turn.tracks, turn.player, turn.remembered
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
    remembered = replace(known, unfinished=live.guide, saved=turn.now, track=run_of(turn, live))
    return replace(turn, remembered=remembered), live


def _nothing(turn: Turn) -> Reply:
    """No word, and nothing for the player to do."""
    return Reply(turn.speech(), turn.session, turn.remembered, sound=GoOn())
