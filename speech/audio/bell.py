"""The note that marks the end of a hold: low, soft, with no meaning of its own."""

from __future__ import annotations

from speech.audio.clips import Clip
from speech.audio.mp3 import RATE

NOTE = 196.0
"""Hertz: the G below middle C."""
SECONDS = 0.9
BELOW_THE_VOICE = 14.0
"""Decibels under the voice's loudness."""
VOICE = -14.0
BELL = "(bell)"
"""The text under which its clip is kept: nothing that a script can hold."""
MADE_BY = "bell 1"


def bell() -> Clip:
    """The note, always the same. Needs what comes with the extra `voice`; its names above need nothing."""
    import numpy as np

    from speech.audio.mastering import encoded, loudness

    time = np.arange(round(SECONDS * RATE)) / RATE
    wave = np.sin(2 * np.pi * NOTE * time) + 0.25 * np.sin(4 * np.pi * NOTE * time)
    shape = np.minimum(time / 0.02, 1.0) * np.exp(-4.0 * time) * np.minimum((SECONDS - time) / 0.05, 1.0)
    note = 0.1 * wave * shape
    return encoded(note * 10 ** ((VOICE - BELOW_THE_VOICE - loudness(note)) / 20))
