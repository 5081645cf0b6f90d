"""What is told of each voice that can be chosen: who speaks, what it needs and costs, what it may be used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from speech.audio.voices.named import HEARD, SHIPPED
from speech.errors import Problem, SpeechError
from speech.yaml_reader import read_yaml

FILE = Path(__file__).with_name("voices.yaml")
TEXTS, PACKAGES = ("who", "needs", "costs", "use"), "packages"
FIELDS = (*TEXTS, PACKAGES)
CHOICES = (SHIPPED, *HEARD)


class VoicesInvalid(SpeechError):
    """The file of voices holds mistakes; `problems` names file, line and field of each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Told:
    """One voice, in words for whoever chooses; `packages` are what its engine needs to be installed."""

    name: str
    who: str
    needs: str
    costs: str
    use: str
    packages: tuple[str, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The packages of its engine that are not here."""
        return tuple(name for name in self.packages if find_spec(name) is None)


@cache
def voices_told(file: Path = FILE) -> Mapping[str, Told]:
    """What is told, by the name that MASSAGE_VOICE takes, in the order of the file.

    Raises VoicesInvalid with every mistake in it, a voice that can be chosen and is not told of among them.
    """
    document = read_yaml(file, f"voices/{file.name}")
    data = document.data if isinstance(document.data, dict) else {}
    if not document.problems:
        for voice in (voice for voice in CHOICES if voice not in data):
            document.report((), f"{voice} is missing")
        for voice, fields in data.items():
            for field, message in _mistakes(voice, fields):
                document.report((voice, *field), message)
    if document.problems:
        raise VoicesInvalid(tuple(sorted(document.problems)))
    return {name: Told(name, **{**told, PACKAGES: tuple(told[PACKAGES])}) for name, told in data.items()}


def _mistakes(voice: Any, fields: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with one voice: the field, and what it should be."""
    if voice not in CHOICES:
        yield (), f"{voice!r} cannot be chosen; allowed are {', '.join(CHOICES)}"
    if not isinstance(fields, dict):
        yield (), f"a voice has {', '.join(FIELDS)}"
        return
    for field in fields.keys() - set(FIELDS):
        yield (str(field),), f"unknown; allowed are {', '.join(FIELDS)}"
    for field in TEXTS:
        if not isinstance(fields.get(field), str):
            yield (field,), f"{fields.get(field)!r} is not text"
    packages = fields.get(PACKAGES)
    if not (isinstance(packages, list) and all(isinstance(name, str) for name in packages)):
        yield (PACKAGES,), f"{packages!r} is not a list of packages, such as [numpy] or []"
