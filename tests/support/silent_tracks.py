"""Tracks whose clips are silence of exactly the estimated length: made at once, without any engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from skill.tracks import Tracks
from speech.bell import BELL
from speech.clips import Clip
from speech.mp3 import FRAME_MILLISECONDS, SILENT_FRAME
from speech.rendering import key_of, texts_of
from speech.ssml import CUE_RATE
from speech.voices.silent import Silent
from tests.support.listener import shared_kit

ADDRESS = "https://massage.example.com"


class SilentClips:
    """A clip of silence for everything that the skill's own scripts may say, but for what is in `without`."""

    def __init__(self, without: str = "") -> None:
        seconds_of = shared_kit().pace.at_rate(CUE_RATE).seconds_of
        self.voice = Silent(seconds_of)
        self._clips: Mapping[str, Clip] = {
            key_of(text, self.voice): _silence(0.5 if text == BELL else seconds_of(text))
            for text in texts_of(shared_kit().library)
            if text != without
        }

    def find(self, key: str) -> Clip | None:
        return self._clips.get(key)


@cache
def silent_tracks(address: str = ADDRESS) -> Tracks:
    """The tracks of the skill's own scripts, said by nobody."""
    clips = SilentClips()
    return Tracks(shared_kit().library, address, clips, clips.voice)


def _silence(seconds: float) -> Clip:
    milliseconds = max(round(seconds * 1000), 1)
    return Clip(SILENT_FRAME * (milliseconds // FRAME_MILLISECONDS + 2), milliseconds)
