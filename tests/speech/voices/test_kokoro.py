from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest

from speech.errors import NothingToSay, VoiceUnavailable, WordUnknown
from speech.script_file import load_library
from speech.voices import kokoro as module
from speech.voices.kokoro import RATE, Kokoro
from tests.support.needs import needs_studio

PRONUNCIATIONS = load_library().pronunciations


@pytest.fixture(scope="module")
def voice() -> Kokoro:
    needs_studio()
    return Kokoro(PRONUNCIATIONS)


def test_the_same_text_gives_the_same_samples(voice: Kokoro) -> None:
    """Also by an engine loaded anew, as another process does."""
    sound = voice.speak("Breathe out.")
    again = pickle.loads(pickle.dumps(voice))
    assert again.speak("Breathe out.") == sound
    assert sound.rate == RATE
    assert 0.5 < sound.seconds < 4


def test_a_word_that_it_does_not_know_is_never_dropped(voice: Kokoro) -> None:
    """Nor a sound of our own lexicon that the model has no letter for."""
    with pytest.raises(WordUnknown, match="xylquat"):
        voice.speak("Never on the xylquat.")
    with pytest.raises(WordUnknown, match="ǂ"):
        Kokoro({"ball": "ǂ"}).speak("The ball.")
    with pytest.raises(NothingToSay):
        voice.speak("...")
    with pytest.raises(VoiceUnavailable, match="say less at once"):
        voice.speak("Breathe out slowly. " * 60)


def test_what_shaped_a_clip_is_known_without_an_engine() -> None:
    """Whoever plays clips finds them: speed and pronunciations change what they are kept under."""
    voice = Kokoro(PRONUNCIATIONS)
    assert voice.made_by != dataclasses.replace(voice, speed=1.0).made_by
    assert voice.as_spoken("Your piriformis.") == "Your piriformis/ˌpɪɹɪˈfɔɹmɪs/."
    assert Kokoro({}).as_spoken("Your piriformis.") == "Your piriformis."


def test_without_its_parts_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Packages and the voice's own file come by one command; another file than expected is not used."""
    needs_studio()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(VoiceUnavailable, match=r"af_heart\.bin is not here; make studio"):
        Kokoro({}).speak("Ready.")
    (tmp_path / "sciatica-massage").mkdir()
    module.voice_file().write_bytes(b"something else")
    with pytest.raises(VoiceUnavailable, match="another one than expected"):
        Kokoro({}).speak("Ready.")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(VoiceUnavailable, match="is not installed; make studio"):
        Kokoro({}).speak("Ready.")
