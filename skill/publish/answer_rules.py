"""Rules for facts, answers and scripts: each fact is in an answer, each answer is short, each promise is hedged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from skill.dialog.deliver import deliver
from skill.dialog.handlers.anytime import about, answer
from skill.dialog.planner import Resources
from skill.dialog.state import Remembered, Session
from skill.dialog.turn import Slot, Turn
from skill.locales import language_of
from skill.messages.messages import MASSAGE, TIP, Answer, Messages
from speech.errors import Problem
from speech.script.facts import FILE, Fact, unknown_facts

LONGEST_ANSWER = 25.0
"""Seconds of an answer, with the question or proposal at its end."""


def answer_problems(resources: Resources, facts: Mapping[str, Fact], intents: Sequence[str]) -> list[Problem]:
    """Every mistake in the answers of the resources. `intents` are those of the interaction model."""
    file, problems = f"skill/messages/{language_of(resources.messages.locale)}.yaml", list[Problem]()
    for found in resources.messages.answers.values():
        for field, message in _mistakes(resources, found, facts, intents):
            problems.append(Problem(file, found.line, f"{found.id}: {field}", message))
    unused = _unused_facts(resources.messages, facts, intents)
    return sorted([*problems, *unused, *unknown_facts(resources.library, facts)])


def seconds_of(resources: Resources, found: Answer) -> float:
    """The spoken seconds of an answer at launch, with the question at its end: 0.0 where another handler says it."""
    if not found.say:
        return 0.0
    slots = {"topic": Slot(found.id, found.id)} if found.topics else {}
    turn = Turn(resources, found.id, slots, 0.0, Session(), Remembered())
    if found.topics:
        return deliver(about(turn)).speech.words
    return deliver(answer(turn)).speech.words


def said_in(messages: Messages, found: Answer) -> str:
    """All that is said with an answer: its own text, or those that it names."""
    return found.say or " ".join(messages.texts[name] for name in found.texts)


def hedged(messages: Messages, text: str) -> bool:
    """Whether a text has a word that keeps its claim modest."""
    return re.search(rf"\b({'|'.join(map(re.escape, messages.hedges))})\b", text, re.IGNORECASE) is not None


def _mistakes(
    resources: Resources, found: Answer, facts: Mapping[str, Fact], intents: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with one answer: the field, and what it should be."""
    for name in found.facts:
        if name not in facts:
            yield "facts", f"{name!r} is not a fact of {FILE}"
    if found.then not in (TIP, MASSAGE, *resources.library.scripts):
        yield "then", f"{found.then!r} is not {TIP}, {MASSAGE} or a script"
    if (takes := seconds_of(resources, found)) > LONGEST_ANSWER:
        yield "say", f"{takes:.1f} seconds with what it leads on to; at most {LONGEST_ANSWER:g}"
    promised = [name for name in found.facts if name in facts and facts[name].benefit]
    if promised and not hedged(resources.messages, said_in(resources.messages, found)):
        yield "say", f"{promised[0]} is a benefit; one of these is needed: {', '.join(resources.messages.hedges)}"
    if not _reached(found, intents):
        yield "topics", "it cannot be asked for: it needs topics, tip, by, or the name of an intent of the model"


def _reached(found: Answer, intents: Sequence[str]) -> bool:
    """Whether a person can reach an answer."""
    return bool(found.topics) or found.tip or any(name in intents for name in (found.id, found.by))


def _unused_facts(messages: Messages, facts: Mapping[str, Fact], intents: Sequence[str]) -> Iterator[Problem]:
    """The facts that no answer carries, each with its own line."""
    used = {name for found in messages.answers.values() if _reached(found, intents) for name in found.facts}
    for fact in facts.values():
        if fact.id not in used:
            yield Problem(FILE, fact.line, fact.id, "cannot be heard: no answer of skill/messages carries it")
