"""What people say becomes Amazon's interaction model, or a message that says what to mend."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from skill.errors import Mistakes, SkillError
from skill.models.interaction_model import (
    Model,
    interaction_model,
    model_file,
    models_folder,
    render,
    sample_counts,
    sentences_folder,
)
from skill.models.linter import MOST_BYTES, SAMPLES_PER_INTENT, SAMPLES_PER_LOCALE, VALUES_PER_TYPE
from skill.models.sentences import AMAZON_INTENTS


@dataclass(frozen=True)
class Names:
    """What a script and a position have in common, as the model looks at them."""

    name: str
    also_called: tuple[str, ...] = ()


SCRIPTS = {
    "piriformis-ball": Names("piriformis ball release", ("Piriformis", "piriformis massage")),
    "glute-ball": Names("glute ball release", ("glutes",)),
}
PLACES = {"floor": Names("on the floor", ("the floor",)), "wall": Names("at the wall")}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a small file of sentences, with some parts of it replaced."""

    def written(
        *,
        templates: str = "[please] start [the] {script} [for {minutes}]",
        more: str = "",
        rules: str = "{}",
        side: str = "{type: SideChoice, values: {left: [left side first], both: [both sides]}}",
        stop: str = "that's enough",
    ) -> Path:
        built_in = "\n".join(
            f"  {name}: {json.dumps([stop] if name == 'AMAZON.StopIntent' else [])}" for name in AMAZON_INTENTS
        )
        folder = tmp_path / "en"
        folder.mkdir(exist_ok=True)
        (folder / "skill.yaml").write_text(
            f"language: en\ninvocation name: sciatica massage\nrules: {rules}\nslots:\n"
            "  script: {type: ScriptName, from: scripts, also: ['{name} massage']}\n"
            "  minutes: {type: AMAZON.DURATION}\n  number: {type: AMAZON.NUMBER}\n"
            f"  side: {side}\n  place: {{type: PlaceName, from: places}}\n"
            f"intents:\n  StartGuideIntent:\n    - {json.dumps(templates)}\n{more}{built_in}\n",
            encoding="utf-8",
        )
        return folder

    return written


def built(path: Path) -> Model:
    return interaction_model(path, {"scripts": SCRIPTS, "places": PLACES})


def refused(path: Path) -> tuple[str, ...]:
    with pytest.raises(Mistakes) as caught:
        built(path)
    assert isinstance(caught.value, SkillError)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def language(model: Model) -> Model:
    inner: Model = model["interactionModel"]["languageModel"]
    return inner


def test_the_committed_model_has_amazons_shape() -> None:
    """Every slot that a sample uses is declared, every type has values, samples hold only Alexa's letters."""
    model = json.loads(model_file("en-US").read_text(encoding="utf-8"))
    inner = language(model)
    assert inner["invocationName"] == "sciatica massage"
    assert inner["modelConfiguration"]["fallbackIntentSensitivity"]["level"] in ("LOW", "MEDIUM", "HIGH")
    types = {kind["name"]: kind for kind in inner["types"]}
    assert {intent["name"] for intent in inner["intents"]} >= set(AMAZON_INTENTS)
    for intent in inner["intents"]:
        declared = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
        used = {name for sample in intent["samples"] for name in re.findall(r"\{(\w+)\}", sample)}
        assert set(declared) == used
        assert all(kind.startswith("AMAZON.") or kind in types for kind in declared.values())
        assert intent["samples"] == sorted(set(intent["samples"]))
        assert all(re.fullmatch(r"[a-z'. {}_-]+", sample) for sample in intent["samples"])
        assert all(sample == " ".join(sample.split()) for sample in intent["samples"])
    ids = {name: [value["id"] for value in kind["values"]] for name, kind in types.items()}
    assert ids["SideChoice"] == ["left", "right", "left_only", "right_only", "both"]
    assert ids["PlaceName"] == ["floor", "wall", "chair", "bed"]


def test_the_committed_model_is_inside_our_bounds() -> None:
    """At most 250 samples an intent and 3,000 a locale, 4,000 values a type; 1.5 MB (Alexa, as far as is known)."""
    text = model_file("en-US").read_text(encoding="utf-8")
    counts = sample_counts(json.loads(text))
    values = {kind["name"]: kind["values"] for kind in language(json.loads(text))["types"]}
    sizes = {name: sum(1 + len(one["name"]["synonyms"]) for one in said) for name, said in values.items()}
    assert max(sizes.values()) <= VALUES_PER_TYPE
    assert len(text.encode()) <= MOST_BYTES
    assert max(counts.values()) <= SAMPLES_PER_INTENT
    assert sum(counts.values()) <= SAMPLES_PER_LOCALE


def test_the_folder_holds_the_sentences() -> None:
    """One function finds the folder, in a checkout and in an installed package."""
    assert sentences_folder("en-GB") == models_folder() / "sentences" / "en"
    assert sentences_folder("en-GB").is_dir()


def test_a_template_becomes_trimmed_samples_with_slots(write: Write) -> None:
    """Optional words at either end leave no spaces behind, and a slot stands as its own name."""
    start = language(built(write()))["intents"][0]
    assert start == {
        "name": "StartGuideIntent",
        "slots": [
            {"name": "script", "type": "ScriptName"},
            {"name": "minutes", "type": "AMAZON.DURATION"},
        ],
        "samples": [
            "please start the {script}",
            "please start the {script} for {minutes}",
            "please start {script}",
            "please start {script} for {minutes}",
            "start the {script}",
            "start the {script} for {minutes}",
            "start {script}",
            "start {script} for {minutes}",
        ],
    }


def test_names_and_their_forms_become_values(write: Write) -> None:
    """A script answers to its name, its other names and their forms; a name with an ending gets none."""
    types = {kind["name"]: kind["values"] for kind in language(built(write()))["types"]}
    assert types["ScriptName"] == [
        {
            "id": "piriformis-ball",
            "name": {"value": "piriformis ball release", "synonyms": ["piriformis", "piriformis massage"]},
        },
        {
            "id": "glute-ball",
            "name": {"value": "glute ball release", "synonyms": ["glutes", "glutes massage"]},
        },
    ]
    assert types["PlaceName"][0] == {
        "id": "floor",
        "name": {"value": "on the floor", "synonyms": ["the floor"]},
    }


def test_a_new_script_needs_no_other_change(write: Write) -> None:
    """One more script is one more value, and its forms never take another script's name."""
    scripts = {**SCRIPTS, "low-back": Names("low back", ("piriformis ball",)), "x": Names("low back massage")}
    types = language(interaction_model(write(), {"scripts": scripts, "places": PLACES}))["types"]
    assert [value["id"] for value in types[0]["values"]] == [*SCRIPTS, "low-back", "x"]
    assert types[0]["values"][2]["name"]["synonyms"] == ["piriformis ball", "piriformis ball massage"]


def test_the_same_model_renders_to_the_same_text(write: Write) -> None:
    """Two runs give the same bytes, with two spaces of indent and a last newline."""
    first, second = render(built(write())), render(built(write()))
    assert first == second
    assert first.startswith('{\n  "interactionModel"') and first.endswith("}\n")
    assert json.loads(first) == built(write())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("start (the {script}", "en/skill.yaml:12: start (the {script}: cannot be read"),
        (
            "start {thing}",
            "start {thing}: {thing} is no slot; there are script, minutes, number, side, place",
        ),
        ("start <thing> now", "Missing expansion rule <thing>"),
        ("start {script:other}", "write the slot's name alone"),
        ("[start]", "[start]: it can be empty"),
        ("for 10 minutes", "'10' is not letters"),
        ("piriformis, please", "'piriformis,' is not letters"),
        ("{minutes} or {minutes}", "has the same slot twice"),
        ("{minutes} {number}", "nothing tells {minutes} from {number}"),
        ("{script}{side}", "slots need a space between them"),
        ("start " + "very " * 40 + "slowly", "characters, more than 200"),
    ],
)
def test_a_bad_template_is_named(write: Write, template: str, expected: str) -> None:
    """A template that Alexa would refuse, or that cannot be read, is reported with file, line and reason."""
    problems = refused(write(templates=template))
    assert any(expected in problem for problem in problems), problems


def test_every_mistake_is_reported_in_one_pass(write: Write) -> None:
    """Nobody mends one mistake only to be shown the next."""
    problems = refused(write(templates="start {thing}", stop="stop {script} 1", more="  Oops: [hello]\n"))
    assert len(problems) == 4
    assert "Oops: is unknown" in problems[1]
    assert "Amazon's own intents take no slots" in problems[2]


def test_a_sample_of_two_intents_is_refused(write: Write) -> None:
    """Alexa would choose either; slots of one type sound the same, whatever their names."""
    problems = refused(write(more="  ReadyIntent:\n    - start {script}\n"))
    assert any("'start {script}': belongs to StartGuideIntent too" in problem for problem in problems)


def test_too_many_samples_name_the_largest_template(write: Write) -> None:
    """The message leads to the template that multiplies, with its count."""
    wide = " ".join("(a|b)" for _ in range(8))
    problems = refused(write(templates=wide, more="    - start a massage\n"))
    assert problems == (
        f"en/skill.yaml:12: {wide}: StartGuideIntent: 257 samples, more than 250; this template alone gives 256",
    )


def test_too_many_samples_in_all_are_refused(write: Write) -> None:
    """Many intents inside their bound can still pass the locale's."""
    words = "(a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b)"
    letters = "abcdefghijklmnopqrstuvwxyz"
    more = "".join(f"  X{letter}Intent:\n    - {letter}x {words}\n" for letter in letters)
    assert "3337 samples in all, more than 3000" in refused(write(more=more))[0]


def test_a_name_of_two_values_is_refused(write: Write) -> None:
    """Nobody can ask for a script whose name another one has."""
    scripts = {**SCRIPTS, "piriformis-hand": Names("piriformis by hand", ("piriformis",))}
    with pytest.raises(
        Mistakes, match="'piriformis': is a name of 'piriformis ball release' and of 'piriformis by hand'"
    ):
        interaction_model(write(), {"scripts": scripts, "places": PLACES})


def test_a_name_that_alexa_cannot_read_is_refused(write: Write) -> None:
    """Digits in a script's name are reported with the script."""
    with pytest.raises(Mistakes, match="script: ten: '10 minute wonder': '10' is not letters"):
        interaction_model(write(), {"scripts": {"ten": Names("10 minute wonder")}, "places": PLACES})


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("{type: SideChoice}", "needs either `from` or `values`"),
        ("{type: AMAZON.City}", "AMAZON.City: is unknown"),
        ("{type: AMAZON.NUMBER, values: {left: [left]}}", "takes no values of ours"),
        ("{type: SideChoice, from: friends}", "from: 'friends' is not one of 'scripts', 'places' or 'topics'"),
        ("{type: SideChoice, values: {left: [yes]}}", "left: True is not text; put it in quotes if it should be"),
        ("{type: SideChoice, values: {left: [left], left: [right]}}", "the key is used twice"),
    ],
)
def test_a_bad_slot_is_named(write: Write, side: str, expected: str) -> None:
    """A slot that cannot become a slot type is reported, not guessed."""
    problems = refused(write(side=side))
    assert any(expected in problem for problem in problems), problems


def test_a_value_is_a_template_too(write: Write) -> None:
    """Families of phrases are written out with the language's rules; the first of the file is the value's name."""
    side = "{type: SideChoice, values: {left: [left first, '<only> [the] left', left first], both: [both sides]}}"
    values = language(built(write(side=side, rules="{only: (only|just)}", templates="start {script} {side}")))["types"][
        1
    ]
    said = {value["id"]: value["name"] for value in values["values"]}
    assert said["left"] == {
        "value": "left first",
        "synonyms": ["only the left", "only left", "just the left", "just left"],
    }
    assert said["both"] == {"value": "both sides", "synonyms": []}


def test_words_may_stand_beside_the_names_of_a_source(write: Write) -> None:
    """A script is known by its own names and by the sentences' words for it; a script that is not here has none."""
    folder = write()
    text = (folder / "skill.yaml").read_text()
    more = "from: scripts, values: {glute-ball: ['[the] bum one'], roller: [roll]}, also"
    (folder / "skill.yaml").write_text(text.replace("from: scripts, also", more))
    values = language(built(folder))["types"][0]["values"]
    assert [value["id"] for value in values] == list(SCRIPTS)
    assert {"the bum one", "bum one", "glutes"} <= set(values[1]["name"]["synonyms"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[left]", "it can be empty"),
        ("left for {minutes}", "a value is words alone"),
        ("left (side", "cannot be read"),
        ("left <where>", "where"),
        ("left 1", "'1' is not letters"),
        ("(left|both) sides", "'both sides': is a name of 'left sides' and of 'both sides'"),
    ],
)
def test_a_bad_value_is_named(write: Write, value: str, expected: str) -> None:
    """What Alexa would refuse as a value, or what two values could claim, is reported with its slot."""
    problems = refused(write(side=f"{{type: SideChoice, values: {{left: [{json.dumps(value)}], both: [both sides]}}}}"))
    assert any(expected in problem for problem in problems), problems


def test_too_many_values_name_the_largest_template(write: Write) -> None:
    """A value that multiplies is found by the message, with its count."""
    wide = " ".join("(a|b)" for _ in range(12))
    side = json.dumps({"type": "SideChoice", "values": {"left": ["left", wide]}})
    assert refused(write(side=side)) == (
        f"en/skill.yaml:8: {wide}: SideChoice: 4097 values, more than 4000; this template alone gives 4096",
    )


def test_a_rule_that_leads_back_to_itself_is_refused(write: Write) -> None:
    """A circle of rules is a message, not a crash."""
    problems = refused(write(templates="<go> now", rules="{go: '[please] <go>'}"))
    assert problems[0].endswith("a rule in it leads back to itself")


def test_a_missing_folder_is_a_message(tmp_path: Path) -> None:
    """A language without sentences is one `Mistakes` too."""
    with pytest.raises(Mistakes, match="no sentences here"):
        built(tmp_path / "en")


def test_files_share_rules_and_slots(write: Write) -> None:
    """A subject has a file of its own; what stands in two files is refused with both."""
    folder = write(rules="{please: '[please]'}")
    (folder / "moves.yaml").write_text("intents:\n  SofterIntent:\n    - <please> softer for {minutes}\n")
    assert sample_counts(built(folder))["SofterIntent"] == 2
    (folder / "more.yaml").write_text("slots: {minutes: {type: AMAZON.DURATION}}\nintents:\n  SofterIntent: [soft]\n")
    problems = refused(folder)
    assert any("en/skill.yaml" in problem and "stands in another file too" in problem for problem in problems)
    assert any("stands in en/more.yaml too" in problem for problem in problems)
