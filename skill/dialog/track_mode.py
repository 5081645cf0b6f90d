"""Whether a guide is played as a track on this device, and how: a new run, or the track that waits for the answer."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import KEPT_FOR, Play, PlayOn, Run, Stop, TrackRun, token_from, token_of
from skill.dialog.outcome import End
from skill.dialog.planner import SpeechBuilder
from skill.dialog.practice_days import followed
from skill.dialog.progress import Guide, Progress
from skill.dialog.rested_spots import spot_of
from skill.dialog.state import Session
from skill.dialog.turn import Card, Reply, Turn
from skill.dialog.wording import described
from skill.tracks.planning import MOST_CAPTION_BYTES, Planned
from speech.audio.captions import captions

SAME_MOMENT = 0.05
"""Seconds within which two moments of a track are one."""
SHORTEST_TRACK = 180.0
"""Seconds of a guide from which on it is a track."""
STOPPING = frozenset({"TooStrongIntent", "SharpPainIntent", "EmergencyIntent", "CannotGetUpIntent", "ConditionIntent"})
"""The intents that always stop a track and empty the queue, whatever is known of it."""
WITHOUT_AN_ANSWER = ("AudioPlayer.", "SessionEndedRequest", "System.", "AlexaSkillEvent.")
"""How the names of requests begin to which nothing can be said."""


def failed_lately(run: Run, now: float) -> bool:
    """Whether the newest run could not be played, not long ago."""
    return run.state == "failed" and now - run.at <= KEPT_FOR


def track_for(turn: Turn, guide: Guide) -> Planned | None:
    """The track that this guide is here; None where it has to be spoken."""
    tracks, player, bell = turn.resources.tracks, turn.player, turn.remembered.bell
    if tracks is None or player is None or failed_lately(turn.remembered.track, turn.now):
        return None
    planned = tracks.planned(guide.script, guide.options, bell)
    may_wait = turn.name not in STOPPING  # a person in pain does not wait for a voice
    if planned is None and may_wait and turn.planner.timeline(guide.script, guide.options).total >= SHORTEST_TRACK:
        planned = tracks.rendered(guide.script, guide.options, bell, turn.services.spare())
    if planned is None or planned.timeline.total < SHORTEST_TRACK:
        return None
    known = token_from(player.token)
    there = known is not None and known.code == planned.code  # the device has it already
    return planned if there or tracks.published(planned, turn.services.spare()) else None


def plays_ours(turn: Turn) -> bool:
    """Whether this device's player plays, or played last, a track of ours."""
    return turn.player is not None and turn.resources.tracks is not None and token_from(turn.player.token) is not None


def run_of(turn: Turn, live: TrackRun) -> Run:
    """What is remembered of this run, or would be had the store not been down when it began."""
    run = turn.remembered.track
    if run.number == live.token.run:
        return replace(run, offset=max(run.offset, live.offset))  # a late report does not move it back
    return Run(live.token.run, live.offset, "playing", turn.now, taught=run.taught)


def after_track(turn: Turn, live: TrackRun) -> Turn:
    """The turn after a track that was heard to its end."""
    turn = followed(turn, live.guide, live.planned.timeline.total, ended=True)
    return turn.with_memory(track=replace(run_of(turn, live), state="over", at=turn.now))


def paused_in_a_word(turn: Turn) -> End | None:
    """A pause without a session, which may have been "stop" (alexa-facts 14): one word, and the place is kept."""
    if not (turn.session.sent is None and plays_ours(turn)):
        return None
    if (live := turn.live) is not None:
        turn = followed(turn, live.guide, live.moment, ended=False)
    return End(turn, turn.speech(turn.messages("paused track")), order=Stop())


def in_track(turn: Turn, progress: Progress, moment: float, speech: SpeechBuilder) -> Reply | None:
    """The guide as a track from this moment of its timeline on; None where it has to be spoken, as is the way down."""
    timeline = progress.timeline
    guide = replace(progress.guide, options=timeline.options)
    planned = track_for(turn, guide) if moment >= 0 else None
    if planned is None:
        return None
    if turn.mode == "spoken":
        there = planned.timeline.locate(timeline.locate(moment).position).moment
        moment = Progress(guide, planned.timeline).allowed(max(there, 0.0))
    guide = replace(
        guide, at=planned.timeline.locate(moment).position, digest=planned.timeline.script.digest, sent=None, lead=0.0,
        lead_quiet=0.0,
    )  # fmt: skip
    live = turn.live
    if live is not None and live.token.code == planned.code and abs(live.moment - moment) <= SAME_MOMENT:
        return _by_itself(turn, live, guide, speech)
    return _played(turn, guide, planned, moment, speech)


def _by_itself(turn: Turn, live: TrackRun, guide: Guide, speech: SpeechBuilder) -> Reply:
    """The answer; then the track goes on, and what was pressed meanwhile is counted."""
    run, answered = turn.remembered.track, dict(turn.remembered.track.answered)
    for spot, seconds in guide.pressed.items():
        if (more := seconds - live.guide.pressed.get(spot, 0.0)) > 0:
            answered[spot] = round(answered.get(spot, 0.0) + more, 1)
    turn = turn.keeping(guide).with_memory(track=replace(run, answered=answered, at=turn.now))
    return Reply(speech, Session(), turn.remembered, order=PlayOn())


def _played(turn: Turn, guide: Guide, planned: Planned, moment: float, speech: SpeechBuilder) -> Reply:
    """A new run."""
    timeline, tracks, words = planned.timeline, turn.resources.tracks, turn.messages
    assert tracks is not None, "it was planned by them"
    before = turn.remembered.track
    number = max(before.next_number(turn.now), turn.live.token.run + 1 if turn.live else 0)
    offset = planned.offset_of(moment)
    firm = {span.id for span in timeline.holds() if spot_of(span) in guide.firmer}
    said = described(turn, guide)
    play = Play(
        tracks.url(planned.code),
        token_of(planned.code, number, offset, timeline, guide.pressed, firm),
        offset,
        said["name"].capitalize(),
        words("track subtitle", length=said["length"], place=said["place"], side=said["side"]),
        tracks.art,
        captions(planned.timeline, at_most=MOST_CAPTION_BYTES),
    )
    turn = turn.keeping(guide).with_memory(track=Run(number, offset, "playing", turn.now, taught=before.taught))
    closing = words("closing", length=words.length(timeline.total))
    card = Card(words("closing title"), closing) if moment == 0 else None
    return Reply(speech, Session(), turn.remembered, card=card, order=play)


def may_press_on(turn: Turn, progress: Progress, speech: SpeechBuilder) -> bool:
    """Whether a spot may be pressed during this answer and for all that is left of it: a track waits, then goes on.

    Without a memory nothing is answered under pressure. In spoken parts what is left of the spot gets shorter.
    """
    span = progress.here.span
    if turn.live is None or span.kind != "hold":
        return True
    pressed = progress.guide.pressing_on(span, speech.words).pressed[span.id] + span.end - progress.here.moment
    return turn.remembered.available and pressed <= span.most


def taught(turn: Turn, guide: Guide, speech: SpeechBuilder) -> Turn:
    """The turn after what can be said during a track was said, before this device's first track."""
    run = turn.remembered.track
    if run.taught or track_for(turn, guide) is None:
        return turn
    speech.say(turn.messages("track introduction"))
    return turn.with_memory(track=replace(run, taught=True))


def with_player(turn: Turn, reply: Reply) -> Reply:
    """The reply with the order for the player, and with what becomes of the run. `turn` is the settled one.

    A track that is neither replaced nor goes on is stopped: it must not begin again under a question or a goodbye.
    """
    if isinstance(reply.order, Play | PlayOn) or turn.name.startswith(WITHOUT_AN_ANSWER):
        return reply
    known = reply.remembered
    speaks = reply.session.guide is not None and reply.session.guide.sent is not None
    if turn.name in STOPPING and plays_ours(turn):
        reply = replace(reply, order=Stop(clear=True))
    elif turn.live is not None:
        reply = replace(reply, order=Stop())
    run = known.track
    if speaks and run.state != "failed":
        run = replace(run, state="over", at=0.0)
    elif run.state == "playing" and (turn.live is not None or isinstance(reply.order, Stop)):
        run = replace(run, state="over" if known.unfinished is None else "paused", at=turn.now)
    elif run.state == "paused" and known.unfinished is None:
        run = replace(run, state="over", at=turn.now)
    return reply if run is known.track else replace(reply, remembered=replace(known, track=run))
