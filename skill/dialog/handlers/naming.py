"""How a guide is said back: name, length, place and side."""

from __future__ import annotations

from skill.dialog.progress import Guide
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from speech.script.model import Place


def described(turn: Turn, proposal: Proposal | Guide) -> dict[str, str]:
    """Name, length, place and side of a proposal or a guide, as they are said."""
    script, options, words = turn.script(proposal), proposal.options, turn.messages
    side = f"{options.side} only" if options.only else f"{options.side} first"
    return {
        "name": script.name,
        "length": words.length(turn.timeline(script.id, options).total),
        "place": place_of(turn, proposal).name,
        "side": words(side if script.two_sided else "no sides"),
    }


def place_of(turn: Turn, proposal: Proposal | Guide) -> Place:
    """Where it is done: the asked place, or the script's usual one."""
    script = turn.script(proposal)
    return script.places[proposal.options.place or script.usual_place]
