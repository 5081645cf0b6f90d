"""What was compiled is used at a start, and never when the YAML it was made of is another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skill.cli.main import main
from skill.server import content as contents
from skill.server.content import (
    COMPILED_FILE,
    SOURCES,
    Content,
    compile_content,
    content,
    content_from,
    read_sources,
    source_hash,
)

ROOT = Path(contents.__file__).parents[2]
LOADED = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from skill.server.content import content, read_sources
{}
modules = [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
print(json.dumps({{"modules": modules, "opened": opened}}))
"""


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The compiled file, in a folder of its own."""
    file = tmp_path / "compiled.json"
    file.write_text(compile_content(), encoding="utf-8")
    monkeypatch.setattr(contents, "COMPILED_FILE", file)
    monkeypatch.setattr("skill.cli.authoring.COMPILED_FILE", file)
    content.cache_clear()
    yield file
    content.cache_clear()


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Mapping[str, Any]:
        raise AssertionError("read again")

    monkeypatch.setattr(contents, "read_sources", read)


def from_yaml() -> Content:
    """What the files of today hold."""
    return content_from(read_sources())


def test_what_was_compiled_is_what_was_read(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start from the compiled file reads no YAML and has the same scripts, digests, messages and pace."""
    read = from_yaml()
    no_reading(monkeypatch)
    assert content() == read
    assert [script.digest for script in content().libraries["en"]] == [script.digest for script in read.libraries["en"]]


def test_edited_yaml_is_read(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more in anything it was made of, and the compiled file is not used."""
    monkeypatch.setattr(contents, "SOURCES", (*SOURCES, "speech/facts.yaml"))
    no_reading(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        content()


@pytest.mark.parametrize("text", [None, b"", b"nonsense", b"{}", b"[]", b'{"sources": 1}', b"\xff", b"\0" * 500])
def test_without_a_compiled_file_the_yaml_is_read(compiled: Path, text: bytes | None) -> None:
    """A file that is missing or damaged stops no start."""
    compiled.unlink()
    if text is not None:
        compiled.write_bytes(text)
    assert content() == from_yaml()


def test_a_file_that_is_cut_off_is_not_used(compiled: Path) -> None:
    """A file that was not written to its end is no file."""
    compiled.write_bytes(compiled.read_bytes()[:-3])
    assert content() == from_yaml()


def test_all_yaml_that_is_read_counts(tmp_path: Path) -> None:
    """Every YAML file that has a part in the content is among those whose change is noticed."""
    noticed = {file for pattern in SOURCES for file in ROOT.glob(pattern)}
    opened = {Path(file) for file in _loaded(tmp_path, "read_sources()")["opened"] if file.endswith(".yaml")}
    assert {file for file in opened if file.is_relative_to(ROOT)} == noticed


def test_a_file_of_another_name_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash tells names, sizes and bytes apart."""
    monkeypatch.setattr("speech.__path__", [str(tmp_path / "speech")])
    monkeypatch.setattr(contents, "SOURCES", ("speech/*.yaml",))
    (tmp_path / "speech").mkdir()
    hashes = {source_hash()}
    for name, text in (("a", "x"), ("b", "x"), ("b", "xx")):
        (tmp_path / "speech" / f"{name}.yaml").write_text(text, encoding="utf-8")
        hashes.add(source_hash())
    assert len(hashes) == 4


def test_the_command_writes_and_checks_the_compiled_file(compiled: Path) -> None:
    """`massage build --check` fails where the file is missing or was made of other YAML; `massage build` writes it."""
    check = ["build", "--check"]
    assert CliRunner().invoke(main, check).exit_code == 0
    compiled.write_text(json.dumps({**json.loads(compiled.read_text("utf-8")), "sources": "old"}), encoding="utf-8")
    stale = CliRunner().invoke(main, check)
    assert (stale.exit_code, stale.output) == (1, "Error: compiled.json is not current; run: massage build\n")
    compiled.unlink()
    assert CliRunner().invoke(main, check).exit_code == 1
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    assert compiled.read_text(encoding="utf-8") == compile_content()


def test_a_start_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """A compiled start with a memory in a file, and the privacy page, load neither PyYAML, pydantic nor a database."""
    line = f"""
import skill.server.content as contents, pathlib
contents.COMPILED_FILE = pathlib.Path({str(tmp_path / "compiled.json")!r})
import skill.server.wsgi
from skill.server.privacy import page
page()"""
    (tmp_path / "compiled.json").write_text(compile_content(), encoding="utf-8")
    loaded = _loaded(tmp_path, line)
    names = {Path(file).parent.name for file in loaded["modules"]}
    assert "flask" in names
    assert names.isdisjoint({"pydantic", "yaml", "psycopg", "psycopg_pool", "simulator"})
    assert not [file for file in loaded["opened"] if file.endswith(".pickle")]


def test_git_ignores_the_compiled_file() -> None:
    """The compiled file is made, never committed."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{COMPILED_FILE.relative_to(ROOT).as_posix()}" in ignored


def _loaded(folder: Path, line: str) -> Mapping[str, list[str]]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MASSAGE_DATABASE_URL": f"sqlite:///{folder}/memory.sqlite3"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(line)], env=env, cwd=folder, check=True, capture_output=True, text=True
    )
    found: Mapping[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found
