"""Checks that say each sentence of the store's texts to the skill, as a tester or a customer would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from skill.locales import DEFAULT
from skill.messages.loader import load_messages
from skill.messages.messages import Messages
from skill.publish.certification.candidate import WITH_REMINDERS, Candidate
from skill.publish.certification.conversation_checks import example_phrases
from skill.simulator.device import Device, State
from skill.simulator.envelopes import MAY_IT
from skill.simulator.invocation import after_wake_word
from skill.simulator.record import Kind, Moment
from skill.simulator.skill_client import AlexaRefuses

QUOTED = re.compile(r'"([^"]+)"')
EXCUSES = ("apology", "not understood", "nothing runs", "reminder not here", "reminder failed")
"""Messages with which the skill does not do what was asked."""
SECONDS_BETWEEN = 20.0
"""Seconds of a track before the next sentence."""


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
