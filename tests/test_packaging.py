"""What is installed: the locks, the wheel, and the release."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from skill.server.content import compile_content

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-run.lock", "requirements-studio.lock", "requirements-aws.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_addresses(lock: str) -> None:
    """A lock holds no index, address or path: each machine has its own. Each package has its version and hashes."""
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
    wanted = (
        PROJECT["project"]["dependencies"]
        + PROJECT["project"]["optional-dependencies"]["dev"]
        + PROJECT["build-system"]["requires"]
    )
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    names = {re.split(r"[<>=!~; \[]", each)[0].lower().replace("_", "-") for each in wanted}
    assert names - {"sciatica-massage"} <= locked  # its own extras are in the lock, not itself


def test_the_release_tries_what_the_wheel_needs_and_nothing_else() -> None:
    """`requirements-run.lock`, with which a release is tried, has the dependencies and no tool."""
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-run.lock").read_text("utf-8"), re.M))
    assert {"flask", "ask-sdk-core", "cryptography"} <= locked
    assert not {"pytest", "mypy", "boto3", "numpy", "hatchling"} & locked


def test_the_version_has_its_section_in_the_changelog() -> None:
    """Unreleased changes come first, then the sections of the releases with their dates, the newest version first."""
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert heads[0] == "Unreleased"
    assert re.fullmatch(re.escape(PROJECT["project"]["version"]) + r" - \d{4}-\d\d-\d\d", heads[1])


def test_each_supported_python_is_named_everywhere() -> None:
    """pyproject.toml, the Makefile and Lambda's template name the same versions of Python."""
    versions = [one.rpartition(" ")[2] for one in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", one)]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    first, last = versions[0], versions[-1]
    assert PROJECT["project"]["requires-python"] == f">={first},<3.{int(last.partition('.')[2]) + 1}"
    assert f"SUPPORTED := {first} to {last}\n" in makefile
    assert " ".join(f"python{one}" for one in reversed(versions)) in makefile
    assert ", ".join(f"python{one}" for one in versions) in (ROOT / "deploy/aws/template.yaml").read_text("utf-8")


def test_the_wheel_holds_all_that_the_packages_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed wheel works without the checkout: data is inside, interaction models under `skill`."""
    monkeypatch.chdir(ROOT)
    name = build_wheel(str(tmp_path))
    assert name == f"sciatica_massage-{PROJECT['project']['version']}-py3-none-any.whl"
    with zipfile.ZipFile(tmp_path / name) as wheel:
        held = set(wheel.namelist())
        assert wheel.read("skill/compiled.json").decode() == compile_content()
    there = {
        file.relative_to(ROOT).as_posix()
        for folder in ("speech", "skill", "interaction_models")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".yaml", ".json", ".pack", ".html", ".css", ".js", ".svg", ".png"}
    }
    assert {re.sub(r"^(?=interaction_models/)", "skill/", file) for file in there} <= held
    assert not [file for file in held if file.startswith(("tests/", "bench/", "interaction_models/"))]
