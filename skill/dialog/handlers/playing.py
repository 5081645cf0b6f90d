"""Finding where the person is, and playing from there: what every move shares."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog.handlers.counting import after_the_end, closing_question, followed
from skill.dialog.handlers.listening import as_spoken, in_track, room_for, waits_at, with_live
from skill.dialog.handlers.naming import described, place_of
from skill.dialog.progress import Guide, Progress, hold_at
from skill.dialog.rested_spots import still_resting
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import Remembered
from skill.dialog.turn import Card, Reply, Turn, asking
from speech.timeline.plan import Located, Timeline

GET_BACK = 12.0
"""Seconds to get back into place before a guide goes on."""
EASE_OFF = 8.0
"""Seconds of rest before a spot is pressed anew."""
READY_AGAIN = 30.0
"""Seconds that a reprompt waits before it asks again."""


def settled(turn: Turn) -> Turn:
    """The turn as it stands now: an introduction that was cut short is due again, a guide that has ended is gone.

    So is a proposal of a script or a place that is no longer there, and a spot that has rested for its day.
    """
    turn = with_live(_introduced(turn))
    resting = still_resting(turn.remembered.resting, turn.now)
    if resting != turn.remembered.resting:
        turn = replace(turn, remembered=replace(turn.remembered, resting=resting))
    if turn.session.proposal is not None and turn.timeline_of(turn.session.proposal) is None:
        turn = replace(turn, session=replace(turn.session, proposal=None))
    guide = turn.session.guide
    if guide is None:
        return turn
    timeline = turn.timeline_of(guide)
    if timeline is not None and not _ended(turn, guide, timeline):
        return turn
    session = replace(turn.session, guide=None, pending=after_the_end(turn) if timeline is not None else None)
    if timeline is not None:
        turn = followed(turn, guide, timeline.total, ended=True)
    return replace(turn, session=session, remembered=remember(turn.remembered, None, turn.now))


def _ended(turn: Turn, guide: Guide, timeline: Timeline) -> bool:
    """Whether the last part has been heard by now."""
    start, sent = timeline.locate(guide.at).moment, turn.session.sent
    if guide.sent is None or sent is None:
        return start >= timeline.total
    return sent.over(turn.now) and turn.planner.part(guide.script, timeline.options, start).last


def remember(remembered: Remembered, guide: Guide | None, now: float) -> Remembered:
    """What outlives the session, with this unfinished guide or without one."""
    return replace(remembered, unfinished=guide, saved=now if guide else 0.0)


def play(turn: Turn, guide: Guide, timeline: Timeline, moment: float, opening: SpeechBuilder) -> Reply:
    """The guide from a moment on, after the opening words: as a track or, where it has to be spoken, its next part.

    The closing words come after the last part.
    """
    if moment >= timeline.total:
        ended = followed(turn, guide, timeline.total, ended=True)
        return finish(ended, opening.say(turn.messages("finished already")))
    turn, opening = _introducing(turn, opening)
    if (played := in_track(turn, guide, timeline, moment, opening)) is not None:
        return played
    timeline, moment = as_spoken(turn, timeline, moment)
    words, script = turn.messages, turn.script(guide)
    part = turn.planner.part(guide.script, timeline.options, moment)
    located = timeline.locate(moment)
    guide = replace(
        guide, options=timeline.options, at=located.position, sent=turn.now, lead=opening.words,
        lead_quiet=opening.quiet, digest=script.digest,
    )  # fmt: skip
    opening.part(part)
    card = None
    if part.last:
        closing = words("closing", length=words.length(timeline.total))
        question, pending = closing_question(turn)
        opening.say(closing).say(question)
        card = Card(words("closing title"), closing)
        reprompt = turn.speech(question)
    else:
        pending = "part"
        opening.say(part.question)
        reprompt = turn.speech().pause(READY_AGAIN).say(ready_again(turn, guide, before=part.end <= 0))
    session = replace(turn.session, guide=guide, proposal=None, pending=pending)
    return Reply(opening, session, remember(turn.remembered, guide, turn.now), reprompt, card)


def _introducing(turn: Turn, opening: SpeechBuilder) -> tuple[Turn, SpeechBuilder]:
    """Before anyone's first guide, however it starts, the introduction comes first; it is remembered as said."""
    words, remembered = turn.messages, turn.remembered
    if remembered.introduction >= words.introduction_version or turn.session.introduced:
        return turn, opening
    said = turn.speech(words("introduction"))
    session = replace(turn.session, introduced=True, introducing=said.words)
    remembered = replace(remembered, introduction=words.introduction_version)
    return replace(turn, session=session, remembered=remembered), said.pause(1.0).then(opening)


def _introduced(turn: Turn) -> Turn:
    """The turn, in which an introduction that was cut short is still to be said."""
    session = turn.session
    if not session.introducing:
        return turn
    heard = session.sent is not None and turn.now - session.sent.at >= session.introducing
    remembered = turn.remembered if heard else replace(turn.remembered, introduction=0)
    return replace(turn, session=replace(session, introducing=0.0, introduced=heard), remembered=remembered)


def finish(turn: Turn, closing: SpeechBuilder) -> Reply:
    """The end of a guide, which is then no longer unfinished."""
    session = replace(turn.session, guide=None, proposal=None, pending="more")
    remembered = remember(turn.remembered, None, turn.now)
    return Reply(closing, session, remembered, turn.speech(turn.messages("anything else")))


def go_on(turn: Turn, progress: Progress, opening: SpeechBuilder) -> Reply:
    """Back to where the person was: position and side, at least twelve seconds to get back, then the cue."""
    words, timeline = turn.messages, progress.timeline
    moment = _onward(turn, progress)
    if progress.here.span.kind == "hold" and moment >= progress.here.span.end:
        opening.say(words("spot has had enough"))
    if progress.guide.digest not in ("", timeline.script.digest):
        opening.say(words("revised"))
    located = timeline.locate(moment)
    if located.span.section == "down":
        said = described(turn, progress.guide)
        opening.say(words("back to getting ready", place=said["place"], side=said["side"])).pause(GET_BACK)
        return play(turn, progress.guide, timeline, moment, opening)
    where = where_is(turn, located)
    if hold_at(timeline, moment):
        opening.say(words("back in place", where=where, cue=first_words(timeline, moment))).pause(GET_BACK)
        opening.say(words("here we go"))
    else:
        opening.say(words("back in place plain", where=where)).pause(GET_BACK)
    return play(turn, progress.guide, timeline, moment, opening)


def carry_on(turn: Turn, progress: Progress, opening: SpeechBuilder) -> Reply:
    """On from where the person is, who has not moved: only a short answer came between."""
    guide = progress.guide
    off = progress.getting_back or not room_for(turn, guide, progress.here, opening)
    if off and hold_at(progress.timeline, progress.here.moment):
        return go_on(turn, progress, turn.speech(eased(turn, progress)).then(opening))
    if progress.here.span.kind == "hold":
        guide = guide.pressing_on(progress.here.span, opening.words)
    else:
        opening.say(eased(turn, progress))  # they may be a step further, on the next spot
    moment = _onward(turn, replace(progress, guide=guide))
    on_spot = progress.here.span.kind == "hold" and not progress.part_heard
    if on_spot and moment >= progress.here.span.end:  # the answer outlasts the spot: off it first
        opening = turn.speech(ease_off(turn, guide)).then(opening)
    return play(turn, guide, progress.timeline, moment, opening)


def _onward(turn: Turn, progress: Progress) -> float:
    """Where a guide goes on after an answer: a track that waits for it where it is, unless its spot has had enough."""
    if waits_at(turn, progress.guide, progress.here.moment):
        return progress.allowed(progress.here.moment)
    return progress.resume


def at_rest(turn: Turn, progress: Progress) -> Turn:
    """The turn with its guide at rest where the person was; one that was only offered stays an offer."""
    guide = progress.guide if turn.session.guide else None
    remembered = remember(turn.remembered, progress.guide, turn.now)
    return replace(turn, session=replace(turn.session, guide=guide), remembered=remembered)


def kept(turn: Turn, progress: Progress, text: str) -> Reply:
    """The guide at rest where the person was, and whether to go on with it."""
    if progress.here.span.section == "down":
        again = turn.messages("go on reprompt before", later=turn.later)
    else:
        again = turn.messages("go on reprompt", tool=tool(turn, progress.guide), later=turn.later)
    return asking(at_rest(turn, progress), turn.speech(text), "go on", again)


def first_words(timeline: Timeline, moment: float) -> str:
    """The first sentence of the step under way."""
    span = timeline.locate(moment).span
    return next(cue.text for cue in timeline.cues if cue.start >= span.start)


def ready_again(turn: Turn, guide: Guide, before: bool = False) -> str:
    """What is asked when nobody says that they are ready: its last words leave nobody lying on the ball."""
    if before:
        return turn.messages("ready reprompt before", later=turn.later)
    return turn.messages("ready reprompt", tool=tool(turn, guide), later=turn.later)


def tool(turn: Turn, guide: Guide) -> str:
    """What this script presses with, as it is said."""
    return turn.messages.tool(turn.script(guide).presses_in(place_of(turn, guide).id))


def ease_off(turn: Turn, guide: Guide) -> str:
    """The words that take the weight off, with what this script presses with."""
    return turn.messages("ease off", tool=tool(turn, guide))


def eased(turn: Turn, progress: Progress) -> str:
    """The words that take the weight off, where there may be any."""
    return ease_off(turn, progress.guide) if progress.on_pressure else ""


def where_is(turn: Turn, here: Located) -> str:
    """Where somebody is, as it is said: side and spot, or the stage of the guide."""
    span, words = here.span, turn.messages
    sides = turn.library.phrases.sides
    if span.section == "down":
        return words("where before")
    if span.kind == "hold":
        if span.side:
            return words("where hold", side=sides[span.side], name=span.name)
        return words("where hold plain", name=span.name)
    if span.side:
        return words("where side", side=sides[span.side])
    if span.section == "changeover":
        return words("where changeover")
    return words("where end" if span.section in ("end", "up") else "where plain")
