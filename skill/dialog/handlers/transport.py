"""Moves by the names of buttons: go on, next, previous, again, from the start."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.moving import EASE_OFF, GET_BACK, ask_again, back_to, of_the_guide, ready
from skill.dialog.outcome import GoOn, Outcome
from skill.dialog.progress import Progress, previous_step
from skill.dialog.turn import Turn
from skill.dialog.wording import ease_off, eased, first_words


@of_the_guide
def resume(turn: Turn, progress: Progress) -> Outcome:
    """On from where it was paused, with time to get back into place."""
    if turn.live is not None:
        # Whether it was stopped or waits for this answer is not known, nor whether the person lies on the ball.
        speech = turn.speech(eased(turn, progress))
        return GoOn(replace(turn, live=None), replace(progress, playing=False), speech, left=True)
    return ready(turn)


@of_the_guide
def next_(turn: Turn, progress: Progress) -> Outcome:
    """The next step."""
    return GoOn(turn, progress, turn.speech(turn.messages("next")), progress.allowed(progress.here.span.end))


@of_the_guide
def previous(turn: Turn, progress: Progress) -> Outcome:
    """This step's start or, when it has just begun, the step before; the spot rests first."""
    return back_to(turn, progress, previous_step(progress.timeline, progress.here), turn.messages("previous"))


@of_the_guide
def start_over(turn: Turn, progress: Progress) -> Outcome:
    """From the moment the clock started, after a rest."""
    start = progress.timeline.start if progress.here.span.section == "down" else 0.0
    timeline = turn.timeline(progress.guide.script, replace(progress.timeline.options, extra=()))
    guide, speech = replace(progress.guide, pressed={}, firmer=()), turn.speech()
    if start == 0.0:
        speech.say(ease_off(turn, guide)).say(turn.messages("start over")).pause(GET_BACK)
    return GoOn(turn, replace(progress, guide=guide, timeline=timeline), speech, start)


def repeat(turn: Turn) -> Outcome:
    """The step again. In a hold its words are said again off the ball, and what is left of it follows."""
    progress = turn.progress
    if progress is None:
        return ask_again(turn)
    span = progress.here.span
    if span.kind != "hold":
        return back_to(turn, progress, span.start, turn.messages("again"))
    moment, speech = progress.allowed(progress.here.moment), turn.speech(ease_off(turn, progress.guide))
    if moment >= span.end:
        speech.say(turn.messages("spot has had enough"))
    else:
        cue = first_words(progress.timeline, span.start)
        speech.say(turn.messages("again in hold", cue=cue)).pause(EASE_OFF)
    return GoOn(turn, progress, speech, moment)
