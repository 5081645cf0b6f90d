"""Frames and sounds for tests: made up where nobody listens, encoded where somebody does."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

from speech.audio.clips import Clip, ClipFolder
from speech.audio.mp3 import FRAME_BYTES, HEADER
from speech.audio.voices import Sound
from speech.errors import VoiceUnavailable
from speech.timeline.grid import FRAME_MILLISECONDS


def made_up_clip(frames: int, seed: int = 0) -> Clip:
    """A clip of so many frames that look like ours and hold noise."""
    some = random.Random(f"{frames} {seed}")
    data = b"".join(HEADER + some.randbytes(FRAME_BYTES - len(HEADER)) for _ in range(frames))
    return Clip(data, frames * FRAME_MILLISECONDS - some.randrange(FRAME_MILLISECONDS))


def put_again_and_again(folder: Path, key: str, times: int) -> None:
    """Write the same clip over and over: run by several processes at once."""
    for _ in range(times):
        ClipFolder(folder).put(key, made_up_clip(400))


@dataclass(frozen=True)
class Humming:
    """A voice that hums, and fails on one text; it notes in a file what it was asked to say."""

    failing: str = ""
    notes: Path | None = None
    made_by: str = "humming 1"
    name: str = "humming"
    language: str = "en-US"

    def as_spoken(self, text: str) -> str:
        """Unchanged."""
        return text

    def speak(self, text: str) -> Sound:
        """A hum of about a second; "Killed." ends the process."""
        if self.notes:
            with self.notes.open("a") as notes:
                notes.write(text + "\n")
        if text == self.failing:
            raise VoiceUnavailable(self.name, "it is hoarse", "let it rest")
        if text == "Killed.":
            os._exit(1)
        count = 16_000 + 100 * len(text)
        hum = (((index * 200) % 16_000 - 8_000) for index in range(count))
        return Sound(b"".join(level.to_bytes(2, "little", signed=True) for level in hum), 16_000)
