from __future__ import annotations

import subprocess
import sys

import pytest

from speech.audio.voices import VOICES, voice_named
from speech.errors import NothingToSay, UnknownVoice
from speech.script.library import load_library, load_pace

LIBRARY, SECONDS_OF = load_library(), load_pace().seconds_of


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_had_by_its_name(name: str) -> None:
    """Each has the name it was asked for by, a language, and tells what it would say before it can say it."""
    voice = voice_named(name, LIBRARY, SECONDS_OF)
    assert voice.name == name
    assert voice.language.startswith("en")
    assert "reathe" in voice.as_spoken("Breathe.")


def test_another_name_is_an_error_with_those_there_are() -> None:
    """As somebody mistyped it."""
    with pytest.raises(UnknownVoice, match=r"'piko'; there are: pico, kokoro, gtts, silent$"):
        voice_named("piko", LIBRARY, SECONDS_OF)


def test_nothing_is_imported_before_somebody_speaks() -> None:
    """A host without engines knows all voices by name, and starts quickly."""
    engines = ("numpy", "scipy", "py_nanotts", "onnxruntime", "gtts", "requests", "miniaudio", "lameenc", "misaki")
    code = (
        "import sys, speech.audio.voices, speech.audio.rendering, speech.audio.track, speech.audio.clips\n"
        "import speech.audio.assembly\n"
        f"print([name for name in {engines} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_silent_voice_is_exactly_as_long_as_estimated() -> None:
    """To the sample, and nothing is heard."""
    voice = voice_named("silent", LIBRARY, lambda text: 1.25 if text else 0.0)
    sound = voice.speak("Breathe.")
    assert sound.seconds == 1.25
    assert not any(sound.samples)
    with pytest.raises(NothingToSay):
        voice.speak("")
