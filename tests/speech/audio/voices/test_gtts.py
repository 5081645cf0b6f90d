"""Google's endpoint, played on loopback by a real HTTP server: no test asks Google."""

from __future__ import annotations

import base64
import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio.rendering import missing
from speech.audio.speakers import clip_folder, rendering, speakers, spoken
from speech.audio.voices.gtts import MOST_CHARACTERS, PAUSES, RATE, TIMEOUT, Gtts, pieces
from speech.errors import NothingToSay, VoiceUnavailable
from speech.script.library import load_library
from speech.timeline.options import PlanOptions
from tests.support.audio import Humming
from tests.support.needs import brought
from tests.support.package import small_package

lameenc = brought("lameenc", by="voice")
brought("miniaudio", by="voice")
brought("gtts", by="gtts")


def spoken_mp3(seconds: float) -> bytes:
    """As Google answers: MPEG-2 layer III, 24 kHz, mono, 64 kbit/s."""
    encoder = lameenc.Encoder()
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.silence()
    saw = array("h", ((index * 301) % 20_000 - 10_000 for index in range(round(seconds * RATE))))
    return bytes(encoder.encode(saw.tobytes())) + bytes(encoder.flush())


@dataclass
class Google:
    """Answers in turn with these statuses or bodies, then with speech; remembers what it was asked."""

    url: str = ""
    answers: list[int | bytes] = field(default_factory=list)
    asked: list[list[Any]] = field(default_factory=list)

    def answer(self, form: str) -> tuple[int, bytes]:
        [[[_, said, *_]]] = json.loads(parse_qs(form)["f.req"][0])
        self.asked.append(json.loads(said))
        answer = self.answers.pop(0) if self.answers else spoken_mp3(1.0)
        if isinstance(answer, int):
            return answer, b"no"
        return 200, self.line(answer)

    @staticmethod
    def line(mp3: bytes) -> bytes:
        rows = [["wrb.fr", "jQ1olc", json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":")), None]]
        return b")]}'\n\n" + json.dumps(rows, separators=(",", ":")).encode() + b"\n"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    google = Google()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, body = google.answer(form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    google.url = f"http://127.0.0.1:{server.server_address[1]}/"
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld="com", path="": google.url + path)
    monkeypatch.setenv("no_proxy", "*")
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield google
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def voice(slept: list[float]) -> Gtts:
    return Gtts("en", slept.append)


def test_a_cue_is_spoken(google: Google, voice: Gtts, slept: list[float]) -> None:
    """One request with the text and the language; the answer's samples at 24 kHz."""
    sound = voice.speak("Breathe out.")
    assert google.asked == [["Breathe out.", "en", None, "null"]]
    assert sound.rate == RATE
    assert sound.seconds == pytest.approx(1.0, abs=0.1)
    assert any(sound.samples)
    assert voice.speak("Breathe out.") == sound
    assert slept == []


def test_a_long_text_is_cut_and_put_together_again(google: Google, voice: Gtts) -> None:
    """No request has more than Google takes; nothing is left out."""
    text = "Lie down on your left side, with the ball under your hip, " * 4 + "and breathe."
    sound = voice.speak(text)
    said = [asked[0] for asked in google.asked]
    assert len(said) > 2 and max(map(len, said)) <= MOST_CHARACTERS
    assert " ".join(said) == text
    assert sound.seconds == pytest.approx(len(said), abs=0.1 * len(said))


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_google_is_asked_again(google: Google, voice: Gtts, slept: list[float], status: int) -> None:
    """After longer and longer pauses."""
    google.answers = [status, status]
    assert voice.speak("Breathe out.").seconds > 0
    assert len(google.asked) == 3
    assert slept == list(PAUSES[:2])


def test_a_google_that_stays_busy_is_given_up(google: Google, voice: Gtts, slept: list[float]) -> None:
    """What to do instead is said."""
    google.answers = [429] * 9
    with pytest.raises(VoiceUnavailable, match="Google answered 429; choose another voice: MASSAGE_VOICE=pico"):
        voice.speak("Breathe out.")
    assert len(google.asked) == 1 + len(PAUSES)
    assert slept == list(PAUSES)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_google_that_refuses_is_not_asked_again(google: Google, voice: Gtts, slept: list[float], status: int) -> None:
    """What it does not want now it will not want in a second."""
    google.answers = [status]
    with pytest.raises(VoiceUnavailable, match=f"Google answered {status}"):
        voice.speak("Breathe out.")
    assert (len(google.asked), slept) == (1, [])


def test_no_connection_is_tried_again_and_given_up(
    voice: Gtts, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a train."""
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld="com", path="": "http://127.0.0.1:9/" + path)
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(VoiceUnavailable, match="Google cannot be reached"):
        voice.speak("Breathe out.")
    assert slept == list(PAUSES)


def test_every_request_has_a_time_out(google: Google, voice: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """gTTS itself would wait for ever."""
    import requests

    seen = []
    send = requests.Session.send

    def sending(self: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        seen.append(how["timeout"])
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", sending)
    voice.speak("Breathe out.")
    assert seen == [TIMEOUT]


def test_an_answer_without_sound_is_an_error(google: Google, voice: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """gTTS calls it a success: a status of 200, and no speech in it."""
    monkeypatch.setattr(google, "line", lambda mp3: b")]}'\n\n[]\n")
    with pytest.raises(VoiceUnavailable, match="without a sound"):
        voice.speak("Breathe out.")
    monkeypatch.setattr(google, "line", lambda mp3: Google.line(b""))
    with pytest.raises(VoiceUnavailable):
        voice.speak("Breathe out.")


def test_an_answer_that_is_no_mp3_is_an_error(google: Google, voice: Gtts) -> None:
    """Whatever it is, it is not played."""
    google.answers = [b"<html>Sorry</html>" * 50]
    with pytest.raises(VoiceUnavailable, match="no MP3"):
        voice.speak("Breathe out.")


def test_a_language_that_google_lacks_is_an_error(google: Google) -> None:
    """Found without asking."""
    with pytest.raises(VoiceUnavailable, match="Language not supported: xx"):
        Gtts("xx").speak("Breathe out.")
    assert google.asked == []


def test_nothing_is_asked_for_nothing(google: Google, voice: Gtts) -> None:
    """A text without a word is an error of its own."""
    with pytest.raises(NothingToSay):
        voice.speak(" ... ")
    assert google.asked == []


def test_without_the_package_it_says_what_to_do(voice: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the command."""
    monkeypatch.setitem(__import__("sys").modules, "gtts", None)
    with pytest.raises(VoiceUnavailable, match=r"pip install '\.\[gtts\]'"):
        voice.speak("Breathe out.")


def test_a_google_that_refuses_leaves_the_whole_track_to_another(
    google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first words too: no track begins in one voice and goes on in another."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = load_library(folder=small_package(tmp_path / "small"))
    google.answers = [spoken_mp3(1.0), spoken_mp3(1.5), 403]
    row = speakers("gtts", library, len)
    assert [each.voice.name for each in row] == ["gtts", "kokoro", "pico"]
    speaker, timeline = spoken(
        library.scripts["press"], PlanOptions(240), [*row[:2], rendering(Humming(), clip_folder())]
    )
    said = [cue.text for cue in timeline.cues if cue.start >= 0]
    assert len(google.asked) == 3
    assert speaker.voice.name == "humming" and not missing(said, speaker.voice, clip_folder())


@given(st.text(st.sampled_from("ab,. ?—"), max_size=300), st.integers(5, 40))
def test_pieces_hold_every_word_in_order(text: str, most: int) -> None:
    """None is too long, none is empty, and together they say what the text says."""
    found = list(pieces(text, most))
    assert all(len(piece) <= most and any(map(str.isalnum, piece)) for piece in found)
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for letter in "".join(found) if letter.isalnum()] == letters


def test_pieces_end_where_a_speaker_would_pause() -> None:
    """At punctuation before words, at words before letters."""
    assert list(pieces("One two, three four five", 16)) == ["One two,", "three four five"]
    assert list(pieces("One two three", 9)) == ["One two", "three"]
    assert list(pieces("Onetwothree", 5)) == ["Onetw", "othre", "e"]
