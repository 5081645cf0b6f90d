"""The tracks that can be played: from plan options to a track with its code, and from a code to the track.

Only clips are stored. A code holds all that defines a track, and is unknown when its content would be other bytes
today. One voice speaks the whole of a track.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from skill.tracks.code import TrackPlan, decode, encode
from speech.audio.clips import ClipFolder
from speech.audio.speakers import FILLS_IN, Speaker, clip_folder, first_able, kept, order_of, rendering, speakers
from speech.audio.track import LEAD, Track
from speech.audio.voices import CHOOSABLE_VOICES, voice_named
from speech.errors import AudioError, ClipMissing, PackDamaged, PlaceUnavailable
from speech.script.model import Library
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline

log = logging.getLogger(__name__)

DIGEST_LETTERS, CONTENT_LETTERS = 10, 12
MOST_CACHED = 64
"""Plans that are cached: the timeline of a script has some tens of kilobytes."""
MOST_CAPTION_BYTES = 14_000
"""Bytes of captions in a response, which may have 24 KB in all (Alexa, response format)."""


@dataclass(frozen=True)
class Planned:
    """A track with its code and its timeline."""

    code: str
    timeline: Timeline
    track: Track
    bell: bool

    @property
    def milliseconds(self) -> int:
        """The length of the file."""
        return LEAD + self.track.milliseconds

    def offset_of(self, moment: float) -> int:
        """The millisecond of the file for a moment of the timeline (seconds)."""
        return LEAD + round(min(max(moment, 0.0), self.timeline.total) * 1000) if moment > 0 else 0

    def moment_at(self, offset: int) -> float:
        """The moment of the timeline (seconds) for a millisecond of the file."""
        return min(max(round((offset - LEAD) / 1000, 3), 0.0), self.timeline.total)


class Tracks:
    """The tracks of these scripts, at one public address (without a slash at its end).

    The first of `speakers` that has every clip of a track speaks it; a code may name any of `speakers` and `others`.
    `renderer` gives a speaker that renders missing clips for this many seconds. `publish` writes a track to where its
    address leads, within this many seconds, and tells whether it is there; without it the skill serves tracks itself.
    """

    read: Callable[[str], TrackPlan | None]
    """The plan of a code whose script is known, though the script may have changed since."""

    def __init__(
        self,
        library: Library,
        address: str,
        speakers: Sequence[Speaker],
        others: Sequence[Speaker] = (),
        renderer: Callable[[float], Speaker] | None = None,
        publish: Callable[[Planned, float], bool] | None = None,
    ) -> None:
        self.library, self.address = library, address
        self._speakers, self._renderer, self._publish = speakers, renderer, publish
        self._named = {speaker.voice.name: speaker for speaker in (*speakers, *others)}
        self._failed: set[str] = set()
        self.read = lru_cache(maxsize=MOST_CACHED)(self._read)
        # Failures raise, so they are not cached. `speaker.changed`, an argument, grows when a clip is added or removed.
        self._timeline_by = lru_cache(maxsize=MOST_CACHED)(self._plan_timeline)
        self._track = lru_cache(maxsize=MOST_CACHED)(self._plan_track)

    def timeline_of(self, script: str, options: PlanOptions) -> Timeline:
        """The timeline of a track. Raises PlaceUnavailable, and AudioError where no speaker has all of its clips."""
        return first_able(self._speakers, lambda each: self._timeline_by(each, script, options, each.changed))

    def planned(self, script: str, options: PlanOptions, bell: bool) -> Planned | None:
        """The track of a script and plan options, with the bell or without, if all its clips exist.

        None where there is no track: the guide waits for an answer, the place is not the script's, a clip is missing,
        or the plan options are too long for a code.
        """
        if self._waits(script, options):
            return None
        try:
            return first_able(self._speakers, lambda each: self._track(each, script, options, bell, each.changed))
        except (PlaceUnavailable, AudioError):
            return None

    def rendered(self, script: str, options: PlanOptions, bell: bool, seconds: float) -> Planned | None:
        """The same after rendering missing clips for this many seconds. What was rendered is kept for the next time."""
        if self._waits(script, options) or self._renderer is None or script in self._failed or seconds <= 0:
            return None
        renderer = self._renderer(seconds)
        try:
            renderer.track(renderer.plan(self.library.scripts[script], options))
        except (ClipMissing, PlaceUnavailable):
            return None  # not in time, or not in this place
        except (AudioError, OSError) as error:
            self._failed.add(script)
            log.warning("%s is spoken by Alexa's own voice: %s", script, error)
            return None
        return self.planned(script, options, bell)

    def published(self, planned: Planned, seconds: float) -> bool:
        """Whether a device finds this track at its address, after writing it there within this many seconds."""
        return self._publish is None or self._publish(planned, seconds)

    def find(self, code: str) -> Planned | None:
        """The track of a code, if it would be the same bytes today, else None. Renders nothing."""
        found = self.read(code)
        speaker = self._named.get(found.voice) if found is not None else None
        if found is None or speaker is None or self._waits(found.script, found.options):
            return None
        try:
            made = self._track(speaker, found.script, found.options, found.bell, speaker.changed)
        except (PlaceUnavailable, AudioError):
            return None
        return made if made is not None and made.code == code else None

    @property
    def art(self) -> str:
        """The address of the picture beside a track."""
        return f"{self.address}/tracks/art.png"

    def url(self, code: str) -> str:
        """The address of the track with this code."""
        return f"{self.address}/tracks/{code}.mp3"

    def _waits(self, script: str, options: PlanOptions) -> bool:
        """Whether a guide waits for answers, which a track cannot do."""
        read = self.library.scripts[script]
        return options.waits or read.waits_in(options.place or read.usual_place)

    def _read(self, code: str) -> TrackPlan | None:
        found = decode(code)
        return found if found is not None and found.script in self.library.scripts else None

    def _plan_timeline(self, speaker: Speaker, script: str, options: PlanOptions, changed: int) -> Timeline:
        """The timeline in the voice of a speaker. Raises AudioError where it lacks a clip."""
        timeline = speaker.plan(self.library.scripts[script], options)
        speaker.track(timeline)
        return timeline

    def _plan_track(
        self, speaker: Speaker, script: str, options: PlanOptions, bell: bool, changed: int
    ) -> Planned | None:
        timeline = self._timeline_by(speaker, script, options, changed)
        track = speaker.track(timeline, bell)
        content = _content(timeline, track, bell, speaker)
        digest = timeline.script.digest[:DIGEST_LETTERS]
        code = encode(TrackPlan(script, digest, timeline.options, bell, speaker.voice.name, content))
        return Planned(code, timeline, track, bell) if code is not None else None


def _content(timeline: Timeline, track: Track, bell: bool, speaker: Speaker) -> str:
    """A hash of what is heard, and when: the sound of a code never changes."""
    cues = [(round(cue.start * 1000), speaker.key_of(cue.text)) for cue in timeline.cues if cue.start >= 0]
    placed = [(each.milliseconds, each.frames) for each in track.placed]
    heard = json.dumps([cues, placed, track.milliseconds, bell])
    return hashlib.sha256(heard.encode()).hexdigest()[:CONTENT_LETTERS]


def tracks_of(
    public_url: str | None,
    library: Library,
    voice: str,
    folder: ClipFolder | None = None,
    publish: Callable[[Planned, float], bool] | None = None,
) -> Tracks | None:
    """The tracks in the voice of MASSAGE_VOICE; None without a public address, or where its clips are damaged.

    `folder` holds the clips that are not shipped, by default those of this machine. `publish` is as in `Tracks`.
    Of all engines only Pico renders while an answer waits: the others take seconds for a sentence, or never answer.
    """
    if public_url is None:
        return None
    folder = folder or clip_folder()
    voices = {name: voice_named(name, library) for name in CHOOSABLE_VOICES}
    try:
        found = speakers(voice, library, None, engines=False, folder=folder)
    except PackDamaged as error:
        log.warning("everything is spoken, nothing is played: %s", error)
        return None
    renderer = partial(rendering, voices[FILLS_IN], folder) if FILLS_IN in order_of(voice) else None
    return Tracks(library, public_url, found, [kept(each, folder) for each in voices.values()], renderer, publish)
