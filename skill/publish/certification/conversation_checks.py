"""Checks that hold a conversation: opening, one-shots, phrases, silence, the disclaimer, being forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from skill.locales import LOCALES
from skill.messages.loader import load_messages
from skill.publish.certification.candidate import Candidate
from skill.publish.skill_package import Package
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
    """The name is said, and the session is open, in every locale."""
    for locale in LOCALES:
        device = candidate.device(candidate.person(locale))
        words = heard(device, OPEN)
        if candidate.ears(locale).invocation_name not in words.lower():
            yield f"{locale}: the welcome does not say what was opened"
        if device.state is not State.LISTENING:
            yield f"{locale}: nothing is asked"


def returning(candidate: Candidate) -> Iterator[str]:
    """The second welcome, after a day, is the shorter one."""
    person = candidate.person()
    first = heard(device := candidate.device(person), OPEN)
    heard(device, START)
    device.until_idle()
    candidate.clock.advance(86_400)
    again = heard(candidate.device(person), OPEN)
    if len(again.split()) >= len(first.split()):
        yield f"{len(again.split())} words for a returning person, {len(first.split())} for a new one"


def one_shot(candidate: Candidate) -> Iterator[str]:
    """What was asked for is named in the answer, which is neither the welcome nor an excuse."""
    for locale in LOCALES:
        device = candidate.device(candidate.person(locale))
        welcome = heard(candidate.device(candidate.person(locale)), OPEN)
        answer = heard(device, ONE_SHOT)
        if NAMED not in answer.lower() or answer == welcome or load_messages(locale)("apology") in answer:
            yield f"{locale}: “{ONE_SHOT}” is answered with: {answer[:120]}"


def example_phrases(candidate: Candidate) -> Iterator[str]:
    """Each is understood by the model of its locale and answered; without the name, inside the open skill."""
    for locale, phrases in _phrases(candidate.package):
        for phrase in phrases:
            if not _understood(candidate.ears(locale), phrase):
                yield f"{locale}: {phrase!r} is not understood"
                continue
            device = candidate.device(candidate.person(locale))
            try:
                if after_wake_word(phrase) is None:
                    heard(device, OPEN)
                answer = heard(device, phrase)
            except AlexaRefuses as error:
                yield f"{locale}: {phrase!r}: {error}"
                continue
            words = load_messages(locale)
            if not answer or any(words(excuse) in answer for excuse in ("apology", "not understood")):
                yield f"{locale}: {phrase!r} is answered with: {answer[:120] or 'nothing'}"


def session_ended(candidate: Candidate) -> Iterator[str]:
    """Nothing is said, whatever ended it, at every moment."""
    for moment in candidate.moments:
        for reason in REASONS:
            exchange = candidate.ask(envelopes.session_ended(reason), moment)
            yield from (f"{reason} ({moment.name}): {broken}" for broken in exchange.broken)


def nobody_answers(candidate: Candidate) -> Iterator[str]:
    """One reprompt, then the end, without a word of the person."""
    device = candidate.device(candidate.person(player=False))
    heard(device, OPEN)
    device.until_idle()
    asked = sum(one.kind is Kind.REPROMPT for one in device.heard)
    if asked != 1 or device.session_open:
        yield f"{asked} reprompts, and the session is {'open' if device.session_open else 'over'}"


def disclaimer_said(candidate: Candidate) -> Iterator[str]:
    """Before the first massage begins, and whenever it is asked for."""
    before = candidate.device(candidate.person(player=False))
    say_in_time(before, OPEN)
    say_in_time(before, START)
    if NO_ADVICE not in _words_until(before, "ready").lower():
        yield "it is not said before the first massage"
    for sentence in ("ask sciatica massage for the disclaimer", "ask sciatica massage is this medical advice"):
        answer = heard(candidate.device(candidate.person()), sentence)
        if NO_ADVICE not in answer.lower():
            yield f"“{sentence}” is answered with: {answer[:120]}"


def forgotten(candidate: Candidate) -> Iterator[str]:
    """After SkillDisabled the same person is welcomed as a new one."""
    person = candidate.person()
    first = heard(device := candidate.device(person), OPEN)
    heard(device, START)
    device.until_idle()
    status, answer = candidate.post(_event(person, candidate.clock()))
    if status != 200 or answer.get("response"):
        yield f"the event is answered with {status}, {answer}"
    again = heard(candidate.device(person), OPEN)
    if again != first:
        yield f"afterwards the welcome is: {again[:120]}"


def heard(device: Device, sentence: str) -> str:
    """What is said in answer to this, up to where the device listens, plays or is idle."""
    say_in_time(device, sentence)
    return _words_until(device)


def _words_until(device: Device, sentence: str = "") -> str:
    start = max(index for index, one in enumerate(device.heard) if one.kind is Kind.YOU)
    if sentence:
        say_in_time(device, sentence)
    device.until_listening()
    return " ".join(one.text for one in device.heard[start + 1 :] if one.kind is Kind.WORDS)


def _event(person: Profile, now: float) -> dict[str, object]:
    request = {"type": "AlexaSkillEvent.SkillDisabled", "requestId": f"amzn1.echo-api.request.{uuid4()}"}
    return envelopes.envelope(person, request, now, None)


def _understood(ears: Understanding, phrase: str) -> bool:
    called = parse_invocation(phrase, ears.invocation_name)
    if isinstance(called, Launch):
        return True
    if isinstance(called, OneShot):
        return ears.hear(called.rest).intent != FALLBACK
    return after_wake_word(phrase) is None and ears.hear(phrase).intent != FALLBACK


def _phrases(package: Package) -> Iterator[tuple[str, list[str]]]:
    for locale, listing in package.listings.items():
        yield locale, listing["examplePhrases"]
