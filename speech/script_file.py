"""From YAML files to a library of scripts. Every mistake in every file is reported in one pass."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from speech import schema
from speech.errors import Problem, ScriptsInvalid
from speech.pace import load_pace
from speech.rules import script_rules
from speech.script import (
    Hold,
    Library,
    Minutes,
    Open,
    Phrases,
    Place,
    Rest,
    Rounds,
    Routine,
    Say,
    Script,
    Step,
    Technique,
)  # fmt: skip
from speech.ssml import CUE_RATE
from speech.yaml_lines import Document, read_yaml

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FEWEST_WORDS, MOST_WORDS = 2, 5
"""How many words a reassurance has: enough to be heard as a voice, too few to be an instruction."""


def package_folder() -> Path:
    """Where the scripts and languages that come with the package lie."""
    return Path(str(files("speech")))


def load_library(language: str = "en", folder: Path | None = None) -> Library:
    """All scripts of a language, resolved and checked. `folder` holds `scripts/` and `languages/`.

    Raises ScriptsInvalid with every mistake found, each with its file, line and field.
    """
    root = folder or package_folder()
    reader = _Reader(root, language)
    library = reader.library()
    if reader.problems:
        raise ScriptsInvalid(tuple(sorted(set(reader.problems))))
    assert library is not None
    return library


class _Reader:
    def __init__(self, root: Path, language: str) -> None:
        self.root, self.language = root, language
        self.problems: list[Problem] = []
        self.seconds_of = load_pace(language).at_rate(CUE_RATE).seconds_of

    def read(self, path: Path) -> Document:
        document = read_yaml(path, path.relative_to(self.root).as_posix())
        self.problems += document.problems
        return document

    def check(self, document: Document, data: Any, model: type[schema.Fields], path: tuple[str | int, ...]) -> bool:
        found = schema.mistakes(model, data)
        self.problems += [document.problem((*path, *where), message) for where, message in found]
        return not found

    def library(self) -> Library | None:
        folder = self.root / "languages" / self.language
        places = self.places(self.read(folder / "positions.yaml"))
        phrases = self.phrases(self.read(folder / "phrases.yaml"))
        pronunciations = self.read(folder / "pronunciations.yaml").data
        documents = {
            path.stem: self.read(path) for path in sorted((self.root / "scripts" / self.language).glob("*.yaml"))
        }
        for name, document in documents.items():
            self.check_script(name, document, places)
        self.check_techniques(documents)
        self.check_names(documents)
        if self.problems or phrases is None:
            return None
        scripts = _build_scripts({name: document.data for name, document in documents.items()}, places, phrases)
        return Library(self.language, scripts, places, phrases, dict(pronunciations or {}))

    def places(self, document: Document) -> dict[str, Place]:
        if not isinstance(document.data, dict):
            return {}
        return {
            str(name): _place(str(name), data)
            for name, data in document.data.items()
            if self.check(document, data, schema.PlaceFields, (name,))
        }

    def phrases(self, document: Document) -> Phrases | None:
        if document.data is None or not self.check(document, document.data, schema.PhrasesFields, ()):
            return None
        data, seen = document.data, set()
        for index, phrase in enumerate(data["reassurances"]):
            if not FEWEST_WORDS <= len(phrase.split()) <= MOST_WORDS:
                message = f"{phrase!r} has {len(phrase.split())} words; allowed are {FEWEST_WORDS} to {MOST_WORDS}"
                self.problems.append(document.problem(("reassurances", index), message))
            if phrase.lower() in seen:
                self.problems.append(document.problem(("reassurances", index), f"{phrase!r} is used twice"))
            seen.add(phrase.lower())
        return Phrases(data["sides"], tuple(data["reassurances"]), data["quiet"], data["countdown"], data["question"])

    def check_script(self, name: str, document: Document, places: Mapping[str, Place]) -> None:
        if document.data is None:
            return
        if not _NAME.fullmatch(name):
            document.report((), f"the file name {name!r} may hold a-z, 0-9 and single hyphens")
            self.problems.append(document.problems[-1])
        self.check(document, document.data, schema.ScriptFields, ())
        floors = {place.id: place.floor for place in places.values()}
        found = script_rules(document.data, floors, self.seconds_of)
        self.problems += [document.problem(path, message) for path, message in found]

    def check_techniques(self, documents: Mapping[str, Document]) -> None:
        """Sessions are one level deep: a technique is a script that is there and is no session itself."""
        for name, document in documents.items():
            for index, step in enumerate(_session(document.data)):
                if not (isinstance(step, dict) and isinstance(wanted := step.get("technique"), str)):
                    continue
                path = ("session", index, "technique")
                if wanted == name:
                    self.problems.append(document.problem(path, f"{wanted!r} contains itself"))
                elif wanted not in documents:
                    known = ", ".join(other for other in documents if other != name)
                    self.problems.append(document.problem(path, f"no script is called {wanted!r}; there are {known}"))
                elif _session(documents[wanted].data):
                    inner = {
                        step.get("technique") for step in _session(documents[wanted].data) if isinstance(step, dict)
                    }
                    what = "contains this one" if name in inner else "is a session itself; only one level is allowed"
                    self.problems.append(document.problem(path, f"{wanted!r} {what}"))

    def check_names(self, documents: Mapping[str, Document]) -> None:
        """No spoken name belongs to two scripts, or twice to one."""
        owners: dict[str, str] = {}
        for name, document in documents.items():
            if not isinstance(document.data, dict):
                continue
            also = document.data.get("also called")
            spoken: list[tuple[tuple[str | int, ...], Any]] = [(("name",), document.data.get("name"))]
            spoken += [
                (("also called", index), text) for index, text in enumerate(also if isinstance(also, list) else [])
            ]
            for path, text in spoken:
                if not isinstance(text, str):
                    continue
                said = text.strip().lower()
                if said in owners:
                    where = "in this file" if owners[said] == name else f"by {owners[said]}.yaml"
                    self.problems.append(document.problem(path, f"the name {text!r} is used twice (already {where})"))
                owners.setdefault(said, name)


def _session(data: Any) -> list[Any]:
    session = data.get("session") if isinstance(data, dict) else None
    return session if isinstance(session, list) else []


def _place(name: str, data: dict[str, Any]) -> Place:
    also = tuple(data.get("also called", ()))
    return Place(name, data["name"], also, data["floor"], _steps(data["down"], "down"), _steps(data["up"], "up"))


def _steps(data: Iterable[dict[str, Any]], section: str) -> tuple[Step, ...]:
    return tuple(_step(step, f"{section}-{index}") for index, step in enumerate(data, start=1))


def _step(data: dict[str, Any], step: str) -> Step:
    if "rounds" in data:
        return Rounds(step, _units(data["rounds"]))
    said = schema.sentences(data["say"])
    if "hold" in data:
        name = data["hold"]
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        return Hold(
            slug, name, said, schema.sentences(data.get("again", data["say"])), data["seconds"],
            data.get("at most", data["seconds"]), schema.sentences(data.get("caution", "")),
            tuple(data.get("reminders", ())),
        )  # fmt: skip
    if "rest" in data:
        return Rest(step, said, data["rest"], data.get("at most", data["rest"]))
    if "open" in data:
        return Open(step, said, data.get("settle", 8.0))
    return Say(step, said, data.get("settle", 0.0))


def _units(data: list[dict[str, Any]]) -> tuple[tuple[Say | Hold | Rest, ...], ...]:
    units: list[tuple[Say | Hold | Rest, ...]] = []
    unit: list[Say | Hold | Rest] = []
    for index, fields in enumerate(data, start=1):
        step = _step(fields, f"round-{index}")
        assert isinstance(step, Say | Hold | Rest)
        unit.append(step)
        if isinstance(step, Rest):
            units.append(tuple(unit))
            unit = []
    return tuple(units)


def _build_scripts(data: Mapping[str, Any], places: Mapping[str, Place], phrases: Phrases) -> dict[str, Script]:
    single = {name: _script(name, fields, places, phrases) for name, fields in data.items() if "session" not in fields}
    sessions = {
        name: _with_techniques(_script(name, fields, places, phrases), fields, single)
        for name, fields in data.items()
        if name not in single
    }
    return {name: _digested({**single, **sessions}[name]) for name in sorted(data)}


def _script(name: str, data: dict[str, Any], places: Mapping[str, Place], phrases: Phrases) -> Script:
    routines = {
        place: Routine(
            _steps(routine.get("begin", ()), "begin"), _steps(routine["each side"], "side"),
            _steps(routine.get("changeover", ()), "changeover"), _steps(routine.get("end", ()), "end"),
        )
        for place, routine in data.get("positions", {}).items()
    }  # fmt: skip
    used = {place: places[place] for place in routines}
    return Script(
        id=name,
        name=data["name"],
        also_called=tuple(data.get("also called", ())),
        works_on=tuple(data.get("works on", ())),
        needs=tuple(data.get("needs", ())),
        facts=tuple(data.get("facts", ())),
        minutes=Minutes(**{key: float(value) for key, value in data["minutes"].items()}),
        two_sided=data.get("sides", "both") == "both",
        routines=routines,
        session=(),
        places=used,
        phrases=phrases,
        digest="",
    )


def _with_techniques(script: Script, data: dict[str, Any], single: Mapping[str, Script]) -> Script:
    steps: list[Step | Technique] = []
    for index, step in enumerate(data["session"], start=1):
        if "technique" in step:
            inner = single[step["technique"]]
            steps.append(Technique(f"session-{index}", inner, step["minutes"]))
        else:
            steps.append(_step(step, f"session-{index}"))
    techniques = [step.script for step in steps if isinstance(step, Technique)]
    shared = {
        name: place
        for name, place in (techniques[0].places if techniques else {}).items()
        if all(name in technique.places for technique in techniques)
    }
    two_sided = any(technique.two_sided for technique in techniques)
    return replace(script, session=tuple(steps), places=shared, two_sided=two_sided)


def _digested(script: Script) -> Script:
    said = repr((script.routines, script.session, script.places, script.phrases, script.two_sided))
    return replace(script, digest=hashlib.sha256(said.encode()).hexdigest()[:10])
