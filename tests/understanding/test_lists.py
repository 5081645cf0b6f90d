"""Lists of what strangers said: whole, unchanged, and understood no worse than before."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from skill.cli.understanding import load_understanding
from skill.understanding.report import interval, lines, read_list, scores
from skill.understanding.understand import Understanding
from speech.errors import FilesInvalid

FILES = sorted((Path(__file__).parent / "lists").glob("*.yaml"))


@cache
def understanding() -> Understanding:
    return load_understanding()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_list_is_as_its_author_wrote_it(file: Path) -> None:
    """A list that was changed afterwards says nothing of strangers: its hash would be another."""
    found = read_list(file)
    assert found.sha256 == found.hash


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_less_is_understood_than_before(file: Path) -> None:
    """What was understood once stays so: `at least` may only grow."""
    found = read_list(file)
    assert scores(found.sentences, understanding().understand)["all"]["meant"] >= found.at_least


@pytest.mark.parametrize("file", [file for file in FILES if file.stem.startswith("alarms")], ids=lambda file: file.stem)
def test_an_alarm_takes_the_weight_off(file: Path) -> None:
    """At least 98 of 100 alarms of the lists that taught are alarms, doubtful ones included."""
    found = scores(read_list(file).sentences, lambda say, _: understanding().understand(say, "hold"))["all"]
    assert found["missed"] <= found.total() * 0.02


def test_a_mistake_in_a_list_is_named(tmp_path: Path) -> None:
    """File, line, field, what was found and what is allowed."""
    text = FILES[0].read_text(encoding="utf-8").replace('"group": "', '"group": "x', 1)
    file = tmp_path / "list.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FilesInvalid, match=r"list\.yaml:\d+: group: .* is not one of") as raised:
        read_list(file)
    assert len(raised.value.problems) == 1


def test_the_report_has_intervals() -> None:
    """Of 50 in 100 between 40 and 60 in 100 are as meant, at 95 %."""
    assert [round(end, 2) for end in interval(50, 100)] == [0.40, 0.60]
    found = scores(read_list(FILES[0]).sentences[:5], understanding().understand)
    assert any("of 5 as meant (" in line for line in lines("a", found))
