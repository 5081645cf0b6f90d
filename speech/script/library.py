"""From YAML files to a library of scripts. Every mistake in every file is reported in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from speech.errors import PaceError, Problem, ScriptsInvalid
from speech.script import schema
from speech.script.builder import build_library
from speech.script.model import Library
from speech.script.pace import Pace
from speech.script.rules import place_rules, script_rules
from speech.yaml_models import Fields, mistakes, read_yaml_as
from speech.yaml_reader import Document, Path_, read_yaml

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FEWEST_WORDS, MOST_WORDS = 2, 5
"""How many words a reassurance has: enough to be heard as a voice, too few to be an instruction."""


def package_folder() -> Path:
    """Where the scripts and languages that come with the package lie."""
    return Path(str(files("speech")))


def script_files(folder: Path, language: str) -> list[Path]:
    """The files of the scripts, in order, without hidden files, which editors and systems put beside them."""
    found = (folder / "scripts" / language).glob("*.yaml")
    return sorted(path for path in found if not path.name.startswith("."))


def load_pace(language: str = "en", voice: str = "generic", scale: float = 1.0, folder: Path | None = None) -> Pace:
    """The pace of a voice, from `<folder>/<language>/pace.yaml`; the default folder comes with the package.

    Raises `PaceError` for an unknown language or voice, a file with mistakes, or a scale not above 0.
    """
    folder = folder or package_folder() / "languages"
    languages = sorted(file.parent.name for file in folder.glob("*/pace.yaml"))
    if language not in languages:
        raise PaceError(f"no pace for the language {language!r}; there are: {', '.join(languages) or 'none'}")
    file = folder / language / "pace.yaml"
    voices = _paces(file, file.stat().st_mtime_ns)
    if voice not in voices:
        raise PaceError(f"no pace for the voice {voice!r} in {language!r}; there are: {', '.join(voices)}")
    return Pace(voice, **voices[voice], scale=scale)


@lru_cache(maxsize=16)
def _paces(file: Path, changed: int) -> Mapping[str, Mapping[str, float]]:
    voices, document = read_yaml_as(file, schema.PaceFile, f"languages/{file.parent.name}/{file.name}")
    if voices is None:
        raise PaceError("\n".join(map(str, document.problems)), document.problems)
    return {name: voice.model_dump() for name, voice in voices.root.items()}


def load_library(language: str = "en", folder: Path | None = None) -> Library:
    """All scripts of a language, resolved and checked. `folder` holds `scripts/` and `languages/`.

    Raises ScriptsInvalid with every mistake found, each with its file, line and field.
    """
    return build_library(language, read_language(language, folder))


def read_language(language: str = "en", folder: Path | None = None) -> Mapping[str, Any]:
    """The data of a language's files, checked: `places`, `phrases`, `pronunciations` and `scripts`.

    Raises ScriptsInvalid with every mistake found, each with its file, line and field.
    """
    reader = _Reader(folder or package_folder(), language)
    data = reader.read_all()
    if reader.problems:
        raise ScriptsInvalid(set(reader.problems))
    return data


class _Reader:
    def __init__(self, root: Path, language: str) -> None:
        self.root, self.language = root, language
        self.problems: list[Problem] = []
        self.seconds_of = self.pace()

    def read(self, path: Path) -> Document:
        document = read_yaml(path, path.relative_to(self.root).as_posix())
        self.problems += document.problems
        return document

    def check(self, document: Document, data: Any, model: type[Fields], path: Path_ = ()) -> bool:
        found = mistakes(model, data)
        self.problems += [document.problem((*path, *where), message) for where, message in found]
        return not found

    def report(self, document: Document, path: Path_, message: str) -> None:
        self.problems.append(document.problem(path, message))

    def mapping(self, document: Document) -> dict[Any, Any]:
        """What the file holds; nothing, and a mistake reported, where that is no mapping."""
        if isinstance(document.data, dict):
            return document.data
        if not document.problems:
            self.report(document, (), f"{document.data!r} is not a mapping")
        return {}

    def pace(self) -> Callable[[str], float]:
        try:
            pace = load_pace(self.language, folder=self.root / "languages")
        except PaceError as error:
            file = f"languages/{self.language}/pace.yaml"
            self.problems += error.problems or (Problem(file, 1, "file", str(error)),)
            return lambda text: 0.0
        return pace.cue_seconds

    def read_all(self) -> Mapping[str, Any]:
        folder = self.root / "languages" / self.language
        places = self.places(self.read(folder / "places.yaml"))
        phrases = self.phrases(self.read(folder / "phrases.yaml"))
        pronunciations = self.pronunciations(self.read(folder / "pronunciations.yaml"))
        documents = {path.stem: self.read(path) for path in script_files(self.root, self.language)}
        for name, document in documents.items():
            self.check_script(name, document, places)
        self.check_techniques(documents)
        self.check_names(documents)
        scripts = {name: document.data for name, document in documents.items()}
        return {"places": places, "phrases": phrases, "pronunciations": pronunciations, "scripts": scripts}

    def places(self, document: Document) -> dict[str, dict[str, Any]]:
        """The places of the file by id, those with mistakes too: a script that names such a place has no mistake."""
        places = self.mapping(document)
        for name, data in places.items():
            self.check(document, data, schema.PlaceFields, (name,))
            if not isinstance(name, str):
                self.report(document, (name,), f"{name!r} is not text; put it in quotes if it should be")
            for path, message in place_rules(data):
                self.report(document, (name, *path), message)
        return places

    def phrases(self, document: Document) -> dict[Any, Any]:
        data = self.mapping(document)
        if not isinstance(document.data, dict) or not self.check(document, data, schema.PhrasesFields):
            return data
        seen: set[str] = set()
        for index, phrase in enumerate(data["reassurances"]):
            if not FEWEST_WORDS <= len(phrase.split()) <= MOST_WORDS:
                message = f"{phrase!r} has {len(phrase.split())} words; allowed are {FEWEST_WORDS} to {MOST_WORDS}"
                self.report(document, ("reassurances", index), message)
            if phrase.lower() in seen:
                self.report(document, ("reassurances", index), f"{phrase!r} is used twice")
            seen.add(phrase.lower())
        return data

    def pronunciations(self, document: Document) -> dict[str, str]:
        pairs = self.mapping(document)
        for word, ipa in pairs.items():
            for text in (word, ipa):
                if not (isinstance(text, str) and text.strip()):
                    self.report(document, (word,), f"{text!r} is not text; allowed are a word and its sounds")
        return pairs

    def check_script(self, name: str, document: Document, places: Mapping[str, Any]) -> None:
        if not _NAME.fullmatch(name):
            self.report(document, (), f"the file name {name!r} may hold a-z, 0-9 and single hyphens")
        if document.data is None and document.problems:
            return
        self.check(document, document.data, schema.ScriptFields)
        floors = {name: isinstance(data, dict) and data.get("floor") is True for name, data in places.items()}
        for path, message in script_rules(document.data, floors, self.seconds_of):
            self.report(document, path, message)

    def check_techniques(self, documents: Mapping[str, Document]) -> None:
        """Sessions are one level deep: a technique is a script that is there and is no session itself."""
        for name, document in documents.items():
            for index, wanted in _techniques(document.data):
                path = ("session", index, "technique")
                if wanted == name:
                    self.report(document, path, f"{wanted!r} contains itself")
                elif wanted not in documents:
                    known = ", ".join(other for other in documents if other != name) or "none"
                    self.report(document, path, f"no script is called {wanted!r}; there are {known}")
                elif _holds_session(documents[wanted].data):
                    inner = {other for _, other in _techniques(documents[wanted].data)}
                    what = "contains this one" if name in inner else "is a session itself; only one level is allowed"
                    self.report(document, path, f"{wanted!r} {what}")
            self.check_shared_places(document, documents)

    def check_shared_places(self, document: Document, documents: Mapping[str, Document]) -> None:
        """A session is done in one place, so that the person need not get up between its techniques."""
        shared: list[str] | None = None
        for index, wanted in _techniques(document.data):
            data = documents[wanted].data if wanted in documents else None
            if not (isinstance(data, dict) and isinstance(data.get("places"), dict)):
                continue
            places = list(data["places"])
            left = places if shared is None else [place for place in shared if place in places]
            if shared and not left:
                message = f"{wanted!r} has none of the places that those before it share: {', '.join(shared)}"
                self.report(document, ("session", index, "technique"), message)
                return
            shared = left

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
                said = " ".join(text.lower().split())
                if said in owners:
                    where = "in this file" if owners[said] == name else f"by {owners[said]}.yaml"
                    self.report(document, path, f"the name {text!r} is used twice (already {where})")
                owners.setdefault(said, name)


def _techniques(data: Any) -> Iterator[tuple[int, str]]:
    """The scripts that a session contains, each with its place in the list."""
    session = data.get("session") if isinstance(data, dict) else None
    for index, step in enumerate(session if isinstance(session, list) else []):
        if isinstance(step, dict) and isinstance(step.get("technique"), str):
            yield index, step["technique"]


def _holds_session(data: Any) -> bool:
    return isinstance(data, dict) and "session" in data
