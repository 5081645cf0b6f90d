"""YAML with line numbers: plain data, the line of every field, and every key written twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speech.errors import Problem

Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """One YAML file as plain data, with the line on which each value stands."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path_) -> int:
        """The line of this field or, where it is missing, of what would hold it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path_, message: str) -> Problem:
        """A mistake at this path; its field is named by the last key on the way."""
        keys = [part for part in path if isinstance(part, str)]
        field = keys[-1] if keys else "file"
        return Problem(self.file, self.line(path), field if field.isprintable() else ascii(field), message)

    def report(self, path: Path_, message: str) -> None:
        """Keep a mistake at this path."""
        self.problems.append(self.problem(path, message))


def read_yaml(path: Path, shown_as: str) -> Document:
    """Read one file. Syntax mistakes and keys used twice end up in `problems`, never in an exception."""
    from speech.script.yaml_nodes import read_into  # with PyYAML, which nobody else needs

    document = Document(shown_as)
    read_into(document, path)
    return document
