"""Choosing a guide and starting it: propose what is missing in one sentence, with one yes or no."""

from __future__ import annotations

import re
from dataclasses import replace

from skill.dialog.handlers.counting import beginning, followed
from skill.dialog.handlers.listening import taught
from skill.dialog.handlers.naming import described, place_of
from skill.dialog.handlers.playing import (
    GET_BACK,
    at_rest,
    eased,
    play,
    tool,
)
from skill.dialog.matching import LONG_ENOUGH_FOR_A_SESSION, Wish, matching, ordered
from skill.dialog.progress import Guide, Progress
from skill.dialog.rested_spots import resting_in
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import Proposal
from skill.dialog.turn import Reply, Turn, asking
from speech.script.model import Script
from speech.ssml.parts import Part
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Position

BEFORE_THE_FIRST_CUE = 2.0
LONGEST_ASK = 86_400.0
"""Seconds; plan options for more is taken for this."""
MOST_CHOICES = 3
FIRST_SCRIPT = "piriformis-ball"
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def start_guide(turn: Turn) -> Reply:
    """What was asked, filled in from what is under way, last time, or the usual. Begins at once when all was said."""
    script_slot = turn.slots.get("script")
    if (picked := _numbered(turn)) is not None:
        return picked
    base, running, (turn, opening) = base_of(turn), turn.session.guide is not None, off_pressure(turn)
    if script_slot is not None and script_slot.id not in turn.library.scripts:
        return which_one(turn, opening.say(turn.messages("unknown script")))
    seconds = asked_seconds(turn)
    if script_slot is not None and script_slot.id:
        script = turn.library.scripts[script_slot.id]
    else:
        script = _timely(turn, base, seconds, opening)
    if running and turn.session.proposal is None:
        opening.say(turn.messages("instead of the running one"))
    options = sided(turn, options_of(turn, script, base))
    options = replace(options, seconds=seconds if seconds is not None else options.seconds)
    options = _placed(turn, script, options, opening)
    options = fitted(turn, script, options, opening)
    said_side = turn.slots.get("side") is not None or not script.two_sided
    said_all = script_slot is not None and seconds is not None and said_side
    complete = said_all and not running and turn.session.pending != "calm"
    proposal = Proposal(script.id, options)
    if complete or (opening.body == "" and proposal == turn.session.proposal):
        return begin(turn, proposal, opening)
    return propose(turn, proposal, opening)


def _numbered(turn: Turn) -> Reply | None:
    """The choice of somebody who answers with its number: "two"."""
    number, offered = turn.slots.get("number"), still_offered(turn)
    if len(turn.slots) != 1 or number is None or not number.spoken.isdecimal() or len(number.spoken) > 2:
        return None
    index = int(number.spoken) - 1
    return take(turn, offered[index]) if 0 <= index < len(offered) else None


def take(turn: Turn, offered: Proposal) -> Reply:
    """One of the choice: proposed with what was already said of it."""
    turn, opening = off_pressure(turn)
    script = turn.script(offered)
    return propose(turn, replace(offered, options=fitted(turn, script, offered.options, opening)), opening)


def propose(turn: Turn, proposal: Proposal, opening: SpeechBuilder) -> Reply:
    """Say it back in one sentence, with one yes or no."""
    _ask_first(turn, opening).say(turn.messages("proposal", **described(turn, proposal)))
    return asking(turn, opening, "start", _again(turn, turn.messages("shall we start")), proposal=proposal)


def propose_still(turn: Turn, proposal: Proposal, opening: SpeechBuilder) -> Reply:
    """The same once more after an answer, by its name; said back in full where it is another one."""
    if proposal != turn.session.proposal or turn.session.pending != "start":
        return propose(turn, proposal, opening)
    opening.say(turn.messages("still proposed", name=turn.script(proposal).name))
    return asking(turn, opening, "start", _again(turn, turn.messages("shall we start")))


def _ask_first(turn: Turn, opening: SpeechBuilder) -> SpeechBuilder:
    """The opening, for somebody who has just been told to ask a doctor first."""
    return opening.say(turn.messages("if a doctor agrees")) if turn.session.pending == "calm" else opening


def which_one(turn: Turn, opening: SpeechBuilder, offered: tuple[Proposal, ...] = ()) -> Reply:
    """A choice by name: of these, or else of what was offered before, or else of a good three."""
    offered = offered or still_offered(turn) or choices(turn)
    names = turn.messages.one_of([turn.script(one).name for one in offered])
    among_more = len(offered) == MOST_CHOICES < len(turn.library.scripts)
    _ask_first(turn, opening).say(turn.messages("which one of more" if among_more else "which one", names=names))
    again = turn.messages("which one again", names=names)
    return asking(turn, opening, "choose", _again(turn, again), proposal=None, offered=offered)


def choices(turn: Turn) -> tuple[Proposal, ...]:
    """Three guides to choose from: last time's, the usual, and what is gentlest of the rest.

    What was just proposed and has not been taken comes last.
    """
    last, open_now = turn.remembered.last, turn.session.proposal
    known = [last_proposal(turn).script] if last else []
    known += [usual_proposal(turn).script, *(script.id for script in ordered(turn.library, ""))]
    sorted_out = sorted(dict.fromkeys(known), key=lambda script: open_now is not None and script == open_now.script)
    scripts = [turn.library.scripts[script] for script in sorted_out[:MOST_CHOICES]]
    return tuple(Proposal(script.id, options_of(turn, script)) for script in scripts)


def still_offered(turn: Turn) -> tuple[Proposal, ...]:
    """What there is to choose from at this moment, in the order in which it was said."""
    offered = turn.session.offered if turn.session.pending == "choose" else ()
    return tuple(one for one in offered if turn.timeline_of(one) is not None)


def options_of(turn: Turn, script: Script, base: Proposal | None = None) -> PlanOptions:
    """What is known of how a script is wanted: as it was offered, proposed or done last, else its usual."""
    base = base or base_of(turn)
    known = next((one for one in (*still_offered(turn), base) if one.script == script.id), None)
    return known.options if known else replace(base.options, seconds=None, place=None)


def off_pressure(turn: Turn) -> tuple[Turn, SpeechBuilder]:
    """The turn with a running guide at rest, since a question follows, and the words that take the weight off."""
    opening, progress = turn.speech(), turn.under_way
    return (turn, opening) if progress is None else (at_rest(turn, progress), opening.say(eased(turn, progress)))


def _again(turn: Turn, question: str) -> str:
    """What is asked when nobody answers; where a guide was interrupted nobody is left lying on the ball."""
    guide = turn.session.guide
    if guide is None:
        return question
    return f"{question} {turn.messages('stay off', tool=tool(turn, guide), later=turn.later)}"


def begin(turn: Turn, proposal: Proposal, opening: SpeechBuilder) -> Reply:
    """Start a guide at its way down; who is there already from another guide stays, or is brought up first."""
    words, place = turn.messages, place_of(turn, proposal)
    timeline = turn.timeline(proposal.script, _rested(turn, proposal))
    start, progress = timeline.start, _there_already(turn)
    if progress is not None and progress.timeline.options.place == place.id:
        start = 0.0
    elif progress is not None:
        opening.part(_way_up(turn, progress)).pause(BEFORE_THE_FIRST_CUE)
    needs = timeline.script.needs_in(place.id)
    have_ready = words("have ready", needs=words.all_of(needs)) if needs else ""
    opening.say(words("starting", **described(turn, proposal), ready=have_ready))
    if place.floor and start < 0:
        opening.say(words("another way"))
    turn = taught(turn, Guide(proposal.script, timeline.script.digest, timeline.options, Position("")), opening)
    opening.pause(BEFORE_THE_FIRST_CUE if start < 0 else GET_BACK)
    guide = Guide(proposal.script, timeline.script.digest, timeline.options, Position(timeline.cues[0].id))
    if progress is not None:
        turn = followed(turn, progress.guide, progress.here.moment, ended=False)
    turn = beginning(turn)
    remembered = replace(turn.remembered, last=Proposal(guide.script, replace(guide.options, left_out=())))
    return play(replace(turn, remembered=remembered), guide, timeline, start, opening)


def _rested(turn: Turn, proposal: Proposal) -> PlanOptions:
    """The plan options without the spots that rest today, and without what another guide was given more of."""
    resting = resting_in(turn.remembered.resting, turn.script(proposal), turn.now)
    return replace(proposal.options, left_out=tuple(sorted({*proposal.options.left_out, *resting})), extra=())


def _there_already(turn: Turn) -> Progress | None:
    """Where somebody is whose running guide gives way to another one: None before they have got there."""
    progress = turn.progress if turn.session.guide else None
    return None if progress is None or progress.here.span.section == "down" else progress


def _way_up(turn: Turn, progress: Progress) -> Part:
    """The way up that ends the guide which gives way."""
    options = progress.timeline.options
    spans = turn.planner.timeline(progress.guide.script, options).spans
    up = next(span.start for span in spans if span.section == "up")
    return turn.planner.part(progress.guide.script, options, up)


def asked_seconds(turn: Turn) -> float | None:
    """The asked length in seconds, from a duration or from a bare number of minutes; None when none was said."""
    duration, number = turn.slots.get("minutes"), turn.slots.get("number")
    if duration is not None and (match := _DURATION.fullmatch(duration.spoken)):
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return min(max(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 1.0), LONGEST_ASK)
    if number is not None and number.spoken.isdecimal():
        return min(max(float(number.spoken) * 60, 1.0), LONGEST_ASK)
    return None


def usual_proposal(turn: Turn) -> Proposal:
    """What is proposed to somebody of whom nothing is known."""
    scripts = turn.library.scripts
    return Proposal(FIRST_SCRIPT if FIRST_SCRIPT in scripts else next(iter(scripts)), PlanOptions())


def last_proposal(turn: Turn) -> Proposal:
    """Last time's guide as far as it can still be done, else the usual."""
    last = turn.remembered.last
    if last is None or last.script not in turn.library.scripts:
        return usual_proposal(turn)
    places = turn.library.scripts[last.script].places
    return last if last.options.place in (None, *places) else replace(last, options=replace(last.options, place=None))


def base_of(turn: Turn) -> Proposal:
    """What plan options that says less than everything is about: the proposal, the choice, the guide, or last time."""
    if turn.session.proposal is not None:
        return turn.session.proposal
    if offered := still_offered(turn):
        return offered[0]
    progress = turn.progress if turn.session.guide else None
    return Proposal(progress.guide.script, progress.guide.options) if progress else last_proposal(turn)


def _timely(turn: Turn, base: Proposal, seconds: float | None, opening: SpeechBuilder) -> Script:
    """The script meant by somebody who names none: what is open or usual, or another if only that fits the time."""
    script = turn.library.scripts[base.script]
    chosen = turn.session.proposal is not None or turn.session.guide is not None
    if seconds is None or (chosen and script.minutes.least * 60 <= seconds < LONG_ENOUGH_FOR_A_SESSION):
        return script
    offered = [turn.script(one) for one in still_offered(turn)]
    for scripts in (offered, turn.library):
        if found := matching(scripts, Wish(seconds=seconds)):
            other = script if script in found else ordered(found, "")[0]
            if chosen and other != script:
                opening.say(turn.messages("another for the time"))
            return other
    if chosen and not script.session:
        return script
    return min(turn.library, key=lambda one: (one.minutes.least, one != script))


def sided(turn: Turn, options: PlanOptions) -> PlanOptions:
    """The plan options with the side that was said."""
    side = turn.slots.get("side")
    if side is None or not side.id:
        return options
    if side.id == "both":
        return replace(options, only=False)
    return replace(options, side="right" if side.id.startswith("right") else "left", only=side.id.endswith("_only"))


def _placed(turn: Turn, script: Script, options: PlanOptions, opening: SpeechBuilder) -> PlanOptions:
    slot = turn.slots.get("place")
    if slot is None:
        return options if options.place in (None, *script.places) else replace(options, place=None)
    if slot.id in script.places:
        return replace(options, place=slot.id)
    places = turn.messages.one_of([place.name for place in script.places.values()])
    opening.say(turn.messages("no such place", places=places))
    return replace(options, place=script.off_the_floor)


def fitted(turn: Turn, script: Script, options: PlanOptions, opening: SpeechBuilder) -> PlanOptions:
    """The plan options with a length that the script can do; somebody who asked for another is told."""
    if options.seconds is None:
        return options
    total = turn.timeline(script.id, options).total
    if abs(total - options.seconds) < 1.0:
        return options
    key = "too short" if options.seconds < total else "too long"
    opening.say(turn.messages(key, length=turn.messages.length(total)))
    return replace(options, seconds=total)
