"""The reader of utterance templates: `interaction_models/sentences/<language>/`, written out as samples.

One file a subject; rules and slots are shared by all of them. Every mistake is found in one pass and raised as one
`Mistakes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from hassil.errors import HassilError
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.sample import sample_sentence
from pydantic import Field

from skill.errors import Mistakes
from skill.models.model_view import AMAZON_TYPES, SLOT, not_sayable
from speech.yaml_models import Fields, Line, Text, checked, checked_as
from speech.yaml_reader import read_yaml

AMAZON_INTENTS = tuple(
    f"AMAZON.{name}Intent"
    for name in (
        *("Cancel", "Fallback", "Help", "LoopOff", "LoopOn", "NavigateHome", "Next", "No", "Pause", "Previous"),
        *("Repeat", "Resume", "ShuffleOff", "ShuffleOn", "StartOver", "Stop", "Yes"),
    )
)
"""Every built-in intent of a skill that talks and plays audio; the player sends its own in any case."""

WRITTEN_OUT_AT_MOST = 100_000
"""Samples after which counting a template stops."""

_parsed = lru_cache(maxsize=8192)(parse_sentence)
"""A template, read once for all locales; it is never changed."""


def _not_a_slot(name: str) -> Iterator[str]:
    if not re.fullmatch("[a-z_]+", name):
        yield "a slot's name is lower-case letters and underscores"


def _not_said(name: str) -> Iterator[str]:
    if name != name.lower() or not_sayable(name) or len(name.split()) < 2:
        yield f"{name!r} is not two or more sayable words"


class _SlotFields(Fields):
    type: Text
    source: Literal["scripts", "places", "topics"] | None = Field(None, alias="from")
    also: tuple[Line, ...] = ()
    values: Mapping[str, tuple[Line, ...]] = {}


class _LocaleFile(Fields):
    rules: Mapping[str, Text] = {}
    intents: Mapping[str, tuple[Line, ...]] = {}


class _File(_LocaleFile):
    language: Text = ""
    invocation_name: Annotated[str, checked(_not_said)] = ""
    slots: Mapping[Annotated[str, checked(_not_a_slot)], _SlotFields] = {}


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of the file: Amazon's type for it, and where the values of a type of our own come from."""

    name: str
    type: str
    source: str | None
    also: tuple[str, ...]
    templates: tuple[Template, ...]
    file: str

    @property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The words of each id, in the file's order; the first is its name."""
        said: dict[str, dict[str, None]] = {}
        for template in self.templates:
            said.setdefault(template.means, {}).update(dict.fromkeys(template.samples))
        return {key: tuple(words) for key, words in said.items()}


@dataclass(frozen=True, slots=True)
class Template:
    """One template with its samples. `where` is its place; it `means` an intent, or the id of a slot's value."""

    where: str
    means: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language: slots, intents in the files' order, every template written out, and the mistakes of the files."""

    invocation_name: str
    slots: Mapping[str, Slot]
    intents: tuple[str, ...]
    templates: tuple[Template, ...]
    problems: tuple[str, ...]


def read_sentences(folder: Path, locale: Path | None = None) -> Sentences:
    """Read one language's sentences; mistakes stand in `problems`. Raises `Mistakes` where there is no file.

    `locale` is the file of the differences of one locale; it may be missing.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise Mistakes([f"{folder.parent.name}/{folder.name}: no sentences here; a file for each subject is needed"])
    readers = [_Reader(file, _File, f"{folder.name}/{file.name}") for file in files]
    if locale is not None and locale.exists():
        readers.append(_Reader(locale, _LocaleFile, locale.name))
    if unreadable := tuple(problem for reader in readers for problem in reader.problems):
        return Sentences("", {}, (), (), unreadable)
    rules: dict[str, Sentence] = {}
    slots: dict[str, Slot] = {}
    for reader in readers:
        rules |= reader.rules(rules)
    for reader in readers:
        slots |= dict(reader.slots(slots, rules))
    intents: dict[str, str] = {}
    templates = [template for reader in readers for template in reader.templates(rules, slots, intents)]
    heads = [name for reader in readers if isinstance(reader.file, _File) and (name := reader.file.invocation_name)]
    problems = [problem for reader in readers for problem in reader.problems]
    problems += [
        f"{folder.name}: {name} is missing; an empty list is enough" for name in AMAZON_INTENTS if name not in intents
    ]
    if len(heads) != 1:
        problems.append(f"{folder.name}: the invocation name stands in {len(heads)} files; one is needed")
    return Sentences(heads[0] if heads else "", slots, tuple(intents), tuple(templates), tuple(problems))


class _Reader:
    """One file of a language, or of a locale, which replaces rules of its language and adds templates to intents."""

    def __init__(self, file: Path, model: type[_LocaleFile], shown_as: str) -> None:
        self.document = read_yaml(file, shown_as)
        self.file = checked_as(self.document, model) or _LocaleFile()
        self.of_locale = not isinstance(self.file, _File)
        self.problems: list[str] = [str(problem) for problem in self.document.problems]

    def report(self, path: tuple[str | int, ...], what: str, message: str) -> None:
        self.problems.append(f"{self.document.file}:{self.document.line(path)}: {what}: {message}")

    def slots(self, known: Mapping[str, Slot], rules: dict[str, Sentence]) -> Iterator[tuple[str, Slot]]:
        """The slots of this file by name, values written out. A slot is known in all files and stands in one."""
        for name, fields in self.file.slots.items() if isinstance(self.file, _File) else ():
            path = ("slots", name)
            if name in known:
                self.report(path, name, "this slot stands in another file too")
            values = tuple(
                self.value((*path, "values", key, index), text, rules)
                for key, words in fields.values.items()
                for index, text in enumerate(words)
            )
            self.check_type(path, fields)
            yield name, Slot(name, fields.type, fields.source, fields.also, values, self.document.file)

    def value(self, path: tuple[str | int, ...], text: str, rules: dict[str, Sentence]) -> Template:
        """One template of a slot's value, written out. Alexa takes no slot inside a value."""
        words = self.write_out(path, text, rules)
        if any(SLOT.search(said) for said in words):
            self.report(path, text, "a slot stands in it; a value is words alone")
        return Template(f"{self.document.file}:{self.document.line(path)}: {text}", str(path[-2]), words)

    def check_type(self, path: tuple[str | int, ...], slot: _SlotFields) -> None:
        if slot.type in AMAZON_TYPES:
            if slot.source or slot.values:
                self.report(path, slot.type, "Amazon's own type takes no values of ours")
        elif not re.fullmatch("[A-Za-z_]+", slot.type):
            allowed = ", ".join(AMAZON_TYPES)
            self.report(path, slot.type, f"is unknown; allowed are {allowed}, or a name of letters with values")
        elif not slot.source and not slot.values:
            self.report(path, slot.type, "a type of ours needs either `from` or `values`, or both")

    def rules(self, known: Mapping[str, Sentence]) -> dict[str, Sentence]:
        """The rules of this file. A rule is known in all files and stands in one."""
        read: dict[str, Sentence] = {}
        for name, text in self.file.rules.items():
            if self.of_locale and name not in known:
                message = "is no rule of the language; a locale only replaces what stands there"
                self.report(("rules", name), name, message)
            elif name in known and not self.of_locale:
                self.report(("rules", name), name, "this rule stands in another file too")
            if parsed := self.parse(("rules", name), text):
                read[name] = parsed
        return read

    def parse(self, path: tuple[str | int, ...], text: str) -> Sentence | None:
        try:
            return _parsed(text)
        except (ParseError, AssertionError):
            self.report(path, text, "cannot be read; is a bracket open, or a side of | empty?")
        return None

    def templates(
        self, rules: dict[str, Sentence], slots: Mapping[str, Slot], intents: dict[str, str]
    ) -> Iterator[Template]:
        """The templates of this file, written out; its intents are added to those of the files before it."""
        for intent, texts in self.file.intents.items():
            path = ("intents", intent)
            first = intents.setdefault(intent, self.document.file)
            if self.of_locale and first == self.document.file:
                self.report(path, intent, "is no intent of the language; a locale only adds to what stands there")
            elif first != self.document.file and not self.of_locale:
                self.report(path, intent, f"this intent stands in {first} too")
            own = re.fullmatch(r"[A-Za-z_]+Intent", intent)
            if not own and intent not in AMAZON_INTENTS:
                self.report(path, intent, "is unknown; an intent is one of Amazon's, or letters ending in Intent")
            if own and not texts:
                self.report(path, intent, "has no templates; only Amazon's intents need none")
            for index, text in enumerate(texts):
                here = (*path, index)
                samples = tuple(sorted(self.write_out(here, text, rules)))
                names = list(dict.fromkeys(name for sample in samples for name in SLOT.findall(sample)))
                if unknown := [name for name in names if name not in slots]:
                    self.report(here, text, f"{{{unknown[0]}}} is no slot; there are {', '.join(slots)}")
                elif names and not own:
                    self.report(here, text, f"{{{names[0]}}}: Amazon's own intents take no slots")
                yield Template(f"{self.document.file}:{self.document.line(here)}: {text}", intent, samples)

    def write_out(self, path: tuple[str | int, ...], text: str, rules: dict[str, Sentence]) -> tuple[str, ...]:
        """The samples of a template, each once, in its own order."""
        parsed = self.parse(path, text)
        if parsed is None:
            return ()
        if re.search(r"\{[^{}]*[:@]", text):
            self.report(path, text, "write the slot's name alone, as in {minutes}")
            return ()
        try:
            written = sample_sentence(parsed, {}, rules, expand_lists=False, expand_ranges=False)
            samples = dict.fromkeys(" ".join(sample.lower().split()) for sample in islice(written, WRITTEN_OUT_AT_MOST))
        except RecursionError:
            self.report(path, text, "a rule in it leads back to itself")
        except HassilError as error:
            self.report(path, text, str(error))
        else:
            if samples.pop("", 0) is None:
                self.report(path, text, "it can be empty: Alexa refuses what has no words")
            return tuple(samples)
        return ()
