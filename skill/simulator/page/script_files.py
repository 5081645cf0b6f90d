"""The files of a script writer, read again when one changes: the last valid version, its mistakes and rehearsals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from skill.simulator.page.latest_job import LatestJob
from speech.errors import FilesInvalid, Problem, ScriptsInvalid
from speech.script.facts import load_facts, unknown_facts
from speech.script.library import load_library, load_pace, package_folder, script_files
from speech.script.model import Library
from speech.ssml.rehearsal import rehearse
from speech.timeline.layout import SecondsOf

LONGEST_LINE = 400
"""Characters that are shown of one line."""
AROUND = 2
"""Lines that are shown before and after the line of a mistake."""


@dataclass(frozen=True, slots=True)
class ValidScripts:
    """Scripts without a mistake, the folder they are from, and the estimated seconds of a cue."""

    library: Library
    folder: Path
    seconds_of: SecondsOf


@dataclass(frozen=True, slots=True)
class ScriptsVersion:
    """The files at one moment. `valid` is the newest version without a mistake; None where there was none yet.

    `version` changes whenever a file is saved, added or removed.
    """

    version: str
    valid: ValidScripts | None
    mistakes: tuple[Problem, ...]


class ScriptFiles:
    """The scripts of a language in a `folder` that holds `scripts/` and `languages/`: the package's by default.

    Thread-safe. Files are read only when one of them has changed.
    """

    def __init__(self, folder: Path | None = None, language: str = "en") -> None:
        self.folder, self._language = folder or package_folder(), language
        self._last: ScriptsVersion | None = None
        self._lock = Lock()

    def current(self) -> ScriptsVersion:
        """The files as they are now."""
        with self._lock:
            version = self._version()  # taken before they are read: what is saved meanwhile is another version
            if self._last is None or self._last.version != version:
                self._last = self._read(version)
            return self._last

    def excerpt(self, problem: Problem) -> list[tuple[int, str]]:
        """The lines around a mistake, each with its number; none where the file cannot be read."""
        try:
            text = (self.folder / problem.file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        first = max(problem.line - AROUND, 1)
        lines = enumerate(text.splitlines()[first - 1 : problem.line + AROUND], start=first)
        return [(number, shortened(line)) for number, line in lines]

    def _read(self, version: str) -> ScriptsVersion:
        try:
            library = load_library(self._language, self.folder)
            pace = load_pace(self._language, folder=self.folder / "languages")
        except ScriptsInvalid as error:
            before = self._last or ScriptsVersion(version, None, ())
            return replace(before, version=version, mistakes=error.problems)
        return ScriptsVersion(version, ValidScripts(library, self.folder, pace.cue_seconds), ())

    def _version(self) -> str:
        found = hashlib.sha256()
        for file in self._files():
            try:
                known = file.stat()
            except OSError:
                continue  # an editor is replacing it
            found.update(f"{file.name} {known.st_mtime_ns} {known.st_size}\n".encode())
        return found.hexdigest()[:16]

    def _files(self) -> Iterator[Path]:
        yield from sorted((self.folder / "languages" / self._language).glob("*.yaml"))
        yield from script_files(self.folder, self._language)


def shortened(text: str) -> str:
    """A text without its middle where it is too long to show; its end says what is allowed."""
    half = LONGEST_LINE // 2
    return text if len(text) <= LONGEST_LINE else f"{text[:half]} … {text[-half:]}"


class Rehearsals:
    """The mistakes that rehearsals of one version of the files have found."""

    def __init__(self) -> None:
        self._work = LatestJob()
        self._version = ""
        self._found: dict[str, tuple[Problem, ...]] = {}

    def start(self, version: str, valid: ValidScripts, script: str) -> None:
        """Rehearse this script, unless this version of it was rehearsed or is being rehearsed."""
        if version != self._version:
            self._version, self._found = version, {}
        if script not in self._found:
            self._work.do((version, script), partial(self._rehearse, self._found, valid, script))

    def found(self, version: str) -> tuple[Problem, ...]:
        """The mistakes that are known by now."""
        if version != self._version:
            return ()
        return tuple(sorted(problem for problems in tuple(self._found.values()) for problem in problems))

    @staticmethod
    def _rehearse(found: dict[str, tuple[Problem, ...]], valid: ValidScripts, script: str) -> None:
        only = replace(valid.library, scripts={script: valid.library.scripts[script]})
        problems: list[Problem] = []
        try:
            problems += unknown_facts(only, load_facts(), valid.folder)
        except FilesInvalid as error:
            problems += error.problems
        try:
            rehearse(only, valid.seconds_of, valid.folder)
        except ScriptsInvalid as error:
            problems += error.problems
        found[script] = tuple(problems)
