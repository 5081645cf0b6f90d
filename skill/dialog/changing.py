"""Changes of a guide's plan options, while it is under way or before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from skill.dialog.moves import same_place, uneven
from skill.dialog.outcome import Answer, GoOn, Outcome, Propose, rest
from skill.dialog.progress import Progress
from skill.dialog.proposals import last_proposal
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import eased, joined, where_is
from speech.timeline.options import PlanOptions

Change = Callable[[PlanOptions], PlanOptions]


def replanned(turn: Turn, progress: Progress, options: PlanOptions) -> Progress:
    """Where the person is in the plan of other plan options: no spot forgets what it was pressed."""
    timeline = turn.timeline(progress.guide.script, options)
    here = timeline.locate(same_place(timeline, progress.timeline, progress.here))
    guide = replace(progress.guide, options=timeline.options, at=here.position)
    return replace(progress, guide=guide, timeline=timeline)


def changed(turn: Turn, progress: Progress, options: PlanOptions, said: str, *, moves: bool = False) -> Outcome:
    """On with another plan from the same place, after these words; with `moves` off the ball first.

    Where one side is over and the other gets another time now, that is said. A plan that cannot be said is not made.
    """
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
    """A wish that holds from now on, under way or before.

    `said` names the message that confirms it, `already` the one where it was so before.
    """
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
