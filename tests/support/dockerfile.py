"""A Dockerfile as what it says: its instructions, in their order, each with its words."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, all that follows on its lines, and that as words, options left out."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return [word for word in shlex.split(self.text) if not word.startswith("--")]

    @property
    def options(self) -> dict[str, str]:
        """What stands before the words as `--name=value`."""
        return dict(re.findall(r"--([a-z-]+)=(\S+)", self.text.partition(" CMD ")[0]))


def instructions(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile, lines that are continued joined, comments left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    found = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [Instruction(name.upper(), rest.strip()) for name, _, rest in found]


def stages(text: str) -> list[list[Instruction]]:
    """The instructions of each stage, the FROM that begins it first; what stands before all of them is nobody's."""
    found: list[list[Instruction]] = []
    for each in instructions(text):
        if each.name == "FROM":
            found.append([])
        if found:
            found[-1].append(each)
    return found


def is_sent(path: str, ignored: str) -> bool:
    """Whether a path is sent under this .dockerignore: the last line that fits it, or a parent of it, decides."""
    sent = True
    parts = path.split("/")
    parents = ["/".join(parts[: number + 1]) for number in range(len(parts))]
    for line in (line.strip() for line in ignored.splitlines()):
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!")
        tried = parents if not pattern.startswith("**/") else parts
        if any(fnmatchcase(each, pattern.removeprefix("**/")) for each in tried):
            sent = line.startswith("!")
    return sent
