"""The files of a script writer, read again whenever one of them changes: the last good version, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from speech.errors import Problem, ScriptsInvalid
from speech.script.library import load_library, load_pace, package_folder, script_files
from speech.script.model import Library
from speech.script.pace import CUE_RATE
from speech.timeline.layout import SecondsOf

LONGEST = 400
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
    """The files at one moment. `good` is the newest version without a mistake; None where there was none yet.

    `version` is another one whenever a file was saved, has come or has gone.
    """

    version: str
    good: ValidScripts | None
    mistakes: tuple[Problem, ...]


class ScriptFiles:
    """The scripts of a language in a `folder` that holds `scripts/` and `languages/`: the package's by default.

    Any thread may look at any time. Nothing is read but what changed since the last look, and that only once.
    """

    def __init__(self, folder: Path | None = None, language: str = "en") -> None:
        self.folder, self._language = folder or package_folder(), language
        self._seen: ScriptsVersion | None = None
        self._lock = Lock()

    def seen(self) -> ScriptsVersion:
        """The files as they are now."""
        with self._lock:
            version = self._version()  # before they are read: what is saved meanwhile is another version
            if self._seen is None or self._seen.version != version:
                self._seen = self._read(version)
            return self._seen

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
            before = self._seen or ScriptsVersion(version, None, ())
            return replace(before, version=version, mistakes=error.problems)
        return ScriptsVersion(version, ValidScripts(library, self.folder, pace.at_rate(CUE_RATE).seconds_of), ())

    def _version(self) -> str:
        found = hashlib.sha256()
        for file in self._files():
            try:
                known = file.stat()
            except OSError:
                continue  # an editor is just putting another one in its place
            found.update(f"{file.name} {known.st_mtime_ns} {known.st_size}\n".encode())
        return found.hexdigest()[:16]

    def _files(self) -> Iterator[Path]:
        yield from sorted((self.folder / "languages" / self._language).glob("*.yaml"))
        yield from script_files(self.folder, self._language)


def shortened(text: str) -> str:
    """A text that is too long to be shown, without its middle: its end tells what is allowed."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"
