from __future__ import annotations

import pytest

from speech.audio.clips import BELL
from speech.audio.rendering import texts_of
from speech.audio.voices import phonemes as module
from speech.audio.voices.phonemes import Phonemes
from speech.errors import VoiceUnavailable, WordUnknown
from speech.script.library import load_library
from tests.support.needs import brought

brought("misaki", by="studio")
PHONEMES = Phonemes("kokoro", load_library().pronunciations)


def test_every_word_of_every_script_is_known() -> None:
    """The studio voice can speak all that is ever said, and drops nothing."""
    unknown = []
    for text in texts_of(load_library()):
        try:
            assert text == BELL or PHONEMES.of(text)
        except WordUnknown as error:
            unknown.append((error.word, text))
    assert unknown == []


@pytest.mark.parametrize("text", ["Press the xylquat.", "Hold for 30 seconds.", "Café.", "Half & half.", "Now 100%."])
def test_what_nobody_knows_is_an_error(text: str) -> None:
    """Digits and signs too: the author writes them as words."""
    with pytest.raises(WordUnknown, match=r"pronunciations\.yaml"):
        PHONEMES.of(text)


def test_our_own_pronunciation_comes_first() -> None:
    """In IPA as Alexa takes it, turned into the letters that the model reads; capitals do not matter."""
    own = Phonemes("test", {"ball": "ˈtʃeɪdʒaɪ", "psoas": "ˈsoʊəs"})
    assert own.of("Ball.") == "ˈʧAʤI."
    assert own.of("psoas, BALL") == "ˈsOəs, ˈʧAʤI"


@pytest.mark.parametrize(
    ("word", "stem", "ending"),
    [
        ("glutes", "ɡlut", "s"),
        ("glute's", "ɡlut", "s"),
        ("sacrum’s", "ˈseɪkɹəm", "z"),
        ("knizzes", "nɪz", "ᵻz"),
        ("kneadled", "ˈnidəl", "d"),
        ("kneadted", "nidt", "ᵻd"),
        ("kneaping", "nip", "ɪŋ"),
        ("kneapped", "nip", "t"),
        ("kneaper", "nip", "əɹ"),
        ("kneapest", "nip", "ᵻst"),
        ("kneaply", "nip", "li"),
    ],
)
def test_endings_are_said_as_english_says_them(word: str, stem: str, ending: str) -> None:
    """A known word with an ending of its own is known; how the ending sounds depends on the sound before it."""
    bare = {
        "glutes": "glute", "glute's": "glute", "sacrum’s": "sacrum", "knizzes": "knizze", "kneadled": "kneadle",
        "kneadted": "kneadt", "kneaping": "kneape", "kneapped": "kneap",
        "kneaper": "kneap", "kneapest": "kneap", "kneaply": "kneap",
    }[word]  # fmt: skip
    own = Phonemes("test", {bare: stem})
    assert own.of(word) == own.of(bare) + ending


def test_small_words_depend_on_what_follows() -> None:
    """ "The" before a vowel, "a" and "an"."""
    own = Phonemes("test", {"ankle": "ˈæŋkəl", "hip": "hɪp"})
    assert own.of("the ankle") == "ði ˈæŋkəl"
    assert own.of("the hip") == "ðə hɪp"
    assert own.of("a hip, an ankle") == "ɐ hɪp, ɐn ˈæŋkəl"


def test_punctuation_makes_pauses_and_hyphens_none() -> None:
    """It stands right behind a word, as the model learned it; brackets are commas, quotes nothing."""
    own = Phonemes("test", {"one": "wʌn", "two": "tu"})
    assert own.of("One-two… “one” — two!".replace("“", '"').replace("”", '"')) == "wʌn tu… wʌn— tu!"
    assert own.of("One (two), one?") == "wʌn, tu,, wʌn?"


def test_other_dictionaries_than_ours_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip's key tells exactly what spoke it: a changed dictionary would be another voice."""
    monkeypatch.setattr(module, "DICTIONARIES", {"us_gold.json": "0" * 64})
    with pytest.raises(VoiceUnavailable, match="another one than expected"):
        Phonemes("test", {}).of("Word.")


def test_without_misaki_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the command."""
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(VoiceUnavailable, match="make studio"):
        Phonemes("test", {}).of("Word.")
