"""The interaction model: Amazon's JSON, made from the sentences and from the scripts' own names.

`massage models` writes it to `interaction_models/<locale>.json`; nothing here writes a file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from skill.errors import ModelError
from skill.messages.answers import topics
from skill.messages.loader import load_messages
from skill.models.linter import SAMPLES_PER_INTENT, SAMPLES_PER_LOCALE, VALUES_PER_TYPE
from skill.models.sayable import AMAZON_TYPES, LONGEST_VALUE, SLOT, not_sayable
from skill.models.sentences import Sentences, Slot, Template, read_sentences
from speech.script.model import Library

Model = dict[str, Any]
"""One locale's interaction model in Amazon's shape (Alexa: the interaction model schema)."""


# Someone on the floor is better served by "say that again" than by a guess that starts something else.
_FALLBACK_SENSITIVITY = "MEDIUM"


class Named(Protocol):
    """What a script and a position have in common: how people call it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def also_called(self) -> tuple[str, ...]:
        """Its other names."""


def models_folder() -> Path:
    """The `interaction_models` folder: inside the package when installed, else at the top of the checkout."""
    packaged = Path(str(files("skill"))) / "interaction_models"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / "interaction_models"


def sentences_folder(locale: str = "en-US") -> Path:
    """Where the sentences for this locale stand: one folder a language."""
    return models_folder() / "sentences" / locale.split("-")[0]


def locale_file(locale: str = "en-US") -> Path:
    """What this locale says in another way than its language does; there need be no such file."""
    return models_folder() / "sentences" / f"{locale}.yaml"


def model_file(locale: str = "en-US") -> Path:
    """Where this locale's generated model stands."""
    return models_folder() / f"{locale}.json"


def interaction_model(sentences: Path, sources: Mapping[str, Mapping[str, Named]], locale: Path | None = None) -> Model:
    """The model of a folder of sentences. `sources` has the names that slots take: of scripts and places, by id.

    `locale` is the file of what one locale says in another way.

    Raises `ModelError` with every mistake: a template that cannot be read, an unknown slot, a sample
    of two intents, words that Alexa does not take, a name of two values, too many samples.
    """
    read = read_sentences(sentences, locale)
    problems = [*_too_many(read), *_in_two_intents(read)]
    used = {name: slot for name, slot in read.slots.items() if slot.type not in AMAZON_TYPES}
    types = []
    for slot in used.values():
        values, found = _values(slot, sources.get(slot.source or "", {}))
        problems += found
        types.append({"name": slot.type, "values": values})
    if problems:
        raise ModelError(problems)
    return {
        "interactionModel": {
            "languageModel": {
                "invocationName": read.invocation_name,
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": _FALLBACK_SENSITIVITY}},
                "intents": [_intent(read, name) for name in read.intents],
                "types": types,
            }
        }
    }


def locale_model(locale: str, library: Library) -> Model:
    """The model of one of our locales; the library is that of its language. Raises `ModelError`."""
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


def is_current(file: Path, locale: str, library: Library) -> bool:
    """Whether this file is there and holds the model of one of our locales as it is now. Raises `ModelError`."""
    return file.exists() and file.read_text(encoding="utf-8") == render(locale_model(locale, library))


def sample_counts(model: Model) -> dict[str, int]:
    """How many samples each intent has, in the model's order."""
    intents = model["interactionModel"]["languageModel"]["intents"]
    return {intent["name"]: len(intent["samples"]) for intent in intents}


def _samples(read: Sentences, intent: str) -> list[str]:
    return sorted({sample for item in read.templates if item.means == intent for sample in item.samples})


def _intent(read: Sentences, name: str) -> dict[str, Any]:
    samples = _samples(read, name)
    if name.startswith("AMAZON."):
        return {"name": name, "samples": samples}
    heard = {slot for sample in samples for slot in SLOT.findall(sample)}
    slots = [{"name": slot.name, "type": slot.type} for slot in read.slots.values() if slot.name in heard]
    return {"name": name, "slots": slots, "samples": samples}


def _too_many(read: Sentences) -> Iterator[str]:
    """Bounds passed, each naming the template that gives most: that is where to look."""
    counts = {intent: len(_samples(read, intent)) for intent in read.intents}
    for intent, count in counts.items():
        if count > SAMPLES_PER_INTENT:
            largest = _largest(item for item in read.templates if item.means == intent)
            yield (
                f"{largest.where}: {intent} has {count} samples, more than {SAMPLES_PER_INTENT};"
                f" this template alone gives {len(largest.samples)}"
            )
    total = sum(counts.values())
    if total > SAMPLES_PER_LOCALE:
        largest = _largest(iter(read.templates))
        yield (
            f"{largest.where}: {total} samples in all, more than {SAMPLES_PER_LOCALE};"
            f" this template alone gives {len(largest.samples)}"
        )


def _largest(templates: Iterator[Template]) -> Template:
    return max(templates, key=lambda template: len(template.samples))


def _in_two_intents(read: Sentences) -> Iterator[str]:
    """Samples that two intents share. Slots of one type sound the same, whatever their names."""
    owners: dict[str, Template] = {}
    for template in read.templates:
        for sample in template.samples:
            sound = SLOT.sub(lambda match: f"{{{read.slots[match[1]].type}}}", sample)
            owner = owners.setdefault(sound, template)
            if owner.means != template.means:
                yield f"{template.where}: {sample!r} belongs to {owner.means} too ({owner.where})"


def _values(slot: Slot, named: Mapping[str, Named]) -> tuple[list[dict[str, Any]], list[str]]:
    """The values of a slot type of ours, and what is wrong with them."""
    called = {key: (item.name, *item.also_called) for key, item in named.items()}
    keys = called if slot.source else slot.values
    names = {key: [_tidy(words) for words in (*called.get(key, ()), *slot.values.get(key, ()))] for key in keys}
    owners: dict[str, set[str]] = {}
    for key, values in names.items():
        for words in values:
            owners.setdefault(words, set()).add(key)
    problems = [
        f"{slot.file}: {slot.name}: {words!r} is the name of several values: {', '.join(sorted(keys))}"
        for words, keys in owners.items()
        if len(keys) > 1
    ]
    forms = {key: _forms(slot.also, values) for key, values in names.items()}
    made = Counter(words for values in forms.values() for words in values)
    shaped = []
    for key, values in names.items():
        # A form never takes a name from another value, nor one that two values could claim.
        added = [words for words in forms[key] if words not in owners and made[words] == 1]
        first, *rest = dict.fromkeys([*values, *added])
        problems += [
            f"{slot.file}: {slot.name}: {key}: {words!r}: {wrong}"
            for words in (first, *rest)
            if (wrong := _unusable(words))
        ]
        shaped.append({"id": key, "name": {"value": first, "synonyms": rest}})
    return shaped, [*problems, *_too_many_values(slot)]


def _too_many_values(slot: Slot) -> Iterator[str]:
    """The bound of a type passed, naming the template that gives most."""
    count = sum(len(words) for words in slot.values.values())
    if count > VALUES_PER_TYPE:
        largest = _largest(iter(slot.templates))
        yield (
            f"{largest.where}: {slot.name} has {count} values, more than {VALUES_PER_TYPE};"
            f" this template alone gives {len(largest.samples)}"
        )


def _unusable(words: str) -> str | None:
    if len(words) > LONGEST_VALUE:
        return f"{len(words)} characters; Alexa takes {LONGEST_VALUE}"
    return not_sayable(words)


def _tidy(words: str) -> str:
    return " ".join(words.lower().split())


def _forms(patterns: tuple[str, ...], names: list[str]) -> list[str]:
    """Other forms of short names: "piriformis" is a "piriformis massage" too. A name with an ending stays."""
    endings = {pattern.split()[-1] for pattern in patterns}
    short = [name for name in names if len(name.split()) <= 2 and name.split()[-1] not in endings]
    return list(dict.fromkeys(pattern.replace("{name}", name) for name in short for pattern in patterns))
