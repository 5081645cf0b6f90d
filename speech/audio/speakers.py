"""Who speaks a whole track: one voice, with the clips that it has and, where its engine may be used, those it makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from speech.audio.assembly import measured, sound
from speech.audio.bell import BELL
from speech.audio.cache import cache_folder
from speech.audio.clips import ClipFolder, Clips, FirstOf
from speech.audio.rendering import keep, key_of
from speech.audio.shipped import shipped_clips, shipped_voice
from speech.audio.track import Track
from speech.audio.voices import Voice
from speech.audio.voices.named import SHIPPED, voice_named
from speech.errors import AudioError, ClipMissing, PackDamaged
from speech.script.model import Library, Script
from speech.timeline.grid import FRAMES
from speech.timeline.layout import SecondsOf
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan

NEEDS_NETWORK, FILLS_IN = "gtts", "pico"
"""The voice that may fail wherever it is, and the one that speaks what nobody rendered: small, offline, quick."""
Clock = Callable[[], float]


@dataclass(frozen=True, eq=False)
class Speaker:
    """One voice and its clips. `made` renders a text that has none and gives its seconds; None where nobody may.

    `folder` is where its clips may come and go; None for those of the package alone.
    """

    voice: Voice
    clips: Clips
    made: SecondsOf | None = None
    folder: ClipFolder | None = None
    seconds_of: SecondsOf = field(init=False)
    key_of: Callable[[str], str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds_of", measured(self.clips, self.voice, self.made))
        object.__setattr__(self, "key_of", cache(lambda text: key_of(text, self.voice)))

    @property
    def changed(self) -> int:
        """Another number whenever a clip came into its folder or went: what was found there before may be wrong."""
        if self.folder is None:
            return 0
        try:
            return self.folder.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def plan(self, script: Script, options: PlanOptions) -> Timeline:
        """The timeline of a track, as long as its clips make it. Raises AudioError where a cue cannot be had."""
        return plan(script, options, self.seconds_of, FRAMES, script.phrases.closing)

    def track(self, timeline: Timeline, bell: bool = True, begin: float = 0.0, waits: bool = False) -> Track:
        """What it sounds like: `sounding.sound`. Raises AudioError where a cue, or the bell, cannot be had."""
        if bell and self.made:
            self.seconds_of(BELL)
        return sound(timeline, self.clips, self.voice, bell, begin, waits)


def clip_folder() -> ClipFolder:
    """Where the clips are kept that were rendered on this machine."""
    return ClipFolder(cache_folder() / "clips")


def shipped(library: Library) -> Speaker:
    """The clips that come with the package, and nothing else. Raises PackDamaged."""
    return Speaker(shipped_voice(library), shipped_clips(library.language))


def kept(voice: Voice, folder: ClipFolder) -> Speaker:
    """A voice with the clips there are, shipped or rendered before; its engine is left alone."""
    return Speaker(voice, FirstOf(*_pack(voice.language), folder), folder=folder)


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

    return Speaker(voice, kept(voice, folder).clips, made, folder)


def order_of(name: str) -> Sequence[str]:
    """Whose turn it is to speak a whole track under the name that was chosen: whoever can do all of it first.

    "shipped" is the clips of the package and, where they do not hold everything, Pico alone; the same two follow a
    voice that needs the network.
    """
    return {SHIPPED: (SHIPPED, FILLS_IN), NEEDS_NETWORK: (NEEDS_NETWORK, SHIPPED, FILLS_IN)}.get(name, (name,))


def speakers(
    name: str, library: Library, estimate: SecondsOf | None, engines: bool = True, folder: ClipFolder | None = None
) -> Sequence[Speaker]:
    """Who may speak a track in the voice of this name, in order. Raises UnknownVoice and PackDamaged.

    `estimate` is how long the silent voice keeps silent; without it there is no silent voice. Without `engines` nothing
    is rendered: there is what was rendered before. `folder` holds the clips that are not shipped, by default this
    machine's.
    """
    having = rendering if engines else kept
    return [
        shipped(library) if one == SHIPPED else having(voice_named(one, library, estimate), folder or clip_folder())
        for one in order_of(name)
    ]


def spoken(script: Script, options: PlanOptions, row: Sequence[Speaker], bell: bool = True) -> tuple[Speaker, Timeline]:
    """The first speaker who can say all of this, and the timeline in that voice.

    Raises what the first of them lacks where none can.
    """
    lacking: AudioError | None = None
    for speaker in row:
        try:
            timeline = speaker.plan(script, options)
            speaker.track(timeline, bell)
        except AudioError as error:
            lacking = lacking or error
        else:
            return speaker, timeline
    assert lacking is not None, "nobody was asked"
    raise lacking


def _pack(language: str) -> Sequence[Clips]:
    """The shipped clips before a folder: the studio voice need not say again what it has said, and sounds the same."""
    try:
        return (shipped_clips(language.partition("-")[0]),)
    except PackDamaged:
        return ()
