"""A timeline in a voice: clips where its cues begin, and a low note shortly before a hold ends.

A timeline for a track is planned with `measured` lengths on the grid FRAMES, so that each clip begins exactly where its
cue does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import pairwise

from speech.audio.clips import BELL, Clip, Clips
from speech.audio.mp3 import FRAME_BYTES
from speech.audio.rendering import key_of
from speech.audio.track import Placed, Track
from speech.audio.voices import Voice
from speech.errors import ClipMissing
from speech.timeline.layout import SecondsOf
from speech.timeline.plan import Cue, Timeline

BELL_BEFORE = 1.008
"""Seconds from the note to the words that end a hold: whole frames."""


def clip_for(text: str, clips: Clips, voice: Voice) -> Clip:
    """The clip of a text in a voice. Raises ClipMissing, or another AudioError where the voice cannot say it."""
    clip = clips.find(key_of(text, voice))
    if clip is None:
        raise ClipMissing(text, voice.name)
    return clip


def measured(clips: Clips, voice: Voice, otherwise: SecondsOf | None = None) -> SecondsOf:
    """The seconds that each text takes in this voice, looked up once each.

    `otherwise` gives those of a text without a clip: an estimate, or what it took to render it. Without it, such a
    text raises ClipMissing.
    """

    @cache
    def seconds_of(text: str) -> float:
        try:
            return clip_for(text, clips, voice).seconds
        except ClipMissing:
            if otherwise is None:
                raise
            return otherwise(text)

    return seconds_of


def sound(
    timeline: Timeline, clips: Clips, voice: Voice, bell: bool = True, begin: float = 0.0, waits: bool = False
) -> Track:
    """The track of a timeline planned with `measured` lengths on FRAMES.

    It begins at the moment `begin`: 0 where the way down was spoken before it, `timeline.start` where it has to be in
    the file. With `waits` the track also says the words that ask for an answer, though it cannot wait for one. Raises
    ClipMissing for the first cue without a clip, ClipsOverlap where lengths are not those of the clips.
    """
    frames = cache(lambda text: len(clip_for(text, clips, voice).frames) // FRAME_BYTES)

    def placed(start: float, text: str) -> Placed:
        return Placed(round((start - begin) * 1000), frames(text), partial(clip_for, text, clips, voice))

    words = [placed(cue.start, cue.text) for cue in spoken_from(timeline, begin, waits)]
    if bell:
        notes = (placed(start - BELL_BEFORE, BELL) for start in releases(timeline) if start - BELL_BEFORE >= begin)
        words += [note for note in notes if _in_silence(note, words)]
    return Track(sorted(words, key=lambda each: each.milliseconds), round((timeline.total - begin) * 1000))


def spoken_from(timeline: Timeline, begin: float, waits: bool = False) -> Iterator[Cue]:
    """The cues of a track that begins at this moment; before second 0 without the wait, which no track can keep.

    With `waits` also the words that ask for an answer there.
    """
    unkept = set() if waits else {span.step for span in timeline.spans if span.kind == "open"}
    return (cue for cue in timeline.cues if cue.start >= begin and not (cue.start < 0 and cue.step in unkept))


def releases(timeline: Timeline) -> Iterator[float]:
    """The moments at which a hold ends and the words begin that say so."""
    return (after.start for span, after in pairwise(timeline.spans) if span.kind == "hold")


def _in_silence(note: Placed, words: Sequence[Placed]) -> bool:
    """Whether a note overlaps no words: one that would sound under the voice is left out."""
    end = note.first_frame + note.frames
    return not any(word.first_frame < end and note.first_frame < word.first_frame + word.frames for word in words)
