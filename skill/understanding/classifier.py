"""The classifier: a linear model over hashed n-grams, int8 weights read in place. No library, no I/O of its own."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from operator import add

from skill.understanding.features import ROWS, rows_of

MAGIC = b"MASSAGE-CLASSIFIER-1\n"


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent, or none ("none"), and how sure the model is, from 0 to 1."""

    intent: str
    confidence: float


class Classifier:
    """The weights of a language, as `save` wrote them: a line of JSON, then a row of int8 for each feature row."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC):
            raise ValueError("not the table of a classifier")
        (length,) = struct.unpack_from("<I", data, len(MAGIC))
        start = len(MAGIC) + 4
        head = json.loads(data[start : start + length])
        self.labels: tuple[str, ...] = tuple(head["labels"])
        self.made_of: str = head["made of"]
        self._bias: list[float] = head["bias"]
        self._scale: float = head["scale"]
        table = memoryview(data)[start + length :].cast("b")
        if len(table) != ROWS * len(self.labels):
            raise ValueError("the table of the classifier is cut off")
        self._table = table

    def guesses(self, words: str) -> list[Guess]:
        """Every label with its confidence for these cleaned words, the likeliest first."""
        count, table = len(self.labels), self._table
        rows = rows_of(words)
        sums: list[int] = [0] * count
        for row in rows:
            sums = list(map(add, sums, table[row * count : (row + 1) * count]))
        unit = self._scale / math.sqrt(max(len(rows), 1))
        scores = [total * unit + bias for total, bias in zip(sums, self._bias, strict=True)]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        whole = sum(powers)
        found = [Guess(label, power / whole) for label, power in zip(self.labels, powers, strict=True)]
        return sorted(found, key=lambda guess: -guess.confidence)


def table_bytes(labels: tuple[str, ...], bias: list[float], scale: float, weights: bytes, made_of: str) -> bytes:
    """The file of a classifier: `weights` are int8, a row of one value a label for each of ROWS rows.

    `made_of` is the fingerprint of its examples.
    """
    rounded = [round(one, 5) for one in bias]
    head = json.dumps({"labels": list(labels), "bias": rounded, "scale": scale, "made of": made_of}).encode()
    return MAGIC + struct.pack("<I", len(head)) + head + weights
