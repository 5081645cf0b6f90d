"""What a script sounds like while it is being written.

In the shipped voice where it has every clip, else in Pico as soon as that has spoken all of it, else as text alone.
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
from speech.audio.clips import BELL, ClipFolder
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
"""Texts that could not be spoken and are not tried again unless they change."""
Engine = Callable[[Mapping[str, str]], Voice]
"""Makes the voice for what has no shipped clip, with these pronunciations."""


@dataclass(frozen=True, slots=True)
class PreviewTrack:
    """A track that begins with the way down; `code` changes with its bytes."""

    code: str
    track: Track
    begin: float

    @property
    def start(self) -> float:
        """The second of the timeline at which the file begins."""
        return round(self.begin - LEAD / 1000, 3)


@dataclass(frozen=True, slots=True)
class Preview:
    """A timeline and its track. `track` is None while only `done` of `total` texts are spoken, or where no voice can
    speak it: `why` says so.
    """

    timeline: Timeline
    voice: Literal["shipped", "pico", "none"]
    track: PreviewTrack | None = None
    done: int = 0
    total: int = 0
    why: str | None = None

    @property
    def is_rendering(self) -> bool:
        """Whether the track will be there soon."""
        return self.voice != "none" and self.track is None


class Previews:
    """Plans and renders previews. The clips that the `engine` speaks are kept in `folder`."""

    def __init__(self, engine: Engine = Pico, folder: ClipFolder | None = None) -> None:
        self._engine, self._folder = engine, folder or clip_folder()
        self._job = LatestJob()
        self._failed: dict[tuple[str, ...], str] = {}

    def preview(self, valid: ValidScripts, script: Script, options: PlanOptions) -> Preview:
        """The preview as it is now; rendering goes on in a thread. Raises PlaceUnavailable."""
        try:
            speaker = shipped(valid.library)
            return _preview("shipped", speaker, script, options)
        except AudioError:
            pass  # a sentence is new, or changed
        voice = self._engine(valid.library.pronunciations)
        try:
            return _preview("pico", kept(voice, self._folder), script, options)
        except ClipMissing:
            planned = plan(script, options, valid.seconds_of, FRAMES, script.phrases.closing)
        except AudioError as error:
            return _text(valid, script, options, str(error))
        return self._rendering_preview(valid, planned, voice)

    def _rendering_preview(self, valid: ValidScripts, planned: Timeline, voice: Voice) -> Preview:
        script, options = planned.script, planned.options
        texts = list(dict.fromkeys([*(cue.text for cue in spoken_from(planned, planned.start, waits=True)), BELL]))
        what = tuple(key_of(text, voice) for text in texts)
        if what in self._failed:
            return _text(valid, script, options, self._failed[what])
        lacking = missing(texts, voice, kept(voice, self._folder).clips)
        self._job.do(what, partial(self._render, what, lacking, planned, voice))
        return Preview(planned, "pico", done=len(texts) - len(lacking), total=len(texts))

    def _render(self, what: tuple[str, ...], lacking: Sequence[str], planned: Timeline, voice: Voice) -> None:
        try:
            for text in lacking:
                keep(text, voice, self._folder)
                if self._job.superseded:
                    return
            # With measured lengths another reminder may find room, and needs a clip too.
            maker = rendering(voice, self._folder)
            maker.plan(planned.script, planned.options)
        except (AudioError, OSError) as error:
            if len(self._failed) >= MOST_FAILURES:
                self._failed.clear()
            self._failed[what] = str(error) if isinstance(error, AudioError) else f"no clip is kept: {error.strerror}"


def _preview(name: Literal["shipped", "pico"], speaker: Speaker, script: Script, options: PlanOptions) -> Preview:
    """Raises AudioError where a clip is missing."""
    timeline = speaker.plan(script, options)
    track = speaker.track(timeline, begin=timeline.start, waits=True)
    placed = [(each.milliseconds, each.frames) for each in track.placed]
    said = [speaker.key_of(cue.text) for cue in timeline.cues]
    code = hashlib.sha256(json.dumps([placed, said, track.milliseconds]).encode()).hexdigest()[:24]
    return Preview(timeline, name, PreviewTrack(code, track, timeline.start))


def _text(valid: ValidScripts, script: Script, options: PlanOptions, why: str) -> Preview:
    return Preview(plan(script, options, valid.seconds_of), "none", why=why)
