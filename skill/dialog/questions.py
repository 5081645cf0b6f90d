"""The questions that wait for an answer: one table says what yes, no, a choice and anything else do.

A new question is one entry here, with its functions beside it, and texts in `skill/messages/en.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from skill.dialog.moving import READY_AGAIN, changed, end_here, goodbye, learned, pause, ready
from skill.dialog.outcome import Answer, Ask, Begin, Choose, End, GoOn, Handler, Outcome, Propose, rest
from skill.dialog.practice import day_at
from skill.dialog.practice_days import done_with_question, ended_as_track, located, set_reminder, take_up_plan, today_of
from skill.dialog.proposals import last_proposal, off_pressure, options_of, still_offered, take
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from skill.dialog.wording import eased, place_of, ready_again, tool, where_is
from skill.messages.messages import TIP
from skill.messages.messages import Answer as Fact

BREATHS = 3
IN, OUT = 4.0, 6.0
"""Breaths in a row, and the seconds of each: in for about four, out for about six (X8)."""


@dataclass(frozen=True)
class Question:
    """One question. `text` and `reprompt` name its messages; without them they are made where it is asked.

    The intents `also_yes` mean a yes as well. After any other answer the question is asked again if it `stays`. With
    `doctor_first` no guide is proposed on the way. `scope` tells what an answer in the middle of a guide does: to a
    question about the "guide" a no pauses it, to one that its "closing" asks a yes goes on and a no pauses it.
    """

    name: str
    yes: Handler
    no: Handler
    text: str = ""
    reprompt: str = ""
    scope: Literal["own", "guide", "closing"] = "own"
    also_yes: tuple[str, ...] = ()
    stays: bool = False
    doctor_first: bool = False


def open_question(turn: Turn) -> Question | None:
    """The question that is open; None where none is."""
    return QUESTIONS.get(turn.session.pending or "")


def ask(turn: Turn, name: str, text: str) -> Ask:
    """A question of ours at any time: a running guide comes to rest first, with the weight off."""
    turn, speech = off_pressure(turn)
    return Ask(turn.with_session(proposal=None), speech.say(text), name)


def _yes_to_nothing(turn: Turn) -> Outcome:
    """Yes where nothing was asked: on with the guide, or what could be asked."""
    return ready(turn) if turn.under_way else Answer(turn, "", in_full=True)


def _yes_start(turn: Turn) -> Outcome:
    proposal = turn.session.proposal
    return Begin(turn, proposal, turn.speech()) if proposal else _yes_to_nothing(turn)


def _no_start(turn: Turn) -> Outcome:
    """No to a proposal: back to the guide that rests, or another choice."""
    progress = turn.progress
    if progress is None:
        return Choose(turn, turn.speech())
    paused = turn.messages("paused already", where=where_is(turn, progress.here))
    return rest(turn.with_session(proposal=None), progress, paused)


def _yes_choose(turn: Turn) -> Outcome:
    offered = still_offered(turn)
    return take(turn, offered[0]) if offered else _yes_to_nothing(turn)


def _no_choose(turn: Turn) -> Outcome:
    return goodbye(turn) if turn.session.guide is None else _no_start(turn)


def _yes_guide(turn: Turn) -> Outcome:
    return ready(turn) if turn.session.guide or turn.remembered.unfinished else _yes_to_nothing(turn)


def _no_go_on(turn: Turn) -> Outcome:
    return goodbye(turn) if turn.session.guide else Choose(turn, turn.speech())


def _no_part(turn: Turn) -> Outcome:
    """Not ready yet: a while of silence, and the same question again. The part stays where it was."""
    progress = turn.progress
    if progress is None:
        return Choose(turn, turn.speech())
    speech = turn.speech(turn.messages("take your time")).pause(READY_AGAIN).say(turn.library.phrases.question)
    again = ready_again(turn, progress.guide, progress.here.span.section == "down")
    return Ask(learned(turn), speech, "part", turn.speech(again))


def _yes_more(turn: Turn) -> Outcome:
    return _yes_to_nothing(turn) if turn.session.guide else Choose(turn, turn.speech())


def _yes_count(turn: Turn) -> Outcome:
    """Counted from now on; a guide that was just finished is the first."""
    if not turn.remembered.available:
        return done_with_question(turn, turn.messages("no memory now"))
    turn = located(turn)
    last, practice, run = turn.remembered.last, turn.remembered.practice, turn.remembered.track
    just_ended = "count" in practice.offered and practice.counting is None
    timeline = turn.timeline_of(last) if last and just_ended else None
    minutes = round(timeline.total / 60) if timeline else 0
    day = day_at(run.at, turn.remembered.zone) if ended_as_track(run) else today_of(turn)
    return done_with_question(turn.with_memory(practice=practice.agreed(minutes, day)), turn.messages("counting now"))


def _no_count(turn: Turn) -> Outcome:
    practice = replace(turn.remembered.practice, counting=False)
    return done_with_question(turn.with_memory(practice=practice), turn.messages("not counted"))


def _yes_forget(turn: Turn) -> Outcome:
    """Everything that is kept of this person is deleted, or it is said that it could not be."""
    if not turn.services.forget():
        return done_with_question(turn, turn.messages("not forgotten"))
    guide = turn.session.guide
    text = turn.messages("forgotten", leaving=place_of(turn, guide).leaving if guide else "")
    return End(turn, turn.speech(text), forgotten=True)


def tell(turn: Turn, found: Fact) -> Answer:
    """An answer to a question about the subject, then back to the guide; without one, on to something to do."""
    if found.then == TIP:
        speech = turn.speech(found.say).say(turn.messages("would you like a tip"))
        return Answer(turn, found.say, long=True, otherwise=Ask(turn, speech, "tip"))
    script = turn.library.scripts.get(found.then)
    if script is not None:
        proposal = Proposal(script.id, options_of(turn, script))
    else:
        proposal = turn.session.proposal or last_proposal(turn)
    leads_to = Propose(turn, proposal, turn.speech(found.say), briefly=True)
    return Answer(turn, found.say, long=True, otherwise=leads_to)


def tell_tip(turn: Turn) -> Outcome:
    """A tip that was not heard before, as far as is known; after the last one they come again in their order."""
    tips = {one.id: one for one in turn.messages.answers.values() if one.tip}
    heard = [one for one in turn.remembered.tips or turn.session.tips if one in tips]
    fresh = [one for one in tips if one not in heard]
    chosen, before = (fresh[0], heard) if fresh else (next(iter(tips)), [])
    now_heard = (*before, chosen)
    return tell(turn.with_session(tips=now_heard).with_memory(tips=now_heard), tips[chosen])


def go_softer(turn: Turn) -> Outcome:
    """Yes to going on softer: how, and on."""
    progress = turn.progress
    if progress is None:
        return Answer(turn, "", in_full=True)
    how = turn.messages("how softer", tool=tool(turn, progress.guide))
    said = turn.messages("going softer", how=how)
    options = replace(progress.timeline.options, soft=True)
    return changed(turn, replace(progress, playing=True), options, said, moves=True)


def _not_the_end(turn: Turn) -> Outcome:
    """No to ending here: on, and the spot rests; without a guide the question that was open before."""
    progress = turn.progress
    if progress is None:
        return Answer(turn, "", in_full=True)
    if progress.playing or progress.here.span.kind != "rest":
        return ready(turn)
    # They rest already: there is nothing to get back to.
    return GoOn(turn, progress, turn.speech(), progress.here.span.start)


def tell_way_up(turn: Turn) -> Outcome:
    """On the floor, or faint: stay, breathe, how to come up, and whom to call."""
    progress, words = turn.current, turn.messages
    presses = tool(turn, progress.guide) if progress is not None else words.tools["hand"]
    away = "" if presses == words.tools["hand"] else f"{words('away', tool=presses)} "
    text = words("cannot get up", ease=eased(turn, progress), away=away, number=words("emergency number")).strip()
    turn = turn.with_session(proposal=None)
    return Ask(turn, turn.speech(text), "again", resting=progress, private=True)


def _breathe(turn: Turn) -> Outcome:
    """A few slow breaths, and whether to take some more."""
    words, breathing = turn.messages, turn.speech()
    for _ in range(BREATHS):
        breathing.say(words("breathe in")).pause(IN).say(words("breathe out")).pause(OUT)
    return Ask(turn, breathing.say(words("calm again")), "calm")


def _done(message: str) -> Handler:
    """The handler that says a message, then goes back to what was before the question."""
    return lambda turn: done_with_question(turn, turn.messages(message))


_TABLE = (
    Question("start", _yes_start, _no_start, "", "shall we start", scope="guide"),
    Question("choose", _yes_choose, _no_choose, scope="guide"),
    Question("go on", _yes_guide, _no_go_on, scope="guide"),
    Question("part", _yes_guide, _no_part, scope="guide"),
    Question("more", _yes_more, goodbye, "anything else", "anything else", scope="guide", stays=True),
    Question("count", _yes_count, _no_count, "offer to count", "count question", scope="closing"),
    Question("plan", take_up_plan, _done("no plan then"), "offer a plan", "plan question", scope="closing"),
    Question("remind", set_reminder, _done("no reminder"), "offer to remind", "reminder question", scope="closing"),
    Question("forget", _yes_forget, _done("kept all"), "forget everything", "forget question"),
    Question("tip", tell_tip, lambda turn: Answer(turn, "", long=True), "would you like a tip", "tip again"),
    Question("softer", go_softer, goodbye, "", "too strong question", also_yes=("SofterIntent",)),
    Question("end", end_here, _not_the_end, "", "sharp question"),
    Question("again", tell_way_up, end_here, "", "again question"),
    Question("calm", _breathe, goodbye, "calm question", "calm question", stays=True, doctor_first=True),
)
QUESTIONS: Mapping[str, Question] = {question.name: question for question in _TABLE}
"""All questions by name."""


def yes(turn: Turn) -> Outcome:
    """Yes to whatever was asked."""
    question = open_question(turn)
    if question is None:
        return _yes_to_nothing(turn)
    return ready(turn) if question.scope == "closing" and _plays(turn) else question.yes(turn)


def no(turn: Turn) -> Outcome:
    """No to whatever was asked: another choice, a while longer, or goodbye."""
    question, progress = open_question(turn), turn.progress
    scope = question.scope if question is not None else "guide"
    if scope == "closing" and _plays(turn):
        return pause(turn)
    under_way = progress is not None and (progress.playing or progress.on_pressure) and not progress.part_heard
    if scope == "guide" and under_way:
        return pause(turn)
    return question.no(turn) if question is not None else Choose(turn, turn.speech())


def _plays(turn: Turn) -> bool:
    """Whether the guide of this session still plays."""
    return turn.progress is not None and turn.progress.playing and turn.progress.in_session
