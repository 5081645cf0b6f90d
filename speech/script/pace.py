"""How many seconds a sentence takes to say, estimated from its text.

    seconds = scale x (base + character x characters + comma x inner commas + stop x inner stops) / rate

The coefficients stand in `languages/<language>/pace.yaml`, a set a voice. No Alexa voice was measured, and
Amazon publishes no speed for them: `generic` lies on the slow side of the voices that could be measured, and
`scale` (the setting MASSAGE_PACE) corrects it with a stopwatch beside a real Echo.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speech.errors import Problem, SpeechError

if TYPE_CHECKING:
    from speech.yaml_reader import Document

LANGUAGES = Path(__file__).parents[1] / "languages"

CUE_RATE = 0.85
"""How fast cues are spoken beside answers: about 140 words a minute."""
SLOW_RATE = 0.75
"""How fast they are spoken to somebody who asked for it slower: about 125 words a minute."""
SENTENCE_GAP = 0.7
"""Seconds between two sentences said one after the other."""

# Inner means that something is still said after it: the silence after a sentence's end is no part of it.
_INNER_COMMA = re.compile(r"(?:[,;:]+[\"')\]”’]*|\s[-–—]+)\s+(?=.*\w)")
_INNER_STOP = re.compile(r"[.!?…]+[\"')\]”’]*\s+(?=.*\w)")
_SPOKEN = re.compile(r"\w")


class PaceError(SpeechError):
    """No pace can be had: unknown language or voice, wrong factor, or a file with mistakes (`problems`)."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one voice speaks: seconds for the parts of a sentence, `scale` and `rate` for all of it."""

    voice: str
    base: float
    character: float
    comma: float
    stop: float
    scale: float = 1.0
    """What MASSAGE_PACE says: 1.2 for a device that takes a fifth longer than estimated."""
    rate: float = 1.0
    """The rate asked of the voice, as in SSML's `<prosody rate="85%">`: 0.85."""

    def __post_init__(self) -> None:
        for name in ("scale", "rate"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise PaceError(f"{name}: {value:g} is not a number above 0")

    def seconds_of(self, text: str) -> float:
        """The estimated seconds from the first sound of `text` to the last; 0.0 when nothing in it is spoken.

        `text` is what is said, without markup and with numbers as words. Characters are all of it, spaces and
        punctuation included, runs of white space counting as one. An inner comma is one of `, ; :` or a dash
        between spaces, an inner stop one of `. ! ? …`; both need white space and a word after them.
        """
        counted = _counted(text)
        if counted is None:
            return 0.0
        characters, commas, stops = counted
        seconds = self.base + self.character * characters + self.comma * commas + self.stop * stops
        return self.scale * seconds / self.rate

    def at_rate(self, rate: float) -> Pace:
        """The same voice asked to speak at this rate: at 0.85 everything takes 1/0.85 as long."""
        return replace(self, rate=rate)


@lru_cache(maxsize=4096)  # the same sentences are said again and again
def _counted(text: str) -> tuple[int, int, int] | None:
    """Characters, inner commas and inner stops; None when nothing is spoken."""
    if not _SPOKEN.search(text):
        return None
    said = " ".join(text.split())
    return len(said), len(_INNER_COMMA.findall(said)), len(_INNER_STOP.findall(said))


def load_pace(language: str = "en", voice: str = "generic", scale: float = 1.0, folder: Path | None = None) -> Pace:
    """The pace of a voice, from `<folder>/<language>/pace.yaml`; the default folder comes with the package.

    Raises `PaceError` for an unknown language or voice, a file with mistakes, or a scale not above 0.
    """
    folder = folder or LANGUAGES
    languages = sorted(file.parent.name for file in folder.glob("*/pace.yaml"))
    if language not in languages:
        raise PaceError(f"no pace for the language {language!r}; there are: {', '.join(languages) or 'none'}")
    file = folder / language / "pace.yaml"
    voices = _voices(file, file.stat().st_mtime_ns)
    if voice not in voices:
        raise PaceError(f"no pace for the voice {voice!r} in {language!r}; there are: {', '.join(voices)}")
    return replace(voices[voice], scale=scale)


@lru_cache(maxsize=16)
def _voices(file: Path, changed: int) -> Mapping[str, Pace]:
    from speech.yaml_reader import read_yaml  # with PyYAML: a start that has its content kept does without

    document = read_yaml(file, f"languages/{file.parent.name}/{file.name}")
    voices = document.data
    if not document.problems and not (isinstance(voices, dict) and voices):
        document.report((), "has no voices; allowed are names, each with base, character, comma and stop")
    paces = {} if document.problems else {name: _pace(document, name) for name in voices}
    if document.problems:
        problems = tuple(sorted(document.problems))
        raise PaceError("\n".join(map(str, problems)), problems)
    return {name: pace for name, pace in paces.items() if pace}


def _pace(document: Document, voice: Any) -> Pace | None:
    """One voice of the file, or nothing and its mistakes reported."""
    known = ("base", "character", "comma", "stop")
    found = document.data[voice]
    if not (isinstance(voice, str) and isinstance(found, dict)):
        document.report((voice,), f"{found!r} is not a voice; it needs {', '.join(known)}")
        return None
    mistakes = len(document.problems)
    for name in found.keys() - set(known):
        document.report((voice, name), f"unknown; allowed are {', '.join(known)}")
    for name in known:
        least = "above 0" if name == "character" else "of 0 or more"
        if name not in found:
            document.report((voice,), f"{name} is missing: a number of seconds {least}")
        elif not _is_seconds(found[name], strictly=name == "character"):
            document.report((voice, name), f"{found[name]!r} is not a number of seconds {least}")
    if len(document.problems) > mistakes:
        return None
    return Pace(voice, *(float(found[name]) for name in known))


def _is_seconds(value: Any, *, strictly: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return value > 0 if strictly else value >= 0
