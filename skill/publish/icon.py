"""The skill's picture, drawn here: a tennis ball, as PNG of any size, without an image library.

The manifest wants it 108 and 512 pixels wide (Alexa: publishingInformation, smallIconUri and largeIconUri; PNG).
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from math import hypot

Colour = tuple[float, float, float]
GROUND: Colour = (235, 240, 233)
LIGHT: Colour = (214, 226, 92)
DARK: Colour = (158, 186, 62)
SEAM: Colour = (252, 252, 244)
BALL = 0.36
"""Radius of the ball, where the picture is 1 wide: a round frame cuts nothing of it off."""
SEAM_AT, SEAM_RADIUS, SEAM_HALF = 0.48, 0.35, 0.0145
"""How far from the middle the seams' circles are, their radius, and half the width of a seam."""


@cache
def icon(pixels: int) -> bytes:
    """The picture as PNG, this many pixels wide and high."""
    rows = (b"\0" + b"".join(_pixel(x, y, pixels) for x in range(pixels)) for y in range(pixels))
    header = struct.pack(">IIBBBBB", pixels, pixels, 8, 2, 0, 0, 0)  # eight bits each of red, green and blue
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _pixel(column: int, row: int, pixels: int) -> bytes:
    x, y, width = (column + 0.5) / pixels - 0.5, (row + 0.5) / pixels - 0.5, 1 / pixels
    inside = _covered(hypot(x, y) - BALL, width)
    if inside == 0:
        return bytes(map(round, GROUND))
    shade = min(hypot(x + 0.12, y + 0.14) / (BALL + 0.12), 1.0)
    ball = _mixed(LIGHT, DARK, shade)
    from_seam = min(abs(hypot(x - side * SEAM_AT, y) - SEAM_RADIUS) for side in (-1, 1)) - SEAM_HALF
    return bytes(map(round, _mixed(GROUND, _mixed(ball, SEAM, _covered(from_seam, width)), inside)))


def _covered(distance: float, width: float) -> float:
    """How much of a pixel this wide lies inside an edge so far away (negative: inside), from 0 to 1."""
    return min(max(0.5 - distance / width, 0.0), 1.0)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue
