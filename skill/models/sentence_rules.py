"""The rules that sentences and names can break: a model is not built where one of these is broken."""

from __future__ import annotations

import re

from skill.models.lint import Placed, Rule, repeated
from skill.models.model_view import Intent, View
from skill.models.sayable import AMAZON_TYPES, LONGEST_SAMPLE, LONGEST_VALUE, SLOT, not_sayable, tidy

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
