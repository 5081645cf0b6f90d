"""Recipes of a document, followed in a copy of the checkout: files are written, changes made, as they stand there."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.support.documents import RECIPE, ROOT, Block

COPIED = ("skill", "speech", "interaction_models", "docs", "tests", "README.md", "pyproject.toml", "hatch_build.py")
"""What a copy holds; the shipped clips, which no recipe changes, are the same file."""


def copy_of_checkout(folder: Path) -> Path:
    """A copy in which files may be changed."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pack"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for pack in (ROOT / "speech").rglob("*.pack"):
        (folder / pack.relative_to(ROOT)).symlink_to(pack)
    return folder


def follow(blocks: Sequence[Block], root: Path) -> None:
    """Do what blocks ask whose fence names a file: a whole file is written, a change is made where its lines stand."""
    for block in blocks:
        kind, _, name = block.info.partition(" ")
        file = root / name
        if block.info == RECIPE:
            _copies(block, root)
            continue
        if not name:
            continue
        if kind != "diff":
            assert not file.exists(), f"{block.file}:{block.line}: {name} is there already"
            file.write_text(block.text, encoding="utf-8")
            continue
        lines = block.text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        text = file.read_text(encoding="utf-8")
        assert f"\n{text}".count(f"\n{before}") == 1, f"{block.file}:{block.line}: not once in {name}:\n{before}"
        file.write_text(f"\n{text}".replace(f"\n{before}", f"\n{after}")[1:], encoding="utf-8")


def _copies(block: Block, root: Path) -> None:
    """The `cp` of a recipe, with -r for a folder."""
    for words in map(shlex.split, block.text.splitlines()):
        if words[0] == "cp":
            *_, source, target = words
            assert not (root / target).exists(), f"{block.file}:{block.line}: {target} is there already"
            if "-r" in words:
                shutil.copytree(root / source, root / target)
            else:
                shutil.copy(root / source, root / target)
