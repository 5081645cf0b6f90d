"""What contributors use: the hooks of pre-commit, the templates of the platform, the report on coverage."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tools.coverage_floors import FLOORS, main

ROOT = Path(__file__).parents[1]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


def test_hooks_download_nothing_and_check_no_more_than_make() -> None:
    """Every hook is a tool of `.venv` that `make check` runs too."""
    check = re.search(r"^check: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert check is not None
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in configuration["repos"]} == {"local"}
    for hook in (hook for repository in configuration["repos"] for hook in repository["hooks"]):
        assert hook["language"] == "system"
        command = re.sub(r"^\.venv/bin/| --force-exclude$", "", hook["entry"])
        assert f"$(BIN)/{command}" in check[1], hook["id"]


@pytest.mark.parametrize("form", [form for form in FORMS if form.name != "config.yml"], ids=lambda form: form.stem)
def test_a_form_for_issues_is_whole(form: Path) -> None:
    """The platform shows a form only with a name, a description, and questions with distinct ids and labels."""
    data = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert data["name"] and data["description"]
    questions = [part for part in data["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in questions}) == len(questions)
    assert all(part["attributes"]["label"] for part in questions)


def test_coverage_below_a_floor_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines and branches have floors of their own, and the report names the files that lack most."""
    file = tmp_path / "coverage.json"

    def summary(lines: int, branches: int) -> dict[str, dict[str, int]]:
        counts = {"covered_lines": lines, "num_statements": 100, "covered_branches": branches, "num_branches": 10}
        return {"summary": counts}

    files = {"speech/a.py": summary(100, 10), "skill/b.py": summary(96, 7)}
    file.write_text(json.dumps({"files": files}), encoding="utf-8")
    assert FLOORS == {"lines": 95, "branches": 90}
    assert main(file) == "85.0 % of branches are run, 90 are wanted"
    assert (
        "  96.0 % of lines  70.0 % of branches\n     7 lines and branches not run in skill/b.py"
        in capsys.readouterr().out
    )
    files["skill/b.py"] = summary(90, 8)
    file.write_text(json.dumps({"files": files}), encoding="utf-8")
    assert main(file) is None
