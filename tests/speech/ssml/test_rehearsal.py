"""The dry run of every script: what cannot be done is told by name before anyone hears it."""

from __future__ import annotations

from pathlib import Path

from speech.errors import ScriptsInvalid
from speech.script.library import load_library
from speech.ssml.rehearsal import rehearse
from tests.support.package import press, small_package
from tests.support.scripts import library, pace


def rehearsed(folder: Path, text: str, reassurances: int = 100, name: str = "press") -> list[str]:
    """What the rehearsal of the small package finds with this script and so many words of reassurance in it."""
    phrases = small_package(folder, {name: text}) / "languages" / "en" / "phrases.yaml"
    lines = phrases.read_text(encoding="utf-8").splitlines()
    lines[1] = f"reassurances: [{', '.join(f'Breathe {number} times.' for number in range(reassurances))}]"
    phrases.write_text("\n".join(lines), encoding="utf-8")
    try:
        rehearse(load_library(folder=folder), pace(1.0), folder)
    except ScriptsInvalid as error:
        return [str(problem) for problem in error.problems]
    return []


def test_the_built_in_scripts_are_well() -> None:
    """Every place, length and number of cues of every script that comes with the package."""
    rehearse(library(), pace(1.0))


def test_the_small_package_is_well(tmp_path: Path) -> None:
    """What the faults are put into has none itself."""
    assert rehearsed(tmp_path, press()) == []


def test_a_script_that_cannot_make_its_minutes_is_named(tmp_path: Path) -> None:
    """A quarter of a minute is not enough for a side: the line, what was asked and the nearest, once a place."""
    found = rehearsed(tmp_path, press().replace("  least: 3", "  least: 0.25"))
    assert found[0].startswith(
        "scripts/en/press.yaml:6: minutes: 0.25 minutes, floor, few cues: the nearest possible is "
    )
    more = " more lengths and numbers of cues)"
    assert " minutes; let rests stretch further (and in " in found[0] and found[0].endswith(more)
    assert len(found) == len({problem.split(", ")[1] for problem in found})


def test_a_session_that_presses_for_most_of_its_time_is_told(tmp_path: Path) -> None:
    """Techniques strung together rest and breathe for half of the time at least, at every length."""
    session = "name: both\nareas: [hip]\nminutes: {least: 4, usual: 5, most: 10}\nsession:\n"
    rest = "  - {rest: 120, at most: 140, say: Rest.}\n"
    found = rehearsed(tmp_path, session + "  - {technique: press, minutes: 4}\n", name="both")
    assert any("of it is pressure, 50% at most" in problem for problem in found)
    rested = session.replace("least: 4, usual: 5, most: 10", "least: 5, usual: 5, most: 6")
    assert rehearsed(tmp_path, rested + rest + "  - {technique: press, minutes: 4}\n", name="both") == []


def test_too_few_reassurances_are_told(tmp_path: Path) -> None:
    """Three phrases do not last for a rest of two minutes; the first one that comes again is named."""
    text = press().replace("rest: 20\n", "rest: 120\n").replace("usual: 4", "usual: 6").replace("least: 3", "least: 5")
    found = [problem for problem in rehearsed(tmp_path, text, 3) if "said twice" in problem]
    asked = "scripts/en/press.yaml:12: floor: 5 minutes, floor, normal cues"
    told = f"{asked}: 'Breathe 0 times.' is said twice; phrases.yaml needs more reassurances"
    assert any(problem.startswith(told) for problem in found)


def test_what_cannot_be_cut_is_told(tmp_path: Path) -> None:
    """A rest too long for one response is found before it is asked for."""
    text = press().replace("rest: 20\n", "rest: 200\n").replace("usual: 4", "usual: 6").replace("least: 3", "least: 5")
    assert any("seconds of silence: " in problem for problem in rehearsed(tmp_path, text))


def test_room_is_kept_for_what_a_conversation_says(tmp_path: Path) -> None:
    """What fits a response only by itself would fail once somebody pauses: it is found before."""
    text = press().replace("usual: 4", "usual: 6").replace("least: 3", "least: 5")
    whole, tight = (text.replace("rest: 20\n", f"rest: {seconds}\n") for seconds in (120, 145))
    assert not any("silence" in problem for problem in rehearsed(tmp_path / "whole", whole))
    assert any("few cues: seconds of silence: " in problem for problem in rehearsed(tmp_path / "tight", tight))
