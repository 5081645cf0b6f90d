"""The interaction model: Amazon's JSON, made from the sentences and from the scripts' own names.

`massage models` writes it to `interaction_models/<locale>.json`; nothing here writes a file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from skill.errors import Mistakes
from skill.locales import LANGUAGES, language_of
from skill.messages.loader import load_messages
from skill.messages.messages import topics
from skill.models.linter import SENTENCE_RULES
from skill.models.model_view import AMAZON_TYPES, SLOT, View, tidy, view_of
from skill.models.sentences import Sentences, Slot, Template, read_sentences
from speech.script.library import load_library
from speech.script.model import Library

Model = dict[str, Any]
"""One locale's interaction model in Amazon's shape (Alexa: the interaction model schema)."""


class Named(Protocol):
    """What a script, a place and a topic have in common: the names that people call it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def also_called(self) -> tuple[str, ...]:
        """Its other names."""


def models_folder() -> Path:
    """The `interaction_models` folder: inside the package when installed, else at the top of the checkout."""
    packaged = Path(str(files("skill"))) / "interaction_models"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "interaction_models"


def sentences_folder(locale: str = "en-US") -> Path:
    """The folder of the sentences for this locale: one for each language."""
    return models_folder() / "sentences" / language_of(locale)


def locale_file(locale: str = "en-US") -> Path:
    """The file of the differences of this locale from its language; it may be missing."""
    return models_folder() / "sentences" / f"{locale}.yaml"


def model_file(locale: str = "en-US") -> Path:
    """The file of this locale's generated model."""
    return models_folder() / f"{locale}.json"


def interaction_model(sentences: Path, sources: Mapping[str, Mapping[str, Named]], locale: Path | None = None) -> Model:
    """The model of a folder of sentences. `sources` has the names that slots take: of scripts and places, by id.

    `locale` is the file of the differences of one locale.

    Raises `Mistakes` with every mistake of the files, and every rule of Alexa's that the model would break, each with
    the file and line of the template that breaks it.
    """
    read = read_sentences(sentences, locale)
    ours = [slot for slot in read.slots.values() if slot.type not in AMAZON_TYPES]
    called = {slot.name: sources.get(slot.source or "", {}) for slot in ours}
    types = [{"name": slot.type, "values": _values(slot, called[slot.name])} for slot in ours]
    model = {
        "interactionModel": {
            "languageModel": {
                "invocationName": read.invocation_name,
                # For a person on the floor "say that again" is better than a guess that starts something else.
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": "MEDIUM"}},
                "intents": [_intent(read, name) for name in read.intents],
                "types": types,
            }
        }
    }
    if problems := [*read.problems, *_broken_rules(model, read)]:
        raise Mistakes(problems)
    return model


def locale_model(locale: str, library: Library) -> Model:
    """The model of one of our locales; the library is that of its language. Raises `Mistakes`."""
    return interaction_model(sentences_folder(locale), sources(library), locale_file(locale))


def sources(library: Library) -> dict[str, Mapping[str, Named]]:
    """The names that stand elsewhere already and are values of slots, by where they come from."""
    return {
        "scripts": library.scripts,
        "places": library.places,
        "topics": topics(load_messages(library.language).answers),
    }


def render(model: Model) -> str:
    """The model, or any other JSON that is kept in a file, as the text of it; the same always gives the same text."""
    return json.dumps(model, indent=2, ensure_ascii=False) + "\n"


def stale_models(locales: Iterable[str]) -> list[str]:
    """The locales whose model file is missing or lacks a name or sentence. Raises `ScriptsInvalid` and `Mistakes`."""
    libraries = {language: load_library(language) for language in LANGUAGES}
    made = {locale: render(locale_model(locale, libraries[language_of(locale)])) for locale in locales}
    files = {locale: model_file(locale) for locale in made}
    return [name for name, file in files.items() if not file.exists() or file.read_text(encoding="utf-8") != made[name]]


def sample_counts(model: Model) -> dict[str, int]:
    """How many samples each intent has, in the model's order."""
    intents = model["interactionModel"]["languageModel"]["intents"]
    return {intent["name"]: len(intent["samples"]) for intent in intents}


def _intent(read: Sentences, name: str) -> dict[str, Any]:
    samples = sorted({sample for item in read.templates if item.means == name for sample in item.samples})
    if name.startswith("AMAZON."):
        return {"name": name, "samples": samples}
    used = {slot for sample in samples for slot in SLOT.findall(sample)}
    slots = [{"name": slot.name, "type": slot.type} for slot in read.slots.values() if slot.name in used]
    return {"name": name, "slots": slots, "samples": samples}


def _broken_rules(model: Model, read: Sentences) -> Iterator[str]:
    """What breaks a rule, with the place in the files that it comes from; of one place each rule once."""
    view = view_of(model, 0)
    for rule in SENTENCE_RULES:
        found: dict[str, str] = {}
        for where, message in rule.check(view):
            owner, _, item = where.partition(": ")
            if item:
                found.setdefault(_place(read, view, owner, item), f"{item}: {message}")
            else:
                largest = max(_templates(read, owner), key=lambda template: len(template.samples))
                alone = f"this template alone gives {len(largest.samples)}"
                found.setdefault(largest.where, f"{owner}: {message}; {alone}")
        yield from (f"{place}: {message}" for place, message in found.items())


def _place(read: Sentences, view: View, owner: str, item: str) -> str:
    """The template of a sample or a value; of a name that stands elsewhere, the slot that takes it and its id."""
    for template in _templates(read, owner):
        if item in map(repr, template.samples):
            return template.where
    slot = next(slot for slot in read.slots.values() if slot.type == owner)
    key = next(key for key, names in view.by_name[owner].values if item in map(repr, names))
    return f"{slot.file}: {slot.name}: {key}"


def _templates(read: Sentences, owner: str) -> Iterator[Template]:
    """The templates of an intent, of a slot type, or all of the model's intents."""
    yield from (template for template in read.templates if owner in (template.means, "model"))
    yield from (template for slot in read.slots.values() if slot.type == owner for template in slot.templates)


def _values(slot: Slot, named: Mapping[str, Named]) -> list[dict[str, Any]]:
    """The values of a slot type of ours."""
    called = {key: (item.name, *item.also_called) for key, item in named.items()}
    keys = called if slot.source else slot.values
    names = {key: [tidy(words) for words in (*called.get(key, ()), *slot.values.get(key, ()))] for key in keys}
    forms = {key: _forms(slot.also, values) for key, values in names.items()}
    # A form never takes a name from another value, nor one that two values could claim.
    taken = {words for values in names.values() for words in values}
    made = Counter(words for values in forms.values() for words in values)
    shaped = []
    for key, values in names.items():
        added = [words for words in forms[key] if words not in taken and made[words] == 1]
        if said := list(dict.fromkeys([*values, *added])):
            shaped.append({"id": key, "name": {"value": said[0], "synonyms": said[1:]}})
    return shaped


def _forms(patterns: tuple[str, ...], names: list[str]) -> list[str]:
    """Other forms of short names: "piriformis" is a "piriformis massage" too. A name with an ending stays."""
    endings = {pattern.split()[-1] for pattern in patterns}
    short = [name for name in names if len(name.split()) <= 2 and name.split()[-1] not in endings]
    return list(dict.fromkeys(pattern.replace("{name}", name) for name in short for pattern in patterns))
