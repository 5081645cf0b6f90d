"""The recipes of `docs/developers.md`, followed as they are written, in a copy of the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.documents import blocks, commands, texts
from tests.support.recipes import copy_of_checkout, follow

DOCUMENT = "docs/developers.md"
SLOW = ("check", "render")
"""Commands of a recipe that take as long as all the others: `make prove` runs them."""
DRIVER = """
import json, sys
from click.testing import CliRunner
from skill.cli.main import main
for arguments in json.load(sys.stdin):
    result = CliRunner().invoke(main, arguments, input="")
    print(result.output)
    if result.exit_code:
        sys.exit(f"massage {' '.join(arguments)}: {result.output} {result.exception!r}")
"""
"""One process for many commands: starting takes as long as most of them."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which every recipe was followed."""
    root = copy_of_checkout(tmp_path_factory.mktemp("checkout"))
    follow([block for block in blocks() if block.file == DOCUMENT], root)
    return root


def run(checkout: Path, lines: Sequence[Sequence[str]]) -> subprocess.CompletedProcess[str]:
    """Commands of the copy's `massage`, one after the other until one fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MASSAGE_")}
    return subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=checkout, env={**clean, "PYTHONPATH": str(checkout), "PYTHONUTF8": "1"},
        input=json.dumps(lines), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def conversation(checkout: Path, name: str) -> str:
    """What the copy's own tests print about a conversation."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "-k", name]
    wanted = [*command, "tests/test_conversations.py"]
    return subprocess.run(wanted, cwd=checkout, capture_output=True, text=True, timeout=120, check=False).stdout


def test_every_recipe_works_as_written(followed: Path) -> None:
    """A technique, a move, a question, an answer, a voice, a language: the commands run, and what is new is said."""
    slowly = os.environ.get("MASSAGE_PROVE") == "1"
    typed = [one.arguments for one in commands() if one.recipe and one.program == "massage"]
    lines = [arguments for arguments in typed if slowly or arguments[0] not in SLOW]
    done = run(followed, lines)
    assert done.returncode == 0, done.stderr
    for said in (
        "Heel of your left hand",
        "This side once more.",
        "All right, I ask again another time.",
        "it gives you something to hold",
        "call somebody",
        "Möchtest du",
    ):
        assert said in done.stdout, said
    for name in ("this-side-again", "count-later") if slowly else ():
        assert "1 passed" in conversation(followed, name)
    assert "`british`" in (followed / "docs/reference/voices.md").read_text(encoding="utf-8")
    assert "`SideAgainIntent`" in (followed / "docs/reference/intents.md").read_text(encoding="utf-8")


def test_a_mistake_in_a_script_is_reported_with_its_line(followed: Path) -> None:
    """A script writer gets file, line and field from any command, and sees no traceback."""
    file = followed / "speech/scripts/en/standing-sacrum.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("seconds: 30", "seconds: 0"), encoding="utf-8")
    try:
        done = run(followed, [["check"]])
    finally:
        file.write_text(text, encoding="utf-8")
    message = "scripts/en/standing-sacrum.yaml:23: seconds: 0 is not more than 0\n"
    assert message in done.stdout
    assert message in texts()["docs/script-writers.md"]
    assert "Traceback" not in done.stdout + done.stderr
