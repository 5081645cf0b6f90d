"""The tracks that can be played: from plan options to a plan with its code, and from a code back to its bytes.

Nothing is stored but clips: a code holds all that makes a track, its voice too, and a code whose content would be
other bytes today is nobody's. A track is one voice from its first word to its last.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from skill.tracks.code import TrackPlan, decode, encode
from speech.audio.captions import captions
from speech.audio.clips import ClipFolder
from speech.audio.speakers import FILLS_IN, Speaker, clip_folder, kept, order_of, rendering, speakers
from speech.audio.track import LEAD, Track
from speech.audio.voices.named import HEARD, voice_named
from speech.errors import AudioError, ClipMissing, PackDamaged, PlaceUnavailable
from speech.script.model import Library
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline

log = logging.getLogger(__name__)

DIGEST_LETTERS, CONTENT_LETTERS = 10, 12
MOST_CACHED = 64
"""Plans that are kept at once: a script's timeline has some tens of kilobytes."""
MOST_CAPTION_BYTES = 14_000
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
    """The tracks of these scripts, at one public address (without a slash at its end).

    The first of `row` who has every clip of a track speaks it; a code is served in any voice of `row` and `others`.
    `maker` gives somebody who renders for so many seconds what none of them has. `publish` puts a track where its
    address leads, within so many seconds, and tells whether it is there; without it whoever has the code is served.
    """

    read: Callable[[str], TrackPlan | None]
    """The plan of a code whose script is here, though what it says may have changed since."""

    def __init__(
        self,
        library: Library,
        address: str,
        row: Sequence[Speaker],
        others: Sequence[Speaker] = (),
        maker: Callable[[float], Speaker] | None = None,
        publish: Callable[[Planned, float], bool] | None = None,
    ) -> None:
        self.library, self.address = library, address
        self._row, self._maker, self._publish = row, maker, publish
        self._named = {speaker.voice.name: speaker for speaker in (*row, *others)}
        self._failed: set[str] = set()
        self.read = lru_cache(maxsize=MOST_CACHED)(self._read)
        # What cannot be had raises and is not kept; what was found is looked for again once a clip came or went.
        self._timeline = lru_cache(maxsize=MOST_CACHED)(self._planned_by)
        self._made = lru_cache(maxsize=MOST_CACHED)(self._made_by)

    def timeline_of(self, script: str, options: PlanOptions) -> Timeline:
        """The timeline of a track. Raises PlaceUnavailable, and AudioError where nobody has all of its clips."""
        lacking: AudioError | None = None
        for speaker in self._row:
            try:
                return self._timeline(speaker, script, options, speaker.changed)
            except AudioError as error:
                lacking = lacking or error
        assert lacking is not None, "somebody speaks"
        raise lacking

    def planned(self, script: str, options: PlanOptions, bell: bool) -> Planned | None:
        """The track of a script and plan options, with the bell or without, of clips that are there.

        None where there is none: a guide that waits for an answer, another place, a sentence without a clip, or too
        long plan options for a code.
        """
        for speaker in self._row if not self._waits(script, options) else ():
            try:
                return self._made(speaker, script, options, bell, speaker.changed)
            except (PlaceUnavailable, AudioError):
                continue
        return None

    def rendered(self, script: str, options: PlanOptions, bell: bool, seconds: float) -> Planned | None:
        """The same, after rendering for so many seconds what lacks: the next time there is less to do."""
        if self._waits(script, options) or self._maker is None or script in self._failed or seconds <= 0:
            return None
        maker = self._maker(seconds)
        try:
            maker.track(maker.plan(self.library.scripts[script], options))
        except (ClipMissing, PlaceUnavailable):
            return None  # not in time, or never
        except (AudioError, OSError) as error:
            self._failed.add(script)
            log.warning("%s is spoken by Alexa's own voice: %s", script, error)
            return None
        return self.planned(script, options, bell)

    def published(self, planned: Planned, seconds: float) -> bool:
        """Whether a device finds this track at its address; where it has to be put there, within so many seconds."""
        return self._publish is None or self._publish(planned, seconds)

    def find(self, code: str) -> Planned | None:
        """The track of a code; None unless it would be the same bytes today. Renders nothing."""
        found = self.read(code)
        speaker = self._named.get(found.voice) if found is not None else None
        if found is None or speaker is None or not self.is_present(found) or self._waits(found.script, found.options):
            return None
        try:
            made = self._made(speaker, found.script, found.options, found.bell, speaker.changed)
        except (PlaceUnavailable, AudioError):
            return None
        return made if made is not None and made.code == code else None

    @property
    def art(self) -> str:
        """Where a device finds the picture beside a track."""
        return f"{self.address}/tracks/art.png"

    def url(self, code: str) -> str:
        """Where a device finds the track of this code."""
        return f"{self.address}/tracks/{code}.mp3"

    def is_present(self, found: TrackPlan) -> bool:
        """Whether a plan's script is the one that is here."""
        return found.digest == self.library.scripts[found.script].digest[:DIGEST_LETTERS]

    def _waits(self, script: str, options: PlanOptions) -> bool:
        """Whether a guide waits for answers: nobody can give one to a track, which goes on by itself."""
        read = self.library.scripts[script]
        return options.waits or read.waits_in(options.place or read.usual_place)

    def _read(self, code: str) -> TrackPlan | None:
        found = decode(code)
        return found if found is not None and found.script in self.library.scripts else None

    def _planned_by(self, speaker: Speaker, script: str, options: PlanOptions, changed: int) -> Timeline:
        """The timeline in one voice that has every clip of it, the bell among them."""
        timeline = speaker.plan(self.library.scripts[script], options)
        speaker.track(timeline)
        return timeline

    def _made_by(self, speaker: Speaker, script: str, options: PlanOptions, bell: bool, changed: int) -> Planned | None:
        timeline = self._timeline(speaker, script, options, changed)
        track = speaker.track(timeline, bell)
        content = _content(timeline, track, bell, speaker)
        digest = timeline.script.digest[:DIGEST_LETTERS]
        code = encode(TrackPlan(script, digest, timeline.options, bell, speaker.voice.name, content))
        return Planned(code, timeline, track, bell) if code is not None else None


def _content(timeline: Timeline, track: Track, bell: bool, speaker: Speaker) -> str:
    """A hash of what is heard, and when: what one code sounds like never changes."""
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

    `folder` holds the clips that are not shipped: of this machine unless another is given. `publish` is as in `Tracks`.
    Of all engines only Pico speaks while somebody waits: the others take seconds for a sentence, or may never answer.
    """
    if public_url is None:
        return None
    folder = folder or clip_folder()
    voices = {name: voice_named(name, library) for name in HEARD}
    try:
        row = speakers(voice, library, None, engines=False, folder=folder)
    except PackDamaged as error:
        log.warning("everything is spoken, nothing is played: %s", error)
        return None
    maker = partial(rendering, voices[FILLS_IN], folder) if FILLS_IN in order_of(voice) else None
    return Tracks(library, public_url, row, [kept(each, folder) for each in voices.values()], maker, publish)


def captions_of(planned: Planned) -> str:
    """The captions that go along with an answer: not all, where they would be too many bytes."""
    return captions(planned.timeline, at_most=MOST_CAPTION_BYTES)
