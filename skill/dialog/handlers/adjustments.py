"""Moves in a guide: longer, shorter, firmer, slower, quieter, another side, back, on, again, from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog import moves, moving
from skill.dialog.outcome import Answer, GoOn, Outcome
from skill.dialog.progress import Progress, previous_step
from skill.dialog.proposals import asked_seconds, last_proposal
from skill.dialog.rested_spots import spot_of
from skill.dialog.turn import Turn
from skill.dialog.wording import ease_off, eased, first_words, stage_of, where_is
from speech.timeline.options import EXTRA_SECONDS

FIRST_SECONDS = 30.0
"""Seconds on a spot before it may get more weight (X6)."""
WISHES: Mapping[str, tuple[moving.Change, str, str]] = {
    "TalkLessIntent": (lambda options: moves.talking(options, -1), "talk less", "talk least"),
    "TalkMoreIntent": (lambda options: moves.talking(options, 1), "talk more", "talk most"),
    "SlowerIntent": (lambda options: replace(options, slow=True), "slower", "slower already"),
    "FasterIntent": (lambda options: replace(options, slow=False), "faster", "faster already"),
    "WaitForMeIntent": (lambda options: replace(options, waits=True), "waits", "waits"),
    "GoByItselfIntent": (lambda options: replace(options, waits=False), "goes by itself", "goes by itself"),
}
"""How a person may want to be guided: the change, the message that confirms it, and the one where it was so before."""


def more_time(turn: Turn) -> Outcome:
    """Thirty seconds more on the spot under way, once; then the ball moves on."""
    progress = turn.to_change
    if progress is None or not progress.on_spot:
        return Answer(turn, turn.messages("more time on a spot"))
    options = moves.thirty_more(progress.timeline, progress.here)
    if options is None:
        if not progress.playing:
            return Answer(turn, turn.messages("more time was given"))
        speech = turn.speech(ease_off(turn, progress.guide)).say(turn.messages("move a little"))
        return GoOn(turn, progress, speech, progress.allowed(progress.here.span.end))
    asked = _more_seconds(turn)
    most = turn.messages("more time at most") if asked is not None and asked > EXTRA_SECONDS else ""
    total = turn.messages.length(turn.timeline(progress.guide.script, options).total)
    two_sided = progress.here.span.side is not None and not progress.timeline.options.only
    both = two_sided and not moves.one_side_is_over(progress.timeline, progress.here)
    said = turn.messages("more time on both sides", total=total) if both else turn.messages("more time", total=total)
    return moving.changed(turn, progress, options, f"{most} {said}".strip())


def _more_seconds(turn: Turn) -> float | None:
    """How much more was asked for; a bare number counts seconds here, as in "thirty more"."""
    number = turn.slots.get("number")
    if "minutes" not in turn.slots and number is not None and number.spoken.isdecimal():
        return float(number.spoken[:9])
    return asked_seconds(turn)


def shorter(turn: Turn) -> Outcome:
    """About half of what is left."""
    progress = turn.to_change
    if progress is None:
        return _shorter_proposal(turn)
    script = progress.guide.script
    timeline = moves.shorter(progress.timeline, progress.here, lambda options: turn.timeline(script, options))
    if timeline is None:
        return Answer(turn, turn.messages("short already"))
    total = turn.messages.length(timeline.total)
    return moving.changed(turn, progress, timeline.options, turn.messages("shorter", total=total))


def _shorter_proposal(turn: Turn) -> Outcome:
    proposal = turn.session.proposal or last_proposal(turn)
    total = turn.timeline(proposal.script, proposal.options).total
    least = turn.script(proposal).minutes.least * 60
    seconds = max(round(total / 120) * 60.0, least)
    if seconds >= total:
        return moving.prepared(turn, lambda options: options, turn.messages("short already"))
    return moving.prepared(turn, lambda options: replace(options, seconds=seconds), turn.messages("shorter then"))


def more_pressure(turn: Turn) -> Outcome:
    """A little more weight: after thirty seconds on a spot, once, and never where it was too much before."""
    progress = turn.to_change
    if progress is None:
        return moving.prepared(turn, lambda options: replace(options, soft=False), turn.messages("not softer"))
    if progress.timeline.options.soft or progress.timeline.options.left_out:
        return Answer(turn, turn.messages("softly today"))
    if not (progress.on_spot and progress.playing):
        return Answer(turn, turn.messages("firmer on a spot"))
    if progress.here.moment - progress.here.span.start < FIRST_SECONDS:
        return Answer(turn, turn.messages("thirty seconds first"))
    name = spot_of(progress.here.span)
    if name in progress.guide.firmer:
        return Answer(turn, turn.messages("firm enough"))
    guide = replace(progress.guide, firmer=(*progress.guide.firmer, name))
    return GoOn(turn, replace(progress, guide=guide), turn.speech(turn.messages("firmer")))


def wish(turn: Turn) -> Outcome:
    """From now on with more or fewer cues, slower or at their usual pace, with rests that wait or go by themselves."""
    return moving.wished(turn, *WISHES[turn.name])


def bell(turn: Turn) -> Outcome:
    """The low note at the end of a hold in tracks, or none."""
    on = turn.name == "BellOnIntent"
    return Answer(turn.with_memory(bell=on), turn.messages("bell on" if on else "bell off"))


@moving.of_the_guide
def other_side(turn: Turn, progress: Progress) -> Outcome:
    """To the other side now; what was left of this one is dropped."""
    moment = moves.other_side(progress.timeline, progress.here)
    if moment is None:
        next_up = progress.here.span.section == "changeover"
        return Answer(turn, turn.messages("other side is next" if next_up else "no other side"))
    return _leave_side(turn, progress, moment, turn.messages("to the other side"))


@moving.of_the_guide
def skip_side(turn: Turn, progress: Progress) -> Outcome:
    """Over with this side: to the other one or, after the last, to the end."""
    moment = moves.skip_side(progress.timeline, progress.here)
    if moment is None:
        return Answer(turn, turn.messages("no side to skip"))
    other = moves.other_side(progress.timeline, progress.here)
    return _leave_side(turn, progress, moment, turn.messages("to the other side" if other else "side is over"))


def _leave_side(turn: Turn, progress: Progress, moment: float, said: str) -> Outcome:
    one_of_two = progress.here.span.side is not None and not progress.timeline.options.only
    uneven = turn.messages("not even") if one_of_two else ""
    speech = turn.speech(eased(turn, progress)).say(said).say(uneven)
    return GoOn(turn, progress, speech, moment)


@moving.of_the_guide
def back_by(turn: Turn, progress: Progress) -> Outcome:
    """A spoken time back; the spot rests first."""
    target = moves.back_by(progress.timeline, progress.here, asked_seconds(turn) or moves.A_LITTLE)
    return moving.back_to(turn, progress, target, turn.messages("back a little"))


@moving.of_the_guide
def forward_by(turn: Turn, progress: Progress) -> Outcome:
    """A spoken time on, and never into the middle of a hold."""
    target = moves.forward_by(progress.timeline, progress.here, asked_seconds(turn) or moves.A_LITTLE)
    speech = turn.speech(eased(turn, progress)).say(turn.messages("next"))
    return GoOn(turn, progress, speech, progress.allowed(target))


def what_is_next(turn: Turn) -> Outcome:
    """The next spot or stage, in a sentence."""
    progress = turn.to_change
    if progress is None:
        return moving.nothing_runs(turn)
    span, rests = moves.coming(progress.timeline, progress.here)
    if span is None:
        return Answer(turn, turn.messages("next is nothing"))
    what = stage_of(turn, span)
    return Answer(turn, turn.messages("next after a rest" if rests else "next is", what=what))


def where_are_we(turn: Turn) -> Outcome:
    """Side, spot, and how long is left; then on, without having moved."""
    progress = turn.to_change
    if progress is None:
        return moving.nothing_runs(turn)
    if not progress.playing:
        return moving.time_left(turn)
    left, where = turn.messages.length(progress.left), where_is(turn, progress.here)
    return GoOn(turn, progress, turn.speech(turn.messages("where and left", where=where, left=left)))


@moving.of_the_guide
def resume(turn: Turn, progress: Progress) -> Outcome:
    """On from where it was paused, with time to get back into place."""
    if turn.live is not None:
        # Whether it was stopped or waits for this answer is not known, nor whether the person lies on the ball.
        speech = turn.speech(eased(turn, progress))
        return GoOn(replace(turn, live=None), replace(progress, playing=False), speech, left=True)
    return moving.ready(turn)


@moving.of_the_guide
def next_(turn: Turn, progress: Progress) -> Outcome:
    """The next step."""
    return GoOn(turn, progress, turn.speech(turn.messages("next")), progress.allowed(progress.here.span.end))


@moving.of_the_guide
def previous(turn: Turn, progress: Progress) -> Outcome:
    """This step's start or, when it has just begun, the step before; the spot rests first."""
    return moving.back_to(turn, progress, previous_step(progress.timeline, progress.here), turn.messages("previous"))


@moving.of_the_guide
def start_over(turn: Turn, progress: Progress) -> Outcome:
    """From the moment the clock started, after a rest."""
    start = progress.timeline.start if progress.here.span.section == "down" else 0.0
    timeline = turn.timeline(progress.guide.script, replace(progress.timeline.options, extra=()))
    guide, speech = replace(progress.guide, pressed={}, firmer=()), turn.speech()
    if start == 0.0:
        speech.say(ease_off(turn, guide)).say(turn.messages("start over")).pause(moving.GET_BACK)
    return GoOn(turn, replace(progress, guide=guide, timeline=timeline), speech, start)


def repeat(turn: Turn) -> Outcome:
    """The step again. In a hold its words are said again off the ball, and what is left of it follows."""
    progress = turn.progress
    if progress is None:
        return Answer(turn, "", in_full=True)
    span = progress.here.span
    if span.kind != "hold":
        return moving.back_to(turn, progress, span.start, turn.messages("again"))
    moment, speech = progress.allowed(progress.here.moment), turn.speech(ease_off(turn, progress.guide))
    if moment >= span.end:
        speech.say(turn.messages("spot has had enough"))
    else:
        cue = first_words(progress.timeline, span.start)
        speech.say(turn.messages("again in hold", cue=cue)).pause(moving.EASE_OFF)
    return GoOn(turn, progress, speech, moment)
