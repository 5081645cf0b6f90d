"""The sound of a text: its shipped clip or, where Pico is installed, one that Pico speaks.

The device takes the lengths of these clips, so that it and the browser stay together. A text is spoken when it is
answered, never in a request for its sound; the clip is kept for the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from skill.simulator.page.lru import LruCache
from skill.simulator.speech_timing import SecondsOf, spoken_sentences
from speech.audio.clips import Clip, ClipFolder, Clips
from speech.audio.rendering import clip_of, key_of
from speech.audio.voices import Voice
from speech.audio.voices.pico import CUE_SPEED, Pico
from speech.errors import AudioError, VoiceUnavailable
from speech.script.pace import CUE_RATE
from speech.ssml.reader import Words

log = logging.getLogger(__name__)

MOST_SOUNDS = 600
"""Texts that are kept at once: some 20 MB of clips."""

BREATH = 0.4
"""Seconds between two sentences that follow one another without a break: part of the first one."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The clip of a text, the key it is fetched under, and how fast it has to be played to last `seconds`."""

    key: str
    clip: Clip
    rate: float

    @property
    def seconds(self) -> float:
        """From the first sound to the end of the last word."""
        return self.clip.seconds / self.rate


Engine = Callable[[float], Voice]
"""Makes a voice that speaks at a rate (1.0: Alexa's own pace)."""


def pico_at(pronunciations: Mapping[str, str]) -> Engine:
    """Pico at any rate; whether it is installed shows when it speaks."""
    return lambda rate: Pico(pronunciations, round(CUE_SPEED * rate / CUE_RATE, 3))


class Sounds:
    """The sounds of texts: `shipped` clips of the voice `speaker`, else clips of the `engine`.

    `estimate` gives the seconds, at rate 1, of a text that no voice can speak here.
    """

    def __init__(self, shipped: Clips, speaker: Voice, engine: Engine, folder: ClipFolder, estimate: SecondsOf) -> None:
        self._speaker, self._engine = speaker, engine
        self._folder, self._estimate = folder, estimate
        self._known: LruCache[tuple[str, float], tuple[Sound, ...]] = LruCache(MOST_SOUNDS)  # (): it cannot be spoken
        # Reading a pack costs a look at the file, and most texts of a conversation are in none.
        self._clip = lru_cache(maxsize=MOST_SOUNDS)(lambda text: shipped.find(key_of(text, speaker)))

    def says(self, words: Words) -> Iterator[tuple[str, float]]:
        """The parts of a text and their seconds: a cue as one clip, any other text by the sentence."""
        whole = self._clip(words.text) is not None or words.rate != 1.0
        texts = [words.text] if whole else spoken_sentences(words.text)
        for number, text in enumerate(texts, start=1):
            sound = self._sound(text, words.rate)
            seconds = sound.seconds if sound else self._estimate(text) / words.rate
            yield text, seconds + (BREATH if number < len(texts) else 0.0)

    def sound_of(self, text: str, rate: float) -> Sound | None:
        """The sound of something that was said lately; None where there is none, or it was long ago."""
        return next(iter(self._known.get((text, rate)) or ()), None)

    def clip(self, key: str) -> Clip | None:
        """The clip of a key that was given lately; no other clip is served."""
        return next((sound.clip for sounds in self._known.values() for sound in sounds if sound.key == key), None)

    def _sound(self, text: str, rate: float) -> Sound | None:
        if self._known.get((text, rate)) is None:
            sound = self._shipped_sound(text, rate) or self._engine_sound(text, rate)
            self._known.put((text, rate), (sound,) if sound else ())
        return self.sound_of(text, rate)

    def _shipped_sound(self, text: str, rate: float) -> Sound | None:
        """The clip at the pace of cues, which is played faster or slower for another one."""
        clip = self._clip(text)
        return Sound(key_of(text, self._speaker), clip, round(rate / CUE_RATE, 3)) if clip else None

    def _engine_sound(self, text: str, rate: float) -> Sound | None:
        """The clip that the engine speaks at this pace, kept for the next time."""
        voice = self._engine(rate)
        try:
            key = key_of(text, voice)
            if (clip := self._folder.find(key)) is None:
                clip = clip_of(text, voice)
                try:
                    self._folder.put(key, clip)
                except OSError as error:
                    _warn(f"clips are not kept ({error.strerror})")
        except AudioError as error:
            _warn(str(error) if isinstance(error, VoiceUnavailable) else type(error).__name__)
            return None
        return Sound(key, clip, 1.0)


@lru_cache(maxsize=16)
def _warn(what: str) -> None:
    """Log each warning once, and never a text: it may hold what a person said."""
    log.warning("in the browser some sentences are only shown: %s", what)
