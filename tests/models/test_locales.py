"""Five kinds of English from one source: they differ where people differ, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hassil.parse_expression import parse_sentence
from hassil.sample import sample_sentence

from skill.errors import Mistakes
from skill.locales import DEFAULT, LOCALES
from skill.messages.loader import INSTEAD, laid_over, load_messages, messages_folder
from skill.messages.messages import Messages, placeholders
from skill.models.interaction_model import (
    interaction_model,
    locale_file,
    locale_model,
    model_file,
    render,
    sentences_folder,
    sources,
)
from speech.script.library import load_library, load_pace
from speech.yaml_reader import read_yaml
from tests.support.locales import heard_in

EMERGENCY = {
    "en-US": "nine one one",
    "en-GB": "nine nine nine",
    "en-CA": "nine one one",
    "en-AU": "triple zero",
    "en-IN": "one one two",
}
SOURCE = {
    "texts": {"call": "Call {number}, or a doctor.", "Ask": "Ask a doctor."},
    "numbers": ["no", "one"],
    "version": 1,
}


def committed(locale: str) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(model_file(locale).read_text(encoding="utf-8"))
    inner: dict[str, Any] = model["interactionModel"]["languageModel"]
    return inner


# Models


@pytest.mark.parametrize("locale", LOCALES)
def test_each_committed_model_is_the_generated_one(locale: str) -> None:
    """Whoever changes a sentence, a script's name or a position's name generates the models again."""
    assert model_file(locale).read_text(encoding="utf-8") == render(locale_model(locale, load_library("en")))


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_the_models_are_in_step(locale: str) -> None:
    """The same intents, slots, types and ids of values everywhere; only samples may differ."""
    one, other = committed(DEFAULT), committed(locale)
    assert one["invocationName"] == other["invocationName"]
    for first, second in zip(one["intents"], other["intents"], strict=True):
        assert first["name"] == second["name"]
        assert first.get("slots") == second.get("slots")
    assert one["types"] == other["types"]


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_samples_differ_only_where_that_is_declared(locale: str) -> None:
    """A sample of one locale alone holds words of a rule that a locale replaces, or was added by the locale."""
    declared = tuple(said for each in (DEFAULT, locale) for said in _declared(each))
    for first, second in zip(committed(DEFAULT)["intents"], committed(locale)["intents"], strict=True):
        for sample in {*first["samples"]} ^ {*second["samples"]}:
            assert any(said in f" {sample} " for said in declared), f"{first['name']}: {sample!r}"


def _declared(locale: str) -> Iterator[str]:
    """What a locale's file says, written out, and what it says that in place of."""
    base = {
        name: text
        for file in sentences_folder(locale).glob("*.yaml")
        for name, text in (yaml.safe_load(file.read_text(encoding="utf-8")).get("rules") or {}).items()
    }
    own = yaml.safe_load(locale_file(locale).read_text(encoding="utf-8")) if locale_file(locale).exists() else {}
    rules = own.get("rules") or {}
    replaced = {**base, **rules}
    added = [text for texts in (own.get("intents") or {}).values() for text in texts]
    parsed = {name: parse_sentence(text) for name, text in replaced.items()}
    for text in [*rules.values(), *(base[name] for name in rules), *added]:
        for said in sample_sentence(parse_sentence(text), {}, parsed, expand_lists=False, expand_ranges=False):
            yield f" {' '.join(said.split())} "


def test_the_locales_do_differ() -> None:
    """Each two models that people would notice are not the same."""
    texts = {locale: model_file(locale).read_text(encoding="utf-8") for locale in LOCALES}
    assert all(texts[one] != texts[other] for one, other in combinations(LOCALES, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: {nobody: (a|b)}", "en-XX.yaml:1: nobody: is no rule of the language"),
        ("intents:\n  LostIntent: [where am i]", "en-XX.yaml:2: LostIntent: is no intent of the language"),
        ("slots: {side: {type: SideChoice}}", "en-XX.yaml:1: slots: unknown field; allowed are rules, intents"),
        ("rules: {doctor: (a|}", "en-XX.yaml:1: (a|: cannot be read"),
    ],
)
def test_a_locale_only_replaces_and_adds(tmp_path: Path, text: str, expected: str) -> None:
    """What the language does not have, a locale cannot have: the models would no longer be in step."""
    file = tmp_path / "en-XX.yaml"
    file.write_text(text.replace("(a|}", '"(a|"}'), encoding="utf-8")
    with pytest.raises(Mistakes) as caught:
        interaction_model(sentences_folder(), sources(load_library()), file)
    assert any(expected in problem for problem in caught.value.problems), caught.value.problems


# Words


def test_each_locale_has_its_emergency_number() -> None:
    """911 in the US and Canada, 999 in the UK, 000 in Australia, 112 in India."""
    assert {locale: load_messages(locale)("emergency number") for locale in LOCALES} == EMERGENCY


@pytest.mark.parametrize("locale", LOCALES)
def test_words_are_the_same_texts_everywhere(locale: str) -> None:
    """The same names with the same placeholders, and the same answers with the same facts."""
    one, other = load_messages(), load_messages(locale)
    assert other.locale == locale
    assert {name: placeholders(text) for name, text in one.texts.items()} == {
        name: placeholders(text) for name, text in other.texts.items()
    }
    assert {name: answer.facts for name, answer in one.answers.items()} == {
        name: answer.facts for name, answer in other.answers.items()
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_no_locale_takes_much_longer(locale: str) -> None:
    """Other words do not make an answer longer by more than a second."""
    seconds_of, plain = load_pace().seconds_of, load_messages("en")
    for said, usual in _texts(load_messages(locale), plain):
        assert seconds_of(said) <= seconds_of(usual) + 1.0, said


@pytest.mark.parametrize("locale", LOCALES)
def test_words_that_are_replaced_are_said_somewhere(locale: str) -> None:
    """No replacement lies about unused."""
    file = messages_folder() / f"{locale}.yaml"
    own = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    plain = load_messages("en")
    everything = " ".join([*plain.texts.values(), *(one.say for one in plain.answers.values())]).lower()
    assert [words for words in own.get(INSTEAD, ()) if words not in everything] == []


def _texts(one: Messages, other: Messages) -> Iterator[tuple[str, str]]:
    yield from ((one.texts[name], other.texts[name]) for name in one.texts)
    yield from ((one.answers[name].say, other.answers[name].say) for name in one.answers)


def laid(tmp_path: Path, text: str) -> tuple[Any, list[str]]:
    file = tmp_path / "en-XX.yaml"
    file.write_text(text, encoding="utf-8")
    overlay = read_yaml(file, file.name)
    data = laid_over(SOURCE, overlay)
    return data, [str(problem) for problem in overlay.problems]


def test_a_text_stands_in_place_of_another(tmp_path: Path) -> None:
    """The rest stays as it is, and so does the source."""
    data, problems = laid(tmp_path, 'texts:\n  call: "Ring {number}."\n')
    assert problems == []
    assert data == {**SOURCE, "texts": {"call": "Ring {number}.", "Ask": "Ask a doctor."}}
    assert SOURCE["texts"]["call"] == "Call {number}, or a doctor."  # type: ignore[index]


def test_words_stand_in_place_of_words(tmp_path: Path) -> None:
    """Whole words in every text, with its capital, never in a placeholder or a name."""
    data, problems = laid(tmp_path, "instead of: {a doctor: a GP, ask: enquire of, number: figure, all: nobody}\n")
    assert problems == []
    assert data["texts"] == {"call": "Call {number}, or a GP.", "Ask": "Enquire of a GP."}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("texts:\n  cal: x", "en-XX.yaml:2: cal: 'cal' is unknown"),
        ("texts:\n  call: x", "en-XX.yaml:2: call: the placeholders are others than those it replaces (number)"),
        ("texts:\n  Ask: ''", "en-XX.yaml:2: Ask: nothing is said here"),
        ("texts:\n  Ask: [x]", "en-XX.yaml:2: Ask: ['x'] is not what stands there"),
        ("version: 2", "en-XX.yaml:1: version: 2 is not what stands there"),
        ("instead of: {a: 1}", "en-XX.yaml:1: instead of: words, and beside each"),
        ("[]", "en-XX.yaml:1: file: a mapping is needed"),
        ("texts: {", "en-XX.yaml:"),
    ],
)
def test_a_mistake_in_a_locale_is_told_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    """Nothing new can be said in one locale alone, and a text keeps its placeholders."""
    _, problems = laid(tmp_path, text)
    assert len(problems) == 1 and expected in problems[0], problems


# Conversations


@pytest.mark.parametrize("locale", LOCALES)
def test_a_request_is_answered_in_its_locale(locale: str) -> None:
    """ "Who should not" names the doctor as people there do, and so does its card."""
    body = heard_in(locale, "WhoShouldNotIntent")
    doctor = "GP" if locale in ("en-GB", "en-AU") else "doctor"
    physio = "physical therapist" if locale == "en-US" else "physiotherapist"
    for text in (body["response"]["outputSpeech"]["ssml"], body["response"]["card"]["content"]):
        assert f"Ask a {doctor} or {physio} first" in text


@pytest.mark.parametrize("locale", ["en-NZ", "de-DE", "", "?"])
def test_an_unknown_locale_is_answered_as_in_the_us(locale: str) -> None:
    """Anywhere else, the default answers."""
    assert "physical therapist" in heard_in(locale, "WhoShouldNotIntent")["response"]["outputSpeech"]["ssml"]


# Cards


@pytest.mark.parametrize("name", ["DisclaimerIntent", "WhoShouldNotIntent"])
def test_an_answer_worth_keeping_has_a_card(name: str) -> None:
    """Plain text with a title, in the Alexa app; most answers have none."""
    card = heard_in(DEFAULT, name)["response"]["card"]
    assert card["type"] == "Simple" and set(card) == {"type", "title", "content"}
    assert "<" not in card["content"] and card["content"] in " ".join(load_messages().texts.values())
    assert "card" not in heard_in(DEFAULT, "TimeLeftIntent")["response"]
