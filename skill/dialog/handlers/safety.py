"""Safety, before anything else: what hurts, what cannot wait, who asks a doctor first.

Whatever is said here takes the weight off first. It tells and never asks what somebody feels, diagnoses nothing, and
nothing of it is kept (`skill.dialog.private_intents`) but that a spot rests for today (`skill.dialog.rested_spots`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.handlers import adjustments
from skill.dialog.handlers.anytime import long_answer
from skill.dialog.handlers.changing import changed, replanned
from skill.dialog.handlers.endings import goodbye, leaving
from skill.dialog.handlers.playing import at_rest, ease_off, eased, play, remember, tool
from skill.dialog.handlers.transport import ask_again, ready
from skill.dialog.progress import Progress
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
    progress, words = turn.current, turn.messages
    if progress is None:
        return _and_nothing_more(turn, words("too strong before"))
    text = words("too strong", ease=eased(turn, progress), tool=tool(turn, progress.guide))
    return _resting(turn, progress, text, "softer", words("too strong question"))


def softer(turn: Turn) -> Reply:
    """Softer from now on; as an answer to the question whether to go on so, it goes on."""
    return go_softer(turn) if turn.session.pending == "softer" else adjustments.softer(turn)


def go_softer(turn: Turn) -> Reply:
    """Yes to going on softer: how, and on."""
    progress = turn.progress
    if progress is None:
        return ask_again(turn)
    how = turn.messages("how softer", tool=tool(turn, progress.guide))
    said = turn.messages("going softer", how=how)
    options = replace(progress.timeline.options, soft=True)
    return changed(turn, replace(progress, playing=True), options, said, moves=True)


def sharp_pain(turn: Turn) -> Reply:
    """Not a muscle's ache: off, rest, what would be an emergency is told, and the spot rests for today."""
    progress, words = turn.current, turn.messages
    spots = _spots(progress) if progress is not None else ()
    said = words("spot rests" if spots else "no pressing today")
    ease = eased(turn, progress) if progress is not None else ""
    text = words("sharp", ease=ease, spot=said, signs=_signs(turn)).strip()
    if progress is None:
        return asking(turn, turn.speech(text), "end", words("sharp question"))
    options = progress.timeline.options
    new = replanned(turn, progress, replace(options, left_out=tuple(sorted({*options.left_out, *spots}))))
    resting = with_rest(turn.remembered.resting, turn.script(progress.guide), spots, turn.now)
    turn = replace(turn, remembered=replace(turn.remembered, resting=resting))
    return _resting(turn, new, text, "end", words("sharp question"))


def end_here(turn: Turn) -> Reply:
    """Yes to ending here: what was done counts, and this guide is not offered again."""
    reply = goodbye(turn)
    progress = turn.current
    if progress is None:
        return reply
    away, rest = leaving(progress), turn.messages("goodbye")
    text = turn.messages("goodbye running", ease=eased(turn, progress), leaving=away, later=rest)
    return replace(reply, speech=turn.speech(text.strip()), remembered=remember(reply.remembered, None, turn.now))


def not_the_end(turn: Turn) -> Reply:
    """No to ending here: on, and the spot rests; without a guide the question that was open before."""
    progress = turn.progress
    if progress is None:
        return ask_again(turn)
    if progress.playing or progress.here.span.kind != "rest":
        return ready(turn)
    # They rest already: there is nothing to get back to.
    return play(turn, progress.guide, progress.timeline, progress.here.span.start, turn.speech())


def emergency(turn: Turn) -> Reply:
    """A sign of an emergency ends everything: off, the local number, from a phone."""
    progress, words = turn.current, turn.messages
    ease = ease_off(turn, progress.guide) if progress is not None else words("come off")
    text = words("emergency", ease=ease, number=words("emergency number"))
    return _ending(turn, text)


def cannot_get_up(turn: Turn) -> Reply:
    """On the floor, or faint: stay, breathe, how to come up, and who can be called."""
    progress, words = turn.current, turn.messages
    presses = tool(turn, progress.guide) if progress is not None else words.tools["hand"]
    away = "" if presses == words.tools["hand"] else f"{words('away', tool=presses)} "
    ease = eased(turn, progress) if progress is not None else ""
    text = words("cannot get up", ease=ease, away=away, number=words("emergency number")).strip()
    if progress is not None:
        reply = _resting(turn, progress, text, "again", words("again question"))
    else:
        reply = asking(turn, turn.speech(text), "again", words("again question"), proposal=None)
    return replace(reply, private=True)


def condition(turn: Turn) -> Reply:
    """Who asks a doctor first, and what is still fine. No guide is proposed, and one under way ends."""
    progress, words = turn.current, turn.messages
    named = turn.slots.get("condition")
    id = named.id if named is not None else None
    ease = eased(turn, progress) if progress is not None else ""
    away = leaving(progress) if progress is not None else ""
    if id == "clot":
        text = words("about a clot", ease=ease, number=words("emergency number"), leaving=away)
        return _ending(turn, text.strip())
    about = words(CONDITIONS.get(id, "about others"))
    if progress is not None:
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
    return long_answer(turn, text) if turn.current is not None else _and_nothing_more(turn, text)


def _and_nothing_more(turn: Turn, text: str) -> Reply:
    """An answer after which no massage is proposed: whoever asks this may be better off without one."""
    question = turn.messages("anything else")
    return asking(turn, turn.speech(text).say(question), "more", question, proposal=None)


def _signs(turn: Turn) -> str:
    return turn.messages("emergency signs", number=turn.messages("emergency number"))


def _resting(turn: Turn, progress: Progress, text: str, pending: Pending, question: str) -> Reply:
    """The guide at rest and a question about it; whoever does not answer is off the ball, and may rest."""
    again = f"{question} {turn.messages('stay off', tool=tool(turn, progress.guide), later=turn.later)}"
    return asking(at_rest(turn, progress), turn.speech(text), pending, again, proposal=None)


def _ending(turn: Turn, text: str) -> Reply:
    """The end of the session and of the guide, which is not offered again."""
    return Reply(turn.speech(text), Session(), remember(turn.remembered, None, turn.now))


def _spots(progress: Progress) -> tuple[str, ...]:
    """The spots that may be meant: those that may be pressed right now, or else the one that was pressed last.

    Where the clock leaves it open whether a spot was reached yet, both are meant.
    """
    spans = [
        span for span in progress.timeline.holds() if span.start <= progress.latest and span.end > progress.earliest
    ]
    if not any(span.start <= progress.earliest for span in spans):
        spans += [span for span in progress.timeline.holds() if span.end <= progress.earliest][-1:]
    return tuple(sorted({spot_of(span) for span in spans}))


YES: Mapping[Pending | None, Handler] = {"softer": go_softer, "end": end_here, "again": cannot_get_up, "calm": breathe}
NO: Mapping[Pending | None, Handler] = {"softer": goodbye, "end": not_the_end, "again": end_here, "calm": goodbye}
"""What a yes and a no do, by the question of ours that is open."""
