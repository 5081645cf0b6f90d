"""gTTS: the voice of Google Translate, in every language, where it is chosen. It needs the network.

Its address is undocumented and may refuse or vanish at any time, and gTTS does not check whom it talks to (it switches
the check of certificates off): never the only voice of anything. Google says at most a hundred characters at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from speech.audio.voices import Sound, needed_by
from speech.errors import NothingToSay, VoiceUnavailable

RATE = 24_000
MOST_CHARACTERS = 100
TIMEOUT = (3.0, 10.0)
"""Seconds to connect, and to wait for an answer."""
PAUSES = (1.0, 2.0, 4.0)
"""Seconds before each new attempt, where Google is too busy or out of reach."""
TOO_MANY = 429
OTHER = "choose another voice: MASSAGE_VOICE=pico needs no network"
ADVICE = "pip install '.[gtts]' in the checkout brings it"
_SPOKEN = re.compile(r"\w")
_PUNCTUATION = re.compile(r"(?<=[.!?;:,])\s+|\s+(?=[–—])")


@dataclass(frozen=True, slots=True)
class Gtts:
    """Google Translate's voice of a language. `sleep` waits for so many seconds."""

    language: str = "en"
    sleep: Callable[[float], None] = time.sleep
    name: str = "gtts"

    @property
    def made_by(self) -> str:
        """gTTS, its version and the language; which voice answers is Google's to say."""
        with needed_by(self.name, ADVICE):
            return f"gtts {version('gTTS')} {self.language}"

    def as_spoken(self, text: str) -> str:
        """Unchanged: it takes no markup."""
        return text

    def speak(self, text: str) -> Sound:
        """The text as sound. Raises NothingToSay, and VoiceUnavailable where Google cannot be had."""
        if not _SPOKEN.search(text):
            raise NothingToSay(self.name, text)
        return Sound(b"".join(self._decoded(self._fetched(piece)) for piece in pieces(text)), RATE)

    def _fetched(self, text: str) -> bytes:
        """The MP3 of a text: asked for again while Google is too busy or out of reach, but never when it refused."""
        with needed_by(self.name, ADVICE):
            from gtts import gTTS, gTTSError
        for pause in (*PAUSES, None):
            try:
                # What gTTS does to texts beforehand may make them longer than one request takes.
                data = b"".join(gTTS(text, lang=self.language, timeout=TIMEOUT, pre_processor_funcs=[]).stream())
            except gTTSError as error:
                status = None if error.rsp is None else error.rsp.status_code
                refused = status is not None and status != TOO_MANY and status < 500
                if pause is None or refused:
                    reason = "Google cannot be reached" if status is None else f"Google answered {status}"
                    raise VoiceUnavailable(self.name, reason, OTHER) from error
                self.sleep(pause)
            except ValueError as error:
                raise VoiceUnavailable(self.name, str(error), OTHER) from error
            else:
                break
        if not data:
            raise VoiceUnavailable(self.name, "Google answered without a sound", OTHER)
        return data

    def _decoded(self, mp3: bytes) -> bytes:
        with needed_by(self.name, ADVICE):
            import miniaudio
        try:
            return bytes(miniaudio.decode(mp3, nchannels=1, sample_rate=RATE).samples)
        except miniaudio.MiniaudioError as error:
            raise VoiceUnavailable(self.name, "what Google answered is no MP3", OTHER) from error


def pieces(text: str, most: int = MOST_CHARACTERS) -> Iterator[str]:
    """The text in pieces of at most so many characters: cut at punctuation, else between words, else anywhere.

    What has no word in it is no piece.
    """
    rest = " ".join(text.split())
    while len(rest) > most:
        cut = _last(_PUNCTUATION, rest, most) or _last(re.compile(r"\s+"), rest, most) or most
        piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        if _SPOKEN.search(piece):
            yield piece
    if _SPOKEN.search(rest):
        yield rest


def _last(where: re.Pattern[str], text: str, most: int) -> int:
    """The last of these places within the first characters; 0 where there is none."""
    return max((found.start() for found in where.finditer(text) if 0 < found.start() <= most), default=0)
