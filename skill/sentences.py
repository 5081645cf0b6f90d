"""What people say to the skill: reading the files of `interaction_models/sentences/<language>/`, written out.

One file a subject; rules and slots are shared by all of them. Every mistake is found in one pass and raised as one
`ModelError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from hassil.errors import HassilError
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.sample import sample_sentence

from skill.errors import ModelError
from speech.yaml_lines import Document, read_yaml

SOURCES = ("scripts", "places")
AMAZON_TYPES = ("AMAZON.DURATION", "AMAZON.NUMBER")
"""Amazon's slot types that the skill uses and the simulator can hear."""

AMAZON_INTENTS = (
    "AMAZON.CancelIntent",
    "AMAZON.FallbackIntent",
    "AMAZON.HelpIntent",
    "AMAZON.LoopOffIntent",
    "AMAZON.LoopOnIntent",
    "AMAZON.NavigateHomeIntent",
    "AMAZON.NextIntent",
    "AMAZON.NoIntent",
    "AMAZON.PauseIntent",
    "AMAZON.PreviousIntent",
    "AMAZON.RepeatIntent",
    "AMAZON.ResumeIntent",
    "AMAZON.ShuffleOffIntent",
    "AMAZON.ShuffleOnIntent",
    "AMAZON.StartOverIntent",
    "AMAZON.StopIntent",
    "AMAZON.YesIntent",
)
"""Every built-in intent of a skill that talks and plays audio; the player sends its own in any case."""

LONGEST_SAMPLE = 200
"""Characters (Alexa's limit, as far as is known)."""
WRITTEN_OUT_AT_MOST = 100_000
"""Samples after which counting a template stops."""

SLOT = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*'?|(?:[a-z]\.)+(?:'s)?")
_SLOT_WORD = re.compile(r"\{[a-z_]+\}(?:'s)?")
_FIELDS = ("language", "invocation name", "rules", "slots", "intents")
_SLOT_FIELDS = ("type", "from", "also", "values")


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of the file: Amazon's type for it, and where the values of a type of our own come from."""

    name: str
    type: str
    source: str | None
    also: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    file: str


@dataclass(frozen=True, slots=True)
class Template:
    """One template and the samples it stands for, sorted. `where` is how a message names it."""

    where: str
    intent: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language, read and checked: slots, intents in the files' order, and every template written out."""

    folder: str
    invocation_name: str
    slots: Mapping[str, Slot]
    intents: tuple[str, ...]
    templates: tuple[Template, ...]


def not_sayable(text: str) -> str | None:
    """What is wrong with words that are to stand in a model, or None.

    Alexa: letters, spaces, apostrophes, hyphens, and periods in initialisms; digits are written out.
    """
    for word in SLOT.sub("", text).split():
        if not _WORD.fullmatch(word):
            return f"{word!r} is not letters, apostrophes, hyphens or an initialism; numbers are written out"
    return None


def read_sentences(folder: Path) -> Sentences:
    """Read one language's sentences. Raises `ModelError`: every mistake as ``file:line: template: message``."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ModelError([f"{folder.parent.name}/{folder.name}: no sentences here; a file for each subject is needed"])
    readers = [_Reader(read_yaml(file, f"{folder.name}/{file.name}")) for file in files]
    rules: dict[str, Sentence] = {}
    slots: dict[str, Slot] = {}
    for reader in readers:
        rules |= reader.rules(rules)
        slots |= reader.slots(slots)
    intents: dict[str, str] = {}
    templates = [template for reader in readers for template in reader.templates(rules, slots, intents)]
    heads = [reader for reader in readers if "invocation name" in reader.data]
    problems = [problem for reader in readers for problem in reader.problems]
    problems += [
        f"{folder.name}: {name} is missing; an empty list is enough" for name in AMAZON_INTENTS if name not in intents
    ]
    if len(heads) != 1:
        problems.append(f"{folder.name}: the invocation name stands in {len(heads)} files; one is needed")
    if problems:
        raise ModelError(problems)
    return Sentences(folder.name, heads[0].invocation_name(), slots, tuple(intents), tuple(templates))


class _Reader:
    """One file of a language."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[str] = [str(problem) for problem in document.problems]
        self.data = {} if self.problems else self.table((), document.data)
        for key in self.data:
            if key not in _FIELDS:
                self.report((key,), str(key), f"is unknown; allowed are {', '.join(_FIELDS)}")
        if "invocation name" in self.data:
            self.invocation_name()

    def report(self, path: tuple[str | int, ...], what: str, message: str) -> None:
        self.problems.append(f"{self.document.file}:{self.document.line(path)}: {what}: {message}")

    def invocation_name(self) -> str:
        name = self.data["invocation name"]
        if not isinstance(name, str) or not_sayable(name) or len(name.split()) < 2:
            self.report(("invocation name",), "invocation name", f"{name!r} is not two or more sayable words")
        return str(name)

    def table(self, path: tuple[str | int, ...], found: object) -> dict[Any, Any]:
        if isinstance(found, dict):
            return found
        self.report(path, str(path[-1]) if path else "file", f"{found!r} is not a mapping")
        return {}

    def texts(self, path: tuple[str | int, ...], found: object) -> tuple[str, ...]:
        if isinstance(found, list) and all(isinstance(item, str) and item.strip() for item in found):
            return tuple(" ".join(item.split()) for item in found)
        self.report(path, str(path[-1]), f"{found!r} is not a list of texts (a text like `no` needs quotes)")
        return ()

    def slots(self, known: Mapping[str, Slot]) -> dict[str, Slot]:
        """The slots of this file. One of another file is known everywhere, and stands there alone."""
        return dict(self.read_slots(self.table(("slots",), self.data.get("slots") or {}), known))

    def read_slots(self, found: dict[Any, Any], known: Mapping[str, Slot]) -> Iterator[tuple[str, Slot]]:
        for name, fields in found.items():
            path = ("slots", name)
            fields = self.table(path, fields)
            if not re.fullmatch("[a-z_]+", str(name)):
                self.report(path, str(name), "a slot's name is lower-case letters and underscores")
            if name in known:
                self.report(path, str(name), "this slot stands in another file too")
            for field in fields:
                if field not in _SLOT_FIELDS:
                    allowed = ", ".join(_SLOT_FIELDS)
                    self.report((*path, field), str(field), f"is unknown; a slot has {allowed}")
            kind, source = str(fields.get("type")), fields.get("from")
            said = self.table((*path, "values"), fields.get("values") or {})
            values = {str(key): self.texts((*path, "values", key), words) for key, words in said.items()}
            self.check_type(path, kind, source, bool(said))
            also = self.texts((*path, "also"), fields.get("also") or [])
            yield name, Slot(name, kind, source, also, values, self.document.file)

    def check_type(self, path: tuple[str | int, ...], kind: str, source: object, has_values: bool) -> None:
        if kind in AMAZON_TYPES:
            if source or has_values:
                self.report(path, kind, "Amazon's own type takes no values of ours")
        elif not re.fullmatch("[A-Za-z_]+", kind):
            allowed = ", ".join(AMAZON_TYPES)
            self.report(path, kind, f"is unknown; allowed are {allowed}, or a name of letters with values")
        elif bool(source) == has_values:
            self.report(path, kind, "a type of ours needs either `from` or `values`")
        if source is not None and source not in SOURCES:
            self.report((*path, "from"), "from", f"{source!r} is unknown; allowed are {', '.join(SOURCES)}")

    def rules(self, known: Mapping[str, Sentence]) -> dict[str, Sentence]:
        """The rules of this file. One of another file is known everywhere, and stands there alone."""
        read: dict[str, Sentence] = {}
        for name, text in self.table(("rules",), self.data.get("rules") or {}).items():
            if name in known:
                self.report(("rules", name), str(name), "this rule stands in another file too")
            if parsed := self.parse(("rules", name), str(text)):
                read[name] = parsed
        return read

    def parse(self, path: tuple[str | int, ...], text: str) -> Sentence | None:
        try:
            return parse_sentence(text)
        except (ParseError, AssertionError):
            self.report(path, text, "cannot be read; is a bracket open, or a side of | empty?")
        return None

    def templates(
        self, rules: dict[str, Sentence], slots: Mapping[str, Slot], intents: dict[str, str]
    ) -> Iterator[Template]:
        """The templates of this file, written out; its intents are added to those of the files before it."""
        for intent, texts in self.table(("intents",), self.data.get("intents") or {}).items():
            path = ("intents", intent)
            if intent in intents:
                self.report(path, str(intent), f"this intent stands in {intents[intent]} too")
            intents.setdefault(intent, self.document.file)
            own = re.fullmatch(r"[A-Za-z_]+Intent", str(intent))
            if not own and intent not in AMAZON_INTENTS:
                self.report(path, str(intent), "is unknown; an intent is one of Amazon's, or letters ending in Intent")
            if own and not texts:
                self.report(path, str(intent), "has no templates; only Amazon's intents need none")
            for index, text in enumerate(self.texts(path, texts)):
                here = (*path, index)
                samples = self.write_out(here, text, rules)
                for message in _mistakes(samples, slots, amazon=not own):
                    self.report(here, text, message)
                yield Template(f"{self.document.file}:{self.document.line(here)}: {text}", intent, samples)

    def write_out(self, path: tuple[str | int, ...], text: str, rules: dict[str, Sentence]) -> tuple[str, ...]:
        parsed = self.parse(path, text)
        if parsed is None:
            return ()
        if re.search(r"\{[^{}]*[:@]", text):
            self.report(path, text, "write the slot's name alone, as in {minutes}")
            return ()
        try:
            written = sample_sentence(parsed, {}, rules, expand_lists=False, expand_ranges=False)
            samples = {" ".join(sample.lower().split()) for sample in islice(written, WRITTEN_OUT_AT_MOST)}
        except RecursionError:
            self.report(path, text, "a rule in it leads back to itself")
        except HassilError as error:
            self.report(path, text, str(error))
        else:
            return tuple(sorted(samples))
        return ()


def _mistakes(samples: tuple[str, ...], slots: Mapping[str, Slot], *, amazon: bool) -> Iterator[str]:
    """What is wrong with the samples of one template, each kind of mistake once."""
    seen: dict[str, str] = {}
    for sample in samples:
        for kind, message in _mistakes_in(sample, slots, amazon):
            seen.setdefault(kind, message)
    yield from seen.values()


def _mistakes_in(sample: str, slots: Mapping[str, Slot], amazon: bool) -> Iterator[tuple[str, str]]:
    names = SLOT.findall(sample)
    unknown = [name for name in names if name not in slots]
    if not sample:
        yield "empty", "it can be empty: Alexa refuses a sample without words"
    if unknown:
        yield "slot", f"{{{unknown[0]}}} is no slot; there are {', '.join(slots)}"
        return
    if amazon and names:
        yield "amazon", f"{{{names[0]}}}: Amazon's own intents take no slots"
    if len(set(names)) < len(names):
        yield "twice", f"{sample!r} has the same slot twice"
    if re.search(r"\}\S*\{", sample):
        yield "joined", f"{sample!r}: slots need a space between them"
    for before, after in re.findall(r"\{(\w+)\} (?=\{(\w+)\})", sample):
        if slots[before].type in AMAZON_TYPES and slots[after].type in AMAZON_TYPES:
            yield "bare", f"{sample!r}: nothing tells {{{before}}} from {{{after}}}; put a word between them"
    wrong = [word for word in sample.split() if not (_SLOT_WORD.fullmatch(word) or _WORD.fullmatch(word))]
    if wrong:
        yield "words", f"{wrong[0]!r} is not letters, apostrophes, hyphens, an initialism or a slot"
    if len(sample) > LONGEST_SAMPLE:
        yield "long", f"a sample of {len(sample)} characters; Alexa takes {LONGEST_SAMPLE}"
