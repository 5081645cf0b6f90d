"""What Alexa refuses in an interaction model, and what we refuse beside it: one table, checked on every model.

No public tool checks these. Each rule stands with its name and where it comes from (Alexa: its documents or what
developers met; "ours": stricter than Amazon). A rule that nobody could verify only warns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

from skill.models.conflicts import SAMPLE_IS_A_VALUE, SHARED_SAMPLES, SHARED_VALUES
from skill.models.invocation_rules import INVOCATION_RULES
from skill.models.lint import Finding, Placed, Rule, findings
from skill.models.model_view import View, misshapen, view_of
from skill.models.sayable import AMAZON_TYPES, LONGEST_SAMPLE, LONGEST_VALUE, not_sayable, tidy
from skill.models.sentences import AMAZON_INTENTS
from skill.models.slots import SLOT_RULES, SLOTS_TWICE, VALUES_TWICE

MOST_INTENTS = 250
MOST_VALUES = 50_000
MOST_BYTES = 1_500_000
SAMPLES_PER_INTENT = 250
SAMPLES_PER_LOCALE = 3_000
VALUES_PER_TYPE = 4_000
"""Our bounds: a template that multiplies gives tens of thousands of samples without anybody noticing."""

REQUIRED = ("Stop", "Cancel", "Help", "Fallback", "NavigateHome", "Pause", "Resume")
_NAME = re.compile(r"[A-Za-z_]+")


def check_model(model: Any, file: str, size: int, handlers: Collection[str] | None = None) -> list[Finding]:
    """All that is wrong with a model, in the rules' order; `size` is the bytes of its file.

    `handlers` are the names of intents and requests that the skill answers; without them that is not compared.
    A model of the wrong shape is not looked at further.
    """
    wrong = [Finding(file, "file", "shape", text, "Alexa: interaction model schema") for text in misshapen(model)]
    if wrong:
        return wrong
    view = view_of(model, file, size)
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
    for name, count in Counter(intent.name for intent in view.intents).items():
        if count > 1:
            yield name, f"stands in the model {count} times"
        if name.startswith("AMAZON.") and name not in AMAZON_INTENTS:
            yield name, "is none of Amazon's intents for a skill that talks and plays audio"


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
            yield intent.name, "has no samples: nobody can say it"


def _samples_twice(view: View) -> Placed:
    for intent in view.intents:
        for sample, count in Counter(map(tidy, intent.samples)).items():
            if count > 1:
                yield f"{intent.name}: {sample!r}", f"stands in this intent {count} times"


def _sample_characters(view: View) -> Placed:
    for intent in view.intents:
        for sample in intent.samples:
            if wrong := _not_a_sample(sample):
                yield f"{intent.name}: {sample!r}", wrong


def _not_a_sample(sample: str) -> str | None:
    if not sample.strip():
        return "is empty"
    if re.search(r"\}\S*\{", sample):
        return "slots need a space between them"
    return not_sayable(sample.lower())


def _adjacent_slots(view: View) -> Placed:
    for intent in view.intents:
        for sample in intent.samples:
            for before, after in re.findall(r"\{(\w+)\} (?=\{(\w+)\})", sample):
                if intent.kinds.get(before) in AMAZON_TYPES and intent.kinds.get(after) in AMAZON_TYPES:
                    message = f"nothing tells {{{before}}} from {{{after}}}; put a word between them"
                    yield f"{intent.name}: {sample!r}", message


def _value_characters(view: View) -> Placed:
    for kind in view.types:
        for _, names in kind.values:
            for said in names:
                if wrong := not_sayable(said.lower()) if said.strip() else "is empty":
                    yield f"{kind.name}: {said!r}", wrong


def _sizes(view: View) -> Placed:
    values = sum(len(names) for kind in view.types for _, names in kind.values)
    if len(view.intents) > MOST_INTENTS:
        yield "model", f"{len(view.intents)} intents, more than {MOST_INTENTS}"
    if values > MOST_VALUES:
        yield "model", f"{values:,} values and synonyms, more than {MOST_VALUES:,}"


def _samples_in_bounds(view: View) -> Placed:
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
    for intent in view.intents:
        for sample in intent.samples:
            if len(sample) > LONGEST_SAMPLE:
                yield f"{intent.name}: {sample!r}", f"{len(sample)} characters, more than {LONGEST_SAMPLE}"
    for kind in view.types:
        for said in kind.words:
            if len(said) > LONGEST_VALUE:
                yield f"{kind.name}: {said!r}", f"{len(said)} characters, more than {LONGEST_VALUE}"


_UNVERIFIED = "Alexa, as far as is known"
_SCHEMA = "Alexa: interaction model schema"

SENTENCE_RULES = (
    SLOTS_TWICE,
    VALUES_TWICE,
    SHARED_SAMPLES,
    Rule("sample-characters", "Alexa: rules for samples; numbers are written out", _sample_characters),
    Rule("adjacent-slots", "ours: two of Amazon's slots without a word between them are one number", _adjacent_slots),
    Rule("value-characters", "Alexa: rules for values; numbers are written out", _value_characters),
    Rule("samples", "ours: bounds that a template cannot pass unseen", _samples_in_bounds),
    Rule("unverified-sizes", _UNVERIFIED, _unverified_sizes, warns=True),
)
"""The rules that a template can break: the model is not built where one is broken, not even one that only warns."""

#: `shape` comes before these and ends the check of a file that has none; `handlers` comes after them.
RULES = (
    *INVOCATION_RULES,
    Rule("intents", "Alexa: standard built-in intents; a name stands once", _intents),
    Rule("names", _UNVERIFIED, _names, warns=True),
    Rule("built-ins", "Alexa: standard built-in intents, AudioPlayer, certification", _required),
    Rule("intent-without-samples", _SCHEMA, _without_samples),
    Rule("sample-twice", _SCHEMA, _samples_twice),
    *SLOT_RULES,
    SHARED_VALUES,
    SAMPLE_IS_A_VALUE,
    Rule("sizes", "Alexa: interaction model limits", _sizes),
    *SENTENCE_RULES,
)
