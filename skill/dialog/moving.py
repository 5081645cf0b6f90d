"""Moves that several questions and intents share: on, rest, leave, and other plan options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from skill.dialog.moves import same_place, uneven
from skill.dialog.outcome import Answer, Begin, End, GoOn, Handler, Outcome, Propose, rest
from skill.dialog.practice_days import broken_off, followed
from skill.dialog.progress import Progress
from skill.dialog.proposals import last_proposal, still_offered, take
from skill.dialog.state import Proposal
from skill.dialog.track_mode import paused_in_a_word
from skill.dialog.turn import Turn
from skill.dialog.wording import ease_off, eased, first_words, joined, leaving, where_is
from speech.timeline.options import PlanOptions

GET_BACK = 12.0
"""Seconds to get back into place before a guide goes on."""
EASE_OFF = 8.0
"""Seconds of rest before a spot is pressed anew."""
READY_AGAIN = 30.0
"""Seconds that a reprompt waits before it asks again."""


def of_the_guide(handler: Callable[[Turn, Progress], Outcome]) -> Handler:
    """The handler of a move in a guide: where there is none, one is proposed."""

    @wraps(handler)
    def moved(turn: Turn) -> Outcome:
        return handler(turn, turn.progress) if turn.progress is not None else nothing_runs(turn)

    return moved


def ready(turn: Turn) -> Outcome:
    """The answer to a part's question: the next part. In the middle of one it just goes on."""
    progress, speech = turn.progress, turn.speech()
    if progress is None:
        if turn.session.pending == "start" and turn.session.proposal:
            return Begin(turn, turn.session.proposal, speech)
        if offered := still_offered(turn):
            return take(turn, offered[0])
        return nothing_runs(turn)
    if not progress.playing:
        return GoOn(turn, progress, speech.say(eased(turn, progress)), left=True)
    sent, part = turn.session.guide, progress.part
    if sent is None or sent.sent is None or part is None:
        return GoOn(turn, progress, speech.say(turn.messages("still here")))
    if turn.now - sent.sent < sent.lead + sent.lead_quiet:
        return GoOn(turn, progress, speech, part.start)
    span = progress.here.span
    resting = progress.timeline.options.waits and (span.kind, span.section) == ("rest", "side")
    if progress.part_heard or part.waits or resting:
        # A person who is asked to say when they are ready may well say it before the end.
        known = turn if part.waits or resting else learned(turn)
        return GoOn(known, progress, speech, progress.allowed(part.end))
    return GoOn(turn, progress, speech.say(turn.messages("still here")))


def back_to(turn: Turn, progress: Progress, target: float, said: str) -> GoOn:
    """An earlier step: where it presses, only as much as its spot may still be pressed, and after a rest."""
    moment, span, speech = progress.allowed(target), progress.timeline.locate(target).span, turn.speech(said)
    if progress.on_pressure or span.kind == "hold":
        speech.say(ease_off(turn, progress.guide))
    if span.kind == "hold":
        if moment >= span.end:
            speech.say(turn.messages("spot has had enough"))
        elif moment > span.start:
            speech.say(first_words(progress.timeline, moment))
        speech.pause(EASE_OFF)
    return GoOn(turn, progress, speech, moment)


def learned(turn: Turn) -> Turn:
    """The turn, knowing from this answer how slow the voice can be at most."""
    if turn.session.sent is None:
        return turn
    return turn.with_session(slowest=turn.session.sent.slowest(turn.now, turn.session.slowest))


def nothing_runs(turn: Turn) -> Propose:
    """Nothing to move in: what was proposed, or could be, is proposed."""
    if turn.session.proposal:
        return Propose(turn, turn.session.proposal, turn.speech())
    return Propose(turn, last_proposal(turn), turn.speech(turn.messages("nothing runs")))


def pause(turn: Turn) -> Outcome:
    """Off the ball first; then where it is kept, and how to come back. During a track it is one word."""
    if (paused := paused_in_a_word(turn)) is not None:
        return paused
    progress, words = turn.progress, turn.messages
    if progress is None:
        return nothing_runs(turn)
    where = where_is(turn, progress.here)
    if progress.here.span.section == "down":
        return rest(turn, progress, words("paused before", later=turn.later))
    if not (progress.playing or progress.on_pressure):
        return rest(turn, progress, words("paused already", where=where))
    return rest(turn, progress, joined(eased(turn, progress), words("paused", where=where, later=turn.later)))


def time_left(turn: Turn) -> Outcome:
    """How long is left and where the person is; then on, without having moved."""
    progress, words = turn.progress, turn.messages
    if progress is None:
        return Answer(turn, words("time none"), in_full=True)
    left, where = words.length(progress.left), where_is(turn, progress.here)
    if not progress.playing:
        return rest(turn, progress, joined(eased(turn, progress), words("time paused", left=left, where=where)))
    if progress.here.span.section == "down":
        said = words("time before", left=left)
    elif progress.left < 60:
        said = words("time left short", where=where)
    else:
        said = words("time left", left=left, where=where)
    return GoOn(turn, progress, turn.speech(said))


def goodbye(turn: Turn) -> End:
    """The end of the session; off the ball and up slowly where a guide was running."""
    progress, words = turn.under_way, turn.messages
    if progress is None:
        return End(turn, turn.speech(words("goodbye")))
    if progress.here.span.section == "up" and progress.part_heard:
        return End(followed(turn, progress.guide, progress.timeline.total, ended=True), turn.speech(words("goodbye")))
    if progress.here.span.section == "down":
        text = words("goodbye before", leaving=leaving(progress))
    else:
        text = words("goodbye running", ease=eased(turn, progress), leaving=leaving(progress), later=turn.later)
    return End(broken_off(turn, progress).keeping(progress.guide), turn.speech(text))


def end_here(turn: Turn) -> End:
    """The end of the guide: what was done counts, and this guide is not offered again."""
    end, progress = goodbye(turn), turn.current
    if progress is None:
        return end
    words = turn.messages
    text = words("goodbye running", ease=eased(turn, progress), leaving=leaving(progress), later=words("goodbye"))
    return replace(end, turn=end.turn.keeping(None), speech=turn.speech(text.strip()))


def session_ended(turn: Turn) -> End:
    """Nothing can be said any more; the guide is kept where the person was."""
    if turn.session.guide and (progress := turn.progress) is not None:
        turn = broken_off(turn, progress).keeping(progress.guide)
    return End(turn, turn.speech())


def apology(turn: Turn) -> Outcome:
    """Something failed here: off the ball, and a way on where there is one."""
    progress = turn.under_way
    if progress is None:
        return End(turn, turn.speech(turn.messages("apology")))
    return rest(turn, progress, turn.messages("apology running", ease=ease_off(turn, progress.guide)))


Change = Callable[[PlanOptions], PlanOptions]


def replanned(turn: Turn, progress: Progress, options: PlanOptions) -> Progress:
    """Where the person is in the plan of other plan options: no spot forgets what it was pressed."""
    timeline = turn.timeline(progress.guide.script, options)
    here = timeline.locate(same_place(timeline, progress.timeline, progress.here))
    guide = replace(progress.guide, options=timeline.options, at=here.position)
    return replace(progress, guide=guide, timeline=timeline)


def changed(turn: Turn, progress: Progress, options: PlanOptions, said: str, *, moves: bool = False) -> Outcome:
    """On with another plan from the same place, after these words; with `moves` off the ball first."""
    new = replanned(turn, progress, options)
    if not turn.planner.can_be_spoken(new.guide.script, new.guide.options):
        return Answer(turn, turn.messages("cannot change"))
    if uneven(new.timeline, progress.timeline, progress.here):
        said = f"{said} {turn.messages('not even')}"
    turn = _preferred(turn, new)
    if not progress.playing:
        paused = turn.messages("paused already", where=where_is(turn, new.here))
        return rest(turn, new, joined(eased(turn, new), said, paused))
    if moves or new.here.span.id != progress.here.span.id:
        return GoOn(turn, new, turn.speech(eased(turn, new)).say(said), left=True)
    return GoOn(turn, new, turn.speech(said))


def prepared(turn: Turn, change: Change, said: str) -> Propose:
    """A change before anything has begun: what was proposed is proposed again, changed."""
    proposal = turn.session.proposal or last_proposal(turn)
    new = Proposal(proposal.script, change(proposal.options))
    if not turn.planner.can_be_spoken(new.script, new.options):
        new, said = proposal, turn.messages("cannot change")
    return Propose(turn, new, turn.speech(said))


def wished(turn: Turn, change: Change, said: str, already: str, *, moves: bool = False) -> Outcome:
    """A wish that holds from now on; `said` and `already` name the message that confirms it, or that it was so."""
    progress = turn.to_change
    if progress is None:
        return prepared(turn, change, turn.messages(said))
    options = change(progress.timeline.options)
    text = turn.messages(already if options == progress.timeline.options else said)
    return changed(turn, progress, options, text, moves=moves)


def _preferred(turn: Turn, progress: Progress) -> Turn:
    """The turn that remembers for next time how the person likes to be guided, and nothing of the spots."""
    last, options = turn.remembered.last, progress.guide.options
    if last is None or last.script != progress.guide.script:
        return turn
    liked = replace(
        last.options, cue_density=options.cue_density, soft=options.soft, slow=options.slow, waits=options.waits
    )
    return turn.with_memory(last=replace(last, options=liked))
