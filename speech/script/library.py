"""From YAML files to a library of scripts. Every mistake in every file is reported in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from speech.errors import FilesInvalid, PaceError, Problem, ScriptsInvalid
from speech.script import schema
from speech.script.builder import build_library
from speech.script.model import Library
from speech.script.pace import Pace
from speech.script.rules import Found, SecondsOf, items, mapping, mappings, place_rules, script_rules
from speech.yaml_models import checked_as, read_yaml_as
from speech.yaml_reader import Document, Path_, read_yaml

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHARED: Mapping[str, type[BaseModel]] = {
    "places": schema.PlacesFile, "phrases": schema.PhrasesFields, "pronunciations": schema.PronunciationsFile,
}  # fmt: skip
"""The files of a language beside its scripts and its pace."""


def package_folder() -> Path:
    """Where the scripts and languages that come with the package lie."""
    return Path(str(files("speech")))


def script_files(folder: Path, language: str) -> list[Path]:
    """The files of the scripts, in order, without hidden files, which editors and systems put beside them."""
    found = (folder / "scripts" / language).glob("*.yaml")
    return sorted(path for path in found if not path.name.startswith("."))


def load_pace(language: str = "en", voice: str = "generic", scale: float = 1.0, folder: Path | None = None) -> Pace:
    """The pace of a voice, from `<folder>/<language>/pace.yaml`; the default folder comes with the package.

    Raises PaceError for an unknown language or voice and a scale not above 0, FilesInvalid for a file with mistakes.
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
    voices, _ = read_yaml_as(file, schema.PaceFile, f"languages/{file.parent.name}/{file.name}")
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
    root = folder or package_folder()
    shared = {name: _read(root, root / "languages" / language / f"{name}.yaml") for name in _SHARED}
    scripts = {path.stem: _read(root, path) for path in script_files(root, language)}
    seconds_of, problems = _estimate(root, language)
    for name, model in _SHARED.items():
        checked_as(shared[name], model)
    places = mapping(shared["places"].data)
    for place, data in places.items():
        _report(shared["places"], place_rules(mapping(data)), (place,))
    _report(shared["phrases"], _repeated(mapping(shared["phrases"].data)))
    floors = {place: mapping(data).get("floor") is True for place, data in places.items()}
    for name, document in scripts.items():
        if not _NAME.fullmatch(name):
            document.report((), f"the file name {name!r} may hold a-z, 0-9 and single hyphens")
        checked_as(document, schema.ScriptFields)
        if isinstance(document.data, dict):
            _report(document, script_rules(document.data, floors, seconds_of))
    _check_techniques(scripts)
    _check_names(scripts)
    if found := {*problems, *chain.from_iterable(each.problems for each in (*shared.values(), *scripts.values()))}:
        raise ScriptsInvalid(found)
    return {name: document.data for name, document in shared.items()} | {
        "scripts": {name: document.data for name, document in scripts.items()}
    }


def _read(root: Path, path: Path) -> Document:
    return read_yaml(path, path.relative_to(root).as_posix())


def _report(document: Document, found: Iterable[Found], here: Path_ = ()) -> None:
    for path, message in found:
        document.report((*here, *path), message)


def _estimate(root: Path, language: str) -> tuple[SecondsOf, Iterable[Problem]]:
    """The estimate of spoken seconds, or none and the mistakes of its file."""
    try:
        return load_pace(language, folder=root / "languages").cue_seconds, ()
    except FilesInvalid as error:
        problems = error.problems
    except PaceError as error:
        problems = (Problem(f"languages/{language}/pace.yaml", 1, "file", str(error)),)
    return lambda text: 0.0, problems


def _repeated(phrases: Mapping[Any, Any]) -> Iterator[Found]:
    """The reassurances that are there twice."""
    seen = set[str]()
    for index, phrase in enumerate(items(phrases.get("reassurances"))):
        if str(phrase).lower() in seen:
            yield ("reassurances", index), f"{phrase!r} is used twice"
        seen.add(str(phrase).lower())


def _check_techniques(documents: Mapping[str, Document]) -> None:
    """A technique is a script that is there and no session itself.

    All techniques of a session are done in one place, so that the person need not get up between them.
    """
    scripts = {name: mapping(document.data) for name, document in documents.items()}
    for name, document in documents.items():
        shared: list[str] = []
        for index, step in enumerate(mappings(scripts[name].get("session"))):
            wanted, path = step.get("technique"), ("session", index, "technique")
            if not isinstance(wanted, str):
                continue
            if wanted == name:
                document.report(path, f"{wanted!r} contains itself")
            elif wanted not in scripts:
                known = ", ".join(other for other in scripts if other != name) or "none"
                document.report(path, f"no script is called {wanted!r}; there are {known}")
            elif "session" in scripts[wanted]:
                inner = [other.get("technique") for other in mappings(scripts[wanted]["session"])]
                what = "contains this one" if name in inner else "is a session itself; only one level is allowed"
                document.report(path, f"{wanted!r} {what}")
            elif places := mapping(scripts[wanted].get("places")):
                left = [place for place in shared or places if place in places]
                if not left:
                    there = ", ".join(shared)
                    document.report(path, f"{wanted!r} has none of the places that those before it share: {there}")
                shared = left or shared


def _check_names(documents: Mapping[str, Document]) -> None:
    """No spoken name belongs to two scripts, or twice to one."""
    owners: dict[str, tuple[str, Path_]] = {}
    for name, document in documents.items():
        data = mapping(document.data)
        spoken: list[tuple[Path_, Any]] = [(("name",), data.get("name"))]
        spoken += [(("also called", index), text) for index, text in enumerate(items(data.get("also called")))]
        for path, text in spoken:
            if not isinstance(text, str):
                continue
            owner, first = owners.setdefault(" ".join(text.lower().split()), (name, path))
            if (owner, first) != (name, path):
                where = "in this file" if owner == name else f"by {owner}.yaml"
                document.report(path, f"the name {text!r} is used twice (already {where})")
