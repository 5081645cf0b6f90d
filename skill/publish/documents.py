"""The generated blocks of the documents: the text between two marks is made from the code.

<!-- massage docs: settings -->
...
<!-- end -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from skill.errors import Mistakes

BLOCK = re.compile(
    r"(?<=^<!-- massage docs: )(?P<name>[^\n]*?)(?P<mark> -->\n)(?P<text>.*?)(?=^<!-- end -->$)", re.M | re.S
)
OPENING = re.compile(r"^<!-- massage docs: ", re.M)
Making = Mapping[str, Callable[[], str]]
"""What makes the text of each block, by its name."""


def documents(root: Path) -> tuple[Path, ...]:
    """The Markdown files of a checkout: the README, and all below `docs`. Raises Mistakes without them."""
    if not (root / "README.md").is_file() or not (root / "docs").is_dir():
        raise Mistakes([f"{root}: no README.md with docs/ beside it; documents are in a checkout, not in a package"])
    return (root / "README.md", *sorted((root / "docs").rglob("*.md")))


def written(root: Path, making: Making) -> Mapping[Path, str]:
    """Each document as it is to be, with every block made. Raises Mistakes.

    A block of an unknown name, one without an end, and one that stands in no document are mistakes.
    """
    texts = {file: file.read_text(encoding="utf-8") for file in documents(root)}
    names = {file: [block["name"] for block in BLOCK.finditer(text)] for file, text in texts.items()}
    used = {name for found in names.values() for name in found}
    problems = [f"docs: the block {name!r} stands in no document" for name in making if name not in used]
    for file, found in names.items():
        shown, known = file.relative_to(root).as_posix(), ", ".join(sorted(making))
        problems += [f"{shown}: {name!r} is none of {known}" for name in found if name not in making]
        if len(found) != len(OPENING.findall(texts[file])):
            problems.append(f"{shown}: a block has no <!-- end -->")
    if problems:
        raise Mistakes(problems)
    return {
        file: BLOCK.sub(lambda block: f"{block['name']}{block['mark']}\n{making[block['name']]()}\n", text)
        for file, text in texts.items()
    }
