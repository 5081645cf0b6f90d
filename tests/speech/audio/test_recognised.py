"""Every shipped clip says what its text says: recognised by a machine that knows the cues and not which one it hears.

The grammar of each clip is closed: the forty cues of its neighbourhood in the alphabet, which are the likest, and every
tenth of all others. `make prove` hears all clips, `make test` every twentieth.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from speech.audio.assembly import clip_for
from speech.audio.clips import BELL, Clip
from speech.audio.mp3 import DECODER_DELAY, RATE
from speech.audio.rendering import texts_of
from speech.audio.speakers import shipped_clips, shipped_voice
from tests.support.needs import brought
from tests.support.scripts import library

np = brought("numpy", by="voice")
signal = brought("scipy.signal", by="voice")
miniaudio = brought("miniaudio", by="voice")
pocketsphinx = brought("pocketsphinx", by="dev")

Samples = Any
DATA: Mapping[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "data" / "recognised.yaml").read_text("utf-8"))
TEXTS = [text for text in texts_of(library()) if text != BELL]
HEARD = TEXTS if os.environ.get("MASSAGE_PROVE") == "1" else TEXTS[::20]
CONTROLS = HEARD[::4]
NEIGHBOURS, OTHERS = 40, 10
HEARS_AT = 16_000
"""Samples a second that the recogniser was trained on."""
AROUND = 0.3
"""Seconds of silence before and after the words, without which it misses the first and the last sound."""
PATIENCE = {"beam": 1e-64, "pbeam": 1e-64, "wbeam": 1e-48}
"""How unlikely a guess may be and is still followed: less is quicker and takes the wrong turn early."""
SHORTEST, LONGEST = 0.78, 1.28
"""How long a clip may last, as a part of what its text makes expect."""
AUDIBLE = 0.01
CUT = 0.6


def words(text: str) -> str:
    """A text as a grammar holds it."""
    return " ".join(re.findall(r"[a-z][a-z']*", text.lower().replace("’", "'")))


def clip(text: str) -> Clip:
    return clip_for(text, shipped_clips(), shipped_voice(library()))


def samples(text: str) -> Samples:
    """What a player makes of a clip, from its first sample on."""
    audio = miniaudio.decode(clip(text).frames, nchannels=1, sample_rate=RATE)
    return np.frombuffer(audio.samples, dtype=np.int16)[DECODER_DELAY:].astype(float)


@cache
def ear() -> Any:
    """The recogniser, which knows words and no grammar yet."""
    decoder = pocketsphinx.Decoder(lm=None, samprate=HEARS_AT, loglevel="FATAL", **PATIENCE)
    for word, sounds in DATA["words"].items():
        decoder.add_word(word, sounds, False)
    return decoder


@cache
def grammar(number: int) -> str:
    """The name of the grammar for the cues of one neighbourhood."""
    cues = {*TEXTS[number * NEIGHBOURS : (number + 1) * NEIGHBOURS], *TEXTS[::OTHERS]}
    name = f"cues{number}"
    choice = " | ".join(sorted(map(words, cues)))
    ear().add_jsgf_string(name, f"#JSGF V1.0;\ngrammar cues;\npublic <cue> = {choice};\n")
    return name


def understood(said: Samples, text: str) -> str:
    """The words that are recognised in a sound, among the likest cues to this one."""
    silence = np.zeros(round(AROUND * HEARS_AT))
    heard = np.concatenate((silence, signal.resample_poly(said, 1, RATE // HEARS_AT), silence))
    ear().activate_search(grammar(TEXTS.index(text) // NEIGHBOURS))
    ear().start_utt()
    ear().process_raw(np.clip(heard, -32768, 32767).astype("<i2").tobytes(), full_utt=True)
    ear().end_utt()
    found = ear().hyp()
    return found.hypstr if found else ""


def lasts_as_expected(said: Samples, text: str) -> bool:
    """Whether the sound, from its first audible sample to its last, is about as long as the text."""
    audible = np.flatnonzero(np.abs(said) > AUDIBLE * np.abs(said).max())
    fitted = DATA["seconds"]
    expected = fitted["base"] + fitted["character"] * len(text) + fitted["comma"] * text.count(",")
    return bool(SHORTEST <= (audible[-1] - audible[0]) / RATE / expected <= LONGEST)


def passes(said: Samples, text: str) -> bool:
    return lasts_as_expected(said, text) and understood(said, text) == words(text)


def test_each_clip_says_its_text(record_property: Callable[[str, object], None]) -> None:
    """Recognised, and as long as its text; what is not stands on the list, and what stands there is not."""
    missed = [text for text in HEARD if not passes(samples(text), text)]
    record_property("clips recognised", f"{len(HEARD) - len(missed)} of {len(HEARD)}")
    assert missed == [text for text in HEARD if text in DATA["misses"]], "\n".join(missed)


def test_the_list_of_misses_holds_nothing_else() -> None:
    """Each of them is a cue, once."""
    assert set(DATA["misses"]) <= set(TEXTS)
    assert len(set(DATA["misses"])) == len(DATA["misses"]) <= len(TEXTS) // 50


@pytest.mark.parametrize("away", [-1, 1, 7])
def test_another_cue_is_not_taken_for_it(away: int) -> None:
    """Control: the clip of a neighbour, or of another one in the same grammar."""
    for text in CONTROLS:
        first = TEXTS.index(text) // NEIGHBOURS * NEIGHBOURS
        row = TEXTS[first : first + NEIGHBOURS]
        assert not passes(samples(row[(row.index(text) + away) % len(row)]), text), text


def test_a_clip_that_runs_backwards_is_not_recognised() -> None:
    """Control: the same sound, as long and as loud, with no word in it."""
    assert [text for text in CONTROLS if passes(samples(text)[::-1], text)] == []


def test_a_clip_that_is_cut_short_is_not_taken_for_whole() -> None:
    """Control: the first six tenths. Where the grammar guesses the rest, the length gives it away."""
    for text in CONTROLS:
        whole = samples(text)[: clip(text).milliseconds * RATE // 1000]
        assert not passes(whole[: round(len(whole) * CUT)], text), text
