"""The clips that come with the package, spoken by the studio voice: playing them needs no engine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from speech.audio.clips import ClipPack
from speech.audio.voices import Voice
from speech.audio.voices.kokoro import Kokoro
from speech.script.model import Library

MOST_PACK_BYTES = 20_000_000
"""How large the file may be."""


def shipped_file(language: str = "en") -> Path:
    """Where the clips of a language lie."""
    return Path(str(files("speech"))) / "clips" / f"{language}.pack"


@cache
def shipped_clips(language: str = "en") -> ClipPack:
    """The clips of a language, opened once. Raises PackDamaged."""
    return ClipPack(shipped_file(language))


def shipped_voice(library: Library) -> Voice:
    """The voice that spoke them. It gives the key of each clip, with or without its engine."""
    return Kokoro(library.pronunciations)
