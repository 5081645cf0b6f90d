"""Track mode: what is heard on the device right now, playing a guide as a track, and what that leaves behind.

The conversation is the same in both modes. Here a guide becomes a track where it can be one, the track that waits for
an answer goes on by itself, and every other answer stops it with its place kept.
"""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.audio_player import GoOn, Play, Run, Stop, token_from, token_of
from skill.dialog.handlers.counting import followed
from skill.dialog.handlers.naming import described
from skill.dialog.progress import Guide, Progress
from skill.dialog.rested_spots import spot_of
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import Session
from skill.dialog.track_progress import KEPT_FOR, Live, live_of
from skill.dialog.turn import Card, Reply, Turn
from skill.tracks.planning import Planned, captions_of
from speech.timeline.plan import Located, Timeline

SHORTEST = 180.0
"""Seconds of a guide from which on it is a track."""
SAME_MOMENT = 0.05
"""Seconds within which two moments of a track are one."""
STOPPING = frozenset({"TooStrongIntent", "SharpPainIntent", "EmergencyIntent", "CannotGetUpIntent", "ConditionIntent"})
"""What always stops a track and empties the queue, whatever is known of it."""
OF_THE_PLAYER = "AudioPlayer."
WITHOUT_AN_ANSWER = (OF_THE_PLAYER, "SessionEndedRequest", "System.", "AlexaSkillEvent.")


def with_live(turn: Turn) -> Turn:
    """The turn with the track that this device plays, where no session was open: its guide is the one under way."""
    known = turn.remembered
    if turn.tracks is None or turn.player is None or turn.name.startswith(WITHOUT_AN_ANSWER):
        return turn
    if not turn.fresh:
        return _at_rest(turn)
    stranger = known.available and known.last is None and known.introduction == 0
    live = live_of(turn.tracks, turn.player, known.track, known.unfinished, turn.now, stranger)
    if live is None:
        return _at_rest(turn)
    if live.over:
        return _ended(replace(turn, live=live), live)
    bell = known.bell if known.available else live.planned.bell
    remembered = replace(known, unfinished=live.guide, saved=turn.now, track=run_of(turn, live), bell=bell)
    session = replace(turn.session, guide=live.guide, introduced=True)  # before a track everything was said
    return replace(turn, mode="track", live=live, remembered=remembered, session=session)


def _at_rest(turn: Turn) -> Turn:
    """The turn of somebody whose track was paused: its place is one of the track's plan, to the moment.

    Where nothing can be remembered, a track that lies on the device tells that the guide of this session is one.
    """
    known, guide = turn.remembered, turn.session.guide or turn.remembered.unfinished
    paused = known.track.state == "paused" or (not known.available and plays_ours(turn))
    at_rest = paused and guide is not None and guide.sent is None
    return replace(turn, mode="track") if at_rest and guide is not None and track_for(turn, guide) else turn


def run_of(turn: Turn, live: Live) -> Run:
    """What is remembered of this run, or would be had the store not been down when it began."""
    run = turn.remembered.track
    if run.number == live.token.run:
        return run.reached(live.offset)
    return Run(live.token.run, live.offset, "playing", turn.now, taught=run.taught)


def _ended(turn: Turn, live: Live) -> Turn:
    """The turn after a track that was heard to its end, which nobody had told yet."""
    turn = followed(turn, live.guide, live.planned.timeline.total, ended=True)
    run = replace(run_of(turn, live), state="over", at=turn.now)
    return replace(turn, live=None, remembered=replace(turn.remembered, unfinished=None, saved=0.0, track=run))


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
    if planned is None or planned.timeline.total < SHORTEST:
        return None
    known = token_from(turn.player.token) if turn.player else None
    there = known is not None and known.code == planned.code  # the device has it already
    return planned if there or tracks.published(planned, turn.services.spare()) else None


def _may_wait(turn: Turn, guide: Guide) -> bool:
    """Whether the answer may wait for a voice to speak this guide: nobody waits in pain, or for what is too short."""
    return turn.name not in STOPPING and turn.planner.timeline(guide.script, guide.options).total >= SHORTEST


def in_track(turn: Turn, guide: Guide, timeline: Timeline, moment: float, opening: SpeechBuilder) -> Reply | None:
    """The guide as a track from this moment of its timeline on; None where it has to be spoken, as is the way down."""
    guide = replace(guide, options=timeline.options)
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
        return _by_itself(turn, live, guide, opening)
    return _played(turn, guide, planned, moment, opening)


def _by_itself(turn: Turn, live: Live, guide: Guide, opening: SpeechBuilder) -> Reply:
    """The answer; then the track goes on, and what was pressed meanwhile is counted."""
    run, answered = turn.remembered.track, dict(turn.remembered.track.answered)
    for spot, seconds in guide.pressed.items():
        if (more := seconds - live.guide.pressed.get(spot, 0.0)) > 0:
            answered[spot] = round(answered.get(spot, 0.0) + more, 1)
    run = replace(run, answered=answered, at=turn.now)
    remembered = replace(turn.remembered, unfinished=guide, saved=turn.now, track=run)
    return Reply(opening, Session(), remembered, sound=GoOn())


def _played(turn: Turn, guide: Guide, planned: Planned, moment: float, opening: SpeechBuilder) -> Reply:
    """A new run."""
    timeline, tracks, words = planned.timeline, turn.tracks, turn.messages
    assert tracks is not None, "it was planned by them"
    before = turn.remembered.track
    number = max(before.next_number(turn.now), turn.live.token.run + 1 if turn.live else 0)
    offset = planned.offset_of(moment)
    firm = {span.id for span in timeline.holds() if spot_of(span) in guide.firmer}
    told = described(turn, guide)
    order = Play(
        tracks.url(planned.code),
        token_of(planned.code, number, offset, timeline, guide.pressed, firm),
        offset,
        told["name"].capitalize(),
        words("track subtitle", length=told["length"], place=told["place"], side=told["side"]),
        tracks.art,
        captions_of(planned),
    )
    run = Run(number, offset, "playing", turn.now, taught=before.taught)
    remembered = replace(turn.remembered, unfinished=guide, saved=turn.now, track=run)
    closing = words("closing", length=words.length(timeline.total))
    card = Card(words("closing title"), closing) if moment == 0 else None
    return Reply(opening, Session(), remembered, card=card, sound=order)


def waits_at(turn: Turn, guide: Guide, moment: float) -> bool:
    """Whether a track of this guide, its plan unchanged, waits at this moment for the answer."""
    return turn.live is not None and turn.live.guide.options == guide.options and turn.live.moment == moment


def room_for(turn: Turn, guide: Guide, here: Located, opening: SpeechBuilder) -> bool:
    """Whether a spot may be pressed during this answer and for all that is left of it: a track waits, then goes on.

    Where nothing can be remembered, nothing is answered under pressure. In spoken parts there is always room: what is
    left of a spot gets shorter.
    """
    span = here.span
    if turn.live is None or span.kind != "hold":
        return True
    pressed = guide.pressing_on(span, opening.words).pressed[span.id] + span.end - here.moment
    return turn.remembered.available and pressed <= span.most


def taught(turn: Turn, guide: Guide, opening: SpeechBuilder) -> Turn:
    """The turn of somebody who was told what can be said during a track, before this device's first."""
    run = turn.remembered.track
    if run.taught or track_for(turn, guide) is None:
        return turn
    opening.say(turn.messages("track introduction"))
    return replace(turn, remembered=replace(turn.remembered, track=replace(run, taught=True)))


def as_spoken(turn: Turn, timeline: Timeline, moment: float) -> tuple[Timeline, float]:
    """The same place of a track's plan in the plan that is spoken."""
    if turn.mode == "spoken":
        return timeline, moment
    spoken = turn.planner.timeline(timeline.script.id, timeline.options)
    return spoken, spoken.locate(timeline.locate(moment).position).moment


def plays_ours(turn: Turn) -> bool:
    """Whether this device's player plays, or played last, a track of ours."""
    return turn.player is not None and turn.tracks is not None and token_from(turn.player.token) is not None


def ended_as_track(run: Run) -> bool:
    """Whether what was guided last on this device was a track, and is over."""
    return run.state == "over" and run.at > 0


def hushed(turn: Turn) -> Reply | None:
    """A pause without a session, which may have been "stop" (alexa-facts 14): one word, and the place is kept."""
    if not (turn.fresh and plays_ours(turn)):
        return None
    if (live := turn.live) is not None:
        turn = followed(turn, live.guide, live.moment, ended=False)
    return Reply(turn.speech(turn.messages("paused track")), Session(), turn.remembered, sound=Stop())


def with_player(turn: Turn, reply: Reply) -> Reply:
    """The reply with what the player has to be told, and with what becomes of the run.

    A track that is neither replaced nor goes on by itself is stopped, so that it does not begin again under a
    question, or after a goodbye.
    """
    if isinstance(reply.sound, Play | GoOn) or turn.name.startswith(WITHOUT_AN_ANSWER):
        return reply
    known = reply.remembered
    speaks = reply.session.guide is not None and reply.session.guide.sent is not None
    safety = turn.name in STOPPING and plays_ours(turn)
    if turn.live is not None or isinstance(reply.sound, Stop):
        reply = replace(reply, sound=Stop())
    if safety:
        reply = replace(reply, sound=Stop(clear=True))
    run = known.track
    if speaks and run.state != "failed":
        run = replace(run, state="over", at=0.0)
    elif run.state == "playing" and (turn.live is not None or isinstance(reply.sound, Stop)):
        run = replace(run, state="over" if known.unfinished is None else "paused", at=turn.now)
    elif run.state == "paused" and known.unfinished is None:
        run = replace(run, state="over", at=turn.now)
    return reply if run is known.track else replace(reply, remembered=replace(known, track=run))
