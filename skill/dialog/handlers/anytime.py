"""What can be asked at any moment, also about the subject; afterwards the conversation is back where it was."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.outcome import Answer, Choose, Outcome, rest
from skill.dialog.proposals import usual_proposal
from skill.dialog.questions import open_question, tell
from skill.dialog.turn import Card, Turn
from skill.dialog.wording import described, eased, joined
from skill.messages.messages import topics


def disclaimer(turn: Turn) -> Outcome:
    """That this is information and no medical advice."""
    text = turn.messages("disclaimer")
    return Answer(turn, text, long=True, card=Card(turn.messages("disclaimer title"), text))


def who_should_not(turn: Turn) -> Outcome:
    """The conditions with which to ask a doctor first."""
    running = turn.messages("if one fits") if turn.session.guide else ""
    text = turn.messages("who should not")
    return Answer(turn, joined(text, running), long=True, card=Card(turn.messages("who should not title"), text))


def help_(turn: Turn) -> Outcome:
    """What can be said at this moment."""
    words, progress = turn.messages, turn.current
    if progress is None:
        usual = usual_proposal(turn)
        script, length = turn.script(usual), described(turn, usual)["length"]
        text = words("help", name=next(iter(script.also_called), script.name), length=length)
        question = open_question(turn)
        if question is not None and question.doctor_first:
            return Answer(turn, text)
        return Choose(turn, turn.speech(text))
    if progress.playing:
        return Answer(turn, words("help running"), long=True)
    return rest(turn, progress, joined(eased(turn, progress), words("help paused")))


def loop_or_shuffle(turn: Turn) -> Outcome:
    """Why nothing is repeated in a loop here, and why the order stays."""
    return Answer(turn, turn.messages("no loop" if "Loop" in turn.name else "no shuffle"))


def not_understood(turn: Turn) -> Outcome:
    """Anything else that was said: what works here, and on."""
    text = turn.messages("not understood running" if turn.session.guide is not None else "not understood")
    return Answer(turn, text, in_full=True)  # a proposal may not have been heard


def answer(turn: Turn) -> Outcome:
    """The one answer of this intent."""
    return tell(turn, turn.messages.answers[turn.name])


def about(turn: Turn) -> Outcome:
    """What there is to know about a muscle, a technique, a tool or anything else that has a name."""
    slot = turn.slots.get("topic")
    known = topics(turn.messages.answers)
    if slot is None or slot.id not in known:
        return Answer(turn, turn.messages("unknown topic running" if turn.under_way else "unknown topic"))
    found = known[slot.id]
    return replace(tell(turn, found), card=Card(found.name.capitalize(), found.say))
