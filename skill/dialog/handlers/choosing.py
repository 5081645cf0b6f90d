"""Choosing and starting a guide by name, tool, place of the body and time; what each needs and how long it takes."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog import proposals
from skill.dialog.matching import LONG_ENOUGH_FOR_A_SESSION, NO_BALL_ON, Wish, matching, nearest, ordered, places
from skill.dialog.moving import goodbye, ready, time_left
from skill.dialog.outcome import Answer, Ask, Begin, Choose, Outcome, Propose
from skill.dialog.planner import SpeechBuilder
from skill.dialog.questions import open_question
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import joined, place_of
from speech.script.model import Script
from speech.timeline.options import PlanOptions

TOOLS = {"ball": "with a ball", "roller": "with a roller", "hand": "with the hand"}
"""What presses, and the text that says so."""
AREAS = {
    "buttock": "for the buttock",
    "hip": "for the hip",
    "lower_back": "for the lower back",
    "thigh": "for the thigh",
    "calf": "for the calf",
    "leg": "for the leg",
    "belly": "for the belly",
}
"""The places of the body that are known, and the text that says so."""
ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
"""The places of a choice, by the ids of what is said for them."""


def choose(turn: Turn) -> Outcome:
    """What fits all that was said: one match is proposed, several become a choice of at most three."""
    if (ordinal := turn.slots.get("ordinal")) is not None and ordinal.id in ORDINALS:
        return _picked(turn, ORDINALS[ordinal.id])
    if _has_what_is_used(turn):
        return ready(turn)
    said_nothing = [(name, slot.spoken.lower()) for name, slot in turn.slots.items()] == [("tool", "nothing")]
    if turn.session.pending == "more" and turn.session.guide is None and said_nothing:
        return goodbye(turn)
    turn, speech = proposals.off_pressure(turn)
    wish = _wish(turn, speech)
    if not wish.said:
        return Choose(turn, speech)
    if turn.session.guide is not None and turn.session.proposal is None:
        speech.say(turn.messages("instead of the running one"))
    found, fits = _found(turn, wish)
    let_go = any(getattr(fits, name) != getattr(wish, name) for name in ("tool", "area", "place"))
    if let_go and not _asks_for_the_belly(turn):  # which has been explained by now
        speech.say(turn.messages("nothing for", wish=_said_back(turn, wish)))
    alone = wish.said == ("seconds",) or (wish.seconds is not None and fits.seconds is None)
    offered = tuple(Proposal(script.id, _asked(turn, script, replace(fits, seconds=wish.seconds))) for script in found)
    if alone or len(found) == 1:
        return proposals.fitting_proposal(turn, offered[0], speech)
    return Choose(turn, speech, offered[: proposals.MOST_CHOICES])


def off_floor(turn: Turn) -> Outcome:
    """The version of what is under way, or was meant, that needs no floor; one that needs none just goes on."""
    base = proposals.base_of(turn)
    script = turn.library.scripts[base.script]
    if turn.session.proposal is None and turn.under_way is not None and not place_of(turn, base).floor:
        return Answer(turn, turn.messages("no floor already"))
    turn, speech = proposals.off_pressure(turn)
    place = script.off_the_floor or script.usual_place
    return Propose(turn, Proposal(script.id, replace(base.options, place=place)), speech)


def techniques(turn: Turn) -> Outcome:
    """Everything that can be guided, in one breath; a choice, where nothing is under way."""
    scripts = ordered(turn.library, "")
    names, number = turn.messages.all_of([script.name for script in scripts]), turn.messages.number(len(scripts))
    text = turn.messages("techniques", number=number, names=names)
    if turn.current is not None:
        return Answer(turn, text, long=True)
    offered = tuple(Proposal(script.id, proposals.options_of(turn, script)) for script in scripts)
    question = turn.messages("techniques question")
    turn, speech = turn.with_session(proposal=None), turn.speech(f"{text} {question}")
    return Ask(turn, speech, "choose", turn.speech(question), offered=offered)


def _asks_for_the_belly(turn: Turn) -> bool:
    return "area" in turn.slots and turn.slots["area"].id == "belly"


def _has_what_is_used(turn: Turn) -> bool:
    """Whether a person in a guide only says that they have its tool: they are ready, not choosing."""
    guide, tool = turn.session.guide, turn.slots.get("tool")
    if guide is None or tool is None or len(turn.slots) > 1 or turn.session.pending != "part":
        return False
    return tool.id != "hand" and tool.id in turn.script(guide).tools


def _picked(turn: Turn, index: int) -> Outcome:
    """One of the choice by its place in it; without one, or beyond it, the choice itself."""
    offered = proposals.still_offered(turn)
    if offered and index < len(offered):
        return proposals.take(turn, offered[index])
    turn, speech = proposals.off_pressure(turn)
    return Choose(turn, speech)


def _wish(turn: Turn, speech: SpeechBuilder) -> Wish:
    """What was said, as far as it can be guided; why not, where it cannot."""
    words, ids = turn.messages, {name: slot.id for name, slot in turn.slots.items()}
    tool, area = ids.get("tool"), ids.get("area")
    if "tool" in ids and tool not in (*TOOLS, "hard_ball"):
        speech.say(words("unknown tool"))
        tool = None
    if "area" in ids and area not in AREAS:
        speech.say(words("unknown area"))
        area = None
    if "place" in ids and ids["place"] not in turn.library.places:
        known = words.one_of([place.name for place in turn.library.places.values()])
        speech.say(words("unknown place", places=known))
        ids["place"] = None
    if tool == "hard_ball":
        speech.say(words("too hard"))
        tool = "hand"
    if _asks_for_the_belly(turn):
        speech.say(words("belly"))
        area = "hip"
    if tool == "ball" and area in NO_BALL_ON:
        speech.say(words("no ball there"))
        tool = "roller"
    if tool == "roller" and area == "lower_back":
        speech.say(words("no roller there"))
        tool = "ball"
    return Wish(tool, area, ids.get("place"), proposals.asked_seconds(turn))


def _found(turn: Turn, wish: Wish) -> tuple[list[Script], Wish]:
    """What fits, best first, among what was offered or among all; else what comes nearest, and the wish it fits."""
    last = turn.remembered.last.script if turn.remembered.last else ""
    if offered := matching([turn.script(one) for one in proposals.still_offered(turn)], wish):
        return ordered(offered, last), wish
    found, less = nearest(turn.library, wish)
    return ordered(found, last), less


def _asked(turn: Turn, script: Script, wish: Wish) -> PlanOptions:
    options = proposals.sided(turn, proposals.options_of(turn, script))
    options = options if wish.seconds is None else replace(options, seconds=wish.seconds)
    fitting = places(script, wish)
    if fitting and (options.place or script.usual_place) not in fitting:
        return replace(options, place=fitting[0])
    return options


def _said_back(turn: Turn, wish: Wish) -> str:
    """The wish as it is said: "for the calf with a ball"."""
    words = turn.messages
    said = [words(AREAS[wish.area])] if wish.area else []
    said += [words(TOOLS[wish.tool])] if wish.tool else []
    said += [turn.library.places[wish.place].name] if wish.place else []
    return " ".join(said)


def needs(turn: Turn) -> Outcome:
    """What to have ready: tools, and for the floor a chair and a phone (X12)."""
    meant = _meant(turn)
    if meant is None:
        return _which(turn)
    words, script, place = turn.messages, turn.script(meant), place_of(turn, meant)
    if things := script.needs_in(place.id):
        said = words("needs", name=script.name, place=place.name, needs=words.all_of(things))
    else:
        said = words("needs nothing", name=script.name, place=place.name)
    return _told(turn, meant, joined(said, words("needs for the floor") if place.floor else ""))


def duration(turn: Turn) -> Outcome:
    """How long it takes at least, at most and usually; what is left of a guide that is under way."""
    progress, slot = turn.current, turn.slots.get("script")
    if progress is not None and (slot is None or slot.id == progress.guide.script):
        return time_left(turn)
    meant = _meant(turn)
    if meant is None:
        return _which(turn)
    script, length = turn.script(meant), turn.messages.length
    least, usual, most = script.minutes.least * 60, script.minutes.usual * 60, script.minutes.most * 60
    if least == most:
        said = turn.messages("duration always", name=script.name, usual=length(usual))
    else:
        said = turn.messages("duration", name=script.name, least=length(least), usual=length(usual), most=length(most))
    return _told(turn, meant, said)


def _meant(turn: Turn) -> Proposal | None:
    """The guide that is asked about: the named, the proposed, the one under way, or last time's. None: not known."""
    slot, progress = turn.slots.get("script"), turn.current
    if slot is not None:
        script = turn.library.scripts.get(slot.id or "")
        return Proposal(script.id, proposals.options_of(turn, script)) if script else None
    if turn.session.proposal is not None:
        return turn.session.proposal
    if progress is not None:
        return Proposal(progress.guide.script, progress.guide.options)
    return None if proposals.still_offered(turn) or turn.remembered.last is None else proposals.last_proposal(turn)


def _which(turn: Turn) -> Outcome:
    """Which guide is meant is not known: no name was said, or an unknown one."""
    unknown = turn.messages("unknown script" if "script" in turn.slots else "that depends")
    if turn.current is not None:
        return Answer(turn, unknown, long=True)
    return Choose(turn, turn.speech(unknown))


def _told(turn: Turn, meant: Proposal, said: str) -> Outcome:
    """The answer; then back to the guide under way, or to the proposal of what was asked about."""
    if turn.current is not None:
        return Answer(turn, said, long=True)
    return Propose(turn, meant, turn.speech(said))


def start_guide(turn: Turn) -> Outcome:
    """What was asked, filled in from what is under way, last time, or the usual. Begins at once when all was said."""
    script_slot, question = turn.slots.get("script"), open_question(turn)
    if (picked := _numbered(turn)) is not None:
        return picked
    base, running = proposals.base_of(turn), turn.session.guide is not None
    turn, speech = proposals.off_pressure(turn)
    if script_slot is not None and script_slot.id not in turn.library.scripts:
        return Choose(turn, speech.say(turn.messages("unknown script")))
    seconds = proposals.asked_seconds(turn)
    if script_slot is not None and script_slot.id:
        script = turn.library.scripts[script_slot.id]
    else:
        script = _timely(turn, base, seconds, speech)
    if running and turn.session.proposal is None:
        speech.say(turn.messages("instead of the running one"))
    options = proposals.sided(turn, proposals.options_of(turn, script, base))
    options = replace(options, seconds=seconds if seconds is not None else options.seconds)
    options = proposals.fitted(turn, script, _placed(turn, script, options, speech), speech)
    said_side = turn.slots.get("side") is not None or not script.two_sided
    said_all = script_slot is not None and seconds is not None and said_side
    complete = said_all and not running and not (question is not None and question.doctor_first)
    proposal = Proposal(script.id, options)
    if complete or (speech.body == "" and proposal == turn.session.proposal):
        return Begin(turn, proposal, speech)
    return Propose(turn, proposal, speech)


def _numbered(turn: Turn) -> Outcome | None:
    """The choice of a person who answers with its number: "two"."""
    number, offered = turn.slots.get("number"), proposals.still_offered(turn)
    if len(turn.slots) != 1 or number is None or not number.spoken.isdecimal() or len(number.spoken) > 2:
        return None
    index = int(number.spoken) - 1
    return proposals.take(turn, offered[index]) if 0 <= index < len(offered) else None


def _timely(turn: Turn, base: Proposal, seconds: float | None, speech: SpeechBuilder) -> Script:
    """The script meant by a person who names none: what is open or usual, or another if only that fits the time."""
    script = turn.library.scripts[base.script]
    chosen = turn.session.proposal is not None or turn.session.guide is not None
    if seconds is None or (chosen and script.minutes.least * 60 <= seconds < LONG_ENOUGH_FOR_A_SESSION):
        return script
    offered = [turn.script(one) for one in proposals.still_offered(turn)]
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
