"""Features of a cleaned sentence for the classifier: rows of its table, by a hash of words and letters."""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

ROWS = 1 << 15
"""Rows of the table: a power of two."""
_NUMBER = re.compile(
    r"\b(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty)\b"
)
LETTERS = (3, 4)
"""Lengths of the runs of letters inside a word and its edges."""


def rows_of(words: str) -> list[int]:
    """The rows of the table that this sentence uses, each once, in order."""
    plain = _NUMBER.sub("0", words)
    row = ["^", *plain.split(), "$"]
    found = {f"w{word}" for word in row[1:-1]}
    found |= {f"b{first} {second}" for first, second in pairwise(row)}
    found |= {f"t{row[at]} {row[at + 1]} {row[at + 2]}" for at in range(len(row) - 2)}
    found |= {f"s{row[at]} {row[at + 2]}" for at in range(len(row) - 2)}
    for word in set(row[1:-1]):
        edged = f"<{word}>"
        found |= {f"c{edged[at : at + length]}" for length in LETTERS for at in range(len(edged) - length + 1)}
    return sorted({crc32(feature.encode()) % ROWS for feature in found})
