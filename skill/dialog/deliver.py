"""The reply that an outcome becomes: a spoken part or a track, a question with its reprompt, or the end."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog import wording
from skill.dialog.audio_player import Play
from skill.dialog.moving import GET_BACK, READY_AGAIN
from skill.dialog.outcome import Answer, Ask, Begin, Choose, End, GoOn, Outcome, Propose, Silent, rest
from skill.dialog.planner import SpeechBuilder
from skill.dialog.practice_days import broken_off, closing_offer, followed
from skill.dialog.progress import Guide, Progress, hold_at
from skill.dialog.proposals import MOST_CHOICES, choices, still_offered
from skill.dialog.questions import QUESTIONS, open_question
from skill.dialog.rested_spots import resting_in
from skill.dialog.state import Proposal, Session
from skill.dialog.track_mode import in_track, may_press_on, paused_in_a_word, taught
from skill.dialog.turn import Card, Reply, Turn
from speech.timeline.plan import Position

BEFORE_THE_FIRST_CUE = 2.0
"""Seconds of silence before a guide begins with its way down."""


def deliver(outcome: Outcome) -> Reply:
    """The reply of an outcome."""
    match outcome:
        case GoOn(turn, progress, speech, moment, left):
            if moment is not None:
                return _play(turn, progress, moment, speech)
            return _back_in_place(turn, progress, speech) if left else _carry_on(turn, progress, speech)
        case Begin():
            return _begin(outcome)
        case Ask():
            return _ask(outcome)
        case Propose():
            return _propose(outcome)
        case Choose():
            return _choose(outcome)
        case Answer():
            reply = deliver(_after_answer(outcome))
            return replace(reply, card=outcome.card) if outcome.card else reply
        case End(turn, speech, asks_permission, forgotten, order):
            reply = Reply(speech, Session(), turn.remembered, asks_permission=asks_permission, forgotten=forgotten)
            return replace(reply, order=order)
        case Silent():
            return _silent(outcome)


def _after_answer(answer: Answer) -> Outcome:
    """What follows an answer: the guide, the question that was open, or something to do."""
    turn, text, progress, question = answer.turn, answer.text, answer.turn.current, open_question(answer.turn)
    if progress is not None and progress.playing:
        if answer.long:
            speech = turn.speech(wording.eased(turn, progress)).say(text).pause(1.0)
            return GoOn(turn, progress, speech, left=True)
        return GoOn(turn, progress, turn.speech(text))
    stays = question is not None and question.stays
    if answer.otherwise is not None and progress is None and not stays:
        return answer.otherwise
    if turn.session.proposal is not None:
        return Propose(turn, turn.session.proposal, turn.speech(text), briefly=not answer.in_full)
    if progress is not None:
        paused = turn.messages("paused already", where=wording.where_is(turn, progress.here))
        return rest(turn, progress, wording.joined(wording.eased(turn, progress), text, paused))
    if question is not None and question.stays:
        return Ask(turn, turn.speech(text).say(turn.messages(question.text)), question.name)
    return Choose(turn, turn.speech(text))


def _ask(ask: Ask) -> Reply:
    turn = ask.turn if ask.resting is None else ask.turn.at_rest(ask.resting)
    reprompt = ask.reprompt
    if reprompt is None and ask.resting is not None and ask.question == "go on":
        reprompt = turn.speech(wording.go_on_again(turn, ask.resting))
    elif reprompt is None:
        guide = ask.resting.guide if ask.resting is not None else turn.session.guide
        reprompt = turn.speech(turn.messages(QUESTIONS[ask.question].reprompt)).say(wording.stay_off(turn, guide))
    session = replace(turn.session, pending=ask.question, offered=ask.offered)
    return Reply(ask.speech, session, turn.remembered, reprompt, private=ask.private)


def _propose(propose: Propose) -> Reply:
    turn, proposal, speech = propose.turn, propose.proposal, propose.speech
    if propose.briefly and proposal == turn.session.proposal and turn.session.pending == "start":
        speech.say(turn.messages("still proposed", name=turn.script(proposal).name))
    else:
        _ask_doctor_first(turn, speech).say(turn.messages("proposal", **wording.described(turn, proposal)))
    return _ask(Ask(turn.with_session(proposal=proposal), speech, "start"))


def _choose(choose: Choose) -> Reply:
    turn, words = choose.turn, choose.turn.messages
    offered = choose.offered or still_offered(turn) or choices(turn)
    names = words.one_of([turn.script(one).name for one in offered])
    among_more = len(offered) == MOST_CHOICES < len(turn.library.scripts)
    _ask_doctor_first(turn, choose.speech)
    choose.speech.say(words("which one of more" if among_more else "which one", names=names))
    again = turn.speech(words("which one again", names=names)).say(wording.stay_off(turn, turn.session.guide))
    return _ask(Ask(turn.with_session(proposal=None), choose.speech, "choose", again, offered=offered))


def _ask_doctor_first(turn: Turn, speech: SpeechBuilder) -> SpeechBuilder:
    """The speech, for a person who has just been told to ask a doctor first."""
    question = open_question(turn)
    return speech.say(turn.messages("if a doctor agrees")) if question and question.doctor_first else speech


def _begin(begin: Begin) -> Reply:
    """A guide from its way down; a person who is there already from another guide stays, or is brought up first."""
    turn, proposal, speech, words = begin.turn, begin.proposal, begin.speech, begin.turn.messages
    place = wording.place_of(turn, proposal)
    resting = resting_in(turn.remembered.resting, turn.script(proposal), turn.now)
    left_out = tuple(sorted({*proposal.options.left_out, *resting}))
    timeline = turn.timeline(proposal.script, replace(proposal.options, left_out=left_out, extra=()))
    start, before = timeline.start, turn.progress if turn.session.guide else None
    if before is not None and before.here.span.section == "down":
        before = None  # the person has not got there yet
    if before is not None and before.timeline.options.place == place.id:
        start = 0.0
    elif before is not None:
        running, options = before.guide.script, before.timeline.options
        way_up = next(span.start for span in turn.planner.timeline(running, options).spans if span.section == "up")
        speech.part(turn.planner.part(running, options, way_up)).pause(BEFORE_THE_FIRST_CUE)
    needs = timeline.script.needs_in(place.id)
    have_ready = words("have ready", needs=words.all_of(needs)) if needs else ""
    speech.say(words("starting", **wording.described(turn, proposal), ready=have_ready))
    if place.floor and start < 0:
        speech.say(words("another way"))
    guide = Guide(proposal.script, timeline.script.digest, timeline.options, Position(timeline.cues[0].id))
    turn = taught(turn, guide, speech)
    speech.pause(BEFORE_THE_FIRST_CUE if start < 0 else GET_BACK)
    if before is not None:
        turn = broken_off(turn, before)
    last = Proposal(guide.script, replace(guide.options, left_out=()))
    turn = turn.with_memory(practice=turn.remembered.practice.beginning(turn.now), last=last)
    return _play(turn, Progress(guide, timeline), start, speech)


def _back_in_place(turn: Turn, progress: Progress, speech: SpeechBuilder) -> Reply:
    """Back to where the person was: position and side, at least twelve seconds to get back, then the cue."""
    words, timeline, moment = turn.messages, progress.timeline, _onward(turn, progress)
    if progress.here.span.kind == "hold" and moment >= progress.here.span.end:
        speech.say(words("spot has had enough"))
    if progress.guide.digest not in ("", timeline.script.digest):
        speech.say(words("revised"))
    there = timeline.locate(moment)
    if there.span.section == "down":
        said = wording.described(turn, progress.guide)
        speech.say(words("back to getting ready", place=said["place"], side=said["side"])).pause(GET_BACK)
    elif hold_at(timeline, moment):
        cue = wording.first_words(timeline, moment)
        speech.say(words("back in place", where=wording.where_is(turn, there), cue=cue)).pause(GET_BACK)
        speech.say(words("here we go"))
    else:
        speech.say(words("back in place plain", where=wording.where_is(turn, there))).pause(GET_BACK)
    return _play(turn, progress, moment, speech)


def _carry_on(turn: Turn, progress: Progress, speech: SpeechBuilder) -> Reply:
    """On from where the person is, who has not moved: only a short answer came between."""
    here = progress.here
    off = progress.getting_back or not may_press_on(turn, progress, speech)
    if off and hold_at(progress.timeline, here.moment):
        return _back_in_place(turn, progress, turn.speech(wording.eased(turn, progress)).then(speech))
    if here.span.kind == "hold":
        progress = replace(progress, guide=progress.guide.pressing_on(here.span, speech.words))
    else:
        speech.say(wording.eased(turn, progress))  # they may be a step further, on the next spot
    moment = _onward(turn, progress)
    if progress.on_spot and moment >= here.span.end:  # the answer outlasts the spot: off it first
        speech = turn.speech(wording.ease_off(turn, progress.guide)).then(speech)
    return _play(turn, progress, moment, speech)


def _onward(turn: Turn, progress: Progress) -> float:
    """Where a guide goes on after an answer: a track that waits for it where it is, unless its spot has had enough."""
    live, here = turn.live, progress.here.moment
    waits = live is not None and live.guide.options == progress.guide.options and live.moment == here
    return progress.allowed(here) if waits else progress.resume


def _play(turn: Turn, progress: Progress, moment: float, speech: SpeechBuilder) -> Reply:
    """The guide from a moment on, as a track or as its next spoken part; the closing words come after the last one."""
    guide, timeline, words = progress.guide, progress.timeline, turn.messages
    if moment >= timeline.total:
        turn = followed(turn, guide, timeline.total, ended=True).with_session(guide=None, proposal=None)
        return _ask(Ask(turn, speech.say(words("finished already")), "more"))
    turn, speech = _introducing(turn, speech)
    if (played := in_track(turn, progress, moment, speech)) is not None:
        return played
    if turn.mode == "track":  # the same place in the plan that is spoken
        position, timeline = (
            timeline.locate(moment).position,
            turn.planner.timeline(guide.script, timeline.options),
        )
        moment = timeline.locate(position).moment
    part = turn.planner.part(guide.script, timeline.options, moment)
    guide = replace(
        guide, options=timeline.options, at=timeline.locate(moment).position, sent=turn.now, lead=speech.words,
        lead_quiet=speech.quiet, digest=timeline.script.digest,
    )  # fmt: skip
    speech.part(part)
    turn = turn.with_session(guide=guide, proposal=None).keeping(guide)
    if not part.last:
        again = turn.speech().pause(READY_AGAIN).say(wording.ready_again(turn, guide, before=part.end <= 0))
        return _ask(Ask(turn, speech.say(part.question), "part", again))
    closing, question = words("closing", length=words.length(timeline.total)), closing_offer(turn) or "more"
    asked = words(QUESTIONS[question].text)
    reply = _ask(Ask(turn, speech.say(closing).say(asked), question, turn.speech(asked)))
    return replace(reply, card=Card(words("closing title"), closing))


def _introducing(turn: Turn, speech: SpeechBuilder) -> tuple[Turn, SpeechBuilder]:
    """Before a person's first guide, however it starts, the introduction comes first; it is remembered as said."""
    words = turn.messages
    if turn.remembered.introduction >= words.introduction_version or turn.session.introduced:
        return turn, speech
    said = turn.speech(words("introduction"))
    turn = turn.with_session(introduced=True, introducing=said.words)
    return turn.with_memory(introduction=words.introduction_version), said.pause(1.0).then(speech)


def _silent(silent: Silent) -> Reply:
    """The reply without a word; with another track where one is to play, and nothing where it would be spoken."""
    turn = silent.turn
    nothing = Reply(turn.speech(), turn.session, turn.remembered, order=silent.order)
    if silent.progress is None:
        return nothing
    moved = _play(replace(turn, live=None).with_session(introduced=True), silent.progress, silent.moment, turn.speech())
    if isinstance(moved.order, Play):
        return replace(moved, speech=turn.speech(), card=None)
    ended = paused_in_a_word(turn) if silent.moment >= silent.progress.timeline.total else None
    return nothing if ended is None else replace(deliver(ended), speech=turn.speech())
