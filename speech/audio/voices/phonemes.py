"""English text as the phonemes that Kokoro reads: by misaki's dictionaries, and by our own pronunciations first.

misaki writes one letter for each diphthong (A as in "day", I as in "my", O as in "go", W as in "now", Y as in "boy")
and marks stress. A word that is not found is an error: a voice that drops words could drop the "never" of "never on
bone".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from speech.errors import VoiceUnavailable, WordUnknown

RULES = 1
"""Counts up whenever the rules below change how a word sounds."""
DICTIONARIES = {
    "us_gold.json": "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
    "us_silver.json": "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
}
"""The files of misaki 0.9.4 and their SHA-256: the better one first."""
ADVICE = "make studio fetches what it needs"
_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|[^\sA-Za-z]")
_PUNCTUATION = {"-": "", "’": "", "'": "", '"': "", "(": ",", ")": ",", **{mark: mark for mark in ";:,.!?—…"}}
_WEAK = {"a": "ɐ", "an": "ɐn", "i": "I", "the": "ðə", "to": "tə"}
_BEFORE_VOWELS = {"the": "ði", "to": "tʊ"}
_FROM_IPA = (
    ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("aʊ", "W"), ("ɔɪ", "Y"), ("ɚ", "əɹ"), ("ɝ", "ɜɹ"),
    ("g", "ɡ"),
)  # fmt: skip
_VOWELS = frozenset("AIOWYæɑɐəɛɜiɪɔuʊʌᵻ")
_UNVOICED, _HISSING = frozenset("ptkfθ"), frozenset("szʃʒʧʤ")


@dataclass(frozen=True)
class Phonemes:
    """Text to phonemes. `own` maps words to their sounds in the International Phonetic Alphabet."""

    voice: str
    own: Mapping[str, str]

    def of(self, text: str) -> str:
        """The phonemes of a text. Raises WordUnknown, VoiceUnavailable where the dictionaries are not installed."""
        tokens = _TOKEN.findall(text)
        sounds: list[str] = []
        for token in reversed(tokens):
            following = next((letter for letter in (sounds[-1] if sounds else "") if letter not in "ˈˌ "), "")
            sounds.append(self._sound(token, following, text))
        return re.sub(r"\s+([;:,.!?—…])", r"\1", " ".join(filter(None, reversed(sounds)))).strip()

    def _sound(self, token: str, following: str, text: str) -> str:
        if not token[0].isalpha():
            if token in _PUNCTUATION:
                return _PUNCTUATION[token]
            raise WordUnknown(self.voice, token, text)
        word = token.lower().replace("’", "'")
        if word in _WEAK:
            return _BEFORE_VOWELS.get(word, _WEAK[word]) if following in _VOWELS else _WEAK[word]
        if (found := self._known(word) or self._with_ending(word)) is None:
            raise WordUnknown(self.voice, token, text)
        return found

    def _known(self, word: str) -> str | None:
        if word in self.own:
            return _from_ipa(self.own[word])
        for written in (word, word.capitalize()):  # "I'll", and names
            for dictionary in self._dictionaries:
                if written in dictionary:
                    entry = dictionary[written]
                    return str(entry["DEFAULT"] if isinstance(entry, dict) else entry)
        return None

    def _with_ending(self, word: str) -> str | None:
        """A word that is known but for its ending: "thumb's", "loosened", "carrying"."""
        for ending, sounded in _ENDINGS.items():
            if not word.endswith(ending):
                continue
            stem = word.removesuffix(ending)
            for known in (stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else ""):
                if known and (sound := self._known(known)) is not None:
                    return sounded(sound)
        return None

    @cached_property
    def _dictionaries(self) -> tuple[Mapping[str, Any], ...]:
        """The gold and silver words of misaki. Only its data is read: the package itself wants a great deal more."""
        folder = package_folder(self.voice, "misaki") / "data"
        return tuple(
            json.loads(verified(self.voice, f"misaki's {name}", (folder / name).read_bytes(), expected))
            for name, expected in DICTIONARIES.items()
        )


def package_folder(voice: str, name: str) -> Path:
    """The folder of an installed package, without importing it. Raises VoiceUnavailable."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise VoiceUnavailable(voice, f"{name} is not installed", ADVICE)
    return Path(next(iter(spec.submodule_search_locations)))


def verified(voice: str, what: str, data: bytes, expected: str) -> bytes:
    """A part of an engine, if it has the expected SHA-256. Raises VoiceUnavailable."""
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise VoiceUnavailable(voice, f"{what} is another one than expected (SHA-256 {found[:12]}...)", ADVICE)
    return data


def _from_ipa(ipa: str) -> str:
    for sound, letter in _FROM_IPA:
        ipa = ipa.replace(sound, letter)
    return ipa


def _plural(sound: str) -> str:
    return sound + ("s" if sound[-1] in _UNVOICED else "ᵻz" if sound[-1] in _HISSING else "z")


def _past(sound: str) -> str:
    return sound + ("ᵻd" if sound[-1] in "td" else "t" if sound[-1] in _UNVOICED or sound[-1] in "sʃʧ" else "d")


_ENDINGS: Mapping[str, Callable[[str], str]] = {
    "'s": _plural,
    "s": _plural,
    "ed": _past,
    "ing": lambda sound: f"{sound}ɪŋ",
    "er": lambda sound: f"{sound}əɹ",
    "est": lambda sound: f"{sound}ᵻst",
    "ly": lambda sound: f"{sound}li",
}
