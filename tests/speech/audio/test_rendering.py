from __future__ import annotations

import hashlib
import pickle
from itertools import product
from pathlib import Path

import pytest

from speech.audio.clips import BELL, ClipFolder, ClipPack, write_pack
from speech.audio.rendering import Progress, clip_of, key_of, missing, render, texts_of
from speech.audio.voices import Silent
from speech.errors import UnknownVoice, VoiceUnavailable
from speech.script.library import load_library, load_pace
from speech.script.model import SIDES
from speech.timeline.options import LONGEST_SILENCE, PlanOptions
from speech.timeline.plan import plan
from tests.support.audio import Humming
from tests.support.needs import brought

brought("speech.audio.mastering", by="voice")

LIBRARY = load_library()
PACE = load_pace()
TEXTS = (
    "Breathe out.",
    "Ball under your left buttock.",
    "Let some weight down.",
    "Half a minute, and I'll be quiet.",
    BELL,
)


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips")


def content(folder: ClipFolder) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.folder.iterdir()}


@pytest.mark.parametrize("script", LIBRARY.scripts)
@pytest.mark.parametrize("rate", [0.85, 2.0, 0.3])
def test_whatever_can_be_asked_for_is_among_the_texts(script: str, rate: float) -> None:
    """Every place, side, talkativeness and length, however long the voice takes."""
    texts = set(texts_of(LIBRARY))
    each, seconds_of = LIBRARY.scripts[script], PACE.at_rate(rate).seconds_of
    lengths = {each.minutes.least, each.minutes.usual, each.minutes.most, each.minutes.least + 1.5}
    for place, side, talk, only, minutes in product(each.places, SIDES, LONGEST_SILENCE, (False, True), lengths):
        said = {cue.text for cue in plan(each, PlanOptions(minutes * 60, side, only, place, talk), seconds_of).cues}
        assert said <= texts


def test_no_text_has_a_gap_in_it_and_none_comes_twice() -> None:
    """Sides are filled in, and their names alone are no sentence."""
    texts = texts_of(LIBRARY)
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "{" in text or text in SIDES]
    assert texts == texts_of(load_library())


def test_what_is_missing_is_rendered_and_nothing_else(folder: ClipFolder, tmp_path: Path) -> None:
    """Each text once; the second time there is nothing to do."""
    voice = Humming(notes=tmp_path / "notes")
    assert missing(TEXTS, voice, folder) == TEXTS
    assert render(TEXTS[:2], voice, folder, processes=1) == 2
    assert missing(TEXTS, voice, folder) == TEXTS[2:]
    assert render((*TEXTS, *TEXTS), voice, folder, processes=1) == 3
    assert missing(TEXTS, voice, folder) == ()
    assert render(TEXTS, voice, folder, processes=1) == 0
    assert (tmp_path / "notes").read_text().splitlines() == list(TEXTS[:-1])
    assert missing(TEXTS, Humming(made_by="humming 2"), folder) == TEXTS[:-1], "the bell is everybody's"


def test_a_damaged_clip_is_rendered_again(folder: ClipFolder) -> None:
    """A file is not enough: what it holds counts."""
    render(TEXTS, Humming(), folder, processes=1)
    before = content(folder)
    (folder.folder / f"{key_of(TEXTS[1], Humming())}.clip").write_bytes(b"")
    assert render(TEXTS, Humming(), folder, processes=1) == 1
    assert content(folder) == before


def test_a_pack_counts_as_much_as_a_folder(folder: ClipFolder, tmp_path: Path) -> None:
    """What is shipped is not rendered again."""
    voice = Humming()
    write_pack(tmp_path / "pack", {key_of(text, voice): clip_of(text, voice) for text in TEXTS[:3]})
    assert missing(TEXTS, voice, folder, ClipPack(tmp_path / "pack")) == TEXTS[3:]


def test_many_processes_make_the_same_clips_as_one(folder: ClipFolder, tmp_path: Path) -> None:
    """To the byte."""
    alone = ClipFolder(tmp_path / "alone")
    assert render(TEXTS, Humming(), folder, processes=2) == len(TEXTS)
    assert render(TEXTS, Humming(), alone, processes=1) == len(TEXTS)
    assert content(folder) == content(alone)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_voice_that_fails_ends_it_with_its_message(folder: ClipFolder, processes: int) -> None:
    """Its facts come back from other processes too; what was made is kept, and the rest goes on later."""
    with pytest.raises(VoiceUnavailable, match="it is hoarse; let it rest") as caught:
        render(TEXTS, Humming(failing=TEXTS[1]), folder, processes)
    assert caught.value.advice == "let it rest"
    assert folder.find(key_of(TEXTS[0], Humming())) is not None
    assert 1 <= render(TEXTS, Humming(), folder, processes=1) <= 4
    assert missing(TEXTS, Humming(), folder) == ()


def test_a_process_that_is_killed_is_named(folder: ClipFolder) -> None:
    """As where memory runs out."""
    with pytest.raises(VoiceUnavailable, match="killed; give it more memory"):
        render(("Killed.", *TEXTS), Humming(), folder, processes=2)


@pytest.mark.parametrize("processes", [1, 2])
def test_it_can_be_stopped_and_goes_on_later(folder: ClipFolder, processes: int) -> None:
    """Ctrl-C keeps what is done, and leaves nothing half written."""

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(TEXTS, Humming(), folder, processes, stop)
    kept = len(TEXTS) - len(missing(TEXTS, Humming(), folder))
    assert 2 <= kept <= len(TEXTS)
    assert len(content(folder)) == kept
    assert render(TEXTS, Humming(), folder, processes=1) == len(TEXTS) - kept


def test_the_time_that_is_left_is_estimated_from_what_was_said(folder: ClipFolder) -> None:
    """In proportion to the characters: none before the first clip, nothing after the last."""
    moments = iter([0.0, 12.0, 41.0])
    seen: list[Progress] = []
    render(TEXTS[:2], Humming(), folder, 1, seen.append, lambda: next(moments))
    assert seen == [Progress(0, 2, None), Progress(1, 2, 29.0), Progress(2, 2, 0.0)]
    seen.clear()
    render(TEXTS[:2], Humming(), folder, 1, seen.append, lambda: 0.0)
    assert seen == [Progress(0, 0, 0.0)]


def test_the_silent_voice_makes_clips_of_exactly_its_lengths(folder: ClipFolder) -> None:
    """For tests, and for planning without a voice: to the millisecond."""
    voice = Silent(PACE.seconds_of)
    render(TEXTS[:-1], voice, folder, processes=1)
    for text in TEXTS[:-1]:
        clip = folder.find(key_of(text, voice))
        assert clip is not None
        assert clip.seconds == pytest.approx(PACE.seconds_of(text), abs=0.001)


def test_an_error_keeps_its_facts_on_its_way_between_processes() -> None:
    """Whichever it is."""
    error = pickle.loads(pickle.dumps(UnknownVoice("piko", ("pico",))))
    assert (str(error), error.known) == ("no voice is called 'piko'; there are: pico", ("pico",))
