"""What Alexa refuses in an interaction model, and what we refuse beside it: one table, checked on every model.

No public tool checks these. Each rule stands with its name and where it comes from (Alexa: its documents or what
developers met; "ours": stricter than Amazon). A rule that could not be verified only warns.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from skill.models.invocation_rules import INVOCATION_RULES
from skill.models.lint import Finding, Placed, Rule, findings, repeated
from skill.models.model_view import View, misshapen, view_of
from skill.models.sayable import tidy
from skill.models.sentence_rules import SENTENCE_RULES
from skill.models.sentences import AMAZON_INTENTS
from skill.models.slot_rules import SLOT_RULES

MOST_INTENTS = 250
MOST_VALUES = 50_000
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


_SCHEMA = "Alexa: interaction model schema"
#: `shape` comes before these and ends the check of a file that has none; `handlers` comes after them.
RULES = (
    *INVOCATION_RULES,
    Rule("intents", "Alexa: standard built-in intents; a name stands once", _intents),
    Rule("names", "Alexa, as far as is known", _names, warns=True),
    Rule("built-ins", "Alexa: standard built-in intents, AudioPlayer, certification", _required),
    Rule("intent-without-samples", _SCHEMA, _without_samples),
    Rule("sample-twice", _SCHEMA, _samples_twice),
    *SLOT_RULES,
    Rule("sizes", "Alexa: interaction model limits", _sizes),
    *SENTENCE_RULES,
)
