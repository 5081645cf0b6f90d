"""Reading the alarms of a language: `<language>/alarms/*.yaml`, one file for each subject, for a clinician to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from skill.understanding.alarms import FIGURE, SELF, SENTENCE_GUARDS, Alarms, Concept, Rule
from skill.understanding.cleaning import clean
from skill.understanding.patterns import pattern_of
from speech.errors import FilesInvalid, Problem
from speech.yaml_models import Fields, Text, checked, checked_as
from speech.yaml_reader import Document, read_yaml

FOLDER = Path(__file__).parent
ORDER = "order.yaml"


def _unreadable(phrase: str) -> Iterator[str]:
    try:
        pattern_of([phrase])
    except ValueError as error:
        yield str(error)


Phrase = Annotated[Text, checked(_unreadable)]
Names = Annotated[list[Text], Field(min_length=1)]


class RuleFields(Fields):
    """One sign: its intent and group, the concepts that tell of it, and the sentence that it was written for."""

    alarm: Text
    sign: Text
    said: Text
    when: Names
    unless: tuple[Text, ...] = ()
    never: tuple[Text, ...] = ()
    stands: bool = False
    doubtful: bool = False


class AlarmsFile(Fields):
    """A subject. `deniable` concepts are denied by a negation before them."""

    concepts: dict[str, Annotated[list[Phrase], Field(min_length=1)]] = Field(default_factory=dict)
    rules: tuple[RuleFields, ...] = ()
    deniable: tuple[Text, ...] = ()


class OrderFile(Fields):
    """The subjects in order of gravity."""

    order: Names


def load_alarms(language: str = "en", folder: Path | None = None) -> Alarms:
    """The alarms of a language. Raises FilesInvalid with every mistake: file, line, field, found and allowed."""
    concepts, rules = read_alarms(language, folder)
    return Alarms(concepts, rules)


def read_alarms(language: str, folder: Path | None = None) -> tuple[dict[str, Concept], tuple[Rule, ...]]:
    """The concepts and rules of a language, checked. Raises FilesInvalid."""
    root = (folder or FOLDER / language) / "alarms"
    files: dict[str, tuple[AlarmsFile, Document]] = {}
    problems: list[Problem] = []
    for path in sorted(root.glob("*.yaml")):
        if path.name != ORDER:
            document = read_yaml(path, f"alarms/{path.name}")
            files[path.stem] = checked_as(document, AlarmsFile) or AlarmsFile(), document
            problems += document.problems
    document = read_yaml(root / ORDER, f"alarms/{ORDER}")
    order = checked_as(document, OrderFile)
    problems += document.problems
    subjects = order.order if order else []
    for index, name in enumerate(subjects):
        if name not in files:
            problems.append(document.problem(("order", index), f"no file is called {name}.yaml"))
    for name, (file, _) in files.items():
        if file.rules and name not in subjects:
            problems.append(document.problem(("order",), f"{name} has rules and is not in the order"))
    problems += _wrong_names(files)
    if problems:
        raise FilesInvalid(problems)
    deniable = {name for file, _ in files.values() for name in file.deniable}
    concepts = {
        name: Concept(pattern_of(phrases), name in deniable)
        for file, _ in files.values()
        for name, phrases in file.concepts.items()
    }
    rules = tuple(_rule(one) for subject in subjects for one in files[subject][0].rules)
    _check_examples(files, Alarms(concepts, rules))
    return concepts, rules


def _rule(one: RuleFields) -> Rule:
    return Rule(one.alarm, one.sign, one.said, tuple(one.when), one.unless, one.never, one.stands, one.doubtful)


def _wrong_names(files: dict[str, tuple[AlarmsFile, Document]]) -> Iterator[Problem]:
    """Concepts that are named twice, or named and nowhere."""
    owners: dict[str, str] = {}
    for subject, (file, document) in files.items():
        for name in file.concepts:
            if name in owners:
                yield document.problem(("concepts", name), f"the concept stands in {owners[name]}.yaml already")
            owners.setdefault(name, subject)
    for file, document in files.values():
        for index, rule in enumerate(file.rules):
            for field in ("when", "unless", "never"):
                for name in getattr(rule, field):
                    if name not in owners:
                        yield document.problem(("rules", index, field), f"no concept is called {name}")
        for index, name in enumerate(file.deniable):
            if name not in owners:
                yield document.problem(("deniable", index), f"no concept is called {name}")
    if files and (lacking := {SELF, FIGURE, *SENTENCE_GUARDS} - owners.keys()):
        yield Problem("alarms", 1, "concepts", f"{', '.join(sorted(lacking))} is needed and nowhere")


def _check_examples(files: dict[str, tuple[AlarmsFile, Document]], alarms: Alarms) -> None:
    """Raise FilesInvalid where a rule's own sentence is not what it says."""
    problems = []
    for file, document in files.values():
        for index, rule in enumerate(file.rules):
            found = alarms.find(clean(rule.said))
            if found is None or (found.intent, found.doubtful) != (rule.alarm, rule.doubtful):
                what = "no alarm" if found is None else f"{found.intent}{', doubtful' if found.doubtful else ''}"
                problems.append(document.problem(("rules", index, "said"), f"{rule.said!r} is {what}"))
    if problems:
        raise FilesInvalid(problems)
