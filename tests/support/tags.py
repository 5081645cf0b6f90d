"""Reads the ID3v2.3 head of an MP3 file by the letter of its specification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Tag:
    """Its texts by frame, its chapters (id, start and end in milliseconds, title), their order, and its bytes."""

    texts: dict[str, str]
    chapters: list[tuple[str, int, int, str]]
    contents: list[str]
    size: int


def read_tag(data: bytes) -> Tag:
    """The tag at the start of a file."""
    assert data[:6] == b"ID3\x03\x00\x00"
    assert all(byte < 128 for byte in data[6:10])
    size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    texts: dict[str, str] = {}
    chapters: list[tuple[str, int, int, str]] = []
    contents: list[str] = []
    for name, body in _frames(data[10 : 10 + size]):
        if name == "CHAP":
            chapter, _, rest = body.partition(b"\0")
            ((inner, title),) = _frames(rest[16:])
            assert inner == "TIT2"
            assert rest[8:16] == b"\xff" * 8
            times = int.from_bytes(rest[:4], "big"), int.from_bytes(rest[4:8], "big")
            chapters.append((chapter.decode("latin-1"), *times, _text(title)))
        elif name == "CTOC":
            _, _, rest = body.partition(b"\0")
            assert rest[0] == 3, "top level, ordered"
            contents = rest[2:].decode("latin-1").split("\0")[:-1]
            assert len(contents) == rest[1]
        else:
            texts[name] = _text(body)
    return Tag(texts, chapters, contents, 10 + size)


def _frames(data: bytes) -> Iterator[tuple[str, bytes]]:
    while data:
        size = int.from_bytes(data[4:8], "big")
        assert data[:4].isalnum() and data[8:10] == bytes(2) and size <= len(data) - 10
        yield data[:4].decode(), data[10 : 10 + size]
        data = data[10 + size :]


def _text(body: bytes) -> str:
    assert body[0] == 1
    return body[1:].decode("utf-16")
