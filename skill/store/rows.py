"""What the memory holds: rows of JSON, each with a version, under keys that begin with whom they are of.

`person`, `person/device`, `person/device/answers`: what stands before the first slash is the person. What is loaded or
saved together is one person's, so that a database may keep a person in one piece, and forget them at one stroke.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from skill import strict_json

WAIT = 1.0  # seconds that one use may wait in all: a request loads and saves, and Alexa gives its answer about 8
KEPT = 400 * 86_400.0  # seconds after which a row that nobody wrote is deleted
DATED = 86_400.0  # seconds for which a row that is written again keeps its date
LAST_VERSION = 2**53  # a larger one is damage
Left = Callable[[], float]
"""Tells how many seconds may still be waited."""
DAMAGED = -1  # the version of a row whose own cannot be used
PROBE = 32 * 1024  # bytes of the row that a check writes: more than those of a person or a device have


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What is stored under a key, and the version that a writer must name (`DAMAGED`: it has none).

    Rows are equal whose version and data are.
    """

    version: int
    stored: Mapping[str, Any] | str
    """The data, or its text, which is read only when somebody wants to know."""
    dated: float = 0.0
    """Since when nobody wrote it, give or take `DATED`: seconds since 1970."""

    @property
    def text(self) -> str:
        """The data as it is stored, by which a writer may tell whether it changed."""
        return self.stored if isinstance(self.stored, str) else as_stored(self.stored)

    @property
    def data(self) -> dict[str, Any]:
        """The data, anew each time; what is damaged reads as empty, and the next save mends it."""
        try:
            found = strict_json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.version, self.data) == (other.version, other.data)


@dataclass(slots=True)
class Change:
    """New data for a key, valid only while its row is still of the `expected` version (0: no row; `DAMAGED`: none).

    The data is given as it is, or as its `text`. `dated` is what the row that was read says of itself. Raises
    ValueError for what JSON cannot hold.
    """

    key: str
    data: InitVar[Mapping[str, Any] | str]
    expected: int
    dated: float = field(default=0.0, compare=False)
    text: str = field(init=False)

    def __post_init__(self, data: Mapping[str, Any] | str) -> None:
        self.text = data if isinstance(data, str) else as_stored(data)

    @property
    def version(self) -> int:
        """Which version the row will be of."""
        return max(self.expected, 0) + 1

    def dates(self, now: float) -> bool:
        """Whether the row is to be dated now, since it was not within the last day."""
        return self.expected <= 0 or not 0 <= now - self.dated < DATED


def person_of(key: str) -> str:
    """Whose row this is."""
    return key.partition("/")[0]


def as_stored(data: Mapping[str, Any]) -> str:
    """The text of a row's data. Raises ValueError for what JSON cannot hold."""
    return _encode(data)


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def row_of(version: Any, data: Any, dated: Any) -> Row:
    """The row of what was stored; one that is damaged reads as empty, and the next save mends it."""
    if type(version) is not int or not 1 <= version <= LAST_VERSION:
        return Row(DAMAGED, {})
    if not isinstance(data, str):
        return Row(version, {})
    return Row(version, data, dated if isinstance(dated, float) else 0.0)
