"""The README cannot lie: its commands run, its transcript is what they print, its settings are all there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.cli import main
from skill.config import VOICES, described
from speech.voices.told import voices_told
from tests.support.listener import shared_kit

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line.partition("#")[0])[1:]
    for line in re.findall(r"^    (?:\$ )?(\.venv/bin/massage .*|massage .*)$", README, re.MULTILINE)
]
LEFT_OUT = "[...]"


def massage(arguments: list[str]) -> str:
    result = CliRunner().invoke(main, arguments, input="", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_runs(arguments: list[str]) -> None:
    """What a newcomer copies from the README works as it stands."""
    massage(arguments)


def test_the_transcript_is_what_the_command_prints() -> None:
    """The conversation in the README was held; only what the mark stands for is left out."""
    block = re.search(r"^    \$ (massage talk .*)\n((?:    .*\n|\n)+)", README, re.MULTILINE)
    assert block is not None
    printed = massage(shlex.split(block[1])[1:])
    at = 0
    for piece in "\n".join(line[4:] for line in block[2].strip("\n").split("\n")).split(LEFT_OUT):
        found = printed.find(piece.strip("\n"), at)
        assert found >= 0, f"not printed:\n{piece}\n\nThe command prints:\n{printed}"
        at = found + len(piece.strip("\n"))


def test_every_technique_is_listed() -> None:
    """The table holds each script as it stands: its minutes, where it is done, and what presses."""
    rows = []
    for one in sorted(shared_kit().library, key=lambda script: script.name):
        least, usual, most = one.minutes.least, one.minutes.usual, one.minutes.most
        minutes = f"{usual:g}" if least == most else f"{least:g} to {most:g} ({usual:g})"
        rows.append(f"| {one.name} | {minutes} | {', '.join(one.places)} | {', '.join(one.tools)} |")
    table = README.partition("## What it guides")[2].partition("\n## ")[0]
    assert re.findall(r"^\| .*\|$", table, re.MULTILINE)[1:] == rows


def test_every_voice_is_listed() -> None:
    """The table holds what is told of each voice, word for word as the doctor tells it, and every voice there is."""
    rows = [f"| `{one.name}` | {one.who} | {one.needs} | {one.costs} | {one.use} |" for one in voices_told().values()]
    table = README.partition("### Who speaks")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `.*$", table, re.MULTILINE) == rows
    assert tuple(voices_told()) == VOICES


def test_every_setting_is_listed() -> None:
    """The table holds each variable that the skill reads, as `config.py` describes it, and no other."""
    rows = [f"| `{one.variable}` | {one.description} | {one.allowed} | {one.default} |" for one in described()]
    assert re.findall(r"^\| `MASSAGE_.*$", README, re.MULTILINE) == rows
