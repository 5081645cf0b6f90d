"""What a script sounds like while it is being written: in the studio voice where every clip of it is shipped, else in
Pico from its first word to its last, as soon as Pico has spoken it, else as text alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from skill.simulator.page.latest_job import LatestJob
from skill.simulator.page.script_files import ValidScripts
from speech.audio.assembly import spoken_from
from speech.audio.bell import BELL
from speech.audio.clips import ClipFolder
from speech.audio.rendering import keep, key_of, missing
from speech.audio.speakers import Speaker, clip_folder, kept, rendering, shipped
from speech.audio.track import LEAD, Track
from speech.audio.voices import Voice
from speech.audio.voices.pico import Pico
from speech.errors import AudioError, ClipMissing
from speech.script.model import Script
from speech.timeline.grid import FRAMES
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan

MOST_FAILURES = 32
"""What could not be spoken lately, and is not tried again unless it changes."""
Engine = Callable[[Mapping[str, str]], Voice]
"""Whoever speaks what the previews has not, with these pronunciations."""


@dataclass(frozen=True, slots=True)
class PreviewTrack:
    """A track that begins with the way down, and a code that is another one whenever its bytes would be."""

    code: str
    track: Track
    begin: float

    @property
    def start(self) -> float:
        """The second of the timeline at which the file begins."""
        return round(self.begin - LEAD / 1000, 3)


@dataclass(frozen=True, slots=True)
class Preview:
    """A timeline and how it is heard. `sounding` is None while only `done` of `total` texts are spoken, or no voice
    can: `why` says so in words.
    """

    timeline: Timeline
    voice: Literal["shipped", "pico", "none"]
    sounding: PreviewTrack | None = None
    done: int = 0
    total: int = 0
    why: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it will be heard soon."""
        return self.voice != "none" and self.sounding is None


class Previews:
    """Plans and speaks. What the `engine` says is kept in `folder`: a sentence is spoken once."""

    def __init__(self, engine: Engine = Pico, folder: ClipFolder | None = None) -> None:
        self._engine, self._folder = engine, folder or clip_folder()
        self._rendering = LatestJob()
        self._failed: dict[tuple[str, ...], str] = {}

    def hear(self, good: ValidScripts, script: Script, options: PlanOptions) -> Preview:
        """What this sounds like now; rendering goes on beside it. Raises PlaceUnavailable."""
        try:
            speaker = shipped(good.library)
            return _heard("shipped", speaker, script, options)
        except AudioError:
            pass  # a sentence is new, or changed
        voice = self._engine(good.library.pronunciations)
        try:
            return _heard("pico", kept(voice, self._folder), script, options)
        except ClipMissing:
            planned = plan(script, options, good.seconds_of, FRAMES, script.phrases.closing)
        except AudioError as error:
            return _text(good, script, options, str(error))
        return self._under_way(good, planned, voice)

    def _under_way(self, good: ValidScripts, planned: Timeline, voice: Voice) -> Preview:
        script, options = planned.script, planned.options
        texts = list(dict.fromkeys([*(cue.text for cue in spoken_from(planned, planned.start, waits=True)), BELL]))
        what = tuple(key_of(text, voice) for text in texts)
        if what in self._failed:
            return _text(good, script, options, self._failed[what])
        lacking = missing(texts, voice, kept(voice, self._folder).clips)
        self._rendering.do(what, partial(self._render, what, lacking, planned, voice))
        return Preview(planned, "pico", done=len(texts) - len(lacking), total=len(texts))

    def _render(self, what: tuple[str, ...], lacking: Sequence[str], planned: Timeline, voice: Voice) -> None:
        try:
            for text in lacking:
                keep(text, voice, self._folder)
                if self._rendering.hurried:
                    return
            # Now that lengths are measured another reminder may find room: whatever that needs.
            maker = rendering(voice, self._folder)
            maker.plan(planned.script, planned.options)
        except (AudioError, OSError) as error:
            if len(self._failed) >= MOST_FAILURES:
                self._failed.clear()
            self._failed[what] = str(error) if isinstance(error, AudioError) else f"no clip is kept: {error.strerror}"


def _heard(name: Literal["shipped", "pico"], speaker: Speaker, script: Script, options: PlanOptions) -> Preview:
    """Raises AudioError where a clip is missing."""
    timeline = speaker.plan(script, options)
    track = speaker.track(timeline, begin=timeline.start, waits=True)
    heard = [(each.milliseconds, each.frames) for each in track.placed]
    said = [speaker.key_of(cue.text) for cue in timeline.cues]
    code = hashlib.sha256(json.dumps([heard, said, track.milliseconds]).encode()).hexdigest()[:24]
    return Preview(timeline, name, PreviewTrack(code, track, timeline.start))


def _text(good: ValidScripts, script: Script, options: PlanOptions, why: str) -> Preview:
    return Preview(plan(script, options, good.seconds_of), "none", why=why)
