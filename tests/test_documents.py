"""The documents are true: their tables are made from the code, their commands run, and what they name exists."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

from skill.alexa.request_log import Line
from skill.cli import authoring as documents_command
from skill.cli.main import main
from skill.errors import Mistakes
from skill.publish.reference import written
from skill.server.config import described
from speech.script.library import load_library
from speech.script.schema import KINDS, Area, Tool
from tests.support.documents import ROOT, Command, anchors, blocks, commands, links, sequences, spans, texts
from tests.support.typed import CHECKS

RECIPES = "docs/developers.md"
NOT_RUN: Mapping[str, str] = yaml.safe_load((ROOT / "tests/not_run.yaml").read_text(encoding="utf-8"))
FILE = re.compile(r"[\w.*-]+\.(?:py|yaml|yml|md|sh|toml|lock|pack)")
"""A file's bare name, as sentences use it."""
SLASHED = re.compile(r"(?:[\w.*-]+/)+[\w.*-]*")
PAIR = re.compile(r"([a-z_]+)\.(?!py$|yaml$|md$|sh$|lock$|toml$)([A-Za-z_]+)(?:\(\))?")
DOTTED = re.compile(r"(?:skill|speech)(?:\.\w+)+")


def reason(command: Command) -> str | None:
    """Why it is not run here; None where it is."""
    bare = " ".join((command.program, *command.arguments))
    return next((why for begins, why in NOT_RUN.items() if f"{bare} ".startswith(f"{begins} ")), None)


def sequences_run() -> Iterator[tuple[Command, ...]]:
    """What is run of each block; what an earlier one has is run again only where it writes for those after it."""
    seen = set[str]()
    for sequence in sequences():
        run = [one for one in sequence if not one.recipe and reason(one) is None]
        if {str(one) for one in run} - seen:
            yield tuple(one for one in run if str(one) not in seen or "--out" in one.arguments)
        seen |= {str(one) for one in run}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the checkout, and keeps what a command writes beside what is there."""
    for each in ROOT.iterdir():
        (tmp_path / each.name).symlink_to(each)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MASSAGE_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.mark.parametrize("sequence", list(sequences_run()), ids=lambda sequence: sequence[0].where)
def test_every_command_runs(sequence: tuple[Command, ...], checkout: Path) -> None:
    """A command works as it stands in a document; what cannot run in a test has its reason in a list."""
    for command in sequence:
        assert command.program == "massage", f"{command.where}: {command} is neither run nor in tests/not_run.yaml"
        result = CliRunner().invoke(main, command.arguments, input="", env=dict(command.variables))
        assert result.exit_code == 0, f"{command.where}: {command}\n{result.output}\n{result.exception!r}"


@pytest.mark.parametrize("command", commands(), ids=str)
def test_every_command_names_what_is_there(command: Command) -> None:
    """Run or not: options, targets, extras, addresses, modules, files and settings of a command exist."""
    if not command.recipe and reason(command) is not None:
        CHECKS[command.program](command.arguments)
    for word in () if command.recipe else command.arguments:
        if SLASHED.fullmatch(word) and (ROOT / word.partition("/")[0]).exists():
            assert (ROOT / word).exists(), word
    for name, _ in command.variables:
        assert not name.startswith("MASSAGE_") or name in known_settings(), name


def test_no_excuse_is_left_over() -> None:
    """Each entry of the list of what is not run fits a command, so that the list only shrinks."""
    for begins in NOT_RUN:
        assert any(f"{one.program} {' '.join(one.arguments)} ".startswith(f"{begins} ") for one in commands()), begins


def test_the_tables_are_current() -> None:
    """`massage docs --check`, which `make check` runs: commands, settings, techniques, voices, intents, limits."""
    result = CliRunner().invoke(main, ["docs", "--check"])
    assert result.exit_code == 0, result.output


def test_a_stale_document_fails_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check fails and names the document, until `massage docs` has written it again as it was."""
    shutil.copy(ROOT / "README.md", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.setattr(documents_command, "ROOT", tmp_path)
    file = tmp_path / "docs/reference/limits.md"
    current = file.read_text(encoding="utf-8")
    file.write_text(current.replace("| 60 seconds |", "| 90 seconds |"), encoding="utf-8")
    result = CliRunner().invoke(main, ["docs", "--check"])
    assert (result.exit_code, result.output) == (1, "Error: not current: docs/reference/limits.md; run: massage docs\n")
    assert CliRunner().invoke(main, ["docs"]).output == "written: docs/reference/limits.md\n"
    assert file.read_text(encoding="utf-8") == current


def test_every_link_leads_somewhere() -> None:
    """A link to a file or a heading of this repository finds it."""
    for name, target in links():
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), f"{name}: {target}"


def test_every_document_can_be_found() -> None:
    """A reader who begins at the README comes to every document by links."""
    reached, new = set[str](), {"README.md"}
    while new:
        reached |= new
        ends = ((Path(name).parent / target.partition("#")[0]) for name, target in links() if name in new)
        new = {os.path.normpath(each) for each in ends} & set(texts()) - reached
    assert reached == set(texts())


def test_every_file_that_is_named_is_there() -> None:
    """A path or a file's name in a sentence, a picture or a table is one of this repository."""
    missing = [f"{name}: {span}" for name, span in spans() if not all(map(there, named(span)))]
    for block in blocks():
        if block.info == "mermaid":
            missing += [f"{block.file}:{block.line}: {word}" for word in FILE.findall(block.text) if not there(word)]
    assert missing == []


def test_every_excerpt_stands_in_its_file() -> None:
    """What a document shows of a file is in it, word for word; recipes show what is still to be written."""
    for block in blocks():
        kind, _, name = block.info.partition(" ")
        if name and kind != "sh" and block.file != RECIPES:
            assert block.text in (ROOT / name).read_text(encoding="utf-8"), f"{block.file}:{block.line}"


def test_every_message_that_is_explained_can_come() -> None:
    """Each message in the table of troubles is one that the code can give."""
    said = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "skill").rglob("*.py"))
    explained = texts()["docs/operators.md"].partition("## Troubleshoot")[2]
    messages = re.findall(r"^\| `([^`]+)` \|", explained, re.M)
    assert messages
    assert [message for message in messages if message not in said] == []


def test_the_whole_format_is_explained() -> None:
    """The page for script writers names every kind of step, every tool, every area and every place."""
    named_there = {span for name, span in spans() if name == "docs/script-writers.md"}
    assert {*KINDS, *get_args(Tool), *get_args(Area), *load_library().places} - {"technique"} <= named_there


def test_the_log_line_that_is_shown_is_one() -> None:
    """The example of the log has the fields of a line, in their order."""
    (line,) = [block.text for block in blocks() if block.file == "docs/operators.md" and block.info == "json"]
    assert tuple(json.loads(line)) == Line.__slots__


def test_every_setting_that_is_named_exists() -> None:
    """No document mentions a MASSAGE_* variable that nothing reads."""
    for name, text in texts().items():
        assert set(re.findall(r"MASSAGE_[A-Z_]+[A-Z]", text)) <= known_settings(), name


def test_every_name_of_the_code_exists() -> None:
    """`skill.server.routes.HEADERS` can be imported; `moves.same_place` is defined in a module of that name."""
    for name, span in spans():
        if DOTTED.fullmatch(span):
            assert importable(span), f"{name}: {span}"
        elif (found := PAIR.fullmatch(span)) and (files := modules(found[1])):
            defined = "".join(file.read_text(encoding="utf-8") for file in files)
            assert re.search(rf"^(?:def |class )?{found[2]}\b", defined, re.M), f"{name}: {span}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- massage docs: tables -->\n<!-- end -->\n", "'tables' is none of limits"),
        ("<!-- massage docs: limits -->\n", "has no <!-- end -->"),
        ("nothing\n", "'limits' stands in no document"),
    ],
)
def test_a_wrong_mark_is_reported(text: str, message: str, tmp_path: Path) -> None:
    """A block with an unknown name, one without an end, and a table that stands in no document are mistakes."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(Mistakes, match=re.escape(message)):
        written(tmp_path, {"limits": lambda: "table"})


def test_a_stale_table_is_written_anew(tmp_path: Path) -> None:
    """Only what stands between the marks changes."""
    (tmp_path / "docs").mkdir()
    text = "before\n<!-- massage docs: limits -->\n{}<!-- end -->\nafter\n"
    (tmp_path / "README.md").write_text(text.format("\nold\n\n"), encoding="utf-8")
    assert written(tmp_path, {"limits": lambda: "new\n"}) == {tmp_path / "README.md": text.format("\nnew\n\n")}


def named(span: str) -> list[str]:
    """The paths of this repository that a piece of code names."""
    whole = SLASHED.fullmatch(span) and (ROOT / span.partition("/")[0]).is_dir()
    return [span] if whole or FILE.fullmatch(span) else []


@cache
def modules(name: str) -> tuple[Path, ...]:
    """The modules of this name in either package."""
    return tuple(file for package in ("skill", "speech") for file in (ROOT / package).rglob(f"{name}.py"))


@cache
def there(name: str) -> bool:
    """Whether this path, or a file of this name in any folder, exists; a star stands for anything."""
    if "/" in name:
        return any(ROOT.glob(name.rstrip("/")))
    folders = ("skill", "speech", "tests", "docs", "interaction_models", "bench", "deploy")
    return any(ROOT.glob(name)) or any(any((ROOT / each).rglob(name)) for each in folders)


def importable(dotted: str) -> bool:
    """Whether this is a module, or something in one."""
    module, _, name = dotted.rpartition(".")
    return find_spec(dotted) is not None if not find_spec(module) else _has(module, name, dotted)


def _has(module: str, name: str, dotted: str) -> bool:
    return hasattr(import_module(module), name) or find_spec(dotted) is not None


@cache
def known_settings() -> set[str]:
    """The variables that the skill reads, and those of make, of CI and of the containers."""
    files = ["Makefile", ".ci/run", "tests/conftest.py", "compose.yaml", "deploy/container/start.sh"]
    text = " ".join((ROOT / file).read_text(encoding="utf-8") for file in files if (ROOT / file).exists())
    return described().keys() | set(re.findall(r"MASSAGE_[A-Z_]+[A-Z]", text))
