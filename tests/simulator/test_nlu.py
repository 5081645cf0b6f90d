"""The simulator hears what the committed model says, and nothing else."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from skill.models.interaction_model import model_file
from skill.simulator.nlu import FALLBACK, Understanding, after_wake_word, builtin_phrases, parse_invocation
from skill.understanding.templates import Interpretation, SlotValue

SENTENCES = yaml.safe_load((Path(__file__).parent / "data" / "sentences.yaml").read_text(encoding="utf-8"))
LANGUAGE = json.loads(model_file("en-US").read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
VALUES = {kind["name"]: kind["values"] for kind in LANGUAGE["types"]}
FIRST_VALUES = {
    slot["name"]: VALUES[slot["type"]][0]["name"]["value"]
    for intent in LANGUAGE["intents"]
    for slot in intent.get("slots", ())
    if slot["type"] in VALUES
}
EXAMPLES = FIRST_VALUES | {
    "script": "piriformis",
    "minutes": "five minutes",
    "number": "ten",
    "side": "left side first",
    "place": "at the wall",
    "area": "calf",
}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding.from_file(model_file("en-US"))


@pytest.fixture(scope="module")
def intents() -> list[dict[str, Any]]:
    model = json.loads(model_file("en-US").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = model["interactionModel"]["languageModel"]["intents"]
    return found


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["say"] or "nothing")
def test_people_are_understood(understanding: Understanding, sentence: dict[str, Any]) -> None:
    """What people say means what they mean: intent and slots, or the fallback for what is not for us."""
    heard = understanding.hear(sentence["say"])
    slots = {name: slot.id or slot.value for name, slot in heard.slots.items() if understanding.varies(slot.type)}
    intent = FALLBACK if sentence["intent"] == "none" else sentence["intent"]
    assert (heard.intent, slots) == (intent, sentence.get("slots", {}))


def test_every_sample_is_heard_as_its_own_intent(understanding: Understanding, intents: list[dict[str, Any]]) -> None:
    """No sample is taken for another intent's, in the model or among what built-ins answer to."""
    wrong = []
    for intent in intents:
        for sample in [*intent["samples"], *builtin_phrases()["intents"].get(intent["name"], ())]:
            said = sample
            for name, words in EXAMPLES.items():
                said = said.replace(f"{{{name}}}", words)
            if understanding.hear(said).intent != intent["name"]:
                wrong.append((intent["name"], said, understanding.hear(said).intent))
    assert wrong == []


def test_every_value_is_heard_as_itself(understanding: Understanding) -> None:
    """Each name and synonym of each slot type resolves to its own value when said in a request."""
    starting = {kind: f"piriformis {{{slot}}}" for kind, slot in (("SideChoice", "side"), ("PlaceName", "place"))}
    starting["ScriptName"] = "start the {script}"
    for kind, values in VALUES.items():
        intent, slot, sample = _carrier(kind)
        sample = starting.get(kind, sample)
        for value in values:
            for said in (value["name"]["value"], *value["name"]["synonyms"]):
                heard = understanding.hear(sample.replace(f"{{{slot}}}", said))
                assert heard.intent == intent, said
                if kind == "ScriptName" and "minutes" in heard.slots:
                    continue  # "half hour massage" is a length, and means the same script
                if slot not in heard.slots and not understanding.varies(kind):
                    continue  # "start piriformis" is a sample of its own, and means the same
                assert heard.slots[slot].id == value["id"], said


def _carrier(kind: str) -> tuple[str, str, str]:
    """An intent, its slot of this type, and a sample with few other slots, said as examples, and many words."""
    found = [
        (intent["name"], slot["name"], sample)
        for intent in LANGUAGE["intents"]
        for slot in intent.get("slots", ())
        if slot["type"] == kind
        for sample in intent["samples"]
        if f"{{{slot['name']}}}" in sample
    ]
    starts = [one for one in found if one[0] == "StartGuideIntent"]
    intent, own, sample = max(starts or found, key=lambda one: (-one[2].count("{"), len(one[2].split())))
    for name, words in EXAMPLES.items():
        sample = sample if name == own else sample.replace(f"{{{name}}}", words)
    return intent, own, sample


def test_hearing_is_fast(understanding: Understanding) -> None:
    """A sentence takes under 5 ms, so that long conversations stay quick tests."""
    begun = time.perf_counter()
    for sentence in SENTENCES:
        understanding.hear(sentence["say"])
    assert (time.perf_counter() - begun) / len(SENTENCES) < 0.005


def test_case_punctuation_and_courtesies_make_no_difference(understanding: Understanding) -> None:
    """A transcript with capitals, commas and pleases is the same request."""
    plain = understanding.hear("start the piriformis for five minutes")
    polite = understanding.hear("Um, okay,  could you PLEASE start the piriformis for five minutes, please?")
    assert plain == polite


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("Hi, um, I was wondering if we could skip this side today, love", "SkipSideIntent"),
        ("sorry, do you think you could slow down a bit, if you don't mind", "SlowerIntent"),
        ("could you not slow down", FALLBACK),
        ("i would like to not skip this side", FALLBACK),
        ("don't skip this side please", FALLBACK),
        ("um um um um pause", "AMAZON.PauseIntent"),
        ("um um um um um pause", FALLBACK),
        ("pause mate mate mate mate mate", FALLBACK),
    ],
)
def test_courtesies_are_bounded(understanding: Understanding, said: str, intent: str) -> None:
    """At most four go from each end, and nothing that says no goes with them."""
    assert understanding.hear(said).intent == intent


def test_one_of_a_choice_is_no_length_of_time(understanding: Understanding) -> None:
    """Words of our own win over Amazon's, where a sentence fits both: "the second" is one that was named."""
    assert understanding.hear("give me the second").intent == "ChooseIntent"
    assert understanding.hear("give me ten seconds").intent == "StartGuideIntent"


def test_the_most_specific_sentence_wins(understanding: Understanding) -> None:
    """Written words win over a slot: "i'm at the wall" is a readiness, "at the wall" a choice."""
    assert understanding.hear("i'm at the wall").intent == "ReadyIntent"
    assert understanding.hear("at the wall").intent == "StartGuideIntent"


def test_safety_wins_over_any_other_intent() -> None:
    """Nothing overrides an emergency: not a more specific sample, not a sentence that a courtesy belongs to."""
    intents = [
        {"name": "OtherIntent", "samples": ["i feel faint", "yes it hurts"]},
        {
            "name": "CannotGetUpIntent",
            "slots": [{"name": "how", "type": "How"}],
            "samples": ["i feel {how}", "it hurts"],
        },
    ]
    types = [{"name": "How", "values": [{"id": "faint", "name": {"value": "faint", "synonyms": []}}]}]
    language = {"invocationName": "test skill", "intents": intents, "types": types}
    small = Understanding({"interactionModel": {"languageModel": language}})
    assert small.hear("i feel faint").intent == "CannotGetUpIntent"
    assert small.hear("yes, it hurts").intent == "CannotGetUpIntent"


def test_a_model_is_heard_as_it_is_written() -> None:
    """Only the model's own intents are heard, built-ins included."""
    model = {
        "interactionModel": {
            "languageModel": {
                "invocationName": "test skill",
                "intents": [{"name": "AMAZON.StopIntent", "samples": ["enough"]}],
            }
        }
    }
    small = Understanding(model)
    assert small.hear("enough") == small.hear("stop") == Interpretation("AMAZON.StopIntent")
    assert small.hear("pause") == Interpretation(FALLBACK)


@given(text=st.text())
def test_anything_at_all_is_heard_as_something(understanding: Understanding, text: str) -> None:
    """No sentence raises, whatever its characters."""
    assert understanding.hear(text).intent
    parse_invocation(text, understanding.invocation_name)


def test_the_intent_is_shaped_as_alexa_sends_it(understanding: Understanding) -> None:
    """Every declared slot is there; ours carry a resolution with an id, Amazon's only a value."""
    shaped = understanding.intent_json(understanding.hear("the piriformis for half an hour"), "skill-1")
    empty = {"confirmationStatus": "NONE", "source": "USER"}
    assert shaped == {
        "name": "StartGuideIntent",
        "confirmationStatus": "NONE",
        "slots": {
            "script": {
                "name": "script",
                "value": "piriformis",
                "resolutions": {
                    "resolutionsPerAuthority": [
                        {
                            "authority": "amzn1.er-authority.echo-sdk.skill-1.ScriptName",
                            "status": {"code": "ER_SUCCESS_MATCH"},
                            "values": [
                                {"value": {"name": "piriformis ball release", "id": "piriformis-ball"}},
                            ],
                        }
                    ]
                },
                **empty,
            },
            "minutes": {"name": "minutes", "value": "PT30M", **empty},
            "number": {"name": "number", **empty},
            "side": {"name": "side", **empty},
            "place": {"name": "place", **empty},
            "anything": {"name": "anything", **empty},
            "begin": {"name": "begin", **empty},
        },
    }


def test_words_of_no_value_carry_no_match(understanding: Understanding) -> None:
    """Alexa sends words that are no value too: a test can, with the resolution that Alexa gives them."""
    unknown = Interpretation("StartGuideIntent", {"script": SlotValue("ScriptName", "my hat", "my hat")})
    slot = understanding.intent_json(unknown)["slots"]["script"]
    assert slot["value"] == "my hat"
    authority = slot["resolutions"]["resolutionsPerAuthority"][0]
    assert authority["status"] == {"code": "ER_SUCCESS_NO_MATCH"} and "values" not in authority


def test_an_intent_without_slots_has_none(understanding: Understanding) -> None:
    """Built-in intents come without a `slots` member."""
    assert understanding.intent_json(understanding.hear("pause")) == {
        "name": "AMAZON.PauseIntent",
        "confirmationStatus": "NONE",
    }


@pytest.mark.parametrize(
    ("sentence", "called"),
    [
        ("open sciatica massage", ""),
        ("Alexa, open Sciatica Massage.", ""),
        ("alexa start the sciatica massage please", ""),
        ("please launch sciatica massage", ""),
        ("sciatica massage", ""),
        ("ask sciatica massage", ""),
        ("ask sciatica massage to", ""),
        (
            "Alexa, ask sciatica massage to start the piriformis for ten minutes",
            "start the piriformis for ten minutes",
        ),
        ("ask sciatica massage how long is left", "how long is left"),
        ("ask sciatica massage for the piriformis", "piriformis"),
        ("tell sciatica massage that I can't get on the floor", "i can't get on the floor"),
        ("open sciatica massage and start the piriformis", "start the piriformis"),
        ("start the piriformis with sciatica massage", "start the piriformis"),
        ("how long is left in sciatica massage", "how long is left"),
        ("start the piriformis", None),
        ("open something else", None),
        ("i like sciatica massage", None),
        ("", None),
    ],
)
def test_the_skill_is_called(sentence: str, called: str | None) -> None:
    """The skill is opened, or asked in the same breath, as Alexa allows; anything else does not call it."""
    assert parse_invocation(sentence, "sciatica massage") == called


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [("Alexa, pause", "pause"), ("hey alexa stop", "stop"), ("Alexa", ""), ("pause", None), ("", None)],
)
def test_the_wake_word(sentence: str, rest: str | None) -> None:
    """Only a sentence that begins with the wake word is heard while the device speaks."""
    assert after_wake_word(sentence) == rest
