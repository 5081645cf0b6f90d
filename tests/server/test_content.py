"""What was read and checked once is used again, and never when anything it was made from is another."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from skill.server import content as contents
from skill.server.content import DIGEST, MADE_FROM, Content, content, read_content

ROOT = Path(contents.__file__).parents[2]
LOADED = """
import json, sys
from skill.server.content import content, read_content
{}
print(json.dumps([m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]))
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where it is kept, in an empty folder."""
    monkeypatch.setattr(contents, "KEPT", tmp_path / "folder" / "content.pickle")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    content.cache_clear()
    yield contents.KEPT
    content.cache_clear()


def again() -> Content:
    """What another start would find."""
    content.cache_clear()
    return content()


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Content:
        raise AssertionError("read again")

    monkeypatch.setattr(contents, "read_content", read)


def test_what_is_kept_is_what_was_read(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start reads no YAML and has the same scripts, words and pace."""
    first = content()
    with monkeypatch.context() as later:
        no_reading(later)
        assert again() == first
    assert kept.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]


def test_another_file_is_read_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more in anything it was made from, and it is not used."""
    content()
    monkeypatch.setattr(contents, "MADE_FROM", (*MADE_FROM, "skill/py.typed", "skill/cli/main.py"))
    no_reading(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        again()


def test_another_build_of_the_same_python_takes_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda's build of Python takes what `make lambda` kept; another minor version of Python reads again."""
    content()
    no_reading(monkeypatch)
    monkeypatch.setattr(sys, "version", "3.11.99 (main) [another compiler]")
    again()
    other = SimpleNamespace(**{**vars(sys.implementation), "cache_tag": "cpython-399"})
    monkeypatch.setattr(sys, "implementation", other)
    with pytest.raises(AssertionError, match="read again"):
        again()


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\0" * 500])
def test_what_is_damaged_is_read_again(kept: Path, damage: bytes) -> None:
    """A file that is not whole is never unpickled, and is replaced."""
    whole = content()
    good = kept.read_bytes()
    kept.write_bytes(damage or good[:-1])
    assert again() == whole
    assert kept.read_bytes()[:64] == good[:64]


def test_what_is_something_else_is_read_again(kept: Path) -> None:
    """Under the right stamp stands the content, or nothing."""
    whole = content()
    body = pickle.dumps({"library": "mine"})
    kept.write_bytes(kept.read_bytes()[:DIGEST] + hashlib.sha256(body).digest() + body)
    assert again() == whole


def test_a_folder_that_cannot_be_written_costs_nothing(kept: Path) -> None:
    """An installation that nobody may write to starts all the same."""
    kept.parent.write_text("no folder")
    assert content() == again()


def test_nothing_is_written_where_python_writes_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wants no byte code wants no content beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    content()
    assert not kept.parent.exists()


def test_all_code_that_reads_it_counts(tmp_path: Path) -> None:
    """Whatever module of ours has a part in reading is among the files whose change is noticed."""
    noticed = {file for pattern in MADE_FROM for file in ROOT.glob(pattern)}
    loaded = _loaded(tmp_path, "read_content()")
    ours = {file for file in loaded if any(file.is_relative_to(ROOT / package) for package in ("speech", "skill"))}
    assert ours - noticed <= {ROOT / "skill" / "__init__.py", ROOT / "skill" / "server" / "__init__.py"}


def test_a_start_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """Once it is kept, a start with a memory in a file loads neither what checks scripts nor what reaches a server."""
    _loaded(tmp_path, "content()")
    loaded = {file.parts[len(file.parts) - 2] for file in _loaded(tmp_path, "import skill.server.wsgi")}
    assert "flask" in loaded
    assert loaded.isdisjoint({"pydantic", "yaml", "psycopg", "psycopg_pool", "simulator"})


def _loaded(folder: Path, line: str) -> list[Path]:
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder),
        "MASSAGE_DATABASE_URL": f"sqlite:///{folder}/memory.sqlite3",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(line)], env=env, cwd=folder, check=True, capture_output=True, text=True
    )
    return [Path(file) for file in json.loads(done.stdout.splitlines()[-1])]


def test_reading_gives_what_a_start_has() -> None:
    """What is used is what the files of today hold."""
    assert read_content() == content()
