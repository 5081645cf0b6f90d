"""Every fact can be heard: short, hedged, never promising, and with something to do afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from skill.dialog.deliver import deliver
from skill.dialog.handlers.anytime import about
from skill.dialog.planner import Resources
from skill.dialog.state import Remembered, Session
from skill.dialog.turn import Slot, Turn
from skill.messages.loader import AnswerFields, load_messages, read_answers
from skill.messages.messages import Answer
from skill.models.interaction_model import model_file
from skill.publish.answer_rules import LONGEST_ANSWER, answer_problems, hedged, said_in, seconds_of
from skill.simulator.nlu import Understanding
from speech.script.facts import load_facts
from speech.yaml_models import Fields, checked_as
from speech.yaml_reader import read_yaml
from tests.messages.test_loader import CLAIMS
from tests.support.guided import Massage, skill_app
from tests.support.handlers import HANDLERS
from tests.support.listener import shared_resources

FACTS = load_facts()
ANSWERS = load_messages().answers
OWN = [found for found in ANSWERS.values() if found.say]
TOPICS = [found for found in OWN if found.topics]
TIPS = [found for found in OWN if found.tip]
MODEL = json.loads(model_file().read_text(encoding="utf-8"))
INTENTS = tuple(intent["name"] for intent in MODEL["interactionModel"]["languageModel"]["intents"])
EARS = Understanding(MODEL)


def resources_with(**changed: Answer) -> Resources:
    """The skill's resources with some of its answers changed."""
    resources = shared_resources()
    return replace(resources, messages=replace(resources.messages, answers={**resources.messages.answers, **changed}))


def problems(resources: Resources) -> list[str]:
    return [str(problem) for problem in answer_problems(resources, FACTS, INTENTS)]


def test_every_fact_can_be_heard_and_every_answer_is_well() -> None:
    """What `massage check` looks at holds for the answers that come with the package."""
    assert problems(shared_resources()) == []


def test_a_fact_in_no_answer_is_reported_with_its_line() -> None:
    """A fact that nobody can hear is named with the line on which it stands."""
    resources = shared_resources()
    answers = {found.id: found for found in ANSWERS.values() if "P2" not in found.facts}
    found = answer_problems(replace(resources, messages=replace(resources.messages, answers=answers)), FACTS, INTENTS)
    assert [str(one) for one in found] == [
        f"speech/facts.yaml:{FACTS['P2'].line}: P2: cannot be heard: no answer of skill/messages carries it"
    ]


BAD: dict[str, tuple[dict[str, object], str]] = {
    "unknown fact": ({"facts": ("P3", "Z9")}, "'Z9' is not a fact"),
    "too long": ({"say": "It may help. " * 40}, "seconds with what it leads on to; at most 25"),
    "no hedge": ({"say": "Massage eases the pain."}, "P3 is a benefit; one of these is needed: may"),
    "no script": ({"then": "somersault"}, "'somersault' is not tip, massage or a script"),
    "nobody asks": ({"topics": (), "id": "nobody", "say": "", "texts": ("disclaimer",)}, "it cannot be asked for"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_with_an_answer_is_reported_with_its_line(kind: str) -> None:
    """Each rule has its message, with file and line of the answer."""
    changes, message = BAD[kind]
    changed = replace(ANSWERS["piriformis"], **changes)  # type: ignore[arg-type]  # fields by name
    assert any(
        one.startswith(f"skill/messages/en.yaml:{changed.line}: ") and message in one
        for one in problems(resources_with(piriformis=changed))
    )


def test_a_script_that_names_an_unknown_fact_is_reported_with_its_line() -> None:
    """Facts of scripts count for no question, but they must be facts."""
    resources = shared_resources()
    without = {name: fact for name, fact in FACTS.items() if name != "X12"}
    found = [str(one) for one in answer_problems(resources, without, INTENTS)]
    for script in resources.library:
        if "X12" in script.facts:
            assert any(re.match(rf"scripts/en/{script.id}\.yaml:\d+: facts: 'X12' is not a fact", one) for one in found)


@pytest.mark.parametrize("found", OWN, ids=lambda found: found.id)
def test_an_answer_is_short_hedged_and_promises_nothing(
    found: Answer, record_property: Callable[[str, object], None]
) -> None:
    """At most 25 spoken seconds with the question at its end; a benefit is hedged; the dropped words are never said."""
    resources, text = shared_resources(), said_in(load_messages(), found)
    if found.by is None:
        record_property(f"seconds of the answer {found.id}", round(seconds_of(resources, found), 1))
    assert found.by is not None or seconds_of(resources, found) <= LONGEST_ANSWER
    assert not CLAIMS.search(text)
    assert not re.search(r"\b(you have (a|an)|diagnos\w+ is|substantial\w*)\b", text, re.IGNORECASE)
    assert not any(FACTS[name].benefit for name in found.facts) or hedged(resources.messages, text)
    assert "?" not in text, "the question comes after it, and is one"
    assert not re.search(r"[<>&*_#\[\]{}]|--", text)


@pytest.mark.parametrize("found", [one for one in OWN if one.intent], ids=lambda found: found.id)
def test_every_answer_of_an_intent_has_its_handler(found: Answer) -> None:
    """An answer that is named like an intent is given to it: no list in code to forget."""
    assert found.id in HANDLERS and found.id in INTENTS


@pytest.mark.parametrize("found", TOPICS, ids=lambda found: found.id)
def test_every_topic_is_understood_and_answered(found: Answer) -> None:
    """Each name of a subject leads to that subject's answer, and the answer to one question."""
    massage = Massage("open sciatica massage")
    for name in found.topics:
        heard = EARS.hear(f"tell me about {name}")
        assert (heard.intent, heard.slots["topic"].id) == ("AboutIntent", found.id), name
    answer = massage.say_when_asked(f"tell me about {found.name}")
    assert found.say.split(".")[0].split(",")[0] in answer
    assert answer.rstrip().endswith("?")


def test_no_topic_is_asked_for_by_its_name_alone() -> None:
    """The names of techniques start guides: a bare name is never a question."""
    assert EARS.hear("piriformis").intent != "AboutIntent"
    samples = next(
        intent["samples"]
        for intent in MODEL["interactionModel"]["languageModel"]["intents"]
        if intent["name"] == "AboutIntent"
    )
    assert "{topic}" not in samples


@pytest.mark.parametrize("slots", [{}, {"topic": Slot("the moon", None)}, {"topic": Slot("the moon", "moon")}])
def test_an_unknown_topic_is_answered_kindly(slots: dict[str, Slot]) -> None:
    """What nobody wrote about is never an error, and leads on to what can be done."""
    resources = shared_resources()
    reply = deliver(about(Turn(resources, "AboutIntent", slots, 0.0, Session(), Remembered())))
    assert resources.messages("unknown topic") in reply.speech.body
    assert reply.reprompt is not None and "?" in reply.speech.body


ASKED = {
    "how does it help": "HowDoesItHelpIntent",
    "what are the benefits": "BenefitsIntent",
    "what are the advantages of massage": "BenefitsIntent",
    "is it safe": "RisksIntent",
    "what are the risks": "RisksIntent",
    "could it make things worse": "RisksIntent",
    "how often should I do it": "HowOftenIntent",
    "can I do this every day": "HowOftenIntent",
    "does it work": "DoesItWorkIntent",
    "is there any evidence": "DoesItWorkIntent",
    "what about the study": "DoesItWorkIntent",
    "what else helps": "WhatElseHelpsIntent",
    "should I try physio": "WhatElseHelpsIntent",
    "does it fix a slipped disc": "CauseIntent",
    "what causes sciatica": "CauseIntent",
    "is all back pain sciatica": "IsItSciaticaIntent",
    "who is it for": "WhoBenefitsIntent",
    "can anyone benefit": "WhoBenefitsIntent",
    "where should I press": "WhereToPressIntent",
    "where should I not press": "WhereNotToPressIntent",
    "can I press on the spine": "WhereNotToPressIntent",
    "how hard should I press": "HowHardIntent",
    "how long on each spot": "HowLongOnASpotIntent",
    "how should I breathe": "BreathingIntent",
    "what should I do afterwards": "AfterwardsIntent",
    "which ball should I use": "WhichToolIntent",
    "is it okay to use a rolling pin": "WhichToolIntent",
    "should I see a therapist": "WhoDoesItIntent",
    "give me a tip": "TipIntent",
    "another tip please": "TipIntent",
    "what is myofascial release": "AboutIntent",
    "does oil help": "AboutIntent",
    "is deep tissue good": "AboutIntent",
}


@pytest.mark.parametrize("sentence", ASKED)
def test_questions_as_people_ask_them(sentence: str) -> None:
    """The plain way to ask each question is understood."""
    assert EARS.hear(sentence).intent == ASKED[sentence]


def tips_heard(massage: Massage, count: int) -> list[str]:
    heard = []
    for _ in range(count):
        answer = massage.say_when_asked("give me a tip")
        heard += [found.id for found in TIPS if " ".join(found.say.split())[:40] in answer]
    return heard


@pytest.mark.parametrize("remembers", [True, False])
def test_each_tip_is_a_new_one_until_all_were_heard(tmp_path: Path, remembers: bool) -> None:
    """Nobody hears a tip twice before they heard all; then they come again. So too where nothing is remembered."""
    massage = Massage("open sciatica massage", folder=tmp_path)
    if not remembers:
        massage = Massage("open sciatica massage", app=skill_app(massage.clock, remembers=False), clock=massage.clock)
    every = [found.id for found in TIPS]
    assert tips_heard(massage, len(TIPS) + 2) == [*every, *every[:2]]


def test_tips_go_on_in_the_next_conversation(tmp_path: Path) -> None:
    """Which tips were heard is remembered of the person, by id."""
    massage = Massage("open sciatica massage", folder=tmp_path)
    first = tips_heard(massage, 2)
    massage.say_when_asked("stop")
    massage.device.until_idle()
    massage.say("open sciatica massage")
    assert tips_heard(massage, 1) == [TIPS[2].id]
    assert first == [TIPS[0].id, TIPS[1].id]


def test_tips_cover_what_care_asks_for() -> None:
    """Every tip of the article, and what was added for breath, exercise, afterwards and the ball, is among the tips."""
    assert {name for found in TIPS for name in found.facts} >= {f"T{n}" for n in range(1, 9)} | {
        "X8", "X9", "X10", "X11", "X12", "X13",
    }  # fmt: skip


MISTAKES = {
    "A: words": "en.yaml:2: A: 'words' is not a mapping of fields",
    "A: {say: x}": "facts: is missing",
    "A: {facts: [W1]}": "an answer has either `say` or `texts`",
    "A: {say: x, texts: [a], facts: [W1]}": "an answer has either `say` or `texts`",
    "A: {texts: [b], facts: [W1]}": "texts: no text is called 'b'",
    "A: {say: x, facts: W1}": "facts: 'W1' is not a list",
    "A: {say: 1, facts: [W1]}": "say: 1 is not text",
    "A: {say: x, facts: [W1], tip: perhaps}": "tip: 'perhaps' is neither true nor false",
    "A: {say: x, facts: [W1], than: tip}": "than: unknown field; allowed are topics, say",
}


class AnswersFile(Fields):
    answers: dict[str, AnswerFields]


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_an_answer_is_reported(tmp_path: Path, text: str) -> None:
    """Whoever writes answers is told line and field."""
    file = tmp_path / "en.yaml"
    file.write_text(f"answers:\n  {text}\n", encoding="utf-8")
    document = read_yaml(file, "en.yaml")
    if answers := checked_as(document, AnswersFile):
        read_answers(document, answers.answers, {"a": "text"})
    assert any(MISTAKES[text] in str(problem) for problem in document.problems), document.problems
