"""A model file as the linter looks at it: its intents, slots and types by name, and what Alexa takes as words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.locales import LETTERS

AMAZON_TYPES = ("AMAZON.DURATION", "AMAZON.NUMBER")
"""Amazon's slot types that the skill uses and the simulator understands."""

LONGEST_SAMPLE = 200
"""Characters (Alexa's limit, as far as is known)."""
LONGEST_VALUE = 140
"""Characters in one slot value (Alexa's limit, as far as is known)."""

SLOT = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(rf"[{LETTERS}]+(?:['-][{LETTERS}]+)*'?|(?:[{LETTERS}]\.)+(?:'s)?|\{{[a-z_]+\}}(?:'s)?")


def not_sayable(text: str) -> str | None:
    """What is wrong with the words of a model, or None.

    Alexa: letters, spaces, apostrophes, hyphens, periods in initialisms, and slots; digits are written out.
    """
    if not text.strip():
        return "is empty"
    for word in text.lower().split():
        if not _WORD.fullmatch(word):
            return f"{word!r} is not letters, apostrophes, hyphens, an initialism or a slot; numbers are written out"
    return None


def tidy(words: str) -> str:
    """Lower case, single spaces: what makes no difference to the ear."""
    return " ".join(words.lower().split())


Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent: its slots as (name, type), in order, and its samples."""

    name: str
    slots: tuple[tuple[str, str], ...]
    samples: tuple[str, ...]

    @property
    def kinds(self) -> dict[str, str]:
        """The types of its slots by name."""
        return dict(self.slots)

    @property
    def bare(self) -> dict[str, str]:
        """The slots that are a sample all by themselves, with their types."""
        alone = {sample.strip()[1:-1] for sample in self.samples if SLOT.fullmatch(sample.strip())}
        return {name: kind for name, kind in self.slots if name in alone}


@dataclass(frozen=True, slots=True)
class Type:
    """One slot type: of each value its id (empty without one) and all its words, the name first."""

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> dict[str, str]:
        """All that can be said for a value, tidied, with the value's id or name."""
        return {tidy(said): key or names[0] for key, names in self.values for said in names}


@dataclass(frozen=True, slots=True)
class View:
    """One model: what Amazon gets, by the names that rules use."""

    invocation_name: str
    intents: tuple[Intent, ...]
    types: tuple[Type, ...]
    dialog: tuple[Json, ...]
    prompts: frozenset[str]
    size: int

    @property
    def samples(self) -> Iterator[tuple[Intent, str, str]]:
        """Every sample with its intent, and its place as findings name it."""
        return ((intent, sample, f"{intent.name}: {sample!r}") for intent in self.intents for sample in intent.samples)

    @property
    def words(self) -> Iterator[tuple[str, str]]:
        """Every name of every value, with its place as findings name it."""
        return ((said, f"{kind.name}: {said!r}") for kind in self.types for _, names in kind.values for said in names)

    @property
    def by_name(self) -> dict[str, Type]:
        """The types of the model's own."""
        return {kind.name: kind for kind in self.types}


def view_of(model: Any, size: int) -> View:
    """The view of a model whose shape is right; `size` is the bytes of its file."""
    inner, language = model["interactionModel"], model["interactionModel"]["languageModel"]
    return View(
        language["invocationName"],
        tuple(
            Intent(
                intent["name"],
                tuple((slot["name"], slot["type"]) for slot in intent.get("slots", ())),
                tuple(intent.get("samples", ())),
            )
            for intent in language["intents"]
        ),
        tuple(Type(kind["name"], tuple(map(_value, kind["values"]))) for kind in language.get("types", ())),
        tuple(inner.get("dialog", {}).get("intents", ())),
        frozenset(prompt["id"] for prompt in inner.get("prompts", ())),
        size,
    )


def _value(found: Json) -> tuple[str, tuple[str, ...]]:
    return found.get("id", ""), (found["name"]["value"], *found["name"].get("synonyms", ()))
