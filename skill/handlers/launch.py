"""Coming in: who is new hears what this is, who was here before is offered to go on, or the same again."""

from __future__ import annotations

from skill.guide import going_on
from skill.handlers.naming import described
from skill.handlers.playing import eased, kept, standing, where_is
from skill.handlers.start import last_proposal
from skill.turn import Reply, Turn, asking


def launch(turn: Turn) -> Reply:
    """The first words of a session, ending in one question."""
    words = turn.words
    stand = standing(turn)
    if stand is not None:
        moment = going_on(stand.guide, stand.timeline)
        name, located = turn.kit.script(stand.guide).name, stand.timeline.locate(moment)
        if located.span.section == "down":
            text = words("unfinished before", name=name)
        else:
            left = words.length(stand.timeline.left(moment))
            text = words("unfinished", name=name, left=left, where=where_is(turn, located))
        if stand.on_pressure:
            return kept(turn, stand, f"{eased(turn, stand)} {text}")
        return asking(turn, turn.kit.utterance().say(text), "go on", text)
    proposal = last_proposal(turn)
    returning = turn.remembered.last is not None
    text = words("welcome back" if returning else "welcome", **described(turn, proposal))
    return asking(turn, turn.kit.utterance().say(text), "start", words("shall we start"), proposal=proposal)
