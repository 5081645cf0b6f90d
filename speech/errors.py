"""What can go wrong between a script and its speech.

SpeechError
├── ScriptsInvalid    one or more mistakes in the YAML files, each with file and line
├── UnknownScript     no script of that id
├── PlaceUnavailable  the script has no version for that place
└── PartTooLong       a slice of a timeline that cannot fit one spoken response
"""

from __future__ import annotations

from dataclasses import dataclass


class SpeechError(Exception):
    """Anything this package raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file: where it stands, what was found and what is allowed."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class ScriptsInvalid(SpeechError):
    """The files hold mistakes; `problems` lists every one of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnknownScript(SpeechError):
    """No script of this id; `known` lists those there are."""

    def __init__(self, script: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no script is called {script!r}; there are: {', '.join(known)}")
        self.script, self.known = script, known


class PlaceUnavailable(SpeechError):
    """The script cannot be done in this place; `available` lists where it can."""

    def __init__(self, script: str, place: str, available: tuple[str, ...]) -> None:
        super().__init__(f"{script} has no version for {place!r}; it has: {', '.join(available)}")
        self.script, self.place, self.available = script, place, available


class PartTooLong(SpeechError):
    """What lies between two possible cuts exceeds a limit of one response (characters, or seconds of silence)."""

    def __init__(self, what: str, limit: float, actual: float, step: str) -> None:
        super().__init__(f"{what}: {actual:g} is more than {limit:g}, and nothing before {step!r} can be cut")
        self.what, self.limit, self.actual, self.step = what, limit, actual, step
