"""The tracks that can be played: from an ask to a plan with its code, and from a code back to its bytes.

Nothing is stored: a code holds all that makes a track, and a code whose content would be other bytes today is nobody's.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from skill.track_code import TrackPlan, decode, encode
from speech.ask import Ask
from speech.captions import captions
from speech.clips import Clips
from speech.errors import AudioError, PackDamaged, PlaceUnavailable
from speech.grid import FRAMES
from speech.rendering import key_of
from speech.script import Library
from speech.shipped import shipped_clips, shipped_file, shipped_voice
from speech.sounding import measured, sound
from speech.timeline import Timeline, plan
from speech.track import LEAD, Track
from speech.voices import Voice

log = logging.getLogger(__name__)

DIGEST_LETTERS, CONTENT_LETTERS = 10, 12
KEPT = 64
"""Plans that are kept at once: a script's timeline has some tens of kilobytes."""
MOST_CAPTIONS = 14_000
"""Bytes of captions in an answer, which has 24 KB for everything."""


@dataclass(frozen=True)
class Planned:
    """A track: its code, its timeline, and the file that is never written."""

    code: str
    timeline: Timeline
    track: Track
    bell: bool

    @property
    def milliseconds(self) -> int:
        """How long it is."""
        return LEAD + self.track.milliseconds

    def offset_of(self, moment: float) -> int:
        """The millisecond of the file at which a moment of the timeline is heard."""
        return LEAD + round(min(max(moment, 0.0), self.timeline.total) * 1000) if moment > 0 else 0

    def moment_at(self, offset: int) -> float:
        """The moment of the timeline that is heard at a millisecond of the file."""
        return min(max(round((offset - LEAD) / 1000, 3), 0.0), self.timeline.total)


class Tracks:
    """The tracks of these scripts in one voice, at one public address (without a slash at its end)."""

    planned: Callable[[str, Ask, bool], Planned | None]
    """The track of a script and an ask, with the bell or without. None where there is none: an ask that waits, another
    place, a sentence without a clip, or too long an ask for a code."""
    find: Callable[[str], Planned | None]
    """The track of a code; None unless it would be the same bytes today."""

    def __init__(self, library: Library, address: str, clips: Clips, voice: Voice) -> None:
        self.library, self.address = library, address
        self.voice = voice
        self._clips = clips
        self._seconds_of = lru_cache(maxsize=4096)(measured(clips, voice))
        self._key_of = lru_cache(maxsize=4096)(lambda text: key_of(text, voice))
        self.planned = lru_cache(maxsize=KEPT)(self._planned)
        self.find = lru_cache(maxsize=KEPT)(self._find)

    def timeline_of(self, script: str, ask: Ask) -> Timeline:
        """The timeline of a track. Raises PlaceUnavailable, and ClipMissing where a sentence has no clip."""
        read = self.library.scripts[script]
        return plan(read, ask, self._seconds_of, FRAMES, read.phrases.closing)

    @property
    def art(self) -> str:
        """Where a device finds the picture beside a track."""
        return f"{self.address}/tracks/art.png"

    def url(self, code: str) -> str:
        """Where a device finds the track of this code."""
        return f"{self.address}/tracks/{code}.mp3"

    def read(self, code: str) -> TrackPlan | None:
        """The plan of a code whose script is here, though what it says may have changed since."""
        found = decode(code)
        return found if found is not None and found.script in self.library.scripts else None

    def is_present(self, found: TrackPlan) -> bool:
        """Whether a plan's script is the one that is here."""
        return found.digest == self.library.scripts[found.script].digest[:DIGEST_LETTERS]

    def _planned(self, script: str, ask: Ask, bell: bool) -> Planned | None:
        if ask.waits:
            return None  # a track goes on by itself
        try:
            return self._made(self.timeline_of(script, ask), bell)
        except (PlaceUnavailable, AudioError):
            return None

    def _find(self, code: str) -> Planned | None:
        found = self.read(code)
        if found is None or found.ask.waits or found.voice != self.voice.name or not self.is_present(found):
            return None
        try:
            made = self._made(self.timeline_of(found.script, found.ask), found.bell)
        except (PlaceUnavailable, AudioError):
            return None
        return made if made is not None and made.code == code else None

    def _made(self, timeline: Timeline, bell: bool) -> Planned | None:
        script, track = timeline.script, sound(timeline, self._clips, self.voice, bell)
        content = self._content(timeline, track, bell)
        named = TrackPlan(script.id, script.digest[:DIGEST_LETTERS], timeline.ask, bell, self.voice.name, content)
        code = encode(named)
        return Planned(code, timeline, track, bell) if code is not None else None

    def _content(self, timeline: Timeline, track: Track, bell: bool) -> str:
        """A hash of what is heard, and when: what one code sounds like never changes."""
        cues = [(round(cue.start * 1000), self._key_of(cue.text)) for cue in timeline.cues if cue.start >= 0]
        placed = [(each.milliseconds, each.frames) for each in track.placed]
        heard = json.dumps([cues, placed, track.milliseconds, bell])
        return hashlib.sha256(heard.encode()).hexdigest()[:CONTENT_LETTERS]


def tracks_of(public_url: str | None, library: Library) -> Tracks | None:
    """The tracks in the voice of the clips that come with the package; None without a public address, or clips."""
    if public_url is None or not shipped_file(library.language).exists():
        return None
    try:
        return Tracks(library, public_url, shipped_clips(library.language), shipped_voice(library))
    except PackDamaged as error:
        log.warning("everything is spoken, nothing is played: %s", error)
        return None


def captions_of(planned: Planned) -> str:
    """The captions that go along with an answer: not all, where they would be too many bytes."""
    return captions(planned.timeline, at_most=MOST_CAPTIONS)
