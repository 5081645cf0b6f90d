"""What the classifier learns from: the samples of an interaction model, and whole natural sentences.

Natural sentences stand in `interaction_models/natural/<language>/*.yaml`, by intent; those of "none" are meant for
other assistants or for people in the room. Alarms are no intents of the classifier: it never raises one.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, RootModel

from skill.understanding.cleaning import clean
from skill.understanding.features import ROWS
from speech.errors import FilesInvalid
from speech.yaml_models import Text, checked_as
from speech.yaml_reader import read_yaml

Example = tuple[str, str, float]
"""Cleaned words, their intent, and their weight."""
FILLED = 4
"""Sentences made of a sample that has slots, each with other values; together they weigh as much as one."""
NATURAL = 3.0
"""The weight of a natural sentence."""
AMAZON_VALUES = {
    "AMAZON.DURATION": (
        "five minutes",
        "ten minutes",
        "quarter of an hour",
        "thirty seconds",
        "half an hour",
        "a minute",
    ),
    "AMAZON.NUMBER": ("two", "three", "ten", "twenty"),
}
_SLOT = re.compile(r"\{(\w+)\}")


class NaturalFile(RootModel[dict[str, Annotated[list[Text], Field(min_length=1)]]]):
    """Sentences by intent."""


def natural_sentences(folder: Path) -> dict[str, list[str]]:
    """The natural sentences of a language by intent. Raises FilesInvalid with every mistake."""
    found: dict[str, list[str]] = {}
    problems = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path, f"{folder.name}/{path.name}")
        file = checked_as(document, NaturalFile)
        problems += document.problems
        for intent, sentences in file.root.items() if file else ():
            found.setdefault(intent, []).extend(sentences)
    if problems:
        raise FilesInvalid(problems)
    return found


def examples(model: Mapping[str, Any], natural: Mapping[str, list[str]], left_out: Collection[str]) -> list[Example]:
    """All examples, each once, in a fixed order. `left_out` names intents that the classifier must not know."""
    found = [*_samples(model, left_out)]
    for intent, sentences in natural.items():
        found += [(clean(sentence), intent, NATURAL) for sentence in sentences]
    return [example for example in dict.fromkeys(found) if example[0]]


def fingerprint(found: list[Example]) -> str:
    """A hash of all examples and of the size of the table: a table that was made of them carries it."""
    return hashlib.sha256(repr((ROWS, found)).encode()).hexdigest()[:16]


def _samples(model: Mapping[str, Any], left_out: Collection[str]) -> Iterator[Example]:
    language = model["interactionModel"]["languageModel"]
    values = dict(AMAZON_VALUES) | {
        kind["name"]: tuple(
            said for value in kind["values"] for said in (value["name"]["value"], *value["name"].get("synonyms", ()))
        )
        for kind in language["types"]
    }
    chance = random.Random(7)  # the same sentences each time
    for intent in language["intents"]:
        kinds = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
        for sample in intent["samples"] if intent["name"] not in left_out else ():
            times = FILLED if "{" in sample else 1
            for _ in range(times):
                said = _SLOT.sub(lambda slot: chance.choice(values[kinds[slot[1]]]), sample)  # noqa: B023
                yield clean(said), intent["name"], 1 / times
