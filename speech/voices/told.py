"""What is told of each voice that can be chosen: who speaks, what it needs and costs, what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from speech.yaml_lines import read_yaml

FILE = Path(__file__).with_name("voices.yaml")


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
def voices_told() -> Mapping[str, Told]:
    """What is told, by the name that MASSAGE_VOICE takes, in the order of the file."""
    data = read_yaml(FILE, f"voices/{FILE.name}").data
    return {name: Told(name, **{**told, "packages": tuple(told["packages"])}) for name, told in data.items()}
