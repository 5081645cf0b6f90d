"""What is so now, before a handler decides: which guide is under way, in which mode, and what is over."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import reported_run
from skill.dialog.practice_days import asked_offer, followed
from skill.dialog.progress import Guide
from skill.dialog.rested_spots import still_resting
from skill.dialog.track_mode import WITHOUT_AN_ANSWER, after_track, plays_ours, run_of, track_for
from skill.dialog.turn import Turn
from speech.timeline.plan import Timeline


def settle(turn: Turn) -> Turn:
    """The turn as it stands now, without what is over: a guide, a proposal that is no longer there, a spot's rest."""
    turn = _with_track(_introduced(turn))
    resting = still_resting(turn.remembered.resting, turn.now)
    if resting != turn.remembered.resting:
        turn = turn.with_memory(resting=resting)
    if turn.session.proposal is not None and turn.timeline_of(turn.session.proposal) is None:
        turn = turn.with_session(proposal=None)
    guide = turn.session.guide
    if guide is None:
        return turn
    timeline = turn.timeline_of(guide)
    if timeline is None:
        return turn.with_session(guide=None, pending=None).keeping(None)
    if not _ended(turn, guide, timeline):
        return turn
    pending = asked_offer(turn) or "more"
    return followed(turn, guide, timeline.total, ended=True).with_session(guide=None, pending=pending)


def _introduced(turn: Turn) -> Turn:
    """The turn, in which an introduction that was cut short is still to be said."""
    session = turn.session
    if not session.introducing:
        return turn
    heard = session.sent is not None and turn.now - session.sent.at >= session.introducing
    turn = turn if heard else turn.with_memory(introduction=0)
    return turn.with_session(introducing=0.0, introduced=heard)


def _with_track(turn: Turn) -> Turn:
    """The turn with the track that this device plays, where no session was open: its guide is the one under way."""
    known = turn.remembered
    if turn.resources.tracks is None or turn.player is None or turn.name.startswith(WITHOUT_AN_ANSWER):
        return turn
    if turn.session.sent is not None:
        return _with_paused_track(turn)
    stranger = known.available and known.last is None and known.introduction == 0
    live = reported_run(turn.resources.tracks, turn.player, known.track, known.unfinished, turn.now, stranger)
    if live is None:
        return _with_paused_track(turn)
    if live.over:
        return after_track(turn, live)
    bell = known.bell if known.available else live.planned.bell
    turn = turn.keeping(live.guide).with_memory(track=run_of(turn, live), bell=bell)
    turn = turn.with_session(guide=live.guide, introduced=True)  # before a track everything was said
    return replace(turn, mode="track", live=live)


def _with_paused_track(turn: Turn) -> Turn:
    """The turn of a person whose track was paused, as the memory or, without one, the device's token tells."""
    known, guide = turn.remembered, turn.session.guide or turn.remembered.unfinished
    paused = known.track.state == "paused" or (not known.available and plays_ours(turn))
    if not paused or guide is None or guide.sent is not None or track_for(turn, guide) is None:
        return turn
    return replace(turn, mode="track")


def _ended(turn: Turn, guide: Guide, timeline: Timeline) -> bool:
    """Whether the last part has been heard by now."""
    start, sent = timeline.locate(guide.at).moment, turn.session.sent
    if guide.sent is None or sent is None:
        return start >= timeline.total
    return sent.over(turn.now) and turn.planner.part(guide.script, timeline.options, start).last
