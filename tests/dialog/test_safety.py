"""Safety comes before anything else: off first, nothing overrides it, nothing of it is kept."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from skill.dialog.handlers.safety import CONDITIONS
from skill.dialog.private_intents import SAFETY, SAFETY_INTENTS, is_private, recorded_intent
from skill.dialog.rested_spots import Resting, resting_in, with_rest
from skill.dialog.state import Remembered, remembered_from_json, remembered_to_json
from skill.messages.loader import load_messages
from skill.models.interaction_model import model_file
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.nlu import Understanding
from skill.simulator.response_rules import check_response
from speech.script.library import load_pace
from tests.support.guided import Massage, skill_app
from tests.support.handlers import HANDLERS
from tests.support.listener import shared_resources

PROVE = os.environ.get("MASSAGE_PROVE") == "1"
MODEL: Mapping[str, Any] = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
EARS = Understanding.from_file(model_file())
WORDS = load_messages()
NEAR_MISSES = yaml.safe_load((Path(__file__).parent / "data" / "near_misses.yaml").read_text(encoding="utf-8"))
ASK = "piriformis for five minutes, left side first"


def phrases(kind: str) -> dict[str, list[str]]:
    """What is said for each value of a slot type."""
    values = next(one["values"] for one in MODEL["types"] if one["name"] == kind)
    return {one["id"]: [one["name"]["value"], *one["name"]["synonyms"]] for one in values}


SIGNS, NAMED = phrases("EmergencySign"), phrases("ConditionName")


def in_a_hold(folder: Path | None = None) -> Massage:
    """Somebody twelve seconds into the first spot."""
    massage = Massage("open sciatica massage", ASK, "ready", folder=folder)
    massage.until("hold", into=12.0)
    return massage


# -- what is heard -----------------------------------------------------------------------------------------------------


def test_every_group_of_signs_has_forty_phrases() -> None:
    """The six groups of X2 are known by at least forty phrases each."""
    assert set(SIGNS) == {"both_legs", "saddle", "bladder_bowel", "sexual", "chest_breath", "accident"}
    assert {id: len(said) for id, said in SIGNS.items() if len(said) < 40} == {}


@pytest.mark.parametrize("group", SIGNS)
def test_every_sign_is_heard_as_an_emergency(group: str) -> None:
    """A sign is an emergency alone, after "help" and "I think", and with courtesies around it."""
    for phrase in SIGNS[group]:
        for said in (phrase, f"help {phrase}", f"i think {phrase}", f"well {phrase} please"):
            heard = EARS.hear(said)
            assert (heard.intent, heard.slots["sign"].id) == ("EmergencyIntent", group), said


@pytest.mark.parametrize("near", NEAR_MISSES, ids=lambda near: near["say"])
def test_a_near_miss_is_no_emergency(near: Mapping[str, str]) -> None:
    """What only sounds like a sign keeps its own meaning: "do both legs", "I need the toilet"."""
    heard = EARS.hear(near["say"]).intent
    assert heard != "EmergencyIntent"
    assert near["intent"] in ("any", heard)


@pytest.mark.parametrize("condition", NAMED)
def test_every_condition_is_heard_by_its_names(condition: str) -> None:
    """A condition named alone, as "I have" it, is heard as that condition, or as the emergency it would be."""
    for phrase in NAMED[condition]:
        heard = EARS.hear(phrase)
        assert (heard.intent, heard.slots["condition"].id) == ("ConditionIntent", condition), phrase


def test_each_condition_has_its_text() -> None:
    """Every condition of the model has a text of its own, and every text a condition."""
    assert set(CONDITIONS) | {"clot"} == set(NAMED)
    assert set(NAMED) == {
        "pregnancy", "blood_thinners", "bleeding", "osteoporosis", "steroids", "operation", "injury", "clot", "cancer",
        "fever", "reduced_feeling", "skin", "alcohol_medicine", "child",
    }  # fmt: skip


def test_all_of_safety_is_answered_and_private() -> None:
    """Each safety intent is in the model, has a handler, and is recorded as no more than "safety"."""
    assert set(HANDLERS) >= SAFETY_INTENTS
    assert {one["name"] for one in MODEL["intents"]} >= SAFETY_INTENTS
    assert {recorded_intent(name) for name in SAFETY_INTENTS} == {SAFETY}
    assert recorded_intent("AMAZON.PauseIntent") == "AMAZON.PauseIntent" and not is_private("LaunchRequest")


# -- what is said ------------------------------------------------------------------------------------------------------

TELLING = [name for name in WORDS.texts if name.startswith("about ")]
SAFETY_TEXTS = [
    *TELLING, "emergency", "too strong", "too strong before", "sharp", "emergency signs", "cannot get up",
    "see a doctor", "who should not", "still fine", "still fine on the way",
]  # fmt: skip


@pytest.mark.parametrize("name", SAFETY_TEXTS)
def test_safety_never_diagnoses_and_never_asks_what_hurts(name: str) -> None:
    """No text says what somebody has, and no question is about a symptom."""
    text = WORDS.texts[name]
    assert "you have" not in text.lower() and "you've" not in text.lower()
    questions = [sentence for sentence in text.replace("?", "?.").split(".") if sentence.strip().endswith("?")]
    asked = {question.strip() for question in questions}
    assert asked <= {
        "Shall we go on, softer?", "Shall we?", "Shall I say that again?", "Shall we take a few slow breaths?",
    }  # fmt: skip


@pytest.mark.parametrize("condition", NAMED)
def test_a_condition_is_answered_in_half_a_minute(condition: str) -> None:
    """The longest answer, in the middle of a guide, stays near the twenty-five seconds of an answer."""
    massage = in_a_hold()
    said = massage.say(NAMED[condition][0])
    assert load_pace().seconds_of(said) < 28.0, said


def test_who_should_not_is_an_overview() -> None:
    """At most twenty-five seconds, and it ends by saying that naming one tells more."""
    assert load_pace().seconds_of(WORDS("who should not")) <= 25.0
    assert "Name one to hear more" in WORDS("who should not")


# -- in every state ----------------------------------------------------------------------------------------------------

STATES = ("new", "hold", "paused", "the end")


def moment(state: str, folder: Path | None = None) -> Massage:
    if state == "new":
        massage = Massage("open sciatica massage", folder=folder)
        massage.until_question()
        return massage
    massage = in_a_hold(folder)
    if state == "paused":
        massage.say("pause")
    if state == "the end":
        massage.until("say", "up")
        massage.until_question()
    return massage


@pytest.mark.parametrize("state", STATES)
def test_an_emergency_ends_everything(state: str, tmp_path: Path) -> None:
    """The local number, from a phone, then the session is over; the guide is not offered again."""
    massage = moment(state, tmp_path)
    said = massage.say("i can't feel my legs")
    assert (
        said.startswith("Stop. ")
        and " off " in said
        and "call your local emergency number now, nine one one" in said.lower()
    )
    assert "Use a phone" in said and "?" not in said
    massage.device.until_idle()
    assert "not finished" not in massage.say("open sciatica massage")


@pytest.mark.parametrize("state", STATES)
def test_a_condition_leads_to_no_guide(state: str) -> None:
    """After "I'm pregnant" no guide is proposed, and the yes that is asked for leads to slow breaths."""
    massage = moment(state)
    said = massage.say("i'm pregnant")
    assert "ask your doctor or midwife" in said and "Shall we start" not in said and "Shall we go on" not in said
    assert "guide" not in massage.device.attributes and "proposal" not in massage.device.attributes
    assert ("Ease off the ball" in said) == (state == "hold")
    said = massage.say_when_asked("yes")
    assert said.count("Breathe in, slowly.") == 3 and "Shall we do that once more?" in said
    assert "Take care of yourself" in massage.say_when_asked("no")


def test_too_strong_comes_off_and_goes_on_softer() -> None:
    """Off first; a yes goes on softer and a no ends, with the way up."""
    massage = in_a_hold()
    said = massage.say("it hurts")
    assert said.startswith("Ease off the ball.") and said.endswith("Shall we go on, softer?")
    said = massage.say_when_asked("yes")
    assert "Softer, then" in said and "Take your time getting back" in said
    assert massage.device.attributes["guide"]["ask"]["soft"] is True
    massage.say("too strong")
    assert "roll to your side" in massage.say_when_asked("no")


def test_softer_answers_the_question_about_softer() -> None:
    """Where it was asked whether to go on softer, "softer" is a yes."""
    massage = in_a_hold()
    massage.say("ouch")
    assert "Take your time getting back" in massage.say_when_asked("softer")


# -- a spot rests for today --------------------------------------------------------------------------------------------


def test_a_spot_that_hurt_sharply_is_not_pressed_again_that_day(tmp_path: Path) -> None:
    """It is left out in what is under way and in a later guide the same day, and it returns the next day."""
    massage = in_a_hold(tmp_path)
    said = massage.say("sharp pain")
    assert "I leave that spot out for today" in said and "call nine one one now, on a phone" in said
    assert "We leave this spot out today" in massage.say_when_asked("no")
    left_out = massage.device.attributes["guide"]["ask"]["left_out"]
    assert len(left_out) == 1 and left_out[0].endswith("/left")
    massage.say("stop")
    massage.device.until_idle()

    def begun(later: float) -> list[str]:
        massage.clock.advance(later)
        massage.say("open sciatica massage")
        massage.say_when_asked(ASK)
        asked = massage.device.attributes["guide"]["ask"].get("left_out", [])
        massage.say_when_asked("ready")
        heard = massage.answer
        assert ("We leave this spot out today" in heard) == bool(asked), heard
        massage.say("stop")
        massage.device.until_idle()
        return list(asked)

    assert begun(2 * 3600.0) == left_out
    assert begun(18 * 3600.0) == []


def test_a_spot_rests_in_the_long_session_too() -> None:
    """The same spot rests in every script that has it, wherever it was told."""
    sessions = [script for script in shared_resources().library if script.session]
    for script in sessions:
        step = next(step for step in script.session if hasattr(step, "script"))
        here = with_rest((), script, (f"{step.step}:spot/left",), 0.0)
        assert resting_in(here, step.script, 10.0) == ("spot/left",)
        assert resting_in(here, script, 10.0) == (f"{step.step}:spot/left",)
        assert resting_in(here, script, 20 * 3600.0) == ()


# -- nothing is kept ---------------------------------------------------------------------------------------------------


@dataclass
class Watched:
    """A conversation held still, with its database."""

    massage: Massage
    folder: Path

    def rows(self) -> dict[str, Any]:
        with closing(sqlite3.connect(self.folder / "memory.sqlite3")) as database:
            return {key: json.loads(data) for key, data in database.execute("SELECT key, data FROM memory")}

    def send(self, request: Mapping[str, Any], number: int) -> dict[str, Any]:
        session = Session(new=False, attributes=self.massage.device.attributes)
        envelope = envelopes.envelope(Profile(), request, self.massage.clock(), session)
        envelope["request"]["requestId"] = f"amzn1.echo-api.request.private-{number}"
        given = self.massage.app.test_client().post("/alexa", json=envelope).get_json()
        assert check_response(envelope, given) == []
        return dict(given)


def safety_sentences() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sample of every safety intent, its slot filled with each of its phrases (at least some of them)."""
    for intent in MODEL["intents"]:
        if intent["name"] not in SAFETY_INTENTS:
            continue
        values = {"sign": SIGNS, "condition": NAMED}
        others = {one["name"]: one["type"] for one in intent.get("slots", ()) if one["name"] not in values}
        for index, sample in enumerate(intent["samples"]):
            for name, kind in others.items():
                words = [phrase for said in phrases(kind).values() for phrase in said]
                sample = sample.replace(f"{{{name}}}", words[index % len(words)])
            slot = next((name for name in values if f"{{{name}}}" in sample), None)
            if slot is None:
                yield sample, EARS.intent_json(EARS.hear(sample))
                continue
            every = [phrase for said in values[slot].values() for phrase in said]
            for phrase in every if sample == f"{{{slot}}}" and PROVE else [every[index * 7 % len(every)]]:
                said = sample.replace(f"{{{slot}}}", phrase)
                yield said, EARS.intent_json(EARS.hear(said))
    for slot, kind in (("sign", SIGNS), ("condition", NAMED)):
        for said in kind.values():
            yield said[0], EARS.intent_json(EARS.hear(said[0]))
            assert slot


@pytest.mark.parametrize("state", ["new", "hold"])
def test_nothing_of_a_safety_sentence_is_kept(state: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No phrase, intent, sign, condition or answer reaches store, log or session."""
    watched = Watched(moment(state, tmp_path), tmp_path)
    before = watched.rows()
    caplog.set_level(logging.DEBUG)
    ids = {*SIGNS, *NAMED} - {"skin", "operation", "child"}
    for number, (said, intent) in enumerate(safety_sentences()):
        given = watched.send(envelopes.intent(intent), number)
        known = json.dumps(given.get("sessionAttributes", {}))
        rows = watched.rows()
        for key, row in rows.items():
            was = before.get(key, {})
            if key.endswith("/answers"):
                assert row == was, said
            changed = {name for name in {*row, *was} if row.get(name) != was.get(name)}
            assert changed <= {"resting", "guide", "saved", "last", "introduction"}, (said, changed)
        for trace in (known, caplog.text, *([json.dumps(rows)] if number % 50 == 0 else [])):
            assert not [id for id in ids if f'"{id}"' in trace], said
            assert intent["name"] not in trace and "private-" not in trace
            assert said not in trace or len(said) < 12, said
        assert given["response"]["outputSpeech"]["ssml"][7:60] not in caplog.text


def test_what_fails_in_safety_is_logged_without_a_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A line in the log tells that something failed, and neither intent nor function nor file."""

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("i'm pregnant")

    monkeypatch.setattr("skill.dialog.handlers.safety.Ask", failing)
    massage = Massage("open sciatica massage", app=skill_app(clock := Clock()), clock=clock)
    said = massage.say("i'm pregnant")
    assert "Something went wrong" in said
    assert "RuntimeError at safety" in caplog.text
    assert (
        "pregnan" not in caplog.text
        and "condition" not in caplog.text.lower()
        and ".py" not in "".join(caplog.messages)
    )


def test_a_safety_request_that_comes_again_is_answered_the_same(tmp_path: Path) -> None:
    """No answer is kept for it, so it is answered anew: the same words, and a spot rests once."""
    massage = in_a_hold(tmp_path)
    watched = Watched(massage, tmp_path)
    intent = EARS.intent_json(EARS.hear("sharp pain"))
    first = watched.send(envelopes.intent(intent), 0)
    after = watched.rows()
    assert watched.send(envelopes.intent(intent), 0) == first
    assert [row.get("resting") for row in watched.rows().values()] == [row.get("resting") for row in after.values()]


def test_what_rests_is_kept_by_spot_and_time_alone() -> None:
    """Script, spot and an end: nothing else is written, and what cannot be read is forgotten."""
    resting = (Resting("piriformis-ball", "first-spot/left", 1_800_000_000.0),)
    person, _ = remembered_to_json(Remembered(resting=resting))
    assert person["resting"] == [["piriformis-ball", "first-spot/left", 1_800_000_000]]
    assert remembered_from_json(person, {}, True).resting == resting
    for damaged in (None, "x", [1], [["a", "b"]], [["a", "b", True]], [["a", 1, 5]], [["a", "x" * 999, 5]]):
        assert remembered_from_json({"resting": damaged}, {}, True).resting == ()
