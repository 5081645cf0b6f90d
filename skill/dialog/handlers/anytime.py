"""What can be asked at any moment; afterwards the conversation is back where it was."""

from __future__ import annotations

from skill.dialog.handlers.naming import described
from skill.dialog.handlers.playing import carry_on, eased, go_on, kept, where_is
from skill.dialog.handlers.start import propose, propose_still, usual_proposal, which_one
from skill.dialog.turn import Reply, Turn, asking, with_card


def disclaimer(turn: Turn) -> Reply:
    """That this is information and no medical advice."""
    text = turn.messages("disclaimer")
    return with_card(long_answer(turn, text), turn.messages("disclaimer title"), text)


def who_should_not(turn: Turn) -> Reply:
    """Who asks a doctor first."""
    running = turn.messages("if one fits") if turn.session.guide else ""
    text = turn.messages("who should not")
    return with_card(long_answer(turn, f"{text} {running}".strip()), turn.messages("who should not title"), text)


def help_(turn: Turn) -> Reply:
    """What can be said at this moment."""
    words, progress = turn.messages, turn.current
    if progress is None:
        usual = usual_proposal(turn)
        script, length = turn.script(usual), described(turn, usual)["length"]
        name = next(iter(script.also_called), script.name)
        text = words("help", name=name, length=length)
        if turn.session.pending == "calm":  # somebody who asks a doctor first is offered no guide
            return _back(turn, text)
        return which_one(turn, turn.speech(text))
    if progress.playing:
        return long_answer(turn, words("help running"))
    return kept(turn, progress, f"{eased(turn, progress)} {words('help paused')}".strip())


def loop(turn: Turn) -> Reply:
    """Why nothing goes round in circles here."""
    return short_answer(turn, turn.messages("no loop"))


def shuffle(turn: Turn) -> Reply:
    """Why the order stays."""
    return short_answer(turn, turn.messages("no shuffle"))


def not_understood(turn: Turn) -> Reply:
    """Whatever else was said: what works here, and on."""
    text = turn.messages("not understood running" if turn.session.guide is not None else "not understood")
    progress, proposal = turn.current, turn.session.proposal
    if proposal is not None and not (progress is not None and progress.playing):
        return propose(turn, proposal, turn.speech(text))  # in full: it may not have been heard
    return short_answer(turn, text)


def long_answer(turn: Turn, text: str) -> Reply:
    """An answer that is too long to be heard under pressure."""
    progress = turn.current
    if progress is None or not progress.playing:
        return _back(turn, text)
    return go_on(turn, progress, turn.speech(eased(turn, progress)).say(text).pause(1.0))


def short_answer(turn: Turn, text: str) -> Reply:
    """An answer that may be heard under pressure: afterwards it goes on, without having moved."""
    progress = turn.current
    if progress is None or not progress.playing:
        return _back(turn, text)
    return carry_on(turn, progress, turn.speech(text))


def _back(turn: Turn, text: str) -> Reply:
    """The answer, then the question that was open before."""
    speech, proposal = turn.speech(text), turn.session.proposal
    if proposal is not None:
        return propose_still(turn, proposal, speech)
    if (progress := turn.current) is not None:
        paused = turn.messages("paused already", where=where_is(turn, progress.here))
        return kept(turn, progress, f"{eased(turn, progress)} {text} {paused}".strip())
    if turn.session.pending == "more":
        return asking(turn, speech.say(turn.messages("anything else")), "more", turn.messages("anything else"))
    if turn.session.pending == "calm":
        return asking(turn, speech.say(turn.messages("calm question")), "calm", turn.messages("calm question"))
    return which_one(turn, speech)
