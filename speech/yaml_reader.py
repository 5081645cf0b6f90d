"""YAML with line numbers: plain data, the line of every field, and every key written twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from speech.errors import FilesInvalid, Problem

Path_ = tuple[str | int, ...]
MOST_BRACKETS, LONGEST_LINE = 2_000, 2_000
"""In a file that is read quickly; ours have some hundreds of either."""
_OTHERWISE = "; is an indent or a quote missing?"
_NOTICED, _BEGAN = "problem_mark", "context_mark"
_IN_WORDS = (
    ("mapping values are not allowed here",
     "a colon where no field can begin; put a sentence that holds one in quotes, or mend the indent", _NOTICED),
    ("expected <block end>",
     "what stands here does not fit the lines above it; is an indent or a quote missing?", _NOTICED),
    ("found character '\\t'", "a tab; indent with spaces", _NOTICED),
    ("found unexpected end of stream", "the quote that is opened here is never closed", _BEGAN),
    ("could not find expected ':'", "no field; write a name, a colon, a space and what it holds", _BEGAN),
)  # fmt: skip
"""What PyYAML says, the message instead, and which of its marks has the line to be mended."""


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

    def add(self, line: int, field: str, message: str) -> None:
        """Keep a mistake on this line."""
        self.problems.append(Problem(self.file, line, field, message))

    def raise_problems(self) -> None:
        """Raise FilesInvalid where there are mistakes."""
        if self.problems:
            raise FilesInvalid(self.problems)


def read_yaml(path: Path, shown_as: str) -> Document:
    """Read one file. Syntax mistakes and keys used twice end up in `problems`, never in an exception."""
    document = Document(shown_as)
    try:
        text = path.read_text(encoding="utf-8")
        node = _quickly(text) or yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        document.add(line, "file", f"byte {error.start} is not UTF-8; save the file as text in UTF-8")
    except OSError as error:
        document.report((), f"cannot be read: {error.strerror}")
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.add(line, "yaml", f"{text[error.position]!a} has no place in YAML")
    except yaml.YAMLError as error:
        document.add(*_syntax(error))
    except RecursionError:
        document.report((), "lists or mappings are nested too deeply")
    else:
        if node is None:
            document.report((), "the file is empty")
        else:
            document.data = _Builder(document).build(node, ())
    return document


def _syntax(error: yaml.YAMLError) -> tuple[int, str, str]:
    """The line of a mistake in the syntax, its field, and the mistake in words for people who write no programs."""
    found = getattr(error, "problem", None) or str(error)
    known = (words for part, *words in _IN_WORDS if part in found)
    message, where = next(known, (found + _OTHERWISE, _NOTICED))
    mark = getattr(error, where, None)
    return mark.line + 1 if mark else 1, "yaml", message


def _quickly(text: str) -> Any:
    """The file read ten times as quickly in C; None where it is odd, and the other reader tells what is wrong.

    C neither bounds how deep values nest nor words its complaints as the other does.
    """
    if text.count("[") + text.count("{") > MOST_BRACKETS or max(map(len, text.splitlines()), default=0) > LONGEST_LINE:
        return None
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, AttributeError):  # the latter: PyYAML was built without it
        return None


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.scalars = yaml.SafeLoader("")
        self.inside: list[yaml.Node] = []

    def build(self, node: yaml.Node, path: Path_) -> Any:
        self.document.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if node in self.inside:
            self.document.report(path, "an alias that stands inside what it stands for")
            return None
        self.inside.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        finally:
            self.inside.pop()

    def scalar(self, node: yaml.ScalarNode, path: Path_) -> Any:
        try:
            return self.scalars.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, LookupError, AttributeError):  # PyYAML lets the last two out
            self.document.report(path, f"{node.value!r} is not what its tag {node.tag!r} says")
            return node.value

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        first_line: dict[Any, int] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node, (*path, "?"))
            line = key_node.start_mark.line + 1
            if isinstance(key, (list, dict)):
                self.document.add(line, "file", "a key must be a word, not a list or a mapping")
                continue
            here = (*path, key)
            value = self.build(value_node, here)
            self.document.lines[here] = line
            if key in result:
                self.document.add(line, str(key), f"the key is used twice (first on line {first_line[key]})")
                continue
            result[key], first_line[key] = value, line
        return result
