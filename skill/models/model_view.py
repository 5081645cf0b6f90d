"""A model file as the linter looks at it: its shape checked first, then its intents, slots and types by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.models.lint import unlike
from skill.models.sayable import SLOT, tidy

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
    def used_slots(self) -> set[str]:
        """The slots that its samples use."""
        return {name for sample in self.samples for name in SLOT.findall(sample)}

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

    file: str
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


def view_of(model: Any, file: str, size: int) -> View:
    """The view of a model whose shape is right; `size` is the bytes of its file."""
    inner, language = model["interactionModel"], model["interactionModel"]["languageModel"]
    return View(
        file,
        language["invocationName"],
        tuple(
            Intent(
                intent["name"],
                tuple((slot["name"], slot["type"]) for slot in intent.get("slots", ())),
                tuple(intent.get("samples", ())),
            )
            for intent in language["intents"]
        ),
        tuple(
            Type(
                kind["name"],
                tuple(
                    (value.get("id", ""), (value["name"]["value"], *value["name"].get("synonyms", ())))
                    for value in kind["values"]
                ),
            )
            for kind in language.get("types", ())
        ),
        tuple(inner.get("dialog", {}).get("intents", ())),
        frozenset(prompt["id"] for prompt in inner.get("prompts", ())),
        size,
    )


def misshapen(model: Any) -> Iterator[str]:
    """What is not of Amazon's shape, each with its place in the file."""
    yield from unlike(model, _SHAPE, "model")


_NAMED = {"name": str}
_DIALOG_SLOT = {**_NAMED, "type?": str, "elicitationRequired?": bool, "confirmationRequired?": bool, "prompts?": dict}
_SHAPE: Any = {
    "interactionModel": {
        "languageModel": {
            "invocationName": str,
            "intents": [{**_NAMED, "samples?": [str], "slots?": [{**_NAMED, "type": str}]}],
            "types?": [{**_NAMED, "values": [{"id?": str, "name": {"value": str, "synonyms?": [str]}}]}],
        },
        "dialog?": {"intents?": [{**_NAMED, "slots?": [_DIALOG_SLOT]}]},
        "prompts?": [{"id": str, "variations?": [dict]}],
    }
}
