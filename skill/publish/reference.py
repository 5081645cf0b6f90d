"""What the documents take from the code: the text between two marks, and the tables that stand there.

<!-- massage docs: settings -->
...
<!-- end -->
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import yaml

from skill.dialog.handlers.anytime import answer
from skill.errors import Mistakes
from skill.models.interaction_model import model_file, sentences_folder
from skill.models.model_view import SLOT
from skill.models.sentences import Sentences, Template, read_sentences
from skill.server.compose import handlers
from skill.server.config import described
from speech.audio.voices.catalogue import voice_descriptions
from speech.script.model import Library, Script

BLOCK = re.compile(
    r"(?<=^<!-- massage docs: )(?P<name>[^\n]*?)(?P<mark> -->\n)(?P<text>.*?)(?=^<!-- end -->$)", re.M | re.S
)
OPENING = re.compile(r"^<!-- massage docs: ", re.M)
Making = Mapping[str, Callable[[], str]]
"""What makes the text of each block, by its name."""


def documents(root: Path) -> tuple[Path, ...]:
    """The Markdown files of a checkout: the README, and all below `docs`. Raises Mistakes without them."""
    if not (root / "README.md").is_file() or not (root / "docs").is_dir():
        raise Mistakes([f"{root}: no README.md with docs/ beside it; documents are in a checkout, not in a package"])
    return (root / "README.md", *sorted((root / "docs").rglob("*.md")))


def written(root: Path, making: Making) -> Mapping[Path, str]:
    """Each document as it is to be, with every block made. Raises Mistakes.

    A block of an unknown name, one without an end, and one that stands in no document are mistakes.
    """
    texts = {file: file.read_text(encoding="utf-8") for file in documents(root)}
    names = {file: [block["name"] for block in BLOCK.finditer(text)] for file, text in texts.items()}
    used = {name for found in names.values() for name in found}
    problems = [f"docs: the block {name!r} stands in no document" for name in making if name not in used]
    for file, found in names.items():
        shown, known = file.relative_to(root).as_posix(), ", ".join(sorted(making))
        problems += [f"{shown}: {name!r} is none of {known}" for name in found if name not in making]
        if len(found) != len(OPENING.findall(texts[file])):
            problems.append(f"{shown}: a block has no <!-- end -->")
    if problems:
        raise Mistakes(problems)
    return {
        file: BLOCK.sub(lambda block: f"{block['name']}{block['mark']}\n{making[block['name']]()}\n", text)
        for file, text in texts.items()
    }


LIMITS = Path(__file__).with_name("limits.yaml")
SAID = 3
"""Sentences that are shown of an intent."""
AMAZONS = {"AMAZON.DURATION": "five minutes", "AMAZON.NUMBER": "five"}
"""What is shown for the slots whose values are Amazon's."""
UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "KiB": 1_024}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, a line for each row; a bar in a cell is escaped."""
    lines = [list(head), ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def settings() -> str:
    """Every variable that the skill reads (`settings.json`)."""
    rows = ([f"`{name}`", one["description"], one["allowed"], one["default"]] for name, one in described().items())
    return table(["setting", "what it is for", "allowed", "default"], rows)


def voices() -> str:
    """Every choice of MASSAGE_VOICE (`voices.yaml`)."""
    rows = ([f"`{name}`", one.who, one.needs, one.costs, one.use] for name, one in voice_descriptions().items())
    return table(["voice", "who speaks", "what it needs", "what it costs", "what it may be used for"], rows)


def techniques(library: Library) -> str:
    """Every script, by name: how long it may be, where it is done, and what presses."""
    scripts = sorted(library, key=lambda script: script.name)
    rows = ([one.name, _minutes(one), ", ".join(one.places), ", ".join(one.tools)] for one in scripts)
    return table(["technique", "minutes (usual)", "where", "what presses"], rows)


def technique_details(library: Library) -> str:
    """Every script, by id: what a place needs, what it works on, and the facts that it carries."""
    rows = (
        [f"[`{one.id}`](../../speech/scripts/{library.language}/{one.id}.yaml)", ", ".join(one.works_on) or "-",
         ", ".join(one.areas).replace("_", " "), "; ".join(_needs(one)), " ".join(one.facts)]
        for one in library
    )  # fmt: skip
    return table(["script", "works on", "may help", "what is needed", "facts"], rows)


def intents() -> str:
    """Every intent: what people say, what happens, and the function that does it; and every other request."""
    spoken = read_sentences(sentences_folder())
    templates: dict[str, list[Template]] = {}
    for template in spoken.templates:
        templates.setdefault(template.means, []).append(template)
    words = _values(spoken)
    rows = ([f"`{name}`", _said(templates.get(name, []), words), *_answered(name)] for name in spoken.intents)
    others = ([f"`{name}`", *_answered(name)] for name in handlers() if name not in spoken.intents)
    return (
        table(["intent", "people say, for example", "what happens", "where"], rows)
        + "\nRequests that are no intents:\n\n"
        + table(["request", "what happens", "where"], others)
    )


def limits() -> str:
    """The bounds that `limits.yaml` lists, with the numbers that the code holds. Raises Mistakes."""
    listed = yaml.safe_load(LIMITS.read_text(encoding="utf-8"))
    parts = []
    for heading, rows in listed.items():
        made = (
            [one["what"], _number(one["at"], one.get("in", "")), f"`{one['at'].replace(':', '.')}`"] for one in rows
        )
        parts.append(f"### {heading}\n\n" + table(["limit", "number", "where"], made))
    return "\n".join(parts)


def _minutes(script: Script) -> str:
    least, usual, most = script.minutes.least, script.minutes.usual, script.minutes.most
    return f"{usual:g}" if least == most else f"{least:g} to {most:g} ({usual:g})"


def _needs(script: Script) -> Iterator[str]:
    for place in script.places:
        yield f"{place}: {', '.join(script.needs_in(place)) or 'nothing'}"


def _said(templates: Sequence[Template], words: Mapping[str, str]) -> str:
    """The first sample of some templates, those with the fewest slots, with a value in each slot."""
    plain = sorted((template.samples[0] for template in templates), key=lambda sample: len(SLOT.findall(sample)))
    filled = (SLOT.sub(lambda slot: words[slot[1]], sample) for sample in plain[:SAID])
    return ", ".join(f"“{said}”" for said in filled) or "-"


def _values(spoken: Sentences) -> Mapping[str, str]:
    """Something to say for each slot: the first value of its type, as the committed model has it."""
    model = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
    first = {kind["name"]: kind["values"][0]["name"]["value"] for kind in model["types"]} | AMAZONS
    return {name: first[slot.type] for name, slot in spoken.slots.items() if slot.type in first}


def _answered(name: str) -> tuple[str, str]:
    """The first line of what a handler is documented with, and where it is."""
    handler = handlers()[name]
    if handler is answer:
        return "It is answered from the messages.", f"`answers: {name}` in `skill/messages/en.yaml`"
    first = (inspect.getdoc(handler) or "").partition("\n")[0]
    return first, f"`{handler.__module__.removeprefix('skill.')}.{handler.__name__}`"


def _number(at: str, unit: str) -> str:
    module, _, name = at.partition(":")
    try:
        number = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise Mistakes([f"{LIMITS.name}: {at}: there is no such number ({error})"]) from error
    if not isinstance(number, int | float):
        raise Mistakes([f"{LIMITS.name}: {at}: {number!r} is no number"])
    if unit and unit not in UNITS:
        raise Mistakes([f"{LIMITS.name}: {at}: in {unit!r}; allowed are {', '.join(UNITS)}"])
    amount = number / UNITS.get(unit, 1)
    return f"{amount:,.10g} {unit.removesuffix('s') if amount == 1 else unit}".strip()
