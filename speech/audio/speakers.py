"""The speaker of a whole track: one voice, its clips and, where its engine may be used, the clips that it makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from speech.audio.assembly import measured, sound
from speech.audio.clips import BELL, ClipFolder, ClipPack, Clips, FirstOf, cache_folder
from speech.audio.rendering import keep, key_of
from speech.audio.track import Track
from speech.audio.voices import SHIPPED, Voice, voice_named
from speech.audio.voices.kokoro import Kokoro
from speech.errors import AudioError, ClipMissing, PackDamaged
from speech.script.model import Library, Script
from speech.timeline.grid import FRAMES
from speech.timeline.layout import SecondsOf
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan

NEEDS_NETWORK, FILLS_IN = "gtts", "pico"
"""The voice that fails without a network, and the one that speaks texts without a clip: small, offline, quick."""
MOST_PACK_BYTES = 20_000_000
"""How large the file of the shipped clips may be."""
Clock = Callable[[], float]
Made = TypeVar("Made")


class Speaker:
    """One voice and its clips.

    `made` renders a text without a clip and gives its seconds; None where nothing may be rendered. `folder` is where
    its clips may come and go; None for the clips of the package alone.
    """

    def __init__(
        self, voice: Voice, clips: Clips, made: SecondsOf | None = None, folder: ClipFolder | None = None
    ) -> None:
        self.voice, self.clips, self.made, self.folder = voice, clips, made, folder
        self.seconds_of: SecondsOf = measured(clips, voice, made)
        self.key_of: Callable[[str], str] = cache(lambda text: key_of(text, voice))

    @property
    def changed(self) -> int:
        """A number that changes whenever a clip comes into the folder or goes: cached timelines may be wrong then."""
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
        """Its sound (`assembly.sound`). Raises AudioError where a cue, or the bell, cannot be had."""
        if bell and self.made:
            self.seconds_of(BELL)
        return sound(timeline, self.clips, self.voice, bell, begin, waits)


def clip_folder() -> ClipFolder:
    """Where the clips are kept that were rendered on this machine."""
    return ClipFolder(cache_folder() / "clips")


def shipped_file(language: str = "en") -> Path:
    """Where the clips of a language lie."""
    return Path(str(files("speech"))) / "clips" / f"{language}.pack"


@cache
def shipped_clips(language: str = "en") -> ClipPack:
    """The clips of a language, opened once. Raises PackDamaged."""
    return ClipPack(shipped_file(language))


def shipped_voice(library: Library) -> Voice:
    """The voice that spoke them. It gives the key of each clip, with or without its engine."""
    return Kokoro(library.pronunciations)


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
    """The voices to try for a whole track, in order, when the voice of this name was chosen.

    "shipped" is the clips of the package and, where they do not hold everything, Pico alone; the same two follow a
    voice that needs the network.
    """
    return {SHIPPED: (SHIPPED, FILLS_IN), NEEDS_NETWORK: (NEEDS_NETWORK, SHIPPED, FILLS_IN)}.get(name, (name,))


def speakers(
    name: str, library: Library, estimate: SecondsOf | None, engines: bool = True, folder: ClipFolder | None = None
) -> Sequence[Speaker]:
    """The speakers to try for a track in the voice of this name, in order. Raises UnknownVoice and PackDamaged.

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
    """The first speaker who can say all of this, and the timeline in that voice. Raises as `first_able`."""

    def planned(speaker: Speaker) -> tuple[Speaker, Timeline]:
        timeline = speaker.plan(script, options)
        speaker.track(timeline, bell)
        return speaker, timeline

    return first_able(row, planned)


def first_able(row: Sequence[Speaker], made: Callable[[Speaker], Made]) -> Made:
    """What is made with the first speaker who can. Raises the AudioError of the first one where none can."""
    lacking: list[AudioError] = []
    for speaker in row:
        try:
            return made(speaker)
        except AudioError as error:
            lacking.append(error)
    raise lacking[0]


def _pack(language: str) -> Sequence[Clips]:
    """The shipped clips, to be looked through before a folder: what the studio voice spoke is not rendered again."""
    try:
        return (shipped_clips(language.partition("-")[0]),)
    except PackDamaged:
        return ()
