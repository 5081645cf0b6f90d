"""The rules for slots, their types and values, and the questions that ask for them."""

from __future__ import annotations

from collections import Counter

from skill.models.lint import Found
from skill.models.model_view import View, tidy
from skill.models.sayable import SLOT

AMAZON_SLOT_TYPES = frozenset(
    f"AMAZON.{name}"
    for name in ("DATE", "DURATION", "FOUR_DIGIT_NUMBER", "NUMBER", "Ordinal", "PhoneNumber", "SearchQuery", "TIME")
)
"""Amazon's types for numbers, times and free words, which all English locales have."""


def undeclared(seen: View) -> Found:
    """Slots in samples that their intent does not declare."""
    for intent in seen.intents:
        for sample in intent.samples:
            for name in SLOT.findall(sample):
                if name not in intent.kinds:
                    yield f"{intent.name}: {sample!r}", f"{{{name}}} is not declared in the intent"


def unused(seen: View) -> Found:
    """Slots that nobody can fill: in no sample, and not asked for in a dialog."""
    elicited = {(intent["name"], slot["name"]) for intent in seen.dialog for slot in intent.get("slots", ())}
    for intent in seen.intents:
        for name in intent.kinds:
            if name not in intent.heard and (intent.name, name) not in elicited:
                yield f"{intent.name}: {{{name}}}", "is declared and stands in no sample"


def slots_twice(seen: View) -> Found:
    """Slots declared twice, or twice in one sample."""
    for intent in seen.intents:
        for name, count in Counter(name for name, _ in intent.slots).items():
            if count > 1:
                yield f"{intent.name}: {{{name}}}", f"is declared {count} times"
        for sample in intent.samples:
            for name, count in Counter(SLOT.findall(sample)).items():
                if count > 1:
                    yield f"{intent.name}: {sample!r}", f"{{{name}}} stands in it {count} times"


def unknown_types(seen: View) -> Found:
    """Slots of a type that is neither the model's own nor one of Amazon's."""
    for intent in seen.intents:
        for name, kind in intent.slots:
            if kind not in seen.by_name and kind not in AMAZON_SLOT_TYPES:
                yield f"{intent.name}: {{{name}}}", f"its type {kind} is not in the model, and none of Amazon's"


def types(seen: View) -> Found:
    """Types that stand twice, have no values, or belong to no slot."""
    used = {kind for intent in seen.intents for _, kind in intent.slots}
    for name, count in Counter(kind.name for kind in seen.types).items():
        if count > 1:
            yield name, f"stands in the model {count} times"
        if name not in used:
            yield name, "no slot is of this type"
    for kind in seen.types:
        if not kind.values:
            yield kind.name, "has no values"


def values_twice(seen: View) -> Found:
    """Words and ids of two values of one type."""
    for kind in seen.types:
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


def search_query(seen: View) -> Found:
    """Free words without a phrase that carries them."""
    for intent in seen.intents:
        for name, kind in intent.bare.items():
            if kind == "AMAZON.SearchQuery":
                yield f"{intent.name}: '{{{name}}}'", "free words need words around them that carry them"


def prompts(seen: View) -> Found:
    """Questions of a dialog without the words to ask them in."""
    declared = {intent.name: intent.kinds for intent in seen.intents}
    for intent in seen.dialog:
        for slot in intent.get("slots", ()):
            where = f"{intent['name']}: {{{slot['name']}}}"
            if slot["name"] not in declared.get(intent["name"], {}):
                yield where, "stands in the dialog, and the language model has no such slot"
            prompts = slot.get("prompts", {})
            for needed, kind in (("elicitationRequired", "elicitation"), ("confirmationRequired", "confirmation")):
                if slot.get(needed) and kind not in prompts:
                    yield where, f"{needed} without a prompt"
            for kind, prompt in prompts.items():
                if prompt not in seen.prompts:
                    yield where, f"its {kind} prompt {prompt!r} is not among the prompts"
