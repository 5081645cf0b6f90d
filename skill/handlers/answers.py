"""What can be asked at any moment; afterwards the conversation is back where it was."""

from __future__ import annotations

from skill.handlers.playing import carry_on, ease_off, go_on, standing
from skill.handlers.start import described, propose, usual_proposal, which_one
from skill.turn import Reply, Turn, asking


def disclaimer(turn: Turn) -> Reply:
    """That this is information and no medical advice."""
    return _long_answer(turn, turn.words("disclaimer"))


def who_should_not(turn: Turn) -> Reply:
    """Who asks a doctor first."""
    return _long_answer(turn, turn.words("who should not"))


def help_(turn: Turn) -> Reply:
    """What can be said at this moment."""
    words, stand = turn.words, standing(turn) if turn.session.guide else None
    if stand is None:
        usual = usual_proposal(turn.kit)
        names = words.one_of([script.name for script in turn.kit.library][:3])
        text = words("help", name=turn.kit.script(usual).also_called[0], length=described(turn, usual)["length"],
                     question=words("which one", names=names))  # fmt: skip
        return asking(turn, turn.kit.utterance().say(text), "choose", words("which one again", names=names))
    if stand.was_playing:
        return _long_answer(turn, words("help running"))
    return asking(turn, turn.kit.utterance().say(words("help paused")), "go on", words("help paused"))


def loop(turn: Turn) -> Reply:
    """Why nothing goes round in circles here."""
    return _short_answer(turn, turn.words("no loop"))


def shuffle(turn: Turn) -> Reply:
    """Why the order stays."""
    return _short_answer(turn, turn.words("no shuffle"))


def not_understood(turn: Turn) -> Reply:
    """Whatever else was said: what works here, and on."""
    running = turn.session.guide is not None
    return _short_answer(turn, turn.words("not understood running" if running else "not understood"))


def _long_answer(turn: Turn, text: str) -> Reply:
    """An answer that is too long to be heard under pressure."""
    stand = standing(turn) if turn.session.guide else None
    if stand is None:
        return _back(turn, text)
    eased = ease_off(turn, stand.guide) if stand.on_pressure else ""
    return go_on(turn, stand, turn.kit.utterance().say(eased).say(text).pause(1.0))


def _short_answer(turn: Turn, text: str) -> Reply:
    stand = standing(turn) if turn.session.guide else None
    if stand is None:
        return _back(turn, text)
    return carry_on(turn, stand, turn.kit.utterance().say(text))


def _back(turn: Turn, text: str) -> Reply:
    """The answer, then the question that was open before."""
    utterance, proposal = turn.kit.utterance().say(text), turn.session.proposal
    if proposal is not None and proposal.script in turn.kit.library.scripts:
        return propose(turn, proposal, utterance)
    if turn.session.pending == "more":
        return asking(turn, utterance.say(turn.words("anything else")), "more", turn.words("anything else"))
    return which_one(turn, utterance)
