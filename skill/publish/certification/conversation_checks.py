"""Checks that hold a conversation: launch, one-shots, example phrases, silence, the disclaimer, forgetting."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from skill.locales import LOCALES
from skill.messages.loader import load_messages
from skill.publish.certification.candidate import Candidate
from skill.simulator import envelopes
from skill.simulator.device import Device, State
from skill.simulator.envelopes import Profile
from skill.simulator.invocation import Launch, OneShot, after_wake_word, parse_invocation
from skill.simulator.nlu import FALLBACK, Understanding
from skill.simulator.record import Kind
from skill.simulator.skill_client import AlexaRefuses
from skill.simulator.talk import say_in_time

OPEN, START = "open sciatica massage", "piriformis for five minutes, left side first"
ONE_SHOT, NAMED = "ask sciatica massage to start the piriformis for five minutes", "piriformis"
NO_ADVICE = "not medical advice"
REASONS = ("USER_INITIATED", "ERROR", "EXCEEDED_MAX_REPROMPTS")


def launch(candidate: Candidate) -> Iterator[str]:
    """Find welcomes, in any locale, that do not say the name or ask nothing."""
    for locale in LOCALES:
        device = candidate.device(candidate.person(locale))
        words = answer_to(device, OPEN)
        if candidate.understanding(locale).invocation_name not in words.lower():
            yield f"{locale}: the welcome does not say what was opened"
        if device.state is not State.LISTENING:
            yield f"{locale}: nothing is asked"


def returning(candidate: Candidate) -> Iterator[str]:
    """Find a second welcome, after a day, that is not shorter than the first."""
    person = candidate.person()
    first = _first_visit(candidate, person)
    candidate.clock.advance(86_400)
    again = answer_to(candidate.device(person), OPEN)
    if len(again.split()) >= len(first.split()):
        yield f"{len(again.split())} words for a returning person, {len(first.split())} for a new one"


def one_shot(candidate: Candidate) -> Iterator[str]:
    """Find answers to a whole request that do not name what was asked for, or are the welcome or an excuse."""
    for locale in LOCALES:
        welcome = answer_to(candidate.device(candidate.person(locale)), OPEN)
        answer = answer_to(candidate.device(candidate.person(locale)), ONE_SHOT)
        if NAMED not in answer.lower() or answer == welcome or load_messages(locale)("apology") in answer:
            yield f"{locale}: “{ONE_SHOT}” is answered with: {answer[:120]}"


def example_phrases(candidate: Candidate) -> Iterator[str]:
    """Find example phrases that the model of their locale does not understand, or that are not answered.

    A phrase without the skill's name is said inside the open skill.
    """
    for locale, listing in candidate.package.listings.items():
        for phrase in listing["examplePhrases"]:
            if not _understood(candidate.understanding(locale), phrase):
                yield f"{locale}: {phrase!r} is not understood"
                continue
            device = candidate.device(candidate.person(locale))
            try:
                if after_wake_word(phrase) is None:
                    answer_to(device, OPEN)
                answer = answer_to(device, phrase)
            except AlexaRefuses as error:
                yield f"{locale}: {phrase!r}: {error}"
                continue
            messages = load_messages(locale)
            if not answer or any(messages(excuse) in answer for excuse in ("apology", "not understood")):
                yield f"{locale}: {phrase!r} is answered with: {answer[:120] or 'nothing'}"


def session_ended(candidate: Candidate) -> Iterator[str]:
    """Find answers to the end of a session, at any moment and for any reason."""
    for moment in candidate.moments:
        for reason in REASONS:
            one = candidate.ask(envelopes.session_ended(reason), moment)
            yield from (f"{reason} ({moment.name}): {broken}" for broken in one.broken)


def no_answer(candidate: Candidate) -> Iterator[str]:
    """Find a silence of the person that is not followed by one reprompt and the end."""
    device = candidate.device(candidate.person(player=False))
    answer_to(device, OPEN)
    device.until_idle()
    asked = sum(one.kind is Kind.REPROMPT for one in device.record)
    if asked != 1 or device.session_open:
        yield f"{asked} reprompts, and the session is {'open' if device.session_open else 'over'}"


def disclaimer_said(candidate: Candidate) -> Iterator[str]:
    """Find a first massage that begins without the disclaimer, or a request for it that is not answered with it."""
    before = candidate.device(candidate.person(player=False))
    say_in_time(before, OPEN)
    say_in_time(before, START)
    if NO_ADVICE not in _words_until(before, "ready").lower():
        yield "it is not said before the first massage"
    for sentence in ("ask sciatica massage for the disclaimer", "ask sciatica massage is this medical advice"):
        answer = answer_to(candidate.device(candidate.person()), sentence)
        if NO_ADVICE not in answer.lower():
            yield f"“{sentence}” is answered with: {answer[:120]}"


def forgotten(candidate: Candidate) -> Iterator[str]:
    """Find a person who is not welcomed as a new one after SkillDisabled."""
    person = candidate.person()
    first = _first_visit(candidate, person)
    request = {"type": "AlexaSkillEvent.SkillDisabled", "requestId": f"amzn1.echo-api.request.{uuid4()}"}
    status, answer = candidate.post(envelopes.envelope(person, request, candidate.clock(), None))
    if status != 200 or answer.get("response"):
        yield f"the event is answered with {status}, {answer}"
    again = answer_to(candidate.device(person), OPEN)
    if again != first:
        yield f"afterwards the welcome is: {again[:120]}"


def answer_to(device: Device, sentence: str) -> str:
    """What is said in answer to this, up to where the device listens, plays or is idle."""
    say_in_time(device, sentence)
    return _words_until(device)


def _first_visit(candidate: Candidate, person: Profile) -> str:
    """Hold a person's first conversation, a massage included. Gives the welcome."""
    device = candidate.device(person)
    welcome = answer_to(device, OPEN)
    answer_to(device, START)
    device.until_idle()
    return welcome


def _words_until(device: Device, sentence: str = "") -> str:
    start = max(index for index, one in enumerate(device.record) if one.kind is Kind.YOU)
    if sentence:
        say_in_time(device, sentence)
    device.until_listening()
    return " ".join(one.text for one in device.record[start + 1 :] if one.kind is Kind.WORDS)


def _understood(understanding: Understanding, phrase: str) -> bool:
    called = parse_invocation(phrase, understanding.invocation_name)
    if called is None and after_wake_word(phrase) is not None:
        return False
    said = called.rest if isinstance(called, OneShot) else phrase
    return isinstance(called, Launch) or understanding.hear(said).intent != FALLBACK
