"""Safety, before anything else: what hurts, what cannot wait, who asks a doctor first.

Whatever is said here takes the weight off first. It tells and never asks what the person feels, diagnoses nothing, and
nothing of it is kept (`skill.dialog.private_intents`) but that a spot rests for today (`skill.dialog.rested_spots`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.moving import replanned, wished
from skill.dialog.outcome import Answer, Ask, End, Outcome
from skill.dialog.progress import Progress
from skill.dialog.questions import QUESTIONS, open_question
from skill.dialog.rested_spots import spot_of, with_rest
from skill.dialog.turn import Turn
from skill.dialog.wording import ease_off, eased, emergency_signs, leaving, tool

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


def too_strong(turn: Turn) -> Outcome:
    """An ache that is too much: off first, then softer or the end."""
    progress, words = turn.current, turn.messages
    if progress is None:
        return _and_nothing_more(turn, words("too strong before"))
    text = words("too strong", ease=eased(turn, progress), tool=tool(turn, progress.guide))
    return Ask(turn.with_session(proposal=None), turn.speech(text), "softer", resting=progress)


def softer(turn: Turn) -> Outcome:
    """Softer from now on: off first, how to press less, and no spot longer than it has to be."""
    question = open_question(turn)
    if question is not None and turn.name in question.also_yes:
        return question.yes(turn)
    return wished(turn, lambda options: replace(options, soft=True), "softer", "softer already", moves=True)


def sharp_pain(turn: Turn) -> Outcome:
    """Not a muscle's ache: off, rest, what would be an emergency is told, and the spot rests for today."""
    progress, words = turn.current, turn.messages
    spots = _spots(progress) if progress is not None else ()
    said = words("spot rests" if spots else "no pressing today")
    text = words("sharp", ease=eased(turn, progress), spot=said, signs=emergency_signs(turn)).strip()
    if progress is None:
        return Ask(turn, turn.speech(text), "end")
    options = progress.timeline.options
    new = replanned(turn, progress, replace(options, left_out=tuple(sorted({*options.left_out, *spots}))))
    resting = with_rest(turn.remembered.resting, turn.script(progress.guide), spots, turn.now)
    turn = turn.with_memory(resting=resting).with_session(proposal=None)
    return Ask(turn, turn.speech(text), "end", resting=new)


def _spots(progress: Progress) -> tuple[str, ...]:
    """The spots that may be meant: those that may be pressed right now, and the last one where that is not certain."""
    holds = list(progress.timeline.holds())
    spans = [span for span in holds if span.start <= progress.latest and span.end > progress.earliest]
    if not any(span.start <= progress.earliest for span in spans):
        spans += [span for span in holds if span.end <= progress.earliest][-1:]
    return tuple(sorted({spot_of(span) for span in spans}))


def emergency(turn: Turn) -> Outcome:
    """A sign of an emergency ends everything: off, the local number, from a phone."""
    progress, words = turn.current, turn.messages
    ease = ease_off(turn, progress.guide) if progress is not None else words("come off")
    text = words("emergency", ease=ease, number=words("emergency number"))
    return End(turn.keeping(None), turn.speech(text))


def condition(turn: Turn) -> Outcome:
    """Who asks a doctor first, and what is still fine. No guide is proposed, and one under way ends."""
    progress, words = turn.current, turn.messages
    named = turn.slots.get("condition")
    id = named.id if named is not None else None
    ease, away = eased(turn, progress), leaving(progress)
    if id == "clot":
        text = words("about a clot", ease=ease, number=words("emergency number"), leaving=away)
        return End(turn.keeping(None), turn.speech(text.strip()))
    about = words(CONDITIONS.get(id, "about others"))
    if progress is not None:
        text = words("still fine on the way", ease=ease, about=about, leaving=away)
        turn = turn.keeping(None)
    else:
        text = words("still fine", ease="", about=about)
    return Ask(turn.with_session(guide=None, proposal=None), turn.speech(text.strip()), "calm")


def see_doctor(turn: Turn) -> Outcome:
    """When to see a doctor, and when not to wait."""
    text = turn.messages("see a doctor", signs=emergency_signs(turn))
    return Answer(turn, text, long=True) if turn.current is not None else _and_nothing_more(turn, text)


def _and_nothing_more(turn: Turn, text: str) -> Outcome:
    """An answer after which no massage is proposed: the person who asks this may be better off without one."""
    speech = turn.speech(text).say(turn.messages(QUESTIONS["more"].text))
    return Ask(turn.with_session(proposal=None), speech, "more")
