"""What people install: the lock, and the wheel."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-studio.lock", "requirements-aws.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_addresses(lock: str) -> None:
    """Whoever installs chooses where from: no index, address or path; each package has version and hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|--extra|@ |^/|[ =]\.?/", text, re.MULTILINE)
    packages = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==[0-9][^ ]* (; .+ )?\\\n    --hash=sha256:[0-9a-f]{64}", package), package


def test_all_locks_agree() -> None:
    """The studio voice changes no version of anything else, and what runs on AWS is what was tested."""
    first, *others = (
        dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / lock).read_text("utf-8"), re.M)) for lock in LOCKS
    )
    for versions in others:
        for package in first.keys() & versions.keys():
            assert first[package] == versions[package]


def test_the_lock_is_of_this_project() -> None:
    """Every dependency of pyproject.toml is locked, the build backend among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = (
        project["project"]["dependencies"]
        + project["project"]["optional-dependencies"]["dev"]
        + project["build-system"]["requires"]
    )
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    names = {re.split(r"[<>=!~; \[]", each)[0].lower().replace("_", "-") for each in wanted}
    assert names - {"sciatica-massage"} <= locked  # its own extras are in the lock, not itself


def test_the_wheel_holds_all_that_the_packages_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed wheel works without the checkout: data is inside, interaction models under `skill`."""
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        held = set(wheel.namelist())
    there = {
        file.relative_to(ROOT).as_posix()
        for folder in ("speech", "skill", "interaction_models")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".yaml", ".json", ".pack", ".html", ".css", ".js", ".svg", ".png"}
    }
    assert {re.sub(r"^(?=interaction_models/)", "skill/", file) for file in there} <= held
    assert not [file for file in held if file.startswith(("tests/", "bench/", "interaction_models/"))]
