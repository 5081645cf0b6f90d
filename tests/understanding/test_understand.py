"""The one place that understands: templates first, then alarms, the classifier, and slots anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from skill.cli.main import main
from skill.cli.understanding import load_understanding, table_file
from skill.understanding.classifier import Classifier
from skill.understanding.features import ROWS, rows_of
from skill.understanding.understand import ACT, Understanding


@cache
def understanding() -> Understanding:
    return load_understanding()


def test_a_template_comes_first() -> None:
    """What a template says exactly is that, with its slots."""
    heard = understanding().understand("start the piriformis for ten minutes left side first")
    assert (heard.intent, heard.by) == ("StartGuideIntent", "template")
    assert heard.slots["script"].id == "piriformis-ball" and heard.slots["minutes"].value == "PT10M"


def test_fillers_do_not_hide_a_template() -> None:
    """A cleaned sentence is tried as well."""
    assert understanding().understand("start um the the piriformis").by == "template"


def test_an_alarm_comes_before_the_classifier() -> None:
    """Whatever else the sentence may mean."""
    heard = understanding().understand("next spot oh no i can't feel my legs at all")
    assert (heard.intent, heard.by, heard.doubtful) == ("EmergencyIntent", "alarm", False)


@pytest.mark.parametrize(
    "sentence", ["a great big hello to everyone listening", "add paper towels to my shopping list"]
)
def test_what_is_not_for_us_is_not_understood(sentence: str) -> None:
    """The classifier knows what people say to other assistants and to one another."""
    assert understanding().understand(sentence, "hold").intent is None


def test_slots_are_found_anywhere_in_a_wish() -> None:
    """They propose; nothing begins by them."""
    heard = understanding().understand("i'd quite fancy doing something about this hip with my tennis ball")
    assert heard.slots["area"].id == "hip" and heard.slots["tool"].id == "ball"


def test_what_makes_no_sense_is_not_guessed() -> None:
    """No spot can be left before there is one."""
    sentence = "i've had enough of this bit take me along to the following one"
    assert understanding().understand(sentence, "hold").intent == "AMAZON.NextIntent"
    assert understanding().understand(sentence, "launch").intent != "AMAZON.NextIntent"


@given(st.text(max_size=80), st.sampled_from(["launch", "proposal", "hold", "paused", ""]))
def test_yes_and_no_are_never_guessed(text: str, state: str) -> None:
    """Only a template gives them, and no confidence below the bound acts."""
    heard = understanding().understand(text, state)  # type: ignore[arg-type]
    if heard.by == "classifier":
        assert heard.intent not in ("AMAZON.YesIntent", "AMAZON.NoIntent") and heard.confidence >= ACT


def test_the_table_is_small_and_whole() -> None:
    """At most 8 MB in the package; one that is cut off is refused."""
    data = table_file("en").read_bytes()
    assert len(data) <= 8_000_000
    assert max(rows_of("something for my hip")) < ROWS
    with pytest.raises(ValueError, match="cut off"):
        Classifier(data[:-1])
    with pytest.raises(ValueError, match="not the table"):
        Classifier(b"else")


def test_guesses_are_shares() -> None:
    """They come to one together, the likeliest first."""
    guesses = Classifier(table_file("en").read_bytes()).guesses("hold on a second")
    assert sum(guess.confidence for guess in guesses) == pytest.approx(1)
    assert guesses == sorted(guesses, key=lambda guess: -guess.confidence)


def test_understanding_needs_no_library() -> None:
    """What understands while serving imports no numpy, scipy or hassil."""
    code = (
        "import sys, skill.understanding.understand\n"
        "print([name for name in ('numpy', 'scipy', 'hassil', 'yaml', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def run(*arguments: str, given: str = "") -> list[str]:
    result = CliRunner(mix_stderr=False).invoke(main, ["understand", *arguments], input=given)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_the_command_shows_what_is_understood() -> None:
    """Sentences as arguments or one a line, as text or as lines of JSON."""
    (line,) = run("my left shin has gone kind of dead", "--state", "hold")
    assert line.startswith("my left shin has gone kind of dead: SharpPainIntent (by alarm")
    rows = [json.loads(line) for line in run("--json", given="next\nwhat's the weather in paris\n")]
    assert [row["say"] for row in rows] == ["next", "what's the weather in paris"]
    assert [row["intent"] for row in rows] == ["AMAZON.NextIntent", None]
    assert set(rows[0]) == {"say", "intent", "slots", "confidence", "by", "doubtful"}


def test_the_table_is_current() -> None:
    """`make check` fails where a sentence was added and the table was not made again."""
    assert run("--check") == ["classifier.table is current, and the alarms are well"]


def test_a_stale_table_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that makes it."""
    data = table_file("en").read_bytes()
    made_of = Classifier(data).made_of
    file = tmp_path / "classifier.table"
    file.write_bytes(data.replace(made_of.encode(), b"0" * len(made_of)))
    monkeypatch.setattr("skill.cli.understanding.table_file", lambda language: file)
    result = CliRunner(mix_stderr=False).invoke(main, ["understand", "--check"])
    assert result.exit_code == 1 and "run: massage understand --train" in result.stderr
