"""What can go wrong between a script and its speech.

SpeechError
├── PaceError         no estimate of spoken seconds: a language, a voice or a factor that is none
├── FilesInvalid      one or more mistakes in YAML files, each with file and line
│   └── ScriptsInvalid    scripts and what a language shares
├── PlaceUnavailable  the script has no version for that place
├── PartTooLong       a slice of a timeline that cannot fit one spoken response
└── AudioError
    ├── FramesDamaged     bytes that are no MP3 frames of ours
    ├── ClipMissing       there is no clip of this text in this voice yet
    ├── PackDamaged       a file of clips that cannot be read
    ├── ClipsOverlap      two clips at one moment, or one where no frame begins
    ├── SoundUnusable     a sound of which no clip can be made
    ├── UnknownVoice      no voice of that name
    ├── VoiceUnavailable  a voice whose engine, network or data is missing
    ├── WordUnknown       a word that a voice cannot pronounce
    └── NothingToSay      a text without a word in it
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class SpeechError(Exception):
    """Base of every error that this package raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Clips are rendered by other processes: an error has to come back from there with its facts.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file: where it stands, what was found and what is allowed."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class FilesInvalid(SpeechError):
    """Files hold mistakes; `problems` are all of them, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class ScriptsInvalid(FilesInvalid):
    """Scripts, or what a language shares, hold mistakes."""


class PaceError(SpeechError):
    """No pace can be had: unknown language or voice, or a factor that is none."""


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


class AudioError(SpeechError):
    """Speech that cannot be made, or was damaged."""


class FramesDamaged(AudioError):
    """Bytes that are no MP3 frames of ours, from byte `at` on."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no MP3 frame of 48 kHz, 64 kbit/s, mono at byte {at}")
        self.at = at


class ClipMissing(AudioError):
    """There is no clip of this text in this voice yet."""

    def __init__(self, text: str, voice: str) -> None:
        super().__init__(f"no clip of {text!r} in the voice {voice!r}; massage clips renders what is missing")
        self.text, self.voice = text, voice


class PackDamaged(AudioError):
    """A file of clips that cannot be read; `reason` tells why."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}; massage clips --pack writes it again")
        self.file, self.reason = file, reason


class ClipsOverlap(AudioError):
    """A clip that cannot begin at this moment of a track, in milliseconds."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(
            f"no clip can begin at {milliseconds} ms: one before it still sounds, or no frame begins there"
        )
        self.milliseconds = milliseconds


class SoundUnusable(AudioError):
    """A sound of which no clip can be made; `reason` tells why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no clip can be made of this sound: {reason}")
        self.reason = reason


class UnknownVoice(AudioError):
    """No voice is called so; `known` lists those there are."""

    def __init__(self, voice: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no voice is called {voice!r}; there are: {', '.join(known)}")
        self.voice, self.known = voice, known


class VoiceUnavailable(AudioError):
    """A voice that cannot speak here; `advice` says what to do about it."""

    def __init__(self, voice: str, reason: str, advice: str) -> None:
        super().__init__(f"the voice {voice!r} cannot speak: {reason}; {advice}")
        self.voice, self.reason, self.advice = voice, reason, advice


class WordUnknown(AudioError):
    """A word that this voice cannot pronounce. None is ever dropped."""

    def __init__(self, voice: str, word: str, text: str) -> None:
        super().__init__(f"the voice {voice!r} does not know {word!r} in {text!r}; add it to pronunciations.yaml")
        self.voice, self.word, self.text = voice, word, text


class NothingToSay(AudioError):
    """A text without a word in it."""

    def __init__(self, voice: str, text: str) -> None:
        super().__init__(f"the voice {voice!r} finds no word to say in {text!r}")
        self.voice, self.text = voice, text
