"""The note that marks the end of a hold: low, soft, with no meaning of its own."""

from __future__ import annotations

from speech.audio.clips import Clip
from speech.audio.mp3 import RATE

NOTE_HERTZ = 196.0
"""Hertz: the G below middle C."""
NOTE_SECONDS = 0.9
DECIBELS_BELOW_VOICE = 14.0
"""Decibels under the voice's loudness."""
VOICE_LOUDNESS = -14.0
BELL = "(bell)"
"""The text under which its clip is kept: nothing that a script can hold."""
BELL_MADE_BY = "bell 1"


def bell() -> Clip:
    """The note, always the same. Needs what comes with the extra `voice`; its names above need nothing."""
    import numpy as np

    from speech.audio.mastering import encoded, loudness

    time = np.arange(round(NOTE_SECONDS * RATE)) / RATE
    wave = np.sin(2 * np.pi * NOTE_HERTZ * time) + 0.25 * np.sin(4 * np.pi * NOTE_HERTZ * time)
    shape = np.minimum(time / 0.02, 1.0) * np.exp(-4.0 * time) * np.minimum((NOTE_SECONDS - time) / 0.05, 1.0)
    note = 0.1 * wave * shape
    return encoded(note * 10 ** ((VOICE_LOUDNESS - DECIBELS_BELOW_VOICE - loudness(note)) / 20))
