"""Reading SSML: its tags as a tree, and what a person hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from speech.errors import SpeechError

#: What a named rate or pause comes to. Ours: Amazon gives the names, not the numbers.
RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.5}
PAUSES = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}

_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


class SsmlNotWellFormed(SpeechError):
    """The text is not XML that Alexa could read; the message says why and where."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"{reason} (line {line}, column {column})")


class SoundOfUnknownLength(SpeechError):
    """An `<audio>` clip stands in the text, and nothing there tells its seconds."""

    def __init__(self, source: str) -> None:
        super().__init__(f"the length of {source} is not known without playing it")


@dataclass(frozen=True, slots=True)
class Words:
    """Text said in one go, and how fast (1.0 is the voice's own pace)."""

    text: str
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing said, for this many seconds."""

    seconds: float


Piece = Words | Silence


def parse_ssml(ssml: str) -> Element:
    """The tree of an SSML text. Raises `SsmlNotWellFormed`.

    Alexa's prefixes (`amazon:`, `alexa:`) are declared nowhere, so no namespace rules apply here.
    """
    builder, parser = TreeBuilder(), expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise SsmlNotWellFormed("a document type has no place here", parser.CurrentLineNumber, 0)

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, doctype
    try:
        parser.Parse(ssml, True)
    except expat.ExpatError as error:
        raise SsmlNotWellFormed(expat.ErrorString(error.code), error.lineno, error.offset) from None
    except UnicodeEncodeError:  # half of a surrogate pair
        raise SsmlNotWellFormed("a character that no text can hold", 0, 0) from None
    return builder.close()


def break_seconds(attributes: dict[str, str]) -> float | None:
    """The seconds of a `<break>` with these attributes; None when its time cannot be read (no unit, say)."""
    if "time" in attributes:
        match = _TIME.fullmatch(attributes["time"])
        return None if match is None else float(match[1]) / (1000 if match[2] == "ms" else 1)
    return PAUSES.get(attributes.get("strength", "medium"))


def spoken(ssml: str) -> tuple[Piece, ...]:
    """What is heard: words (with the rate they are said at) and silences, in order.

    A phoneme is heard as the word it stands on and a `sub` as its alias. Chained breaks are one silence; text is
    one piece until a silence, another rate, or the end of a `p` or `s`. Raises `SsmlNotWellFormed` and
    `SoundOfUnknownLength`.
    """
    pieces: list[Piece] = []
    joined = False  # whether text still goes on from the piece before
    for piece in _pieces(parse_ssml(ssml), 1.0):
        last = pieces[-1] if pieces else None
        if piece is None:
            joined = False
        elif isinstance(piece, Words):
            blank = not piece.text.strip()
            if joined and isinstance(last, Words) and (blank or last.rate == piece.rate):
                pieces[-1] = Words(last.text + piece.text, last.rate)
            elif not blank:
                pieces.append(piece)
                joined = True
        elif piece.seconds > 0:
            if isinstance(last, Silence):
                pieces[-1] = Silence(round(last.seconds + piece.seconds, 3))
            else:
                pieces.append(piece)
            joined = False
    return tuple(
        Words(" ".join(piece.text.split()), piece.rate) if isinstance(piece, Words) else piece for piece in pieces
    )


def _pieces(element: Element, rate: float) -> Iterator[Piece | None]:
    """Pieces as they stand; None where a sentence or paragraph element keeps texts apart."""
    if element.tag == "break":
        yield Silence(break_seconds(element.attrib) or 0.0)
        return
    if element.tag == "audio":
        raise SoundOfUnknownLength(element.get("src", ""))
    if element.tag == "sub":
        yield Words(element.get("alias", ""), rate)
        return
    if element.tag == "prosody":
        rate *= _rate(element.get("rate", "medium"))
    apart = element.tag in ("p", "s")
    if apart:
        yield None
    yield Words(element.text or "", rate)
    for child in element:
        yield from _pieces(child, rate)
        yield Words(child.tail or "", rate)
    if apart:
        yield None


def _rate(value: str) -> float:
    if value in RATES:
        return RATES[value]
    try:
        return float(value.removesuffix("%")) / 100
    except ValueError:
        return 1.0  # the checker reports it; what is heard is the usual pace
