"""Answers to questions, and tips: what is said stands in the words; afterwards there is something to do."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.anytime import long_answer, short_answer
from skill.dialog.handlers.start import last_proposal, options_of, propose_still
from skill.dialog.state import Proposal
from skill.dialog.turn import Reply, Turn, asking, with_card
from skill.messages.answers import TIP, Answer, topics


def answer(turn: Turn) -> Reply:
    """The one answer of this intent."""
    return _told(turn, turn.messages.answers[turn.name])


def about(turn: Turn) -> Reply:
    """What there is to know about a muscle, a technique, a tool or whatever else has a name."""
    slot = turn.slots.get("topic")
    known = topics(turn.messages.answers)
    if slot is None or slot.id not in known:
        return short_answer(turn, turn.messages("unknown topic running" if turn.under_way else "unknown topic"))
    found = known[slot.id]
    return with_card(_told(turn, found), found.name.capitalize(), found.say)


def tip(turn: Turn) -> Reply:
    """A tip that was not heard before; after the last one they come again in their order.

    Which were heard is remembered of the person or, where nothing can be remembered, for this conversation.
    """
    tips = {one.id: one for one in turn.messages.answers.values() if one.tip}
    heard = [one for one in turn.remembered.tips or turn.session.tips if one in tips]
    fresh = [one for one in tips if one not in heard]
    chosen, before = (fresh[0], heard) if fresh else (next(iter(tips)), [])
    now_heard = (*before, chosen)
    return _told(
        replace(
            turn,
            session=replace(turn.session, tips=now_heard),
            remembered=replace(turn.remembered, tips=now_heard),
        ),
        tips[chosen],
    )


def no_tip(turn: Turn) -> Reply:
    """No to "would you like a tip": the question that was open before, or a choice of massages."""
    return long_answer(turn, "")


def _told(turn: Turn, found: Answer) -> Reply:
    """The answer, then back to the guide; without one, on to something to do, with one question."""
    if turn.current is not None or turn.session.pending == "more":
        return long_answer(turn, found.say)
    opening = turn.speech(found.say)
    if turn.session.pending == "calm":  # somebody who asks a doctor first is told things, and offered no guide
        return asking(turn, opening.say(turn.messages("calm question")), "calm", turn.messages("calm question"))
    if found.then == TIP:
        return asking(turn, opening.say(turn.messages("would you like a tip")), "tip", turn.messages("tip again"))
    return propose_still(turn, _led_to(turn, found), opening)


def _led_to(turn: Turn, found: Answer) -> Proposal:
    """The massage that an answer leads on to: one of its own, else what is proposed, was done last, or is usual."""
    script = turn.library.scripts.get(found.then)
    if script is None:
        return turn.session.proposal or last_proposal(turn)
    return Proposal(script.id, options_of(turn, script))
