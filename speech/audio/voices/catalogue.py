"""What each voice that can be chosen is: who speaks, what it needs and costs, and what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import RootModel

from speech.audio.voices import CHOOSABLE_VOICES, SHIPPED
from speech.errors import FilesInvalid
from speech.yaml_models import Fields, Text, checked_as
from speech.yaml_reader import read_yaml

FILE = Path(__file__).with_name("voices.yaml")
CHOICES = (SHIPPED, *CHOOSABLE_VOICES)


class VoiceDescription(Fields):
    """One voice, described for the person who chooses; `packages` are what its engine needs to be installed."""

    who: Text
    needs: Text
    costs: Text
    use: Text
    packages: list[Text]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The packages of its engine that are not installed."""
        return tuple(name for name in self.packages if find_spec(name) is None)


class _VoicesFile(RootModel[dict[Literal[CHOICES], VoiceDescription]]):  # type: ignore[valid-type]
    pass


@cache
def voice_descriptions(file: Path = FILE) -> Mapping[str, VoiceDescription]:
    """The descriptions by the name that MASSAGE_VOICE takes, in the order of the file.

    Raises FilesInvalid with every mistake in it, a choice without a description among them.
    """
    document = read_yaml(file, f"voices/{file.name}")
    voices = checked_as(document, _VoicesFile)
    if isinstance(document.data, dict):
        for voice in (voice for voice in CHOICES if voice not in document.data):
            document.report((), f"{voice} is missing")
    if voices is None or document.problems:
        raise FilesInvalid(document.problems)
    return voices.root
