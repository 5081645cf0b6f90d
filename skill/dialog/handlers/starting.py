"""Starting a guide that was asked for: what is missing is proposed in one sentence, with one yes or no."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.matching import LONG_ENOUGH_FOR_A_SESSION, Wish, matching, ordered
from skill.dialog.outcome import Begin, Choose, Outcome, Propose
from skill.dialog.proposals import asked_seconds, base_of, fitted, off_pressure, options_of, sided, still_offered, take
from skill.dialog.questions import open_question
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from speech.script.model import Script
from speech.timeline.options import PlanOptions


def start_guide(turn: Turn) -> Outcome:
    """What was asked, filled in from what is under way, last time, or the usual. Begins at once when all was said."""
    script_slot, question = turn.slots.get("script"), open_question(turn)
    if (picked := _numbered(turn)) is not None:
        return picked
    base, running, (turn, speech) = base_of(turn), turn.session.guide is not None, off_pressure(turn)
    if script_slot is not None and script_slot.id not in turn.library.scripts:
        return Choose(turn, speech.say(turn.messages("unknown script")))
    seconds = asked_seconds(turn)
    if script_slot is not None and script_slot.id:
        script = turn.library.scripts[script_slot.id]
    else:
        script = _timely(turn, base, seconds, speech)
    if running and turn.session.proposal is None:
        speech.say(turn.messages("instead of the running one"))
    options = sided(turn, options_of(turn, script, base))
    options = replace(options, seconds=seconds if seconds is not None else options.seconds)
    options = fitted(turn, script, _placed(turn, script, options, speech), speech)
    said_side = turn.slots.get("side") is not None or not script.two_sided
    said_all = script_slot is not None and seconds is not None and said_side
    complete = said_all and not running and not (question is not None and question.doctor_first)
    proposal = Proposal(script.id, options)
    if complete or (speech.body == "" and proposal == turn.session.proposal):
        return Begin(turn, proposal, speech)
    return Propose(turn, proposal, speech)


def _numbered(turn: Turn) -> Outcome | None:
    """The choice of a person who answers with its number: "two"."""
    number, offered = turn.slots.get("number"), still_offered(turn)
    if len(turn.slots) != 1 or number is None or not number.spoken.isdecimal() or len(number.spoken) > 2:
        return None
    index = int(number.spoken) - 1
    return take(turn, offered[index]) if 0 <= index < len(offered) else None


def _timely(turn: Turn, base: Proposal, seconds: float | None, speech: SpeechBuilder) -> Script:
    """The script meant by a person who names none: what is open or usual, or another if only that fits the time."""
    script = turn.library.scripts[base.script]
    chosen = turn.session.proposal is not None or turn.session.guide is not None
    if seconds is None or (chosen and script.minutes.least * 60 <= seconds < LONG_ENOUGH_FOR_A_SESSION):
        return script
    offered = [turn.script(one) for one in still_offered(turn)]
    for scripts in (offered, turn.library):
        if found := matching(scripts, Wish(seconds=seconds)):
            other = script if script in found else ordered(found, "")[0]
            if chosen and other != script:
                speech.say(turn.messages("another for the time"))
            return other
    if chosen and not script.session:
        return script
    return min(turn.library, key=lambda one: (one.minutes.least, one != script))


def _placed(turn: Turn, script: Script, options: PlanOptions, speech: SpeechBuilder) -> PlanOptions:
    """The plan options with the place that was said, or else with one that the script has."""
    slot = turn.slots.get("place")
    if slot is None:
        return options if options.place in (None, *script.places) else replace(options, place=None)
    if slot.id in script.places:
        return replace(options, place=slot.id)
    places = turn.messages.one_of([place.name for place in script.places.values()])
    speech.say(turn.messages("no such place", places=places))
    return replace(options, place=script.off_the_floor)
