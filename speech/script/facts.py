"""The facts: what is claimed anywhere in the product, by ID and with its source, from `facts.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speech.errors import Problem, SpeechError
from speech.script.model import Library
from speech.yaml_reader import Document, read_yaml

FOLDER = Path(__file__).parents[1]
FILE = "speech/facts.yaml"
FIELDS = ("says", "source", "benefit")
ARTICLE = "article"
_ID = re.compile(r"[A-Z][1-9]\d?")


class FactsInvalid(SpeechError):
    """The list of facts holds mistakes; `problems` names file, line and field of each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is claimed. `sources` are ids of the file's sources, `line` is where it stands.

    A `benefit` must be hedged wherever it is said.
    """

    id: str
    says: str
    sources: tuple[str, ...]
    benefit: bool
    line: int

    @property
    def added(self) -> bool:
        """Whether all or a part of it is not the article's."""
        return self.sources != (ARTICLE,)


def load_facts(path: Path | None = None) -> dict[str, Fact]:
    """The facts by ID; those that come with the package by default. Raises `FactsInvalid` with every mistake."""
    document = read_yaml(path or FOLDER / "facts.yaml", path.name if path else FILE)
    data = document.data if isinstance(document.data, dict) else {}
    sources, found = data.get("sources"), data.get("facts")
    if not document.problems and not (isinstance(sources, dict) and isinstance(found, dict)):
        document.report((), "sources and facts are needed")
    facts = dict(_facts(document, found, sources)) if not document.problems else {}
    if document.problems:
        raise FactsInvalid(tuple(sorted(document.problems)))
    return facts


def unknown_facts(library: Library, facts: Mapping[str, Fact], folder: Path | None = None) -> Iterator[Problem]:
    """The facts that scripts name and nobody knows, each on its line. `folder` holds the scripts' files."""
    for script in library:
        for index, name in enumerate(script.facts):
            if name not in facts:
                shown = f"scripts/{library.language}/{script.id}.yaml"
                document = read_yaml((folder or FOLDER) / shown, shown)
                yield document.problem(("facts", index), f"{name!r} is not a fact of {FILE}")


def _facts(document: Document, found: Any, sources: Any) -> Iterator[tuple[str, Fact]]:
    for name, fields in found.items():
        path = ("facts", str(name))
        mistakes = list(_mistakes(str(name), fields, sources))
        for field, message in mistakes:
            document.report((*path, field) if field else path, message)
        if not mistakes:
            says = " ".join(fields["says"].split())
            benefit = fields.get("benefit", False)
            yield str(name), Fact(str(name), says, _sources(fields), benefit, document.line(path))


def _mistakes(name: str, fields: Any, sources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with one fact: the field, and what it should be."""
    if not _ID.fullmatch(name):
        yield "", f"{name!r} is not a fact's id, such as X1"
    if not isinstance(fields, dict):
        yield "", f"a fact has {', '.join(FIELDS)}"
        return
    for field in fields:
        if field not in FIELDS:
            yield str(field), f"unknown; allowed are {', '.join(FIELDS)}"
    says = fields.get("says")
    if not (isinstance(says, str) and says.strip()):
        yield "says", f"{says!r} is not text"
    named = _sources(fields)
    unknown = [source for source in named if source not in sources]
    if not named or unknown:
        yield "source", f"{fields.get('source')!r} is not of the sources {', '.join(sources)}"
    if not isinstance(fields.get("benefit", False), bool):
        yield "benefit", f"{fields['benefit']!r} is not true or false"


def _sources(fields: Mapping[str, Any]) -> tuple[str, ...]:
    found = fields.get("source")
    return tuple(map(str, found)) if isinstance(found, list) else (str(found),) if found else ()
