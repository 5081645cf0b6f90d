"""Text and silence as SSML: escaping, pronunciations, and chains of breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from speech.script.pace import CUE_RATE

LONGEST_BREAK = 10.0
"""Seconds of one `<break>` (Alexa facts, 1b)."""
_WORDS = re.compile(r"([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a part: words of one cue, or silence. `moment` is where it begins on the timeline."""

    moment: float
    seconds: float
    text: str | None


class Markup:
    """Text to SSML: escaped, with words that are often mispronounced spelled in IPA."""

    def __init__(self, pronunciations: Mapping[str, str]) -> None:
        self.pronunciations = {word.lower(): ipa for word, ipa in pronunciations.items()}
        self.text = lru_cache(maxsize=4096)(self._text)  # the same sentences are said again and again
        """Escaped text with phonemes."""

    def _text(self, text: str) -> str:
        return "".join(map(self._marked, _WORDS.split(text)))

    def _marked(self, part: str) -> str:
        ipa = self.pronunciations.get(part.lower())
        return f'<phoneme alphabet="ipa" ph={quoteattr(ipa)}>{escape(part)}</phoneme>' if ipa else escape(part)

    def pause(self, seconds: float) -> str:
        """Silence as a chain of breaks, none longer than Alexa allows, to the millisecond."""
        whole, rest = divmod(round(seconds * 1000), int(LONGEST_BREAK * 1000))
        return f'<break time="{LONGEST_BREAK:.0f}s"/>' * whole + (f'<break time="{rest}ms"/>' if rest else "")

    def body(self, pieces: tuple[Piece, ...], rate: float = CUE_RATE) -> str:
        """A part's pieces as calmly spoken markup, at this rate."""
        return f'<prosody rate="{rate:.0%}">{"".join(map(self.piece, pieces))}</prosody>'

    def piece(self, piece: Piece) -> str:
        """One piece as markup: its words, or its silence."""
        return self.pause(piece.seconds) if piece.text is None else self.text(piece.text)
