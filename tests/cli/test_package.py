"""`massage package`: what it writes, tells and refuses."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.cli.main import main
from skill.cli.package import package as command
from skill.publish.skill_package import Package, Served, make_package, read_package, write_package

URL = "https://massage.example.com"


def test_the_command(tmp_path: Path) -> None:
    """It writes what it tried, tells what to do next, and refuses to write twice."""
    out = str(tmp_path / "alexa")
    run = CliRunner().invoke
    told = run(main, ["package", "--out", out, "--wildcard"], env={"MASSAGE_PUBLIC_URL": URL})
    assert told.exit_code == 0 and "ask deploy" in told.output, told.output
    assert read_package(tmp_path / "alexa") == make_package(Served(URL, wildcard=True))
    again = run(main, ["package", "--out", out, "--url", URL])
    assert again.exit_code == 1 and "--force" in again.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "MASSAGE_PUBLIC_URL"),
        (
            ["--url", "http://massage.example.com"],
            "--url: found 'http://massage.example.com'; allowed is an https address",
        ),
        (["--url", URL, "--lambda", "massage"], "arn:aws:lambda"),
    ],
)
def test_values_that_cannot_be_used(arguments: list[str], told: str, tmp_path: Path) -> None:
    """A missing or bad value is named with what is allowed, and nothing is written."""
    out = ["--out", str(tmp_path / "alexa")]
    answer = CliRunner().invoke(main, ["package", *arguments, *out], env={"MASSAGE_PUBLIC_URL": ""})
    assert answer.exit_code != 0 and told in answer.output, answer.output
    assert not (tmp_path / "alexa").exists()


def test_what_somebody_changed(tmp_path: Path) -> None:
    """A package that was edited by hand is held against the rules, and its phrases are tried on the skill."""
    made = make_package(Served(URL))
    manifest = deepcopy(made.manifest)
    for where in ("publishingInformation", "privacyAndCompliance"):
        there = manifest["manifest"][where]["locales"]
        manifest["manifest"][where]["locales"] = {"en-GB": there["en-GB"]}
    british = Package(manifest, {"en-GB": made.models["en-GB"]}, made.assets)
    inside = manifest["manifest"]["publishingInformation"]["locales"]["en-GB"]

    def told() -> str:
        write_package(british, tmp_path, replace=True)
        answer = CliRunner().invoke(main, ["package", "--check", str(tmp_path)])
        assert answer.exit_code == 1
        return answer.output

    inside["examplePhrases"][1:] = ["bake a cake"]
    assert "en-GB: 'bake a cake' is not understood" in told()
    inside["examplePhrases"][1:] = []
    inside["description"] = f'Say "Alexa, softer". {inside["description"]}'
    manifest["manifest"]["publishingInformation"]["testingInstructions"] += ' "Alexa, bake a cake".'
    output = told()
    assert "skill.json: description: en-GB: “Alexa, softer” is not for the skill" in output
    assert "skill.json: testingInstructions: “Alexa, bake a cake” is not for the skill" in output
    inside["description"] = "A massage."
    assert "en-GB: description: lacks the disclaimer" in told()


@pytest.mark.parametrize("place", ["file/alexa", "file"])
def test_a_folder_that_cannot_be_written(place: str, tmp_path: Path) -> None:
    """It is named in one line, and what is in its way stays."""
    (tmp_path / "file").write_text("mine")
    told = CliRunner().invoke(main, ["package", "--url", URL, "--out", str(tmp_path / place)])
    assert told.exit_code != 0 and "--out" in told.output and str(tmp_path / "file") in told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert (tmp_path / "file").read_text() == "mine"


def test_the_command_says_how() -> None:
    """Its help has an example."""
    assert "Example: massage package" in str(command.help)
