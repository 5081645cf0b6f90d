"""Safety, before anything else: what hurts, what cannot wait, who asks a doctor first.

Whatever is said here takes the weight off first. It tells and never asks what somebody feels, diagnoses nothing, and
nothing of it is kept (`skill.dialog.private_intents`) but that a spot rests for today (`skill.dialog.rested_spots`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.handlers import adjustments
from skill.dialog.handlers.anytime import held, long_answer
from skill.dialog.handlers.changing import changed, replanned
from skill.dialog.handlers.endings import goodbye, leaving
from skill.dialog.handlers.playing import Standing, at_rest, ease_off, eased, play, remember, standing, tool
from skill.dialog.handlers.transport import ask_again, ready
from skill.dialog.rested_spots import spot_of, with_rest
from skill.dialog.state import Pending, Session
from skill.dialog.turn import Handler, Reply, Turn, asking

CONDITIONS: Mapping[str | None, str] = {
    "pregnancy": "about pregnancy",
    "blood_thinners": "about blood thinners",
    "bleeding": "about bleeding",
    "osteoporosis": "about osteoporosis",
    "steroids": "about steroids",
    "operation": "about an operation",
    "injury": "about an injury",
    "cancer": "about cancer",
    "fever": "about fever",
    "reduced_feeling": "about reduced feeling",
    "skin": "about the skin",
    "alcohol_medicine": "about alcohol",
    "child": "about a child",
}
"""The text for each condition after which breathing and listening are still fine, by the slot value's id."""
BREATHS = 3
IN, OUT = 4.0, 6.0
"""Breaths in a row, and the seconds of each: in for about four, out for about six (X8)."""


def too_strong(turn: Turn) -> Reply:
    """An ache that is too much: off first, then softer or the end."""
    stand, words = held(turn), turn.messages
    if stand is None:
        return _and_nothing_more(turn, words("too strong before"))
    text = words("too strong", ease=eased(turn, stand), tool=tool(turn, stand.guide))
    return _resting(turn, stand, text, "softer", words("too strong question"))


def softer(turn: Turn) -> Reply:
    """Softer from now on; as an answer to the question whether to go on so, it goes on."""
    return go_softer(turn) if turn.session.pending == "softer" else adjustments.softer(turn)


def go_softer(turn: Turn) -> Reply:
    """Yes to going on softer: how, and on."""
    stand = standing(turn)
    if stand is None:
        return ask_again(turn)
    how = turn.messages("how softer", tool=tool(turn, stand.guide))
    said = turn.messages("going softer", how=how)
    options = replace(stand.timeline.options, soft=True)
    return changed(turn, replace(stand, was_playing=True), options, said, moves=True)


def sharp_pain(turn: Turn) -> Reply:
    """Not a muscle's ache: off, rest, what would be an emergency is told, and the spot rests for today."""
    stand, words = held(turn), turn.messages
    spots = _spots(turn, stand) if stand is not None else ()
    said = words("spot rests" if spots else "no pressing today")
    ease = eased(turn, stand) if stand is not None else ""
    text = words("sharp", ease=ease, spot=said, signs=_signs(turn)).strip()
    if stand is None:
        return asking(turn, turn.speech(text), "end", words("sharp question"))
    options = stand.timeline.options
    new = replanned(turn, stand, replace(options, left_out=tuple(sorted({*options.left_out, *spots}))))
    resting = with_rest(turn.remembered.resting, turn.script(stand.guide), spots, turn.now)
    turn = replace(turn, remembered=replace(turn.remembered, resting=resting))
    return _resting(turn, new, text, "end", words("sharp question"))


def end_here(turn: Turn) -> Reply:
    """Yes to ending here: what was done counts, and this guide is not offered again."""
    reply = goodbye(turn)
    stand = held(turn)
    if stand is None:
        return reply
    away, rest = leaving(turn, stand), turn.messages("goodbye")
    text = turn.messages("goodbye running", ease=eased(turn, stand), leaving=away, later=rest)
    return replace(reply, speech=turn.speech(text.strip()), remembered=remember(reply.remembered, None, turn.now))


def not_the_end(turn: Turn) -> Reply:
    """No to ending here: on, and the spot rests; without a guide the question that was open before."""
    stand = standing(turn)
    if stand is None:
        return ask_again(turn)
    if stand.was_playing or stand.here.span.kind != "rest":
        return ready(turn)
    # They rest already: there is nothing to get back to.
    return play(turn, stand.guide, stand.timeline, stand.here.span.start, turn.speech())


def emergency(turn: Turn) -> Reply:
    """A sign of an emergency ends everything: off, the local number, from a phone."""
    stand, words = held(turn), turn.messages
    ease = ease_off(turn, stand.guide) if stand is not None else words("come off")
    text = words("emergency", ease=ease, number=words("emergency number"))
    return _ending(turn, text)


def cannot_get_up(turn: Turn) -> Reply:
    """On the floor, or faint: stay, breathe, how to come up, and who can be called."""
    stand, words = held(turn), turn.messages
    presses = tool(turn, stand.guide) if stand is not None else words.tools["hand"]
    away = "" if presses == words.tools["hand"] else f"{words('away', tool=presses)} "
    ease = eased(turn, stand) if stand is not None else ""
    text = words("cannot get up", ease=ease, away=away, number=words("emergency number")).strip()
    if stand is not None:
        reply = _resting(turn, stand, text, "again", words("again question"))
    else:
        reply = asking(turn, turn.speech(text), "again", words("again question"), proposal=None)
    return replace(reply, private=True)


def condition(turn: Turn) -> Reply:
    """Who asks a doctor first, and what is still fine. No guide is proposed, and one under way ends."""
    stand, words = held(turn), turn.messages
    named = turn.slots.get("condition")
    id = named.id if named is not None else None
    ease = eased(turn, stand) if stand is not None else ""
    away = leaving(turn, stand) if stand is not None else ""
    if id == "clot":
        text = words("about a clot", ease=ease, number=words("emergency number"), leaving=away)
        return _ending(turn, text.strip())
    about = words(CONDITIONS.get(id, "about others"))
    if stand is not None:
        text = words("still fine on the way", ease=ease, about=about, leaving=away).strip()
        turn = replace(turn, remembered=remember(turn.remembered, None, turn.now))
    else:
        text = words("still fine", ease="", about=about).strip()
    opening, question = turn.speech(text), words("calm question")
    return asking(turn, opening, "calm", question, guide=None, proposal=None)


def breathe(turn: Turn) -> Reply:
    """A few slow breaths, and whether to take some more."""
    words, breathing = turn.messages, turn.speech()
    for _ in range(BREATHS):
        breathing.say(words("breathe in")).pause(IN).say(words("breathe out")).pause(OUT)
    breathing.say(words("calm again"))
    return asking(turn, breathing, "calm", words("calm question"))


def see_doctor(turn: Turn) -> Reply:
    """When to see a doctor, and when not to wait."""
    text = turn.messages("see a doctor", signs=_signs(turn))
    return long_answer(turn, text) if held(turn) is not None else _and_nothing_more(turn, text)


def _and_nothing_more(turn: Turn, text: str) -> Reply:
    """An answer after which no massage is proposed: whoever asks this may be better off without one."""
    question = turn.messages("anything else")
    return asking(turn, turn.speech(text).say(question), "more", question, proposal=None)


def _signs(turn: Turn) -> str:
    return turn.messages("emergency signs", number=turn.messages("emergency number"))


def _resting(turn: Turn, stand: Standing, text: str, pending: Pending, question: str) -> Reply:
    """The guide at rest and a question about it; whoever does not answer is off the ball, and may rest."""
    again = f"{question} {turn.messages('stay off', tool=tool(turn, stand.guide), later=turn.later)}"
    return asking(at_rest(turn, stand), turn.speech(text), pending, again, proposal=None)


def _ending(turn: Turn, text: str) -> Reply:
    """The end of the session and of the guide, which is not offered again."""
    return Reply(turn.speech(text), Session(), remember(turn.remembered, None, turn.now))


def _spots(turn: Turn, stand: Standing) -> tuple[str, ...]:
    """The spots that may be meant: those that may be pressed right now, or else the one that was pressed last.

    Where the clock leaves it open whether a spot was reached yet, both are meant.
    """
    guide, timeline = turn.session.guide or turn.remembered.unfinished or stand.guide, stand.timeline
    early = late = timeline.locate(guide.at).moment
    if guide.sent is not None:
        part = turn.planner.part(guide.script, timeline.options, early)
        early, late = guide.heard_until(timeline, part, turn.now, turn.session.slowest)
    spans = [span for span in timeline.holds() if span.start <= late and span.end > early]
    if not any(span.start <= early for span in spans):
        spans += [span for span in timeline.holds() if span.end <= early][-1:]
    return tuple(sorted({spot_of(span) for span in spans}))


YES: Mapping[Pending | None, Handler] = {"softer": go_softer, "end": end_here, "again": cannot_get_up, "calm": breathe}
NO: Mapping[Pending | None, Handler] = {"softer": goodbye, "end": not_the_end, "again": end_here, "calm": goodbye}
"""What a yes and a no do, by the question of ours that is open."""
