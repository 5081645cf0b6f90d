"""The linter of interaction models: each rule finds what breaks it, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest

from skill.locales import LOCALES
from skill.models.interaction_model import model_file
from skill.models.lint import Finding
from skill.models.linter import MOST_BYTES, REQUIRED, RULES, check_model
from tests.support.handlers import HANDLERS

BUILT_INS = [{"name": f"AMAZON.{name}Intent", "samples": []} for name in REQUIRED]
GOOD: dict[str, Any] = {
    "interactionModel": {
        "languageModel": {
            "invocationName": "sciatica massage",
            "intents": [
                {
                    "name": "StartIntent",
                    "slots": [{"name": "side", "type": "Side"}, {"name": "minutes", "type": "AMAZON.DURATION"}],
                    "samples": ["start on the {side}", "{minutes} please", "{side}", "the g.p.'s way"],
                },
                {
                    "name": "WhyIntent",
                    "slots": [{"name": "what", "type": "What"}, {"name": "query", "type": "AMAZON.SearchQuery"}],
                    "samples": ["why {what}", "find {query}"],
                },
                *BUILT_INS,
            ],
            "types": [
                {
                    "name": "Side",
                    "values": [
                        {"id": "left", "name": {"value": "left side", "synonyms": ["the left"]}},
                        {"id": "right", "name": {"value": "right side", "synonyms": []}},
                    ],
                },
                {"name": "What", "values": [{"name": {"value": "a ball"}}, {"name": {"value": "left side"}}]},
            ],
        },
        "dialog": {
            "intents": [
                {
                    "name": "StartIntent",
                    "slots": [{"name": "side", "elicitationRequired": True, "prompts": {"elicitation": "Ask.Side"}}],
                }
            ]
        },
        "prompts": [{"id": "Ask.Side", "variations": []}],
    }
}
WORDS = ["".join(letters) for letters in islice(product("bcdfghklmnpqrst", repeat=3), 250)]
ANSWERED = {"LaunchRequest", *(intent["name"] for intent in GOOD["interactionModel"]["languageModel"]["intents"])}


def language(model: dict[str, Any]) -> dict[str, Any]:
    inner: dict[str, Any] = model["interactionModel"]["languageModel"]
    return inner


def start(model: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = language(model)["intents"][0]
    return first


def says(sample: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: start(model)["samples"].append(sample)


def called(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: language(model).update(invocationName=name)


def value(said: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: language(model)["types"][0]["values"].append({"name": {"value": said}})


def dialog(**fields: Any) -> Callable[[dict[str, Any]], object]:
    return lambda model: model["interactionModel"]["dialog"]["intents"][0]["slots"][0].update(fields)


def slot(name: str, kind: str) -> Callable[[dict[str, Any]], object]:
    def change(model: dict[str, Any]) -> None:
        start(model)["slots"].append({"name": name, "type": kind})
        start(model)["samples"].append(f"with {{{name}}}")

    return change


def intent(name: str, *samples: str) -> Callable[[dict[str, Any]], object]:
    return lambda model: language(model)["intents"].append({"name": name, "samples": list(samples)})


BREAKING: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("shape", lambda model: language(model).pop("invocationName"), "model.interactionModel.languageModel.invoc"),
    ("shape", lambda model: start(model).update(samples="start"), "intents[0].samples is str, not list"),
    ("invocation-words", called("massage"), "fewer than two words"),
    ("invocation-characters", called("sciatica massage 2"), "'2' is not lower-case letters"),
    ("invocation-characters", called("Sciatica massage"), "'Sciatica'"),
    ("invocation-small-words", called("the massage"), "'the' is an article"),
    ("invocation-reserved", called("sciatica massage app"), "'app' is a word for the skill itself"),
    ("invocation-reserved", called("alexa's sciatica massage"), "is a wake word"),
    ("invocation-reserved", called("start sciatica massage"), "'start' is a launch word"),
    ("invocation-connecting", called("massage for sciatica"), "'for' is a connecting word"),
    ("intents", intent("AMAZON.HelpIntent"), "2 times"),
    ("intents", intent("AMAZON.MoreIntent"), "none of Amazon's intents"),
    ("names", intent("Start2Intent", "start twice"), "letters and underscores"),
    ("built-ins", lambda model: language(model)["intents"].pop(), "AMAZON.ResumeIntent: is missing"),
    ("intent-without-samples", intent("NothingIntent"), "it cannot be said"),
    ("slot-undeclared", says("start at {place}"), "'start at {place}': {place} is not declared"),
    (
        "slot-unused",
        lambda model: start(model)["slots"].append({"name": "number", "type": "AMAZON.NUMBER"}),
        "in no sample",
    ),
    ("slot-twice", lambda model: start(model)["slots"].append({"name": "side", "type": "Side"}), "declared 2 times"),
    ("slot-twice", says("{side} or {side}"), "the same slot twice"),
    ("slot-type", slot("place", "Place"), "its type Place is not in the model"),
    ("slot-type", slot("place", "AMAZON.Planet"), "none of Amazon's"),
    (
        "types",
        lambda model: language(model)["types"].append({"name": "Spare", "values": [{"name": {"value": "x"}}]}),
        "no slot",
    ),
    ("types", lambda model: language(model)["types"][1].update(values=[]), "has no values"),
    ("value-twice", value("the LEFT"), "is a name of 'left side' and of 'the LEFT'"),
    (
        "value-twice",
        lambda model: language(model)["types"][0]["values"].append({"id": "left", "name": {"value": "port"}}),
        "is the id of 2 values",
    ),
    ("sample-twice", says("Start on  the {side}"), "2 times"),
    (
        "sample-of-two-intents",
        lambda model: (
            language(model)["intents"][1]["samples"].append("{minutes} please")
            or language(model)["intents"][1]["slots"].append({"name": "minutes", "type": "AMAZON.DURATION"})
        ),
        "belongs to StartIntent too",
    ),
    ("sample-characters", says("start now!"), "'now!' is not letters"),
    ("sample-characters", says("start 2"), "'2' is not letters"),
    ("sample-characters", says(" "), "is empty"),
    ("sample-characters", says("start {side}{minutes}"), "slots need a space between them"),
    (
        "adjacent-slots",
        lambda model: slot("more", "AMAZON.NUMBER")(model) or says("start {minutes} {more}")(model),
        "nothing tells {minutes} from {more}",
    ),
    ("value-characters", value("side 2"), "'2' is not letters"),
    ("search-query", lambda model: language(model)["intents"][1]["samples"].append("{query}"), "carry them"),
    (
        "value-of-two-slots",
        lambda model: language(model)["intents"][1]["samples"].append("{what}"),
        "is a {side} here, and a {what} of WhyIntent",
    ),
    ("sample-is-a-value", intent("PortIntent", "the left"), "PortIntent: 'the left': is a value of {side}"),
    ("prompts", dialog(prompts={}), "elicitationRequired without a prompt"),
    ("prompts", dialog(prompts={"elicitation": "Ask.Place"}), "'Ask.Place' is not among the prompts"),
    ("prompts", dialog(name="place"), "has no such slot"),
    (
        "sizes",
        lambda model: language(model)["intents"].extend(
            {"name": f"X{word}Intent", "samples": [word]} for word in WORDS
        ),
        "intents, more than 250",
    ),
    ("samples", lambda model: start(model)["samples"].extend(WORDS), "more than 250"),
    ("unverified-sizes", says("very " * 40 + "slowly"), "more than 200"),
    ("unverified-sizes", value("long " * 30), "more than 140"),
    ("handlers", intent("SpareIntent", "something spare"), "no handler answers"),
]


def findings(model: Any, size: int = 1_000) -> list[Finding]:
    return check_model(model, "en-US.json", size, ANSWERED)


def test_a_good_model_has_nothing_wrong() -> None:
    """Slots declared and used, a dialog with its prompt, initialisms: all of it is fine."""
    assert findings(GOOD) == []


@pytest.mark.parametrize(("rule", "breaks", "message"), BREAKING, ids=[f"{one[0]} {one[2]}" for one in BREAKING])
def test_each_rule_finds_what_breaks_it(rule: str, breaks: Callable[[dict[str, Any]], object], message: str) -> None:
    """A model that breaks one rule is told that rule, with file and source, and no other."""
    model = copy.deepcopy(GOOD)
    breaks(model)
    found = [one for one in findings(model) if one.rule != "handlers" or rule == "handlers"]
    if rule == "built-ins":
        found = [one for one in found if one.rule == rule]
    assert {one.rule for one in found} == {rule}, [str(one) for one in found]
    assert any(message in str(one) for one in found), [str(one) for one in found]
    assert all(str(one).startswith("en-US.json: ") and one.source in str(one) for one in found)


def test_every_rule_is_tested() -> None:
    """No rule stands in the table that no model has ever broken."""
    assert {rule for rule, _, _ in BREAKING} == {"shape", "handlers", *(rule.name for rule in RULES)}


def test_a_file_that_is_too_large_is_a_warning() -> None:
    """What could not be verified fails nothing."""
    (found,) = findings(GOOD, MOST_BYTES + 1)
    assert found.warning and "warning: model: 1,500,001 bytes" in str(found)


def test_a_handler_without_an_intent_is_found() -> None:
    """What nobody can say needs no handler; requests that are no intents are left alone."""
    found = check_model(GOOD, "en-US.json", 1_000, {*ANSWERED, "LostIntent", "SessionEndedRequest"})
    assert [one.where for one in found] == ["LostIntent"]


@pytest.mark.parametrize("anything", [None, 3, [], {}, {"interactionModel": []}, {"interactionModel": {}}, "model"])
def test_anything_at_all_is_told_and_raises_nothing(anything: object) -> None:
    """A file that holds something else is a message."""
    assert {one.rule for one in check_model(anything, "x.json", 1)} == {"shape"}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_committed_models_keep_the_rules(locale: str) -> None:
    """`massage check` is content with every model that comes with the skill."""
    file: Path = model_file(locale)
    text = file.read_text(encoding="utf-8")
    assert [str(one) for one in check_model(json.loads(text), file.name, len(text), HANDLERS)] == []
