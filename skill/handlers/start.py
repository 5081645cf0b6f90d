"""Choosing a guide and starting it: propose what is missing in one sentence, with one yes or no."""

from __future__ import annotations

import re
from dataclasses import replace

from skill.guide import Guide
from skill.handlers.naming import described, place_of
from skill.handlers.playing import GET_BACK, Standing, at_rest, eased, play, standing, tool, under_way
from skill.state import Proposal
from skill.turn import Kit, Reply, Turn, asking
from skill.utterance import Utterance
from speech.ask import Ask
from speech.script import Script
from speech.ssml import Part
from speech.timeline import Position

BEFORE_THE_FIRST_CUE = 2.0
LONGEST_ASK = 86_400.0
"""Seconds; an ask for more is taken for this."""
MOST_CHOICES = 3
FIRST_SCRIPT = "piriformis-ball"
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def start_guide(turn: Turn) -> Reply:
    """What was asked, filled in from what is under way, last time, or the usual. Begins at once when all was said."""
    script_slot = turn.slots.get("script")
    base, running, (turn, opening) = _base(turn), turn.session.guide is not None, _off_pressure(turn)
    if script_slot is not None and script_slot.id not in turn.kit.library.scripts:
        return which_one(turn, opening.say(turn.words("unknown script")))
    script = turn.kit.library.scripts[script_slot.id if script_slot and script_slot.id else base.script]
    if running and turn.session.proposal is None:
        opening.say(turn.words("instead of the running one"))
    seconds = asked_seconds(turn)
    side = turn.slots.get("side")
    ask = base.ask if script.id == base.script else replace(base.ask, seconds=None, place=None)
    ask = replace(ask, seconds=seconds if seconds is not None else ask.seconds)
    if side is not None and side.id == "both":
        ask = replace(ask, only=False)
    elif side is not None and side.id:
        ask = replace(ask, side="right" if side.id.startswith("right") else "left", only=side.id.endswith("_only"))
    ask = _placed(turn, script, ask, opening)
    ask = _fitted(turn, script, ask, opening)
    said_all = script_slot is not None and seconds is not None and (side is not None or not script.two_sided)
    complete = said_all and not running
    proposal = Proposal(script.id, ask)
    if complete or (opening.body == "" and proposal == turn.session.proposal):
        return begin(turn, proposal, opening)
    return propose(turn, proposal, opening)


def off_floor(turn: Turn) -> Reply:
    """The version of what is under way, or was meant, that needs no floor."""
    base = _base(turn)
    script = turn.kit.library.scripts[base.script]
    place = script.off_the_floor or script.usual_place
    turn, opening = _off_pressure(turn)
    return propose(turn, Proposal(script.id, replace(base.ask, place=place)), opening)


def propose(turn: Turn, proposal: Proposal, opening: Utterance) -> Reply:
    """Say it back in one sentence, with one yes or no."""
    opening.say(turn.words("proposal", **described(turn, proposal)))
    return asking(turn, opening, "start", _again(turn, turn.words("shall we start")), proposal=proposal)


def which_one(turn: Turn, opening: Utterance) -> Reply:
    """A choice of at most three by name."""
    names = choices(turn)
    opening.say(turn.words("which one", names=names))
    again = turn.words("which one again", names=names)
    return asking(turn, opening, "choose", _again(turn, again), proposal=None)


def choices(turn: Turn) -> str:
    """At most three scripts by name; where there are more, last time's is left out first."""
    last = turn.remembered.last.script if turn.remembered.last else ""
    scripts = sorted(turn.kit.library, key=lambda script: script.id == last)[:MOST_CHOICES]
    return turn.words.one_of([script.name for script in sorted(scripts, key=lambda script: script.id)])


def _off_pressure(turn: Turn) -> tuple[Turn, Utterance]:
    """The turn with a running guide at rest, since a question follows, and the words that take the weight off."""
    opening, stand = turn.kit.utterance(), under_way(turn)
    return (turn, opening) if stand is None else (at_rest(turn, stand), opening.say(eased(turn, stand)))


def _again(turn: Turn, question: str) -> str:
    """What is asked when nobody answers; where a guide was interrupted nobody is left lying on the ball."""
    guide = turn.session.guide
    if guide is None:
        return question
    return f"{question} {turn.words('stay off', tool=tool(turn, guide), later=turn.later)}"


def begin(turn: Turn, proposal: Proposal, opening: Utterance) -> Reply:
    """Start a guide at its way down; who is there already from another guide stays, or is brought up first."""
    words, place = turn.words, place_of(turn, proposal)
    timeline = turn.kit.timeline_of(proposal.script, proposal.ask)
    start, stand = timeline.start, _there_already(turn)
    if stand is not None and stand.timeline.ask.place == place.id:
        start = 0.0
    elif stand is not None:
        opening.part(_way_up(turn, stand)).pause(BEFORE_THE_FIRST_CUE)
    needs = timeline.script.needs_in(place.id)
    have_ready = words("have ready", needs=words.all_of(needs)) if needs else ""
    opening.say(words("starting", **described(turn, proposal), ready=have_ready))
    if place.floor and start < 0:
        opening.say(words("another way"))
    opening.pause(BEFORE_THE_FIRST_CUE if start < 0 else GET_BACK)
    guide = Guide(proposal.script, timeline.script.digest, timeline.ask, Position(timeline.cues[0].id))
    remembered = replace(turn.remembered, last=Proposal(guide.script, guide.ask))
    return play(replace(turn, remembered=remembered), guide, timeline, start, opening)


def _there_already(turn: Turn) -> Standing | None:
    """Where somebody is whose running guide gives way to another one: None before they have got there."""
    stand = standing(turn) if turn.session.guide else None
    return None if stand is None or stand.here.span.section == "down" else stand


def _way_up(turn: Turn, stand: Standing) -> Part:
    """The way up that ends the guide which gives way."""
    up = next(span.start for span in stand.timeline.spans if span.section == "up")
    return turn.kit.part_of(stand.guide.script, stand.timeline.ask, up)


def asked_seconds(turn: Turn) -> float | None:
    """The asked length in seconds, from a duration or from a bare number of minutes; None when none was said."""
    duration, number = turn.slots.get("minutes"), turn.slots.get("number")
    if duration is not None and (match := _DURATION.fullmatch(duration.spoken)):
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return min(max(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 1.0), LONGEST_ASK)
    if number is not None and number.spoken.isdecimal():
        return min(max(float(number.spoken) * 60, 1.0), LONGEST_ASK)
    return None


def usual_proposal(kit: Kit) -> Proposal:
    """What is proposed to somebody of whom nothing is known."""
    scripts = kit.library.scripts
    return Proposal(FIRST_SCRIPT if FIRST_SCRIPT in scripts else next(iter(scripts)), Ask())


def last_proposal(turn: Turn) -> Proposal:
    """Last time's guide as far as it can still be done, else the usual."""
    last = turn.remembered.last
    if last is None or last.script not in turn.kit.library.scripts:
        return usual_proposal(turn.kit)
    places = turn.kit.library.scripts[last.script].places
    return last if last.ask.place in (None, *places) else replace(last, ask=replace(last.ask, place=None))


def _base(turn: Turn) -> Proposal:
    """What an ask that says less than everything is about: the proposal, the running guide, or last time."""
    if turn.session.proposal is not None:
        return turn.session.proposal
    stand = standing(turn) if turn.session.guide else None
    return Proposal(stand.guide.script, stand.guide.ask) if stand else last_proposal(turn)


def _placed(turn: Turn, script: Script, ask: Ask, opening: Utterance) -> Ask:
    slot = turn.slots.get("place")
    if slot is None:
        return ask if ask.place in (None, *script.places) else replace(ask, place=None)
    if slot.id in script.places:
        return replace(ask, place=slot.id)
    places = turn.words.one_of([place.name for place in script.places.values()])
    opening.say(turn.words("no such place", places=places))
    return replace(ask, place=script.off_the_floor)


def _fitted(turn: Turn, script: Script, ask: Ask, opening: Utterance) -> Ask:
    """The ask with a length that the script can do; somebody who asked for another is told."""
    if ask.seconds is None:
        return ask
    total = turn.kit.timeline_of(script.id, ask).total
    if abs(total - ask.seconds) < 1.0:
        return ask
    key = "too short" if ask.seconds < total else "too long"
    opening.say(turn.words(key, length=turn.words.length(total)))
    return replace(ask, seconds=total)
