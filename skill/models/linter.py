"""What Alexa refuses in an interaction model, and what we refuse beside it: one table, checked on every model.

No public tool checks these. Each rule stands with its name and where it comes from (Alexa: its documents or what
developers met; "ours": stricter than Amazon). A rule that nobody could verify only warns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

from skill.models.conflicts import literal_values, shared_samples, shared_values
from skill.models.invocation_rules import (
    invocation_characters,
    invocation_connecting,
    invocation_length,
    invocation_reserved,
    invocation_small_words,
)
from skill.models.lint import Finding, Found, Rule, findings
from skill.models.model_view import View, misshapen, tidy, view
from skill.models.sayable import LONGEST_SAMPLE, LONGEST_VALUE, not_sayable
from skill.models.sentences import AMAZON_INTENTS
from skill.models.slots import (
    prompts,
    search_query,
    slots_twice,
    types,
    undeclared,
    unknown_types,
    unused,
    values_twice,
)

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
    wrong = [
        Finding(file, "file", "shape", text, "Alexa: interaction model schema", False) for text in misshapen(model)
    ]
    if wrong:
        return wrong
    seen = view(model, file, size)
    found = list(findings(RULES, seen, file))
    for name, message in _unanswered(seen, handlers) if handlers is not None else ():
        found.append(Finding(file, name, "handlers", message, "ours: whatever is said gets its own answer", False))
    return found


def _unanswered(seen: View, handlers: Collection[str]) -> Found:
    names = [intent.name for intent in seen.intents]
    for name in names:
        if name not in handlers:
            yield name, "no handler answers this intent"
    for name in handlers:
        if name.endswith("Intent") and name not in names:
            yield name, "a handler waits for this intent, and the model has no such intent"


def _intents(seen: View) -> Found:
    for name, count in Counter(intent.name for intent in seen.intents).items():
        if count > 1:
            yield name, f"stands in the model {count} times"
        if name.startswith("AMAZON.") and name not in AMAZON_INTENTS:
            yield name, "is none of Amazon's intents for a skill that talks and plays audio"


def _names(seen: View) -> Found:
    for intent in seen.intents:
        if not (_NAME.fullmatch(intent.name) or intent.name.startswith("AMAZON.")):
            yield intent.name, "a name is letters and underscores"
        for name, _ in intent.slots:
            if not _NAME.fullmatch(name):
                yield f"{intent.name}: {{{name}}}", "a name is letters and underscores"


def _required(seen: View) -> Found:
    names = {intent.name for intent in seen.intents}
    for name in (f"AMAZON.{short}Intent" for short in REQUIRED):
        if name not in names:
            yield name, "is missing"


def _without_samples(seen: View) -> Found:
    for intent in seen.intents:
        if not intent.samples and not intent.name.startswith("AMAZON."):
            yield intent.name, "has no samples: nobody can say it"


def _samples_twice(seen: View) -> Found:
    for intent in seen.intents:
        for sample, count in Counter(map(tidy, intent.samples)).items():
            if count > 1:
                yield f"{intent.name}: {sample!r}", f"stands in this intent {count} times"


def _sample_characters(seen: View) -> Found:
    for intent in seen.intents:
        for sample in intent.samples:
            if not sample.strip():
                yield f"{intent.name}: {sample!r}", "is empty"
            elif wrong := not_sayable(re.sub(r"\}'s\b", "}", sample.lower())):
                yield f"{intent.name}: {sample!r}", wrong


def _value_characters(seen: View) -> Found:
    for kind in seen.types:
        for _, names in kind.values:
            for said in names:
                if not said.strip():
                    yield f"{kind.name}: {said!r}", "is empty"
                elif wrong := not_sayable(said.lower()):
                    yield f"{kind.name}: {said!r}", wrong


def _sizes(seen: View) -> Found:
    values = sum(len(names) for kind in seen.types for _, names in kind.values)
    if len(seen.intents) > MOST_INTENTS:
        yield "model", f"{len(seen.intents)} intents, more than {MOST_INTENTS}"
    if values > MOST_VALUES:
        yield "model", f"{values:,} values and synonyms, more than {MOST_VALUES:,}"


def _samples_in_bounds(seen: View) -> Found:
    total = sum(len(intent.samples) for intent in seen.intents)
    for intent in seen.intents:
        if len(intent.samples) > SAMPLES_PER_INTENT:
            yield intent.name, f"{len(intent.samples)} samples, more than {SAMPLES_PER_INTENT}"
    if total > SAMPLES_PER_LOCALE:
        yield "model", f"{total:,} samples in all, more than {SAMPLES_PER_LOCALE:,}"
    for kind in seen.types:
        if len(kind.words) > VALUES_PER_TYPE:
            yield kind.name, f"{len(kind.words):,} values, more than {VALUES_PER_TYPE:,}"


def _unverified_sizes(seen: View) -> Found:
    if seen.size > MOST_BYTES:
        yield "model", f"{seen.size:,} bytes, more than {MOST_BYTES:,}"
    for intent in seen.intents:
        for sample in intent.samples:
            if len(sample) > LONGEST_SAMPLE:
                yield f"{intent.name}: {sample!r}", f"{len(sample)} characters, more than {LONGEST_SAMPLE}"
    for kind in seen.types:
        for said in kind.words:
            if len(said) > LONGEST_VALUE:
                yield f"{kind.name}: {said!r}", f"{len(said)} characters, more than {LONGEST_VALUE}"


_INVOCATION = "Alexa: choose the invocation name"
_UNVERIFIED = "Alexa, as far as is known"

#: `shape` comes before these and stops the look at a file that has none; `handlers` comes after them.
RULES = (
    Rule("invocation-words", f"{_INVOCATION}: two words or more, unless a brand", invocation_length),
    Rule(
        "invocation-characters", f"{_INVOCATION}: lower-case letters, apostrophes, initialisms", invocation_characters
    ),
    Rule("invocation-small-words", f"{_INVOCATION}: no article or preposition in two words", invocation_small_words),
    Rule("invocation-reserved", f"{_INVOCATION}: no wake word, launch word, skill or app", invocation_reserved),
    Rule("invocation-connecting", f"{_INVOCATION}: no connecting word", invocation_connecting),
    Rule("intents", "Alexa: standard built-in intents; a name stands once", _intents),
    Rule("names", _UNVERIFIED, _names, warns=True),
    Rule("built-ins", "Alexa: standard built-in intents, AudioPlayer, certification", _required),
    Rule("intent-without-samples", "Alexa: interaction model schema", _without_samples),
    Rule("slot-undeclared", "Alexa: interaction model schema", undeclared),
    Rule("slot-unused", "ours: nothing is declared for nothing", unused),
    Rule("slot-twice", "Alexa: interaction model schema", slots_twice),
    Rule("slot-type", "Alexa: slot type reference", unknown_types),
    Rule("types", "ours: a type stands once, has values and is used", types),
    Rule("value-twice", "Alexa: entity resolution would find either", values_twice),
    Rule("sample-twice", "Alexa: interaction model schema", _samples_twice),
    Rule("sample-of-two-intents", "Alexa: would choose either", shared_samples),
    Rule("sample-characters", "Alexa: rules for samples; numbers are written out", _sample_characters),
    Rule("value-characters", "Alexa: rules for values; numbers are written out", _value_characters),
    Rule("search-query", "Alexa: AMAZON.SearchQuery needs a carrier phrase", search_query),
    Rule("value-of-two-slots", "Alexa: would choose either", shared_values),
    Rule("sample-is-a-value", "Alexa: would choose either", literal_values),
    Rule("prompts", "Alexa: refuses to build without them", prompts),
    Rule("sizes", "Alexa: interaction model limits", _sizes),
    Rule("samples", "ours: bounds that a template cannot pass unseen", _samples_in_bounds),
    Rule("unverified-sizes", _UNVERIFIED, _unverified_sizes, warns=True),
)
