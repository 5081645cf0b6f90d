"""Moves on a running guide: pause, go on, next, back, again, how long, ready."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.listening import hushed
from skill.dialog.handlers.playing import (
    EASE_OFF,
    GET_BACK,
    Standing,
    carry_on,
    ease_off,
    eased,
    first_words,
    go_on,
    kept,
    play,
    standing,
    where_is,
)  # fmt: skip
from skill.dialog.handlers.start import begin, last_proposal, propose, still_offered, take, which_one
from skill.dialog.progress import Guide, allowed, next_step, previous_step
from skill.dialog.turn import Reply, Turn, asking


def pause(turn: Turn) -> Reply:
    """Off the ball first; then where it is kept, and how to come back. During a track it is one word."""
    if (hush := hushed(turn)) is not None:
        return hush
    stand = standing(turn)
    if stand is None:
        return nothing_runs(turn)
    where, section = where_is(turn, stand.here), stand.here.span.section
    if section == "down":
        return kept(turn, stand, turn.messages("paused before", later=turn.later))
    if not (stand.was_playing or stand.on_pressure):
        return kept(turn, stand, turn.messages("paused already", where=where))
    return kept(turn, stand, f"{eased(turn, stand)} {turn.messages('paused', where=where, later=turn.later)}".strip())


def resume(turn: Turn) -> Reply:
    """On from where it was paused, with time to get back into place."""
    stand = standing(turn)
    if stand is None:
        return nothing_runs(turn)
    if turn.live is not None:
        # Whether it was stopped or waits for this answer nobody can tell, nor whether somebody lies on the ball.
        opening = turn.speech(eased(turn, stand))
        return go_on(replace(turn, live=None), replace(stand, was_playing=False), opening)
    return ready(turn)


def next_(turn: Turn) -> Reply:
    """The next step."""
    stand = standing(turn)
    if stand is None:
        return nothing_runs(turn)
    moment = allowed(stand.guide, stand.timeline, next_step(stand.timeline, stand.here))
    return play(turn, stand.guide, stand.timeline, moment, turn.speech(turn.messages("next")))


def previous(turn: Turn) -> Reply:
    """This step's start or, when it has just begun, the step before; the spot rests first."""
    stand = standing(turn)
    if stand is None:
        return nothing_runs(turn)
    target = previous_step(stand.timeline, stand.here)
    return back_to(turn, stand, stand.guide, target, turn.messages("previous"))


def start_over(turn: Turn) -> Reply:
    """From the moment the clock started, after a rest."""
    stand = standing(turn)
    if stand is None:
        return nothing_runs(turn)
    start = stand.timeline.start if stand.here.span.section == "down" else 0.0
    timeline = turn.timeline(stand.guide.script, replace(stand.timeline.options, extra=()))
    guide = replace(stand.guide, pressed={}, firmer=())
    opening = turn.speech()
    if start == 0.0:
        opening.say(ease_off(turn, guide)).say(turn.messages("start over")).pause(GET_BACK)
    return play(turn, guide, timeline, start, opening)


def repeat(turn: Turn) -> Reply:
    """The step again. In a hold its words are said again off the ball, and what is left of it follows."""
    stand = standing(turn)
    if stand is None:
        return ask_again(turn)
    span = stand.here.span
    if span.kind != "hold":
        return back_to(turn, stand, stand.guide, span.start, turn.messages("again"))
    opening = turn.speech(ease_off(turn, stand.guide))
    opening.say(turn.messages("again in hold", cue=first_words(stand.timeline, span.start))).pause(EASE_OFF)
    moment = allowed(stand.guide, stand.timeline, stand.here.moment)
    if moment >= span.end:
        opening = turn.speech(ease_off(turn, stand.guide)).say(turn.messages("spot has had enough"))
    return play(turn, stand.guide, stand.timeline, moment, opening)


def time_left(turn: Turn) -> Reply:
    """How long is left and where we are; then on, without having moved."""
    stand = standing(turn)
    if stand is None:
        return ask_again(turn, turn.messages("time none"))
    left, where = stand.timeline.left(stand.here.moment), where_is(turn, stand.here)
    length = turn.messages.length(left)
    if not stand.was_playing:
        paused = turn.messages("time paused", left=length, where=where)
        return kept(turn, stand, f"{eased(turn, stand)} {paused}".strip())
    if stand.here.span.section == "down":
        said = turn.messages("time before", left=length)
    elif left < 60:
        said = turn.messages("time left short", where=where)
    else:
        said = turn.messages("time left", left=length, where=where)
    return carry_on(turn, stand, turn.speech(said))


def ready(turn: Turn) -> Reply:
    """The answer to a part's question: the next part. In the middle of one it just goes on."""
    stand = standing(turn)
    if stand is None:
        if turn.session.pending == "start" and turn.session.proposal:
            return begin(turn, turn.session.proposal, turn.speech())
        if offered := still_offered(turn):
            return take(turn, offered[0])
        return nothing_runs(turn)
    if not stand.was_playing:
        return go_on(turn, stand, turn.speech(eased(turn, stand)))
    if turn.live is not None:
        return carry_on(turn, stand, turn.speech(turn.messages("still here")))
    sent = turn.session.guide or stand.guide
    start = stand.timeline.locate(sent.at).moment
    if turn.now - (sent.sent or turn.now) < sent.lead + sent.lead_quiet:
        return play(turn, stand.guide, stand.timeline, start, turn.speech())
    part = turn.planner.part(sent.script, stand.timeline.options, start)
    span = stand.here.span
    resting = stand.timeline.options.waits and (span.kind, span.section) == ("rest", "side")
    if stand.part_heard or part.waits or resting:
        # Whoever is asked to say when they are ready may well say it before the end.
        known = turn if part.waits or resting else learned(turn)
        moment = allowed(stand.guide, stand.timeline, part.end)
        return play(known, stand.guide, stand.timeline, moment, turn.speech())
    return carry_on(turn, stand, turn.speech(turn.messages("still here")))


def back_to(turn: Turn, stand: Standing, guide: Guide, target: float, said: str) -> Reply:
    """An earlier step: where it presses, only as much as its spot may still be pressed, and after a rest."""
    moment = allowed(guide, stand.timeline, target)
    span = stand.timeline.locate(target).span
    opening = turn.speech(said)
    if stand.on_pressure or span.kind == "hold":
        opening.say(ease_off(turn, guide))
    if span.kind == "hold":
        if moment >= span.end:
            opening.say(turn.messages("spot has had enough"))
        elif moment > span.start:
            opening.say(first_words(stand.timeline, moment))
        opening.pause(EASE_OFF)
    return play(turn, guide, stand.timeline, moment, opening)


def learned(turn: Turn) -> Turn:
    """The turn, knowing from this answer how slow the voice can be at most."""
    if turn.session.sent is None:
        return turn
    slowest = turn.session.sent.slowest(turn.now, turn.session.slowest)
    return replace(turn, session=replace(turn.session, slowest=slowest))


def nothing_runs(turn: Turn) -> Reply:
    """Nothing to move in: what was proposed, or could be, is proposed."""
    if turn.session.proposal:
        return propose(turn, turn.session.proposal, turn.speech())
    opening = turn.speech(turn.messages("nothing runs"))
    return propose(turn, last_proposal(turn), opening)


def ask_again(turn: Turn, said: str = "") -> Reply:
    """The question that was open, once more."""
    opening = turn.speech(said)
    proposal = turn.session.proposal
    if proposal:
        return propose(turn, proposal, opening)
    if turn.session.pending == "more":
        return asking(turn, opening.say(turn.messages("anything else")), "more", turn.messages("anything else"))
    if turn.session.pending == "calm":
        return asking(turn, opening.say(turn.messages("calm question")), "calm", turn.messages("calm question"))
    return which_one(turn, opening)
