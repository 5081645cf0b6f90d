"""What Alexa refuses in an interaction model, and what we refuse beside it: one table, checked on every model.

No public tool checks these. Each rule stands with its name and where it comes from (Alexa: its documents or what
developers met; "ours": stricter than Amazon). A rule that could not be verified only warns.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from typing import Any

from skill.locales import LETTERS
from skill.models.lint import Finding, Placed, Rule, findings, misshapen, repeated, shape_in
from skill.models.model_view import (
    AMAZON_TYPES,
    LONGEST_SAMPLE,
    LONGEST_VALUE,
    SLOT,
    Intent,
    View,
    not_sayable,
    tidy,
    view_of,
)
from skill.models.sentences import AMAZON_INTENTS

WAKE_WORDS = frozenset({"alexa", "amazon", "echo", "computer"})
OWN_WORDS = frozenset({"skill", "skills", "app", "apps"})
LAUNCH_WORDS = frozenset(
    {"ask", "begin", "enable", "launch", "load", "open", "play", "resume", "run", "start", "tell", "use"}
)
CONNECTING_WORDS = frozenset(
    {"about", "and", "by", "for", "from", "if", "in", "that", "to", "using", "whether", "with"}
)
SMALL_WORDS = frozenset({"a", "an", "the", "for", "to", "of", "about", "up", "by", "at", "off", "with", "in", "on"})
_CHARACTERS = re.compile(rf"[{LETTERS}]+(?:'[{LETTERS}]+|')?|(?:[{LETTERS}]\.)+")
MOST_INTENTS = 250
MOST_VALUES = 50_000
REQUIRED = ("Stop", "Cancel", "Help", "Fallback", "NavigateHome", "Pause", "Resume")
SHAPE = Path(__file__).with_name("model_shape.yaml")
_NAME = re.compile(r"[A-Za-z_]+")
AMAZON_SLOT_TYPES = frozenset(
    f"AMAZON.{name}"
    for name in ("DATE", "DURATION", "FOUR_DIGIT_NUMBER", "NUMBER", "Ordinal", "PhoneNumber", "SearchQuery", "TIME")
)
"""Amazon's types for numbers, times and free words, which all English locales have."""


def _length(view: View) -> Placed:
    if len(view.invocation_name.split()) < 2:
        yield _where(view), "is fewer than two words"


def _characters(view: View) -> Placed:
    for word in view.invocation_name.split():
        if not _CHARACTERS.fullmatch(word):
            yield _where(view), f"{word!r} is not lower-case letters, an apostrophe or an initialism"


def _small_words(view: View) -> Placed:
    if len(view.invocation_name.split()) == 2:
        yield from _words_of(view, SMALL_WORDS, "an article or a preposition")


def _reserved(view: View) -> Placed:
    yield from _words_of(view, WAKE_WORDS, "a wake word")
    yield from _words_of(view, LAUNCH_WORDS, "a launch word")
    yield from _words_of(view, OWN_WORDS, "a word for the skill itself")


def _connecting(view: View) -> Placed:
    yield from _words_of(view, CONNECTING_WORDS, "a connecting word")


def _words_of(view: View, words: frozenset[str], what: str) -> Placed:
    """The words of the name that are among these."""
    for word in view.invocation_name.lower().split():
        if word.removesuffix("'s") in words:
            yield _where(view), f"{word!r} is {what}"


def _where(view: View) -> str:
    return f"invocation name {view.invocation_name!r}"


def _undeclared(view: View) -> Placed:
    for intent, sample, where in view.samples:
        for name in SLOT.findall(sample):
            if name not in intent.kinds:
                yield where, f"{{{name}}} is not declared in the intent"


def _unused(view: View) -> Placed:
    elicited = {(intent["name"], slot["name"]) for intent in view.dialog for slot in intent.get("slots", ())}
    for intent in view.intents:
        used = {name for sample in intent.samples for name in SLOT.findall(sample)}
        for name in intent.kinds:
            if name not in used and (intent.name, name) not in elicited:
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


def check_model(model: Any, file: str, size: int, handlers: Collection[str] | None = None) -> list[Finding]:
    """All that is wrong with a model, in the rules' order; `size` is the bytes of its file.

    `handlers` are the names of intents and requests that the skill answers; without them that is not compared.
    A model of the wrong shape is not looked at further.
    """
    if wrong := list(misshapen(model, shape_in(SHAPE), "model")):
        return [Finding(file, "file", "shape", text, _SCHEMA) for text in wrong]
    view = view_of(model, size)
    found = list(findings(RULES, view, file))
    for name, message in _unanswered(view, handlers) if handlers is not None else ():
        found.append(Finding(file, name, "handlers", message, "ours: whatever is said gets its own answer"))
    return found


def _unanswered(view: View, handlers: Collection[str]) -> Placed:
    names = [intent.name for intent in view.intents]
    for name in names:
        if name not in handlers:
            yield name, "no handler answers this intent"
    for name in handlers:
        if name.endswith("Intent") and name not in names:
            yield name, "a handler waits for this intent, and the model has no such intent"


def _intents(view: View) -> Placed:
    for name, count in repeated(intent.name for intent in view.intents):
        yield name, f"stands in the model {count} times"
    for intent in view.intents:
        if intent.name.startswith("AMAZON.") and intent.name not in AMAZON_INTENTS:
            yield intent.name, "is none of Amazon's intents for a skill that talks and plays audio"


def _names(view: View) -> Placed:
    for intent in view.intents:
        if not (_NAME.fullmatch(intent.name) or intent.name.startswith("AMAZON.")):
            yield intent.name, "a name is letters and underscores"
        for name, _ in intent.slots:
            if not _NAME.fullmatch(name):
                yield f"{intent.name}: {{{name}}}", "a name is letters and underscores"


def _required(view: View) -> Placed:
    names = {intent.name for intent in view.intents}
    for name in (f"AMAZON.{short}Intent" for short in REQUIRED):
        if name not in names:
            yield name, "is missing"


def _without_samples(view: View) -> Placed:
    for intent in view.intents:
        if not intent.samples and not intent.name.startswith("AMAZON."):
            yield intent.name, "has no samples: it cannot be said"


def _samples_twice(view: View) -> Placed:
    for intent in view.intents:
        for sample, count in repeated(map(tidy, intent.samples)):
            yield f"{intent.name}: {sample!r}", f"stands in this intent {count} times"


def _sizes(view: View) -> Placed:
    values = sum(1 for _ in view.words)
    if len(view.intents) > MOST_INTENTS:
        yield "model", f"{len(view.intents)} intents, more than {MOST_INTENTS}"
    if values > MOST_VALUES:
        yield "model", f"{values:,} values and synonyms, more than {MOST_VALUES:,}"


MOST_BYTES = 1_500_000
SAMPLES_PER_INTENT = 250
SAMPLES_PER_LOCALE = 3_000
VALUES_PER_TYPE = 4_000
"""Our bounds: a template that multiplies gives tens of thousands of samples without a sign."""


def _slots_twice(view: View) -> Placed:
    for intent in view.intents:
        for name, count in repeated(name for name, _ in intent.slots):
            yield f"{intent.name}: {{{name}}}", f"is declared {count} times"
    for _, sample, where in view.samples:
        for name, _ in repeated(SLOT.findall(sample)):
            yield where, f"has the same slot twice: {{{name}}}"


def _values_twice(view: View) -> Placed:
    for kind in view.types:
        owners: dict[str, str] = {}
        for _, names in kind.values:
            for name in names:
                owner = owners.setdefault(tidy(name), names[0])
                if owner != names[0]:
                    yield f"{kind.name}: {name!r}", f"is a name of {owner!r} and of {names[0]!r}"
            for name, count in repeated(map(tidy, names)):
                yield f"{kind.name}: {name!r}", f"is a name of {names[0]!r} {count} times"
        for key, count in repeated(key for key, _ in kind.values if key):
            yield f"{kind.name}: {key!r}", f"is the id of {count} values"


def _shared_samples(view: View) -> Placed:
    """Samples of two intents. Slots of one type sound the same, whatever their names."""
    owners: dict[str, tuple[str, str]] = {}
    for intent, sample, where in view.samples:
        owner, first = owners.setdefault(_sound(intent, sample), (intent.name, where))
        if owner != intent.name:
            yield where, f"belongs to {owner} too"
            yield first, f"belongs to {intent.name} too"


def _sound(intent: Intent, sample: str) -> str:
    return SLOT.sub(lambda match: f"{{{intent.kinds.get(match[1], match[1])}}}", tidy(sample))


def _sample_characters(view: View) -> Placed:
    for _, sample, where in view.samples:
        if re.search(r"\}\S*\{", sample):
            yield where, "slots need a space between them"
        elif wrong := not_sayable(sample):
            yield where, wrong


def _adjacent_slots(view: View) -> Placed:
    for intent, sample, where in view.samples:
        for before, after in re.findall(r"\{(\w+)\} (?=\{(\w+)\})", sample):
            if intent.kinds.get(before) in AMAZON_TYPES and intent.kinds.get(after) in AMAZON_TYPES:
                yield where, f"nothing tells {{{before}}} from {{{after}}}; put a word between them"


def _value_characters(view: View) -> Placed:
    for name, where in view.words:
        if wrong := not_sayable(name):
            yield where, wrong


def _bounds(view: View) -> Placed:
    total = sum(len(intent.samples) for intent in view.intents)
    for intent in view.intents:
        if len(intent.samples) > SAMPLES_PER_INTENT:
            yield intent.name, f"{len(intent.samples)} samples, more than {SAMPLES_PER_INTENT}"
    if total > SAMPLES_PER_LOCALE:
        yield "model", f"{total} samples in all, more than {SAMPLES_PER_LOCALE}"
    for kind in view.types:
        if len(kind.words) > VALUES_PER_TYPE:
            yield kind.name, f"{len(kind.words)} values, more than {VALUES_PER_TYPE}"


def _unverified_sizes(view: View) -> Placed:
    if view.size > MOST_BYTES:
        yield "model", f"{view.size:,} bytes, more than {MOST_BYTES:,}"
    texts = [(sample, where, LONGEST_SAMPLE) for _, sample, where in view.samples]
    for text, where, most in (*texts, *((name, where, LONGEST_VALUE) for name, where in view.words)):
        if len(text) > most:
            yield where, f"{len(text)} characters, more than {most}"


SENTENCE_RULES = (
    Rule("slot-twice", "Alexa: interaction model schema", _slots_twice),
    Rule("value-twice", "Alexa: entity resolution would find either", _values_twice),
    Rule("sample-of-two-intents", "Alexa: would choose either", _shared_samples),
    Rule("sample-characters", "Alexa: rules for samples; numbers are written out", _sample_characters),
    Rule("adjacent-slots", "ours: two of Amazon's slots without a word between them are one number", _adjacent_slots),
    Rule("value-characters", "Alexa: rules for values; numbers are written out", _value_characters),
    Rule("samples", "ours: bounds that a template cannot pass unseen", _bounds),
    Rule("unverified-sizes", "Alexa, as far as is known", _unverified_sizes, warns=True),
)

_INVOCATION = "Alexa: choose the invocation name"
_SCHEMA = "Alexa: interaction model schema"
#: `shape` comes before these and ends the check of a file that has none; `handlers` comes after them.
RULES = (
    Rule("invocation-words", f"{_INVOCATION}: two words or more, unless a brand", _length),
    Rule("invocation-characters", f"{_INVOCATION}: lower-case letters, apostrophes, initialisms", _characters),
    Rule("invocation-small-words", f"{_INVOCATION}: no article or preposition in two words", _small_words),
    Rule("invocation-reserved", f"{_INVOCATION}: no wake word, launch word, skill or app", _reserved),
    Rule("invocation-connecting", f"{_INVOCATION}: no connecting word", _connecting),
    Rule("intents", "Alexa: standard built-in intents; a name stands once", _intents),
    Rule("names", "Alexa, as far as is known", _names, warns=True),
    Rule("built-ins", "Alexa: standard built-in intents, AudioPlayer, certification", _required),
    Rule("intent-without-samples", _SCHEMA, _without_samples),
    Rule("sample-twice", _SCHEMA, _samples_twice),
    Rule("slot-undeclared", _SCHEMA, _undeclared),
    Rule("slot-unused", "ours: nothing is declared for nothing", _unused),
    Rule("slot-type", "Alexa: slot type reference", _unknown_types),
    Rule("types", "ours: a type stands once, has values and is used", _types),
    Rule("search-query", "Alexa: AMAZON.SearchQuery needs a carrier phrase", _search_query),
    Rule("value-of-two-slots", "Alexa: would choose either", _shared_values),
    Rule("sample-is-a-value", "Alexa: would choose either", _literal_values),
    Rule("prompts", "Alexa: refuses to build without them", _prompts),
    Rule("sizes", "Alexa: interaction model limits", _sizes),
    *SENTENCE_RULES,
)
