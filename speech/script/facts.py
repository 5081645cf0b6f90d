"""The facts: what is claimed anywhere in the product, by ID and with its source, from `facts.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from speech.errors import Problem
from speech.script.model import Library
from speech.script.texts import fact_id_faults
from speech.yaml_models import Fields, Line, Text, checked, read_yaml_as
from speech.yaml_reader import read_yaml

FOLDER = Path(__file__).parents[1]
FILE = "speech/facts.yaml"


class _FactFields(Fields):
    says: Line
    source: Annotated[list[Text], BeforeValidator(lambda found: found if isinstance(found, list) else [found])]
    benefit: Annotated[bool, Field(strict=True)] = False


class _FactsFile(Fields):
    sources: dict[str, Text]
    facts: dict[Annotated[str, checked(fact_id_faults)], _FactFields]


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


def load_facts(path: Path | None = None) -> dict[str, Fact]:
    """The facts by ID; those that come with the package by default. Raises FilesInvalid with every mistake."""
    file, document = read_yaml_as(path or FOLDER / "facts.yaml", _FactsFile, path.name if path else FILE)
    facts = {}
    for name, fact in file.facts.items():
        at = ("facts", name)
        for source in fact.source:
            if source not in file.sources:
                document.report((*at, "source"), f"{source!r} is not of the sources {', '.join(file.sources)}")
        facts[name] = Fact(name, fact.says, tuple(fact.source), fact.benefit, document.line(at))
    document.raise_problems()
    return facts


def unknown_facts(library: Library, facts: Mapping[str, Fact], folder: Path | None = None) -> Iterator[Problem]:
    """The facts that scripts name and the list does not have, each on its line. `folder` holds the scripts' files."""
    for script in library:
        for index, name in enumerate(script.facts):
            if name not in facts:
                shown = f"scripts/{library.language}/{script.id}.yaml"
                document = read_yaml((folder or FOLDER) / shown, shown)
                yield document.problem(("facts", index), f"{name!r} is not a fact of {FILE}")
