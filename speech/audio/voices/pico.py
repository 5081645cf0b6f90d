"""Pico, the embedded voice: small, offline, 20 ms a cue. It speaks what has no clip yet.

Pico reads memory that it never wrote, so that after its first words in a process the same text may sound different.
With glibc each block that it asks for is filled with zeros; elsewhere each text is spoken by a process of its own.
Pronunciations reach it as X-SAMPA, the one alphabet that it understands. A symbol that it does not know, and any word
in IPA, it leaves out without an error.
"""

from __future__ import annotations

import ctypes
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from threading import Lock
from xml.sax.saxutils import quoteattr

from speech.audio.voices import Sound, needed_by
from speech.errors import NothingToSay, VoiceUnavailable, WordUnknown

RATE = 16_000
CUE_SPEED = 0.73
"""Of the voice's own 190 words a minute: 134 over the cues of more than three words, 133 over all of them."""
VOLUME = 0.5
"""At its own volume it clips."""
M_PERTURB, WITH_ZEROS, WITH_NOTHING = -6, 0xFF, 0
"""mallopt(3): a new block is filled with the complement of this byte. (A low M_MMAP_THRESHOLD is not enough: where the
heap has a free block that is large enough, it is taken, whatever it held.)"""
ADVICE = "pip install '.[voice]' in the checkout brings it (Linux on x86_64)"
_one_at_a_time = Lock()
"""No thread ends the filling while another one speaks. Pico keeps the interpreter to itself meanwhile anyway."""
_APART = (
    "import sys; from py_nanotts import NanoTTS; speed, volume = map(float, sys.argv[2:]);"
    "text = sys.stdin.buffer.read().decode();"
    "sys.stdout.buffer.write(NanoTTS().speak(text, voice=sys.argv[1], speed=speed, volume=volume))"
)
PROCESS_TIMEOUT = 60.0
"""Seconds that a process of its own may take for one text."""
_WORD = re.compile(r"[^\W\d_]+")
X_SAMPA = dict((
    ("tʃ", "t_S"), ("dʒ", "d_Z"), ("eɪ", "e_I"), ("aɪ", "a_I"), ("oʊ", "@_U"), ("aʊ", "a_U"), ("ɔɪ", "O_I"),
    ("ɚ", r"@ r\\"), ("ɝ", r"3: r\\"), ("ɹ", r"r\\"), ("i", "i:"), ("u", "u:"), ("ɪ", "I"), ("ʊ", "U"), ("ɛ", "E"),
    ("æ", "{"), ("ɑ", "A:"), ("ɔ", "O:"), ("ʌ", "V"), ("ə", "@"), ("ɜ", "3:"), ("ɡ", "g"), ("ʃ", "S"), ("ʒ", "Z"),
    ("θ", "T"), ("ð", "D"), ("ŋ", "N"), ("ˈ", '"'), ("ˌ", "%"), ("ː", ""),
    *((letter, letter) for letter in "bdfghjklmnpstvwz"),
))  # fmt: skip
"""The sounds of American English, longest first. A backslash is doubled: Pico takes one away."""
_SOUND = re.compile("|".join(X_SAMPA))


@dataclass(frozen=True, slots=True)
class Pico:
    """The American voice. `pronunciations` maps words to the International Phonetic Alphabet.

    `apart` speaks each text in a process of its own (80 ms more), as is needed where the C library is not glibc.
    """

    pronunciations: Mapping[str, str]
    speed: float = CUE_SPEED
    apart: bool = platform.libc_ver()[0] != "glibc"
    name: str = "pico"
    language: str = "en-US"

    @property
    def made_by(self) -> str:
        """The engine's version, its voice, speed and volume."""
        with needed_by(self.name, ADVICE):
            engine = version("py-nanotts")
        return f"pico {engine} {self.language} {self.speed:g} {VOLUME:g}"

    def as_spoken(self, text: str) -> str:
        """The text as Pico reads it, with the words that it gets wrong spelled in X-SAMPA. Raises WordUnknown."""
        if bracket := re.search("[<>]", text):
            raise WordUnknown(self.name, bracket.group(), text)
        return _WORD.sub(lambda word: self._word(word.group(), text), text)

    def speak(self, text: str) -> Sound:
        """The text as sound, at 16 kHz. Raises NothingToSay, WordUnknown, and VoiceUnavailable without the engine."""
        if not re.search(r"\w", text):
            raise NothingToSay(self.name, text)
        markup = self.as_spoken(text)
        samples = self._spoken_apart(markup) if self.apart else self._spoken(markup)
        if not samples:
            raise VoiceUnavailable(self.name, f"it gave no sound for {text!r}", "say it in other words")
        return Sound(samples, RATE)

    def _word(self, word: str, text: str) -> str:
        ipa = self.pronunciations.get(word.lower())
        if ipa is None:
            return word
        sounds = x_sampa(ipa)
        if sounds is None:
            raise WordUnknown(self.name, word, text)
        return f'<phoneme alphabet="xsampa" ph={quoteattr(sounds)}/>'

    def _spoken(self, markup: str) -> bytes:
        with needed_by(self.name, ADVICE):
            from py_nanotts import NanoTTS
        mallopt = ctypes.CDLL(None).mallopt
        with _one_at_a_time:
            mallopt(M_PERTURB, WITH_ZEROS)
            try:
                return bytes(NanoTTS().speak(markup, voice=self.language, speed=self.speed, volume=VOLUME))
            finally:
                mallopt(M_PERTURB, WITH_NOTHING)

    def _spoken_apart(self, markup: str) -> bytes:
        command = [sys.executable, "-c", _APART, self.language, repr(self.speed), repr(VOLUME)]
        try:
            done = subprocess.run(
                command, input=markup.encode(), capture_output=True, timeout=PROCESS_TIMEOUT, check=True
            )
        except subprocess.CalledProcessError as error:
            reason = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise VoiceUnavailable(self.name, reason or f"it ended with {error.returncode}", ADVICE) from error
        except subprocess.TimeoutExpired as error:
            raise VoiceUnavailable(self.name, f"it took more than {PROCESS_TIMEOUT:g} s", "try again") from error
        return done.stdout


def x_sampa(ipa: str) -> str | None:
    """A pronunciation as Pico reads it; None where a sound of it has no symbol there."""
    if _SOUND.sub("", ipa):
        return None
    return " ".join(filter(None, (X_SAMPA[sound] for sound in _SOUND.findall(ipa))))
