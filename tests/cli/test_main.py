"""The `massage` command: what it prints, and how it says what is wrong."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from skill.cli.main import main
from skill.locales import LOCALES
from skill.models.interaction_model import locale_model, model_file
from speech.script.library import load_library, package_folder
from speech.ssml.checker import check_ssml
from speech.timeline.options import PlanOptions
from speech.timeline.plan import plan
from tests.support.package import press, small_package
from tests.support.scripts import pace


def massage(*arguments: str) -> Result:
    """The command with these arguments, on a machine where nothing is set."""
    result = CliRunner(mix_stderr=False, env={"MASSAGE_PACE": None}).invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def refused(*arguments: str) -> str:
    """What a command that fails prints for people: on stderr, with no traceback and nothing on stdout."""
    result = massage(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scripts lie in another folder, and so do the files that commands write."""
    monkeypatch.setattr("speech.script.library.package_folder", lambda: tmp_path)
    monkeypatch.setattr("skill.cli.authoring.SCHEMA", tmp_path / "script.schema.json")
    monkeypatch.setattr("skill.cli.authoring.model_file", lambda locale: tmp_path / f"{locale}.json")
    return small_package(tmp_path)


def test_without_a_script_the_scripts_are_listed() -> None:
    """Names and lengths, a line each; the same as JSON."""
    lines = massage("cues").stdout.splitlines()
    listed = json.loads(massage("cues", "--json").stdout)
    library = load_library()
    assert [line.split()[0] for line in lines] == [entry["script"] for entry in listed] == list(library.scripts)
    for line, entry, script in zip(lines, listed, library, strict=True):
        assert script.name in line
        assert f"{script.minutes.least:g} to {script.minutes.most:g} minutes" in line
        assert entry["name"] == script.name
        assert entry["minutes"]["usual"] == script.minutes.usual
        assert entry["places"] == list(script.places)


def test_a_timeline_as_a_table() -> None:
    """Start, end, step, side and text of every cue, the way down with negative seconds."""
    heading, columns, *rows = massage(
        "cues", "piriformis-ball", "--minutes", "8", "--side", "right"
    ).stdout.splitlines()
    assert heading == "piriformis ball release: 8 minutes, floor"
    assert columns.split() == ["start", "end", "step", "side", "text"]
    assert all(re.match(r" *-?\d+\.\d +-?\d+\.\d  \S+ +(left|right|-) +\S", row) for row in rows)
    assert rows[0].lstrip().startswith("-")
    assert next(side for row in rows if (side := row.split()[3]) != "-") == "right"


def test_a_timeline_as_json() -> None:
    """`{"total", "cues": [{"id", "start", "end", "step", "side", "text"}]}`, in seconds, from the moment of "ready"."""
    shown = json.loads(massage("cues", "piriformis-ball", "--minutes", "8", "--side", "left", "--json").stdout)
    assert shown["total"] == pytest.approx(480, abs=1)
    assert list(shown)[:2] == ["total", "cues"]
    assert all(list(cue) == ["id", "start", "end", "step", "side", "text"] for cue in shown["cues"] + shown["before"])
    assert shown["cues"][0]["start"] == 0
    assert all(cue["start"] < 0 for cue in shown["before"])
    assert all(0 <= cue["start"] < cue["end"] <= shown["total"] for cue in shown["cues"])
    assert next(cue["side"] for cue in shown["cues"] if cue["side"]) == "left"


def test_the_options_of_an_ask_are_followed() -> None:
    """One side only, another place, few cues: each changes what is printed."""
    plain, only, wall, few = (
        json.loads(massage("cues", "piriformis-ball", *options, "--json").stdout)["cues"]
        for options in ([], ["--only", "--side", "right"], ["--place", "wall"], ["--cues", "few"])
    )
    assert {cue["side"] for cue in only} == {None, "right"}
    assert any("wall" in cue["text"] for cue in wall) and not any("wall" in cue["text"] for cue in plain)
    assert len(few) < len(plain)


def test_a_length_that_cannot_be_had_is_told() -> None:
    """The nearest is printed, and that it is not what was asked for."""
    lines = massage("cues", "piriformis-ball", "--minutes", "90").stdout.splitlines()
    assert lines[0] == "piriformis ball release: 10 minutes, floor"
    assert lines[1] == "(90 minutes were asked for; this is the nearest)"


def test_the_pace_of_a_real_device_is_followed() -> None:
    """MASSAGE_PACE scales every sentence, and the total stays what was asked."""
    usual, slow = (
        json.loads(CliRunner().invoke(main, ["cues", "piriformis-ball", "--json"], env={"MASSAGE_PACE": scale}).stdout)
        for scale in ("1", "1.5")
    )
    taken = [cue["cues"][0]["end"] - cue["cues"][0]["start"] for cue in (usual, slow)]
    assert taken[1] == pytest.approx(taken[0] * 1.5, abs=0.01)
    assert usual["total"] == pytest.approx(slow["total"], abs=1)


def test_the_parts_of_a_timeline() -> None:
    """A list of `{"ssml", "seconds", "characters"}`, each inside the limits; for people the same with a heading."""
    arguments = ("ssml", "piriformis-ball", "--minutes", "5", "--side", "left")
    cut = json.loads(massage(*arguments, "--json").stdout)
    assert len(cut) > 1
    for part in cut:
        assert list(part) == ["ssml", "seconds", "characters"]
        assert part["characters"] == len(part["ssml"]) <= 7_500
        assert check_ssml(part["ssml"]) == []
    printed = massage(*arguments).stdout
    for number, part in enumerate(cut, start=1):
        heading = f"part {number} of {len(cut)}: {part['seconds']} s, {part['characters']} characters"
        assert f"{heading}\n{part['ssml']}\n" in printed


@pytest.mark.parametrize("command", ["cues", "ssml"])
def test_an_unknown_script_or_place_is_told_plainly(command: str) -> None:
    """What there is stands in the message."""
    assert refused(command, "elbow") == (
        f"no script is called 'elbow'; there are: {', '.join(load_library().scripts)}\n"
    )
    assert refused(command, "piriformis-ball", "--place", "bed") == (
        "piriformis-ball has no version for 'bed'; it has: floor, wall\n"
    )


@pytest.mark.parametrize("arguments", [("--minutes", "0"), ("--minutes", "soon"), ("--side", "up"), ("--cues", "none")])
def test_what_is_no_ask_is_refused(arguments: tuple[str, str]) -> None:
    """Options out of their range end with 2, as everywhere on a command line."""
    result = massage("cues", "piriformis-ball", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr


def test_check_is_content_with_the_built_in_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts that come with the package are read; tests/speech/ssml/test_rehearsal.py rehearses them."""
    monkeypatch.setattr("skill.cli.authoring.rehearse", lambda library, seconds_of: None)
    result = massage("check")
    assert result.exit_code == 0
    scripts = load_library().scripts
    assert result.stdout == f"{len(scripts)} scripts are well: {', '.join(scripts)}\n"


def test_check_tells_every_mistake(elsewhere: Path) -> None:
    """One line a mistake on stderr, and the exit code of a failure."""
    small_package(elsewhere, {"press": press().replace("usual: 4", "usual: 9").replace("seconds: 25", "seconds: 0")})
    assert refused("check") == (
        "scripts/en/press.yaml:9: most: 8 is less than 9, its 'usual'\n"
        "scripts/en/press.yaml:31: seconds: 0 is not more than 0\n"
    )


def test_check_rehearses(elsewhere: Path) -> None:
    """A script that is well-formed and cannot make its minutes fails as well."""
    small_package(elsewhere, {"press": press().replace("  least: 3", "  least: 0.25")})
    assert "the nearest possible is" in refused("check")


def test_the_schema_is_written_and_compared(elsewhere: Path) -> None:
    """With --check a stale file fails and is left as it is; without, it is written; then all is well."""
    file = elsewhere / "script.schema.json"
    file.write_text("{}", encoding="utf-8")
    stale = "Error: script.schema.json is not current; run: massage check --schema\n"
    assert refused("check", "--schema", "--check") == stale
    assert file.read_text(encoding="utf-8") == "{}"
    assert massage("check", "--schema").stdout == "script.schema.json is written\n"
    assert massage("check", "--schema", "--check").stdout == "script.schema.json is current\n"
    assert file.read_bytes() == (package_folder() / "scripts" / "script.schema.json").read_bytes()


def test_check_alone_has_nothing_to_compare() -> None:
    """--check means nothing without --schema, and says so."""
    result = massage("check", "--check")
    assert result.exit_code == 2
    assert "--check goes with --schema" in result.stderr


def test_the_models_are_written_and_compared(elsewhere: Path) -> None:
    """As with the schema, for every locale; a script's new name is enough to make the committed models stale."""
    stale = "Error: en-US.json is not current; run: massage models\n"
    assert refused("models", "--check") == stale
    assert list(elsewhere.glob("*.json")) == []
    written = massage("models").stdout
    assert all(f"{locale}.json is written" in written for locale in LOCALES)
    assert massage("models", "--check").stdout.count(" is current\n") == len(LOCALES)
    (elsewhere / "en-IN.json").write_text("{}", encoding="utf-8")
    assert massage("models", "--check").stderr == "Error: en-IN.json is not current; run: massage models\n"
    small_package(elsewhere, {"press": press().replace("[pressing,", "[squeezing,")})
    assert refused("models", "--check") == stale


def test_check_holds_the_committed_models_against_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model file that Alexa would refuse fails, with the rule and the sentence."""
    for locale in LOCALES:
        shutil.copy(model_file(locale), tmp_path)
    monkeypatch.setattr("skill.cli.authoring.model_file", lambda locale: tmp_path / f"{locale}.json")
    monkeypatch.setattr("skill.cli.authoring.rehearse", lambda library, seconds_of: None)
    file = tmp_path / "en-GB.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"sciatica massage"', '"alexa massage"'), encoding="utf-8")
    told = massage("check")
    assert told.exit_code == 1
    assert "en-GB.json: invocation name 'alexa massage': 'alexa' is a wake word [invocation-reserved; " in told.stderr


def test_coverage_shows_understood_beside_samples(tmp_path: Path) -> None:
    """What is understood of all, every miss with its line, and what the model costs in samples."""
    file = tmp_path / "people.yaml"
    file.write_text(
        "sentences:\n  - {say: pause please, intent: AMAZON.PauseIntent}\n"
        "  - {say: sing me a song, intent: AMAZON.PauseIntent}\nnot:\n  - {say: stop, not: '*'}\n"
    )
    shown = massage("models", "--coverage", str(file), "--locale", "en-GB").stdout
    assert "samples in all (en-GB.json)" in shown and "samples  AMAZON.PauseIntent" in shown
    assert "missed: line 3: 'sing me a song': meant AMAZON.PauseIntent, heard AMAZON.FallbackIntent" in shown
    assert "taken wrongly: line 5: 'stop': meant not *, heard AMAZON.StopIntent" in shown
    assert shown.endswith("1 of 2 sentences understood: 50.0%\n")
    file.write_text("sentences:\n  - {intent: Nothing}\n")
    assert refused("models", "--coverage", str(file)) == "people.yaml:2: say: is missing\n"


def test_a_conversation_is_held_in_the_english_of_a_locale() -> None:
    """The device sends its locale, and the skill answers with the words of that locale."""
    assert "a GP" in massage("talk", "--locale", "en-GB", "open sciatica massage", "who should not").stdout


def test_the_committed_files_are_current() -> None:
    """What `make check` compares, compared by `make test` too."""
    assert massage("models", "--check").exit_code == 0
    assert massage("check", "--schema", "--check").exit_code == 0


@pytest.mark.parametrize("name", [None, *sorted(main.commands)])
def test_every_command_has_help_with_an_example(name: str | None) -> None:
    """`--help` shows how the command is typed, and the example begins with the command itself."""
    arguments = [name] if name else []
    shown = massage(*arguments, "--help").stdout
    assert f"Example: massage {name or ''}" in " ".join(shown.split())
    assert "\\b" not in shown  # click's mark against wrapping, where it was no mark
    command = main.commands[name] if name else main
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_a_newcomer_adds_a_technique_by_adding_one_file(elsewhere: Path) -> None:
    """One YAML file and nothing else: it is listed, planned, checked, and people can ask for it by name."""
    text = press().replace("name: press", "name: calf squeeze").replace("pressing, deep press", "calves")
    small_package(elsewhere, {"calf-squeeze": text})
    library = load_library()
    assert list(library.scripts) == ["calf-squeeze", "press"]
    assert "calf squeeze" in massage("cues").stdout
    assert json.loads(massage("cues", "calf-squeeze", "--json").stdout)["cues"]
    model = locale_model("en-US", library)
    types = {entry["name"]: entry for entry in model["interactionModel"]["languageModel"]["types"]}
    values = {value["id"]: value["name"] for value in types["ScriptName"]["values"]}
    assert values["calf-squeeze"]["value"] == "calf squeeze"
    assert "calves" in values["calf-squeeze"]["synonyms"]
    assert plan(library.scripts["calf-squeeze"], PlanOptions(240.0), pace(1.0)).total == pytest.approx(240)
