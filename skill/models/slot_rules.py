"""The rules for slots and their types, for values that two slots could claim, and for questions that ask for a slot."""

from __future__ import annotations

from itertools import combinations

from skill.models.lint import Placed, Rule, repeated
from skill.models.model_view import View
from skill.models.sayable import SLOT, tidy

AMAZON_SLOT_TYPES = frozenset(
    f"AMAZON.{name}"
    for name in ("DATE", "DURATION", "FOUR_DIGIT_NUMBER", "NUMBER", "Ordinal", "PhoneNumber", "SearchQuery", "TIME")
)
"""Amazon's types for numbers, times and free words, which all English locales have."""


def _undeclared(view: View) -> Placed:
    for intent, sample, where in view.samples:
        for name in SLOT.findall(sample):
            if name not in intent.kinds:
                yield where, f"{{{name}}} is not declared in the intent"


def _unused(view: View) -> Placed:
    elicited = {(intent["name"], slot["name"]) for intent in view.dialog for slot in intent.get("slots", ())}
    for intent in view.intents:
        for name in intent.kinds:
            if name not in intent.used_slots and (intent.name, name) not in elicited:
                yield f"{intent.name}: {{{name}}}", "is declared and stands in no sample"


def _unknown_types(view: View) -> Placed:
    for intent in view.intents:
        for name, kind in intent.slots:
            if kind not in view.by_name and kind not in AMAZON_SLOT_TYPES:
                yield f"{intent.name}: {{{name}}}", f"its type {kind} is not in the model, and none of Amazon's"


def _types(view: View) -> Placed:
    used = {kind for intent in view.intents for _, kind in intent.slots}
    for name, count in repeated(kind.name for kind in view.types):
        yield name, f"stands in the model {count} times"
    for kind in view.types:
        if kind.name not in used:
            yield kind.name, "no slot is of this type"
        if not kind.values:
            yield kind.name, "has no values"


def _search_query(view: View) -> Placed:
    for intent in view.intents:
        for name, kind in intent.bare.items():
            if kind == "AMAZON.SearchQuery":
                yield f"{intent.name}: '{{{name}}}'", "free words need words around them that carry them"


def _shared_values(view: View) -> Placed:
    """Words for two slots of two intents, said in the same way or all by themselves: nothing shows which is meant."""
    frames: dict[str, list[tuple[str, str, str]]] = {}
    for intent, sample, _ in view.samples:
        names = SLOT.findall(sample)
        if len(names) == 1 and names[0] in intent.kinds:
            frame = SLOT.sub("{}", tidy(sample))
            frames.setdefault(frame, []).append((intent.name, names[0], intent.kinds[names[0]]))
    words = {name: kind.words for name, kind in view.by_name.items()}
    for frame, claims in frames.items():
        for (intent_name, slot, kind), (other_name, other_slot, other_kind) in combinations(claims, 2):
            if kind == other_kind or intent_name == other_name:
                continue  # the same sample, or the same intent either way
            for said in sorted(words.get(kind, {}).keys() & words.get(other_kind, {}).keys()):
                sentence = frame.replace("{}", said)
                yield f"{intent_name}: {sentence!r}", f"is a {{{slot}}} here, and a {{{other_slot}}} of {other_name}"


def _literal_values(view: View) -> Placed:
    """A sample of one intent that is, word for word, a value of a slot that another intent hears by itself."""
    literal = {tidy(sample): intent.name for intent, sample, _ in view.samples if not SLOT.search(sample)}
    for intent in view.intents:
        for slot, kind in intent.bare.items():
            words = view.by_name[kind].words if kind in view.by_name else {}
            for said in sorted(words.keys() & literal.keys()):
                if literal[said] != intent.name:
                    yield f"{literal[said]}: {said!r}", f"is a value of {{{slot}}}, which {intent.name} hears by itself"


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
SLOT_RULES = (
    Rule("slot-undeclared", _SCHEMA, _undeclared),
    Rule("slot-unused", "ours: nothing is declared for nothing", _unused),
    Rule("slot-type", "Alexa: slot type reference", _unknown_types),
    Rule("types", "ours: a type stands once, has values and is used", _types),
    Rule("search-query", "Alexa: AMAZON.SearchQuery needs a carrier phrase", _search_query),
    Rule("value-of-two-slots", "Alexa: would choose either", _shared_values),
    Rule("sample-is-a-value", "Alexa: would choose either", _literal_values),
    Rule("prompts", "Alexa: refuses to build without them", _prompts),
)
