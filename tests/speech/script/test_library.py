"""Reading scripts: every mistake is found in one pass and told with its file, its line and its field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from speech.script.library import load_library
from speech.script.model import Hold, Rounds
from speech.timeline.options import PlanOptions
from speech.timeline.plan import plan
from tests.support.package import DATA, press, problems, small_package
from tests.support.scripts import pace

MISTAKES = yaml.safe_load((Path(__file__).parents[1] / "data" / "mistakes.yaml").read_text(encoding="utf-8"))
ANY = "works on: [hip]\nareas: [hip]\n"
"""What every script tells of itself, at the end, where it moves no line."""
SESSION = "name: both\nminutes: {least: 1, usual: 4, most: 9}\nsession:\n"


def session(*techniques: str) -> str:
    """A session of these techniques, the first one on line 4."""
    return SESSION + "".join(f"  - {{technique: {name}, minutes: 2}}\n" for name in techniques) + ANY


def elsewhere(name: str, *places: str) -> str:
    """The one-sided script of the small package's shape in these places only."""
    steps = "{presses: [ball], each side: [{rounds: [{rest: 9, say: Rest.}]}]}"
    at = ", ".join(f"{place}: {steps}" for place in places)
    return f"name: {name}\nsides: none\nminutes: {{least: 1, usual: 2, most: 3}}\nplaces: {{{at}}}\n{ANY}"


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["case"] for mistake in MISTAKES])
def test_every_mistake_is_told_with_line_and_field(tmp_path: Path, mistake: dict[str, Any]) -> None:
    """One change to a script that is well, and exactly what is then reported."""
    text = press()
    for change in mistake["changes"]:
        assert change["find"] in text
        text = text.replace(change["find"], change["put"], 1)
    expected = [f"scripts/en/press.yaml:{line}" for line in mistake["expect"]]
    assert problems(small_package(tmp_path, {"press": text})) == expected


def test_the_small_package_is_well(tmp_path: Path) -> None:
    """What the mistakes are made in holds none itself."""
    assert problems(small_package(tmp_path)) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1: file: the file is empty"),
        (b"# nothing yet\n", "1: file: the file is empty"),
        (b"name: press\nsides: b\xff\n", "2: file: byte 20 is not UTF-8; save the file as text in UTF-8"),
        (b"- a\n- b\n", "1: file: ['a', 'b'] is not a mapping of fields"),
        (b"press\n", "1: file: 'press' is not a mapping of fields"),
        (b"a: 1\n---\nb: 2\n", "2: yaml: but found another document; is an indent or a quote missing?"),
        (b"[" * 1000, "1: file: lists or mappings are nested too deeply"),
    ],
)
def test_what_is_no_script_at_all(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that holds no mapping is told so, not what is missing in it."""
    assert problems(small_package(tmp_path, {"press": content})) == [f"scripts/en/press.yaml:{expected}"]


def test_a_mark_at_the_start_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    """Editors on Windows write a byte order mark and two characters at the end of a line."""
    text = press().replace("\n", "\r\n").encode("utf-8-sig")
    assert problems(small_package(tmp_path, {"press": text})) == []


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder where a script should be, and a language file that is missing."""
    root = small_package(tmp_path)
    (root / "scripts" / "en" / "folder.yaml").mkdir()
    (root / "languages" / "en" / "pronunciations.yaml").unlink()
    assert problems(root) == [
        "languages/en/pronunciations.yaml:1: file: cannot be read: No such file or directory",
        "scripts/en/folder.yaml:1: file: cannot be read: Is a directory",
    ]


@pytest.mark.parametrize("name", ["Press", "press_it", "press--it", "-press", "press it", "präss"])
def test_a_file_name_is_an_id(tmp_path: Path, name: str) -> None:
    """The file's name is the script's id, which stands in addresses and slots."""
    (problem,) = problems(small_package(tmp_path, {name: elsewhere("other", "wall")}))
    assert problem == f"scripts/en/{name}.yaml:1: file: the file name {name!r} may hold a-z, 0-9 and single hyphens"


def test_a_name_belongs_to_one_script(tmp_path: Path) -> None:
    """Nobody can tell which of two scripts is meant; case and spaces make no difference."""
    text = elsewhere("other", "wall") + "also called: [Deep   PRESS]\n"
    assert problems(small_package(tmp_path, {"second": text})) == [
        "scripts/en/second.yaml:7: also called: the name 'Deep   PRESS' is used twice (already by press.yaml)"
    ]


def test_a_version_without_the_floor_is_needed(tmp_path: Path) -> None:
    """Nobody is left out for not being able to get down."""
    assert problems(small_package(tmp_path, {"low": elsewhere("low", "floor")})) == [
        "scripts/en/low.yaml:4: places: no version without the floor; at least one of wall is needed"
    ]


@pytest.mark.parametrize(
    ("techniques", "expected"),
    [
        (["press", "pres"], ["5: technique: no script is called 'pres'; there are other, press"]),
        (["both"], ["4: technique: 'both' contains itself"]),
        (["other", "press", "other"], []),
    ],
)
def test_the_techniques_of_a_session(tmp_path: Path, techniques: list[str], expected: list[str]) -> None:
    """A technique is another script, by its id."""
    scripts = {"other": elsewhere("other", "wall"), "both": session(*techniques)}
    assert problems(small_package(tmp_path, scripts)) == [f"scripts/en/both.yaml:{line}" for line in expected]


def test_sessions_do_not_contain_sessions(tmp_path: Path) -> None:
    """One level deep: neither another session, nor two that contain each other."""
    scripts = {"a": session("b"), "b": session("press", "a"), "c": session("a")}
    for name in scripts:
        scripts[name] = scripts[name].replace("both", f"session {name}")
    assert problems(small_package(tmp_path, scripts)) == [
        "scripts/en/a.yaml:4: technique: 'b' contains this one",
        "scripts/en/b.yaml:5: technique: 'a' contains this one",
        "scripts/en/c.yaml:4: technique: 'a' is a session itself; only one level is allowed",
    ]


def test_a_session_has_a_technique(tmp_path: Path) -> None:
    """Words alone are no session."""
    assert problems(small_package(tmp_path, {"both": SESSION + "  - say: Breathe.\n" + ANY})) == [
        "scripts/en/both.yaml:3: session: no technique in it; a session is made of at least one"
    ]


def test_a_session_is_done_in_one_place(tmp_path: Path) -> None:
    """Techniques that share no place cannot follow each other; the one that breaks the row is named."""
    places = (DATA / "languages" / "en" / "places.yaml").read_text(encoding="utf-8")
    chair = places[places.index("wall:") :].replace("wall", "chair", 1).replace("at the wall", "on a chair")
    scripts = {
        "one": elsewhere("one", "floor", "wall"),
        "two": elsewhere("two", "chair", "wall"),
        "three": elsewhere("three", "chair"),
        "both": session("one", "two", "three", "one"),
    }
    root = small_package(tmp_path, scripts)
    (root / "languages" / "en" / "places.yaml").write_text(places + chair, encoding="utf-8")
    assert problems(root) == [
        "scripts/en/both.yaml:6: technique: 'three' has none of the places that those before it share: wall"
    ]


def test_every_mistake_of_every_file_in_one_pass(tmp_path: Path) -> None:
    """Nobody mends one mistake only to be told the next: five in two scripts and two language files."""
    scripts = {"press": press().replace("usual: 4", "usual: -1").replace("name: press", "nam: press"), "a": "[}"}
    root = small_package(tmp_path, scripts)
    phrases = root / "languages" / "en" / "phrases.yaml"
    phrases.write_text(phrases.read_text(encoding="utf-8").replace("No hurry.", "No."), encoding="utf-8")
    places = root / "languages" / "en" / "places.yaml"
    places.write_text(places.read_text(encoding="utf-8").replace("floor: false", "floor: no way"))
    assert [problem.split(": ")[0] for problem in problems(root)] == [
        "languages/en/phrases.yaml:2",
        "languages/en/places.yaml:16",
        "scripts/en/a.yaml:1",
        "scripts/en/press.yaml:1",
        "scripts/en/press.yaml:1",
        "scripts/en/press.yaml:8",
        "scripts/en/press.yaml:8",
    ]


@pytest.mark.parametrize(
    ("file", "find", "put", "expected"),
    [
        ("phrases", "No hurry.", "Too many words to be heard.",
         "2: reassurances: 'Too many words to be heard.' has 6 words; allowed are 2 to 5"),
        ("phrases", "No hurry.", "Slow Breath.", "2: reassurances: 'Slow Breath.' is used twice"),
        ("phrases", "[Slow breath., No hurry., Just breathe.]", "[]",
         "2: reassurances: nothing is in it; at least one entry is needed"),
        ("phrases", "right: right", "other: right",
         "1: other: unknown field; allowed are left, right"),
        ("phrases", "20:", "twenty:", "4: twenty: 'twenty' is not a whole number"),
        ("phrases", "40:", "400:", "5: quiet: 400 is more than 60, the most allowed"),
        ("places", "- open: ready\n      say: Say ready when you are lying", "- say: Wait until you are lying",
         "9: down: the way down must end with an open step, so that the clock waits"),
        ("places", "Roll to one side.\n      settle", "Roll to your {side}.\n      settle",
         "12: say: {side} has no meaning here; there is no side to name"),
        ("places", "wall:", "1:", "14: file: 1 is not text; put it in quotes if it should be"),
        ("pronunciations", "ˈsoʊəs", "[a]", "1: psoas: ['a'] is not text; allowed are a word and its sounds"),
        ("pronunciations", "psoas: ˈsoʊəs", "psoas", "1: file: 'psoas' is not a mapping"),
        ("places", "floor:", "- floor:",
         "14: yaml: what stands here does not fit the lines above it; is an indent or a quote missing?"),
        ("pace", "generic:", "generics:",
         "1: file: no pace for the voice 'generic' in 'en'; there are: generics, pico"),
    ],
)  # fmt: skip
def test_mistakes_in_the_language_files(tmp_path: Path, file: str, find: str, put: str, expected: str) -> None:
    """Whoever writes another language is told as well as a script writer."""
    path = small_package(tmp_path) / "languages" / "en" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, put, 1), encoding="utf-8")
    found = problems(tmp_path)
    assert f"languages/en/{file}.yaml:{expected}" in found
    assert len(found) <= 2


def test_what_is_read(tmp_path: Path) -> None:
    """A script as a value: texts split into sentences, spots with ids, rounds in units, defaults filled in."""
    text = press().replace("say: A little higher.", "say: A little  higher. Then wait!")
    library = load_library(folder=small_package(tmp_path, {"press": text}))
    script = library.scripts["press"]
    assert (script.id, script.name, script.also_called) == ("press", "press", ("pressing", "deep press"))
    assert (script.usual_place, script.off_the_floor, tuple(script.places)) == ("floor", "wall", ("floor", "wall"))
    rounds = script.routines["floor"].each_side[1]
    assert isinstance(rounds, Rounds)
    assert [[step.step for step in unit] for unit in rounds.units] == [
        ["first-spot", "round-2"],
        ["second-spot", "round-4"],
    ]
    second = rounds.units[1][0]
    assert second == Hold(
        "second-spot",
        "second spot",
        ("A little higher.", "Then wait!"),
        ("A little higher.", "Then wait!"),
        25,
        25,
        (),
        (),
    )


def test_a_reminder_of_two_sentences_becomes_two_cues(tmp_path: Path) -> None:
    """One cue is one sentence, in reminders too."""
    text = press().replace("Less is fine.", "'A dull ache is enough. Sharp, come off.'")
    script = load_library(folder=small_package(tmp_path, {"press": text})).scripts["press"]
    reminders = [
        cue.text for cue in plan(script, PlanOptions(360), pace(1.0)).cues if "/3" in cue.id and cue.side == "left"
    ]
    assert reminders[:3] == ["Slow breath out.", "A dull ache is enough.", "Sharp, come off."]


@pytest.mark.parametrize(
    ("find", "put", "same"),
    [
        ("works on: [piriformis]", "works on: [gluteus]", True),
        ("Lean in.", "Lean back.", False),
        ("seconds: 25", "seconds: 26", False),
        ("  most: 8", "  most: 9", False),
    ],
)
def test_the_digest_tells_whether_a_guide_changed(tmp_path: Path, find: str, put: str, same: bool) -> None:
    """Whoever comes back to a guide whose words or seconds changed is not led on by an old position."""
    before, after = (
        load_library(folder=small_package(tmp_path / name, {"press": text})).scripts["press"].digest
        for name, text in (("before", press()), ("after", press().replace(find, put)))
    )
    assert (before == after) is same


def test_a_newcomer_adds_a_script_by_adding_one_file(tmp_path: Path) -> None:
    """The library finds what lies in the folder; nothing lists the scripts a second time."""
    library = load_library(folder=small_package(tmp_path, {"brand-new": elsewhere("brand new", "wall", "floor")}))
    assert list(library.scripts) == ["brand-new", "press"]
    assert plan(library.scripts["brand-new"], PlanOptions(), pace(1.0)).total == pytest.approx(120, abs=10)
