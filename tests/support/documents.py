"""What the documents hold: blocks, command lines, links, and the names of files and settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from skill.publish.reference import documents

ROOT = Path(__file__).parents[2]
HISTORY = "docs/decisions/"
"""What was thought when it was decided: it may name what is no longer there."""
PROGRAMS = (
    "massage", "make", "git", "pip", "python", "python3", "curl", "docker", "sam", "aws", "ask", "cd", "cp", "mkdir",
    "openssl", "sqlite3",
)  # fmt: skip
"""The programs that documents may tell people to run; a folder such as `.venv/bin/` before one changes nothing."""
FOR_CONTRIBUTORS = ("CONTRIBUTING.md", "SECURITY.md")
"""Documents outside of `docs` that have no generated tables."""
RECIPE = "sh recipe"
"""The fence of commands that belong to a recipe."""
_VARIABLE = re.compile(r"[A-Z_]+=.*", re.S)
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)
_INDENTED = re.compile(r"(?<=\n\n)(?:(?: {4}|\t).*\n|\n(?= {4}))+")
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its file, its line, what stands behind its fence ("" where it is indented), and its text."""

    file: str
    line: int
    info: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command line as it is typed: its place, its variables, its program and its arguments.

    That of a recipe works once the recipe was followed.
    """

    where: str
    recipe: bool
    variables: tuple[tuple[str, str], ...]
    program: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join((*(f"{name}={value}" for name, value in self.variables), self.program, *self.arguments))


@cache
def texts() -> dict[str, str]:
    """Every document's text, by its path from the root; decisions and the changelog are history, and left out."""
    files = (*documents(ROOT), *(ROOT / name for name in FOR_CONTRIBUTORS))
    named = {file.relative_to(ROOT).as_posix(): file for file in files}
    return {name: file.read_text(encoding="utf-8") for name, file in named.items() if not name.startswith(HISTORY)}


@cache
def blocks() -> tuple[Block, ...]:
    """Every block of code of every document."""
    found = []
    for name, text in texts().items():
        bare = _FENCE.sub(lambda fence: re.sub(r"[^\n]+", "", fence[0]), text)
        for fence in _FENCE.finditer(text):
            found.append(Block(name, text.count("\n", 0, fence.start()) + 1, fence["info"].strip(), fence["text"]))
        for indented in _INDENTED.finditer(bare):
            lines = re.sub(r"^(?: {4}|\t)", "", indented[0], flags=re.M)
            found.append(Block(name, bare.count("\n", 0, indented.start()) + 1, "", lines))
    return tuple(found)


@cache
def sequences() -> tuple[tuple[Command, ...], ...]:
    """The command lines of each block, in order. Where one line is a command all are, but for what follows a `$ `."""
    return tuple(sequence for block in blocks() if (sequence := tuple(_sequence(block))))


def commands() -> tuple[Command, ...]:
    """Every command line, each once, recipes' apart."""
    return tuple({(str(one), one.recipe): one for sequence in sequences() for one in sequence}.values())


def links() -> Iterator[tuple[str, str]]:
    """Every link that leads to something of this repository: the document, and where it leads."""
    for name, text in texts().items():
        for target in _LINK.findall(_without_code(text)):
            if not re.match(r"[a-z]+:", target):
                yield name, target


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ +(.*)$", _FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def spans() -> Iterator[tuple[str, str]]:
    """Every piece of code inside a sentence, with its document."""
    for name, text in texts().items():
        yield from ((name, span) for span in _SPAN.findall(_FENCE.sub("", text)))


def _without_code(text: str) -> str:
    return _SPAN.sub("", _FENCE.sub("", text))


def _sequence(block: Block) -> Iterator[Command]:
    lines = [line for line in block.text.replace("\\\n", " ").splitlines() if line.strip()]
    typed = [list(_commands(line, block)) for line in lines]
    shown = any(line.startswith("$ ") for line in lines)  # with what is printed
    for line, found in zip(lines, typed, strict=True):
        message = f"{block.file}:{block.line}: {line!r} begins with none of {', '.join(PROGRAMS)}"
        assert found or shown or not (any(typed) or block.info.startswith("sh")), message
        yield from found


def _commands(line: str, block: Block) -> Iterator[Command]:
    """The commands of a line, which `&&` holds together."""
    try:
        words = shlex.split(line.removeprefix("$ "), comments=True)
    except ValueError:  # a sentence with an apostrophe
        words = []
    for _, group in groupby(words, key="&&".__ne__):
        part = list(group)
        if part == ["&&"]:
            continue
        variables = tuple((name, value) for name, _, value in (word.partition("=") for word in _leading(part)))
        program, *arguments = part[len(variables) :] or [""]
        program = re.sub(r"^[\w./]*/bin/", "", program)
        if program in PROGRAMS:
            yield Command(f"{block.file}:{block.line}", block.info == RECIPE, variables, program, tuple(arguments))


def _leading(words: list[str]) -> Iterator[str]:
    for word in words:
        if not _VARIABLE.fullmatch(word):
            return
        yield word
