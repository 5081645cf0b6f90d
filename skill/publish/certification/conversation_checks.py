"""Checks that hold a conversation: launch, one-shots, silence, the player, and each sentence of the store's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import uuid4

from skill.locales import DEFAULT, LOCALES
from skill.messages.loader import load_messages
from skill.messages.messages import Messages
from skill.publish.certification.candidate import WITH_REMINDERS, Candidate
from skill.simulator import envelopes
from skill.simulator.device import AlexaRefuses, Device, State
from skill.simulator.envelopes import MAY_IT, Profile
from skill.simulator.nlu import FALLBACK, Understanding, after_wake_word, parse_invocation
from skill.simulator.record import Kind, Moment
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
            yield from (f"{reason} ({moment}): {broken}" for broken in one.broken)


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
    return called == "" or understanding.hear(phrase if called is None else called).intent != FALLBACK


SECONDS_BETWEEN = 20.0
"""Seconds of a track between two of them."""


def player_words(candidate: Candidate) -> Iterator[str]:
    """Find words for the player that do not do what they say. Each begins with a track that plays, if it needs one."""
    device = playing(candidate)
    for word, wanted in candidate.rules.player_words.items():
        if device.state is not State.PLAYING and word != "resume":
            device.say("Alexa, resume")
            device.until_listening()
        if device.state is not State.PLAYING and word != "resume":
            yield f"“resume” leaves the device {device.state}"
            return
        device.wait(SECONDS_BETWEEN)
        device.say(f"Alexa, {word}")
        device.until_idle()
        if device.state != wanted:
            yield f"“{word}” leaves the device {device.state}; it should be {wanted}"


def player_events(candidate: Candidate) -> Iterator[str]:
    """Find buttons that do not do what they say, and a track that does not end. The device refuses spoken answers."""
    device = playing(candidate)
    device.wait(SECONDS_BETWEEN)
    for button, wanted in candidate.rules.player_buttons.items():
        device.press(button)
        if device.state != wanted:
            yield f"the button {button} leaves the device {device.state}; it should be {wanted}"
        device.wait(SECONDS_BETWEEN)
    device.wait(1_800)
    if device.state is State.PLAYING:
        yield "a track of five minutes still plays after half an hour"


def without_player(candidate: Candidate) -> Iterator[str]:
    """Find a device without a player on which the same massage is not spoken."""
    device = candidate.device(candidate.person(player=False))
    for sentence in (OPEN, START, "ready"):
        say_in_time(device, sentence)
    if device.state is not State.SPEAKING or not device.session_open:
        yield f"after “ready” the device is {device.state}"


def playing(candidate: Candidate) -> Device:
    """A device that plays a track of five minutes."""
    device = candidate.device(candidate.person())
    for sentence in (OPEN, START, "ready"):
        say_in_time(device, sentence)
    device.until_listening()
    return device


QUOTED = re.compile(r'"([^"]+)"')
EXCUSES = ("apology", "not understood", "nothing runs", "reminder not here", "reminder failed")
"""Messages with which the skill does not do what was asked."""


def texts(candidate: Candidate) -> Iterator[str]:
    """Find all that the store's texts promise and the skill does not do, each with its field."""
    for name, check in (
        ("examplePhrases", example_phrases), ("description", description), ("testingInstructions", instructions),
    ):  # fmt: skip
        yield from (f"{name}: {problem}" for problem in check(candidate))


def instructions(candidate: Candidate) -> Iterator[str]:
    """Find quoted sentences that are not answered, said one after the other by one person on a device with a player."""
    inside = candidate.package.store
    locale = DEFAULT if DEFAULT in inside["locales"] else min(inside["locales"])
    yield from _followed(candidate, locale, inside["testingInstructions"])


def description(candidate: Candidate) -> Iterator[str]:
    """Find the same in what customers read, in every locale."""
    for locale, listing in candidate.package.listings.items():
        for problem in _followed(candidate, locale, listing["description"]):
            yield f"{locale}: {problem}"


def reminder(candidate: Candidate) -> Iterator[str]:
    """Find a reminder that is not asked about, not set once it is permitted, or not reported once it is refused."""
    messages = load_messages(DEFAULT)
    for permission, wanted in (("ACCEPTED", "reminder set"), ("DENIED", "no reminder")):
        person = replace(candidate.person(), token=WITH_REMINDERS, permission=permission)
        device = candidate.device(person)
        for sentence in ("Alexa, ask sciatica massage to remind me tomorrow", "yes"):
            if wrong := _wrong(device, messages, sentence):
                yield f"“{sentence}” {wrong}"
        text = _text(device.record)
        if MAY_IT not in text or messages(wanted) not in text.partition(MAY_IT)[2]:
            yield f"{permission}: what is said is: {text[-120:]}"


def _followed(candidate: Candidate, locale: str, text: str) -> Iterator[str]:
    """What does not go as the text says. After a sentence that failed the next one continues from there."""
    messages = load_messages(locale)
    device = candidate.device(replace(candidate.person(locale), token=WITH_REMINDERS))
    sentences = [one.strip(" .,") for one in QUOTED.findall(text)]
    if not any(after_wake_word(one) for one in sentences):
        yield "it says nowhere how to begin"
    for sentence in sentences:
        if wrong := _wrong(device, messages, sentence):
            yield f"“{sentence}” {wrong}"


def _wrong(device: Device, messages: Messages, sentence: str) -> str:
    """What is wrong with what follows when this is said; empty when nothing is."""
    device.until_listening()
    if device.state is State.PLAYING:
        device.wait(SECONDS_BETWEEN)
    before = len(device.record)
    try:
        device.say(sentence)
        device.until_listening()
    except AlexaRefuses as error:
        device.give_up()
        return str(error)
    said, *answer = device.record[before:]
    text = _text(answer)
    if said.note:
        return f"is {said.note}"
    return f"is answered with: {text[:120]}" if any(messages(excuse) in text for excuse in EXCUSES) else ""


def _text(moments: Sequence[Moment]) -> str:
    return " ".join(one.text for one in moments if one.kind is Kind.WORDS)
