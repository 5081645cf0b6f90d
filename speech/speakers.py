"""Who speaks a whole track: one voice, with the clips that it has and, where its engine is here, those it can make."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from speech.ask import Ask
from speech.bell import BELL
from speech.cache import cache_folder
from speech.clips import ClipFolder, Clips, FirstOf
from speech.errors import AudioError, ClipMissing, PackDamaged
from speech.grid import FRAMES
from speech.layout import SecondsOf
from speech.rendering import keep, key_of
from speech.script import Library, Script
from speech.shipped import SHIPPED, shipped_clips, shipped_voice
from speech.sounding import measured, sound
from speech.timeline import Timeline, plan
from speech.track import Track
from speech.voices import Voice
from speech.voices.named import voice_named
from speech.voices.pico import Pico

NEEDS_NETWORK = "gtts"
"""The voice that may fail wherever it is."""
Clock = Callable[[], float]


@dataclass(frozen=True)
class Speaker:
    """One voice and its clips. `made` renders a text that has none and gives its seconds; None where nobody can."""

    voice: Voice
    clips: Clips
    made: SecondsOf | None = None
    seconds_of: SecondsOf = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds_of", measured(self.clips, self.voice, self.made))

    def plan(self, script: Script, ask: Ask) -> Timeline:
        """The timeline of a track, as long as its clips make it. Raises AudioError where a cue cannot be had."""
        return plan(script, ask, self.seconds_of, FRAMES, script.phrases.closing)

    def track(self, timeline: Timeline, bell: bool = True, begin: float = 0.0) -> Track:
        """What it sounds like. Raises AudioError where a cue, or the bell, cannot be had."""
        if bell and self.made:
            self.seconds_of(BELL)
        return sound(timeline, self.clips, self.voice, bell, begin)


def clip_folder() -> ClipFolder:
    """Where the clips are kept that were rendered on this machine."""
    return ClipFolder(cache_folder() / "clips")


def shipped(library: Library) -> Speaker:
    """The clips that come with the package, and nothing else. Raises PackDamaged."""
    return Speaker(shipped_voice(library), shipped_clips(library.language))


def rendering(voice: Voice, folder: ClipFolder, seconds: float | None = None, clock: Clock = time.monotonic) -> Speaker:
    """A voice whose engine is here. After so many seconds it renders no more, and what is missing stays missing.

    What was rendered is kept: the next time there is less to do.
    """
    until = None if seconds is None else clock() + seconds

    def made(text: str) -> float:
        if until is not None and clock() > until:
            raise ClipMissing(text, voice.name)
        keep(text, voice, folder)
        clip = folder.find(key_of(text, voice))
        if clip is None:
            raise ClipMissing(text, voice.name)
        return clip.seconds

    return Speaker(voice, FirstOf(folder, *_pack(voice.language)), made)


def speakers(name: str, library: Library, estimate: SecondsOf, seconds: float | None = None) -> Sequence[Speaker]:
    """Who may speak a track in the voice of this name, whoever can do all of it first.

    "shipped" is the clips of the package and, where they do not hold everything, Pico alone; the same two follow a
    voice that needs the network. `estimate` is how long the silent voice keeps silent, `seconds` what rendering may
    take. Raises UnknownVoice and PackDamaged.
    """
    named = () if name == SHIPPED else (rendering(voice_named(name, library, estimate), clip_folder(), seconds),)
    if name not in (SHIPPED, NEEDS_NETWORK):
        return named
    return *named, shipped(library), rendering(Pico(library.pronunciations), clip_folder(), seconds)


def spoken(script: Script, ask: Ask, row: Sequence[Speaker], bell: bool = True) -> tuple[Speaker, Timeline]:
    """The first speaker who can say all of this, and the timeline in that voice.

    Raises what the first of them lacks where none can.
    """
    lacking: AudioError | None = None
    for speaker in row:
        try:
            timeline = speaker.plan(script, ask)
            speaker.track(timeline, bell)
        except AudioError as error:
            lacking = lacking or error
        else:
            return speaker, timeline
    assert lacking is not None, "nobody was asked"
    raise lacking


def _pack(language: str) -> Sequence[Clips]:
    """The shipped clips beside a folder: the studio voice need not speak again what it has spoken."""
    try:
        return (shipped_clips(language.partition("-")[0]),)
    except PackDamaged:
        return ()
