"""The rules for slots, their types and values, and the questions that ask for them."""

from __future__ import annotations

from collections import Counter

from skill.models.lint import Placed, Rule
from skill.models.model_view import View
from skill.models.sayable import SLOT, tidy

AMAZON_SLOT_TYPES = frozenset(
    f"AMAZON.{name}"
    for name in ("DATE", "DURATION", "FOUR_DIGIT_NUMBER", "NUMBER", "Ordinal", "PhoneNumber", "SearchQuery", "TIME")
)
"""Amazon's types for numbers, times and free words, which all English locales have."""


def _undeclared(view: View) -> Placed:
    for intent in view.intents:
        for sample in intent.samples:
            for name in SLOT.findall(sample):
                if name not in intent.kinds:
                    yield f"{intent.name}: {sample!r}", f"{{{name}}} is not declared in the intent"


def _unused(view: View) -> Placed:
    elicited = {(intent["name"], slot["name"]) for intent in view.dialog for slot in intent.get("slots", ())}
    for intent in view.intents:
        for name in intent.kinds:
            if name not in intent.heard and (intent.name, name) not in elicited:
                yield f"{intent.name}: {{{name}}}", "is declared and stands in no sample"


def _slots_twice(view: View) -> Placed:
    for intent in view.intents:
        for name, count in Counter(name for name, _ in intent.slots).items():
            if count > 1:
                yield f"{intent.name}: {{{name}}}", f"is declared {count} times"
        for sample in intent.samples:
            for name, count in Counter(SLOT.findall(sample)).items():
                if count > 1:
                    yield f"{intent.name}: {sample!r}", f"has the same slot twice: {{{name}}}"


def _unknown_types(view: View) -> Placed:
    for intent in view.intents:
        for name, kind in intent.slots:
            if kind not in view.by_name and kind not in AMAZON_SLOT_TYPES:
                yield f"{intent.name}: {{{name}}}", f"its type {kind} is not in the model, and none of Amazon's"


def _types(view: View) -> Placed:
    used = {kind for intent in view.intents for _, kind in intent.slots}
    for name, count in Counter(kind.name for kind in view.types).items():
        if count > 1:
            yield name, f"stands in the model {count} times"
        if name not in used:
            yield name, "no slot is of this type"
    for kind in view.types:
        if not kind.values:
            yield kind.name, "has no values"


def _values_twice(view: View) -> Placed:
    for kind in view.types:
        owners: dict[str, str] = {}
        for _, names in kind.values:
            for said in names:
                owner = owners.setdefault(tidy(said), names[0])
                if owner != names[0]:
                    yield f"{kind.name}: {said!r}", f"is a name of {owner!r} and of {names[0]!r}"
            for said, count in Counter(map(tidy, names)).items():
                if count > 1:
                    yield f"{kind.name}: {said!r}", f"is a name of {names[0]!r} {count} times"
        for key, count in Counter(key for key, _ in kind.values if key).items():
            if count > 1:
                yield f"{kind.name}: {key!r}", f"is the id of {count} values"


def _search_query(view: View) -> Placed:
    for intent in view.intents:
        for name, kind in intent.bare.items():
            if kind == "AMAZON.SearchQuery":
                yield f"{intent.name}: '{{{name}}}'", "free words need words around them that carry them"


def _prompts(view: View) -> Placed:
    declared = {intent.name: intent.kinds for intent in view.intents}
    for intent in view.dialog:
        for slot in intent.get("slots", ()):
            where = f"{intent['name']}: {{{slot['name']}}}"
            if slot["name"] not in declared.get(intent["name"], {}):
                yield where, "stands in the dialog, and the language model has no such slot"
            prompts = slot.get("prompts", {})
            for needed, kind in (("elicitationRequired", "elicitation"), ("confirmationRequired", "confirmation")):
                if slot.get(needed) and kind not in prompts:
                    yield where, f"{needed} without a prompt"
            for kind, prompt in prompts.items():
                if prompt not in view.prompts:
                    yield where, f"its {kind} prompt {prompt!r} is not among the prompts"


_SCHEMA = "Alexa: interaction model schema"
VALUES_TWICE = Rule("value-twice", "Alexa: entity resolution would find either", _values_twice)
SLOTS_TWICE = Rule("slot-twice", _SCHEMA, _slots_twice)
SLOT_RULES = (
    Rule("slot-undeclared", _SCHEMA, _undeclared),
    Rule("slot-unused", "ours: nothing is declared for nothing", _unused),
    Rule("slot-type", "Alexa: slot type reference", _unknown_types),
    Rule("types", "ours: a type stands once, has values and is used", _types),
    Rule("search-query", "Alexa: AMAZON.SearchQuery needs a carrier phrase", _search_query),
    Rule("prompts", "Alexa: refuses to build without them", _prompts),
)
