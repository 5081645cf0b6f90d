"""The states that a conversation can be in, each as the steps that lead there; and what its question is about."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from skill.dialog.questions import QUESTIONS
from tests.support.guided import Massage

PROVE = os.environ.get("MASSAGE_PROVE") == "1"

Step = Callable[[Massage], object]


def said_before(*sentences: str) -> Step:
    return lambda massage: [massage.say_when_asked(sentence) for sentence in sentences]


def heard_for(seconds: float) -> Step:
    return lambda massage: massage.device.wait(seconds)


def heard_until(kind: str, section: str = "side", into: float = 0.0) -> Step:
    return lambda massage: massage.until(kind, section, into)


def into_it(sentence: str) -> Step:
    return lambda massage: massage.say(sentence)


def left_alone(massage: Massage) -> None:
    massage.device.until_idle()


def much_later(massage: Massage) -> None:
    massage.clock.advance(80_000)


LAUNCH, ASK, QUESTION = "open sciatica massage", "piriformis for five minutes, left side first", Massage.until_question
BEGUN = said_before(LAUNCH, ASK, "ready")
HOLD = (BEGUN, heard_until("hold", into=12.0))
STATES: Mapping[str, tuple[Step, ...]] = {
    "nothing": (),
    "new": (said_before(LAUNCH), QUESTION),
    "proposed": (said_before(LAUNCH, "glutes"), QUESTION),
    "choosing": (said_before(LAUNCH, "no"), QUESTION),
    "introduction": (said_before(LAUNCH, ASK), heard_for(5.0)),
    "way down": (said_before(LAUNCH, ASK), heard_for(60.0)),
    "hold": HOLD,
    "rest": (BEGUN, heard_until("rest", into=3.0)),
    "changeover": (BEGUN, heard_until("rest", "changeover", into=4.0)),
    "at a question": (BEGUN, QUESTION),
    "asked to wait": (BEGUN, said_before("no"), heard_for(10.0)),
    "asked again": (BEGUN, QUESTION, heard_for(12.0)),
    "paused": (*HOLD, into_it("pause")),
    "another proposed": (*HOLD, into_it("glutes")),
    "getting back": (*HOLD, into_it("disclaimer"), heard_for(30.0)),
    "last part": (BEGUN, heard_until("say", "up", into=2.0)),
    "finished": (BEGUN, heard_until("say", "up"), QUESTION),
    "returning": (BEGUN, left_alone, into_it(LAUNCH)),
    "returning much later": (BEGUN, left_alone, much_later, into_it(LAUNCH)),
    "called in a hold": (*HOLD, into_it("ask sciatica massage for help")),
}
FINISHED = (heard_until("say", "up"), QUESTION)
STATES_OF_OUR_QUESTIONS: dict[str, tuple[Step, ...]] = {
    "asked whether softer": (*HOLD, into_it("it hurts")),
    "asked to end": (*HOLD, into_it("sharp pain")),
    "told the way up": (*HOLD, into_it("i can't get up")),
    "breathing": (said_before(LAUNCH, "i'm pregnant", "yes"), heard_for(8.0)),
    "asked about a tip": (said_before(LAUNCH, "does it work"), QUESTION),
    "asked to forget": (*HOLD, into_it("forget me")),
    "asked about a plan": (*HOLD, into_it("what is the plan")),
    "asked to count": (said_before(LAUNCH, "how am i doing"), QUESTION),
    "asked to remind": (*HOLD, into_it("remind me tomorrow")),
    "asked to count at the end": (BEGUN, *FINISHED, said_before("yes", ASK, "yes", "ready"), *FINISHED),
    "waiting after a spot": (*HOLD, into_it("continue when i say so"), heard_until("rest"), QUESTION),
    "following a plan": (said_before(LAUNCH, "start a plan"), QUESTION),
}
PENDING = {
    "asked whether softer": "softer", "asked to end": "end", "told the way up": "again", "breathing": "calm",
    "asked about a tip": "tip", "asked to forget": "forget", "asked about a plan": "plan", "asked to count": "count",
    "asked to remind": "remind", "asked to count at the end": "count", "waiting after a spot": "part",
    "following a plan": "start",
}  # fmt: skip
"""What each of these states asks; together with "start", "go on", "choose" and "more" above, all there is to ask."""


def asked(question: str) -> Step:
    """The guide rests and this question is open, without anything that was said to have it asked."""

    def asks(massage: Massage) -> None:
        massage.device.attributes = {**massage.device.attributes, "pending": question}

    return asks


for name in QUESTIONS.keys() - {*PENDING.values(), "go on", "choose", "more"}:
    STATES_OF_OUR_QUESTIONS[f"asked {name}"] = (*HOLD, into_it("pause"), asked(name))
    PENDING[f"asked {name}"] = name
MOST_STATES = [*STATES, *STATES_OF_OUR_QUESTIONS] if PROVE else list(STATES)
