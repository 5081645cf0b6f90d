"""Every clip that the scripts need, spoken once: which texts there are, which clips are missing, and making them.

What is rendered is kept clip by clip, so that rendering may be stopped at any moment and goes on where it was.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context

from speech.audio.clips import BELL, BELL_MADE_BY, Clip, ClipFolder, Clips, FirstOf, clip_key
from speech.audio.voices import Silent, Voice, needed_by
from speech.errors import VoiceUnavailable
from speech.script.model import SIDES, Hold, Library, Phrases, Rounds, Script, Step, Technique

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the missing clips are made, and the estimated seconds until all are; None before the first."""

    done: int
    total: int
    seconds_left: float | None


def texts_of(library: Library) -> tuple[str, ...]:
    """Everything that a guide of these scripts may ever say, sorted, and the bell.

    Taken from the scripts, not from planned timelines: which reminder finds room depends on how long a voice takes, and
    none may be missing then. So some texts are in it that are seldom said.
    """
    templates = {text for script in library for text in _script_texts(script)} | set(_phrases(library.phrases))
    return (*sorted({library.phrases.fill(text, side) for text in templates for side in SIDES}), BELL)


def key_of(text: str, voice: Voice) -> str:
    """What the clip of a text in a voice is kept under. The bell sounds the same beside every voice."""
    return clip_key(BELL, BELL_MADE_BY) if text == BELL else clip_key(voice.as_spoken(text), voice.made_by)


def missing(texts: Iterable[str], voice: Voice, *places: Clips) -> tuple[str, ...]:
    """The texts of which there is no clip, or a damaged one, in any of these places; each once, in order."""
    clips = FirstOf(*places)
    return tuple(text for text in dict.fromkeys(texts) if clips.find(key_of(text, voice)) is None)


def render(
    texts: Iterable[str],
    voice: Voice,
    folder: ClipFolder,
    processes: int = 0,
    progress: Callable[[Progress], None] = lambda progress: None,
    clock: Clock = time.monotonic,
) -> int:
    """Make the clips that are missing in a folder; gives how many were missing.

    In so many processes (0: one a core; 1: in this one); the clips are the same however many there are. `progress` is
    called at the start and after each clip. A KeyboardInterrupt ends it once the clips that are being made are kept.
    Raises AudioError as soon as the voice fails on a text: what was made until then is kept.
    """
    wanted = missing(texts, voice, folder)
    left, said, began = sum(map(len, wanted)), 0, clock()
    progress(Progress(0, len(wanted), None if wanted else 0.0))
    with closing(_kept(wanted, voice, folder, min(processes or os.cpu_count() or 1, len(wanted)))) as kept:
        for done, text in enumerate(kept, start=1):  # a clip takes about as long as its text has characters
            said, left = said + len(text), left - len(text)
            progress(Progress(done, len(wanted), (clock() - began) * left / said))
    return len(wanted)


def keep(text: str, voice: Voice, folder: ClipFolder) -> None:
    """Speak one text and keep its clip. Raises AudioError."""
    folder.put(key_of(text, voice), clip_of(text, voice))


def clip_of(text: str, voice: Voice) -> Clip:
    """The clip of a text, or of the bell. Raises AudioError."""
    with needed_by(voice.name, "pip install '.[voice]' in the checkout brings it"):
        from speech.audio.mastering import bell, encoded, master, resampled
    if text == BELL:
        return bell()
    sound = voice.speak(text)
    # Silence is as loud as it is meant to be.
    return encoded(resampled(sound)) if isinstance(voice, Silent) else master(sound)


def _kept(wanted: Sequence[str], voice: Voice, folder: ClipFolder, processes: int) -> Generator[str]:
    """Keep the clips of these texts; gives each text once its clip is kept."""
    if processes <= 1:
        for text in wanted:
            keep(text, voice, folder)
            yield text
        return
    # Fresh processes: a copy of this one would share what its threads and engines were in the middle of.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (voice, folder))
    try:
        waiting: dict[Future[None], str] = {pool.submit(_keep, text): text for text in wanted}
        for future in as_completed(waiting):
            future.result()
            yield waiting[future]
    except BrokenProcessPool as error:
        advice = "give it more memory, or fewer processes"
        raise VoiceUnavailable(voice.name, "one of its processes was killed", advice) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_here: list[tuple[Voice, ClipFolder]] = []
"""The voice and the folder of a rendering process: an engine is loaded once in each."""


def _begin(voice: Voice, folder: ClipFolder) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all processes; the parent stops this one
    _here.append((voice, folder))


def _keep(text: str) -> None:
    keep(text, *_here[0])


def _script_texts(script: Script) -> Iterator[str]:
    for step in script.session:
        if not isinstance(step, Technique):
            yield from _step_texts((step,))
    for place in script.places.values():
        yield from _step_texts((*place.down, *place.up))
    for routine in script.routines.values():
        yield from _step_texts((*routine.begin, *routine.each_side, *routine.changeover, *routine.end))


def _step_texts(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Rounds):
            yield from (text for unit in step.units for text in _step_texts(unit))
            continue
        yield from step.sentences
        if isinstance(step, Hold):
            yield from (*step.again, *step.caution, *step.reminders)


def _phrases(phrases: Phrases) -> tuple[str, ...]:
    """All phrases, but not the names of the sides, which are said within others."""
    lists = (phrases.reassurances, phrases.quiet.values(), phrases.left_out, phrases.closing)
    return (phrases.countdown, phrases.question, phrases.softly, *chain.from_iterable(lists))
