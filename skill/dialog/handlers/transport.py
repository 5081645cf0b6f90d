"""Moves on a running guide: pause, go on, next, back, again, how long, ready."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.listening import hushed
from skill.dialog.handlers.playing import (
    EASE_OFF,
    GET_BACK,
    carry_on,
    ease_off,
    eased,
    first_words,
    go_on,
    kept,
    play,
    where_is,
)  # fmt: skip
from skill.dialog.handlers.start import begin, last_proposal, propose, still_offered, take, which_one
from skill.dialog.progress import Guide, Progress, previous_step
from skill.dialog.turn import Reply, Turn, asking


def pause(turn: Turn) -> Reply:
    """Off the ball first; then where it is kept, and how to come back. During a track it is one word."""
    if (hush := hushed(turn)) is not None:
        return hush
    progress = turn.progress
    if progress is None:
        return nothing_runs(turn)
    where, section = where_is(turn, progress.here), progress.here.span.section
    if section == "down":
        return kept(turn, progress, turn.messages("paused before", later=turn.later))
    if not (progress.playing or progress.on_pressure):
        return kept(turn, progress, turn.messages("paused already", where=where))
    return kept(
        turn, progress, f"{eased(turn, progress)} {turn.messages('paused', where=where, later=turn.later)}".strip()
    )


def resume(turn: Turn) -> Reply:
    """On from where it was paused, with time to get back into place."""
    progress = turn.progress
    if progress is None:
        return nothing_runs(turn)
    if turn.live is not None:
        # Whether it was stopped or waits for this answer nobody can tell, nor whether somebody lies on the ball.
        opening = turn.speech(eased(turn, progress))
        return go_on(replace(turn, live=None), replace(progress, playing=False), opening)
    return ready(turn)


def next_(turn: Turn) -> Reply:
    """The next step."""
    progress = turn.progress
    if progress is None:
        return nothing_runs(turn)
    moment = progress.allowed(progress.here.span.end)
    return play(turn, progress.guide, progress.timeline, moment, turn.speech(turn.messages("next")))


def previous(turn: Turn) -> Reply:
    """This step's start or, when it has just begun, the step before; the spot rests first."""
    progress = turn.progress
    if progress is None:
        return nothing_runs(turn)
    target = previous_step(progress.timeline, progress.here)
    return back_to(turn, progress, progress.guide, target, turn.messages("previous"))


def start_over(turn: Turn) -> Reply:
    """From the moment the clock started, after a rest."""
    progress = turn.progress
    if progress is None:
        return nothing_runs(turn)
    start = progress.timeline.start if progress.here.span.section == "down" else 0.0
    timeline = turn.timeline(progress.guide.script, replace(progress.timeline.options, extra=()))
    guide = replace(progress.guide, pressed={}, firmer=())
    opening = turn.speech()
    if start == 0.0:
        opening.say(ease_off(turn, guide)).say(turn.messages("start over")).pause(GET_BACK)
    return play(turn, guide, timeline, start, opening)


def repeat(turn: Turn) -> Reply:
    """The step again. In a hold its words are said again off the ball, and what is left of it follows."""
    progress = turn.progress
    if progress is None:
        return ask_again(turn)
    span = progress.here.span
    if span.kind != "hold":
        return back_to(turn, progress, progress.guide, span.start, turn.messages("again"))
    opening = turn.speech(ease_off(turn, progress.guide))
    opening.say(turn.messages("again in hold", cue=first_words(progress.timeline, span.start))).pause(EASE_OFF)
    moment = progress.allowed(progress.here.moment)
    if moment >= span.end:
        opening = turn.speech(ease_off(turn, progress.guide)).say(turn.messages("spot has had enough"))
    return play(turn, progress.guide, progress.timeline, moment, opening)


def time_left(turn: Turn) -> Reply:
    """How long is left and where we are; then on, without having moved."""
    progress = turn.progress
    if progress is None:
        return ask_again(turn, turn.messages("time none"))
    left, where = progress.left, where_is(turn, progress.here)
    length = turn.messages.length(left)
    if not progress.playing:
        paused = turn.messages("time paused", left=length, where=where)
        return kept(turn, progress, f"{eased(turn, progress)} {paused}".strip())
    if progress.here.span.section == "down":
        said = turn.messages("time before", left=length)
    elif left < 60:
        said = turn.messages("time left short", where=where)
    else:
        said = turn.messages("time left", left=length, where=where)
    return carry_on(turn, progress, turn.speech(said))


def ready(turn: Turn) -> Reply:
    """The answer to a part's question: the next part. In the middle of one it just goes on."""
    progress = turn.progress
    if progress is None:
        if turn.session.pending == "start" and turn.session.proposal:
            return begin(turn, turn.session.proposal, turn.speech())
        if offered := still_offered(turn):
            return take(turn, offered[0])
        return nothing_runs(turn)
    if not progress.playing:
        return go_on(turn, progress, turn.speech(eased(turn, progress)))
    if turn.live is not None:
        return carry_on(turn, progress, turn.speech(turn.messages("still here")))
    sent, part = turn.session.guide or progress.guide, progress.part
    assert part is not None, "what plays and is no track is a part"
    if turn.now - (sent.sent or turn.now) < sent.lead + sent.lead_quiet:
        return play(turn, progress.guide, progress.timeline, part.start, turn.speech())
    span = progress.here.span
    resting = progress.timeline.options.waits and (span.kind, span.section) == ("rest", "side")
    if progress.part_heard or part.waits or resting:
        # Whoever is asked to say when they are ready may well say it before the end.
        known = turn if part.waits or resting else learned(turn)
        moment = progress.allowed(part.end)
        return play(known, progress.guide, progress.timeline, moment, turn.speech())
    return carry_on(turn, progress, turn.speech(turn.messages("still here")))


def back_to(turn: Turn, progress: Progress, guide: Guide, target: float, said: str) -> Reply:
    """An earlier step: where it presses, only as much as its spot may still be pressed, and after a rest."""
    moment = replace(progress, guide=guide).allowed(target)
    span = progress.timeline.locate(target).span
    opening = turn.speech(said)
    if progress.on_pressure or span.kind == "hold":
        opening.say(ease_off(turn, guide))
    if span.kind == "hold":
        if moment >= span.end:
            opening.say(turn.messages("spot has had enough"))
        elif moment > span.start:
            opening.say(first_words(progress.timeline, moment))
        opening.pause(EASE_OFF)
    return play(turn, guide, progress.timeline, moment, opening)


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
