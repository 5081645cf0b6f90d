"""Whether a guide is played as a track on this device, and the run of a track that a request reports."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import Run, Stop, token_from
from skill.dialog.counting import followed
from skill.dialog.outcome import End
from skill.dialog.progress import Guide
from skill.dialog.track_progress import KEPT_FOR, TrackRun
from skill.dialog.turn import Turn
from skill.tracks.planning import Planned

SHORTEST_TRACK = 180.0
"""Seconds of a guide from which on it is a track."""
STOPPING = frozenset({"TooStrongIntent", "SharpPainIntent", "EmergencyIntent", "CannotGetUpIntent", "ConditionIntent"})
"""The intents that always stop a track and empty the queue, whatever is known of it."""
WITHOUT_AN_ANSWER = ("AudioPlayer.", "SessionEndedRequest", "System.", "AlexaSkillEvent.")
"""How the names of requests begin to which nothing can be said."""


def can_play(turn: Turn) -> bool:
    """Whether this device can play tracks, and did not fail to just now."""
    run = turn.remembered.track
    return turn.player is not None and turn.tracks is not None and not failed_lately(run, turn.now)


def failed_lately(run: Run, now: float) -> bool:
    """Whether the newest run could not be played, not long ago."""
    return run.state == "failed" and now - run.at <= KEPT_FOR


def track_for(turn: Turn, guide: Guide) -> Planned | None:
    """The track that this guide is here; None where it has to be spoken."""
    tracks = turn.tracks
    if tracks is None or not can_play(turn):
        return None
    planned = tracks.planned(guide.script, guide.options, turn.remembered.bell)
    if planned is None and _may_wait(turn, guide):
        planned = tracks.rendered(guide.script, guide.options, turn.remembered.bell, turn.services.spare())
    if planned is None or planned.timeline.total < SHORTEST_TRACK:
        return None
    known = token_from(turn.player.token) if turn.player else None
    there = known is not None and known.code == planned.code  # the device has it already
    return planned if there or tracks.published(planned, turn.services.spare()) else None


def _may_wait(turn: Turn, guide: Guide) -> bool:
    """Whether the answer may wait for a voice to speak this guide: not in pain, and not for what is too short."""
    spoken = turn.planner.timeline(guide.script, guide.options)
    return turn.name not in STOPPING and spoken.total >= SHORTEST_TRACK


def plays_ours(turn: Turn) -> bool:
    """Whether this device's player plays, or played last, a track of ours."""
    return turn.player is not None and turn.tracks is not None and token_from(turn.player.token) is not None


def run_of(turn: Turn, live: TrackRun) -> Run:
    """What is remembered of this run, or would be had the store not been down when it began."""
    run = turn.remembered.track
    if run.number == live.token.run:
        return run.reached(live.offset)
    return Run(live.token.run, live.offset, "playing", turn.now, taught=run.taught)


def after_track(turn: Turn, live: TrackRun) -> Turn:
    """The turn after a track that was heard to its end."""
    turn = followed(turn, live.guide, live.planned.timeline.total, ended=True).keeping(None)
    return turn.with_memory(track=replace(run_of(turn, live), state="over", at=turn.now))


def paused_in_a_word(turn: Turn) -> End | None:
    """A pause without a session, which may have been "stop" (alexa-facts 14): one word, and the place is kept."""
    if not (turn.fresh and plays_ours(turn)):
        return None
    if (live := turn.live) is not None:
        turn = followed(turn, live.guide, live.moment, ended=False)
    return End(turn, turn.speech(turn.messages("paused track")), order=Stop())
