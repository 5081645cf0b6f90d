from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from speech.audio.rendering import texts_of
from speech.audio.voices.pico import X_SAMPA, Pico, x_sampa
from speech.errors import NothingToSay, VoiceUnavailable, WordUnknown
from speech.script.library import load_library
from tests.support.needs import brought

brought("py_nanotts", by="voice")
LIBRARY = load_library()
VOICE = Pico(LIBRARY.pronunciations)
TEXTS = ("Roll slowly over the sore spot.", "Breathe out.", "Your piriformis, deep under the buttock, may let go now.")


def digests(rounds: int) -> set[tuple[str, str]]:
    """Text and digest of its samples, spoken again and again between blocks of memory of all sizes."""
    found = set()
    for number in range(rounds):
        for text in TEXTS:
            used = [bytearray(b"\xa5" * (size * 1024)) for size in (3, 64, 200, 700, 3_000, 9_000)]
            del used[number % 3 :]
            found.add((text, hashlib.sha256(VOICE.speak(text).samples).hexdigest()))
    return found


def test_the_same_text_gives_the_same_samples_in_any_process_and_thread() -> None:
    """Pico reads memory that it never wrote: what is in it must not be heard."""
    expected = digests(1)
    assert len(expected) == len(TEXTS)
    with ThreadPoolExecutor(8) as threads:
        in_threads = list(threads.map(digests, [4] * 8))
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        in_processes = list(processes.map(digests, [3] * 2))
    assert all(found == expected for found in (*in_threads, *in_processes))


def test_a_process_for_each_text_gives_the_same_samples() -> None:
    """Where the C library is another one: slower, but the same."""
    apart = Pico(LIBRARY.pronunciations, apart=True)
    assert [apart.speak(text) for text in TEXTS] == [VOICE.speak(text) for text in TEXTS]


def test_cues_are_calm() -> None:
    """130 to 145 words a minute over the cues of the scripts, pauses within a cue included."""
    mastering = brought("speech.audio.mastering", by="voice")
    texts = [text for text in texts_of(LIBRARY)[:-1] if len(text.split()) > 3][::4]
    seconds = sum(mastering.trimmed(VOICE.speak(text)).seconds for text in texts)
    assert 130 <= 60 * sum(len(text.split()) for text in texts) / seconds <= 145


def test_speed_is_what_was_asked_for() -> None:
    """At half the speed the same words take about twice as long, and it is another clip."""
    calm, quick = Pico({}, speed=0.5), Pico({}, speed=1.0)
    assert calm.speak(TEXTS[0]).seconds > 1.6 * quick.speak(TEXTS[0]).seconds
    assert calm.made_by != quick.made_by
    assert "0.5" in calm.made_by and re.search(r"\d+\.\d+\.\d+", calm.made_by)


@pytest.mark.parametrize("sound, symbol", [pair for pair in X_SAMPA.items() if pair[1] and pair[0] not in "ˈˌ"])
def test_pico_knows_every_symbol_that_it_is_given(sound: str, symbol: str) -> None:
    """It leaves out without a word what it does not know."""
    with_it, without = Pico({"spot": f"t{sound}t"}), Pico({"spot": "tt"})
    assert with_it.speak("The spot.") != without.speak("The spot.")


def test_words_are_said_as_the_lexicon_has_them() -> None:
    """By their sounds, not by their letters: a pronunciation changes the clip and its key."""
    cat, dog = (Pico({"spot": ipa}) for ipa in ("kæt", "dɔɡ"))
    assert cat.speak("The spot.") != dog.speak("The spot.")
    assert cat.as_spoken("The Spot.") == 'The <phoneme alphabet="xsampa" ph="k { t"/>.'
    assert cat.as_spoken("The spotter.") == "The spotter."
    assert all(x_sampa(ipa) for ipa in LIBRARY.pronunciations.values())


def test_what_cannot_be_said_is_an_error() -> None:
    """Nothing is dropped: no sound that Pico lacks, no sign that it would take for markup, no empty text."""
    with pytest.raises(WordUnknown, match="spot"):
        Pico({"spot": "kǂt"}).speak("The spot.")
    with pytest.raises(WordUnknown, match="<"):
        VOICE.speak("One <break/> two.")
    for text in ("", "...", " \n"):
        with pytest.raises(NothingToSay):
            VOICE.speak(text)


def test_without_the_package_it_says_what_to_do() -> None:
    """In this process and in one of its own."""
    said = "pip install '.[voice]'"
    code = (
        "import sys; sys.modules['py_nanotts'] = None\n"
        "from speech.audio.voices.pico import Pico\n"
        "try: Pico({}).speak('Ready.')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("VoiceUnavailable") and said in done.stdout


def test_a_process_of_its_own_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last line is the reason."""
    monkeypatch.setattr("speech.audio.voices.pico._APART", "raise SystemExit('no such file')")
    with pytest.raises(VoiceUnavailable, match="no such file; pip install"):
        Pico({}, apart=True).speak("Ready.")
