"""Silent tracks for the simulator: every cue has its estimated length and is silence.

So no voice has to render clips before own scripts can be tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from skill.dialog.planner import Resources
from skill.tracks.planning import Tracks
from speech.audio.clips import BELL, Clip
from speech.audio.mp3 import SILENT_FRAME
from speech.audio.rendering import key_of, texts_of
from speech.audio.speakers import Speaker
from speech.audio.voices import Silent
from speech.timeline.grid import FRAME_MILLISECONDS

ADDRESS = "https://massage.example.com"
"""Where the simulated device believes the tracks to be; it asks the app itself."""
NOTE = 0.5
"""Seconds of the bell."""


class SilentClips:
    """A clip of silence for everything that these scripts may say, but for the texts in `without`."""

    def __init__(self, resources: Resources, without: frozenset[str] = frozenset()) -> None:
        seconds_of = resources.pace.cue_seconds
        self.voice = Silent(seconds_of)
        self._clips: Mapping[str, Clip] = {
            key_of(text, self.voice): _silence(NOTE if text == BELL else seconds_of(text))
            for text in texts_of(resources.library)
            if text not in without
        }

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None for what no script says."""
        return self._clips.get(key)


def silent_tracks(resources: Resources, without: frozenset[str] = frozenset()) -> Tracks:
    """Tracks of these scripts that consist of silence."""
    clips = SilentClips(resources, without)
    return Tracks(resources.library, ADDRESS, [Speaker(clips.voice, clips)])


def _silence(seconds: float) -> Clip:
    milliseconds = max(round(seconds * 1000), 1)
    return Clip(SILENT_FRAME * (milliseconds // FRAME_MILLISECONDS + 2), milliseconds)
