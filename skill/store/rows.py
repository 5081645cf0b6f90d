"""A row of the store: JSON with a version, under a key that begins with its person.

Keys are `person`, `person/device` and `person/device/answers`. The rows of one call belong to one person, so that a
database may keep them in one piece and delete them in one step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from skill import strict_json

SecondsLeft = Callable[[], float]
"""Tells how many seconds a use of the database may still take."""
ROW_LIFETIME = 400 * 86_400.0
"""Seconds after its last write when a row is deleted."""
DATING_INTERVAL = 86_400.0
"""Seconds for which a row that is written again keeps its date."""
LAST_VERSION = 2**53  # a larger one is damaged
DAMAGED = -1
"""The version of a row whose own version cannot be used."""
PROBE_BYTES = 32 * 1024  # of the row that a check writes: more than a person's or a device's row has
as_stored = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
"""The text of a row's data. Raises ValueError for data that JSON cannot hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What is stored under a key, and the version that a writer must name. Rows are equal by version and data."""

    version: int
    stored: Mapping[str, Any] | str
    """The data, or its text, which is parsed only when the data is asked for."""
    dated: float = 0.0
    """When it was written (seconds since 1970), give or take `DATING_INTERVAL`."""

    @property
    def text(self) -> str:
        """The data as it is stored: a writer compares it to see whether anything changed."""
        return self.stored if isinstance(self.stored, str) else as_stored(self.stored)

    @property
    def data(self) -> dict[str, Any]:
        """A new copy of the data. Damaged data is empty, and the next save replaces it."""
        try:
            found = strict_json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.version, self.data) == (other.version, other.data)


@dataclass(slots=True)
class Change:
    """New data for a key, written only while its row has the `expected` version (0: no row; `DAMAGED`: a damaged one).

    The data is given as it is, or as its `text`. `dated` is the date of the row that was read. Raises ValueError for
    data that JSON cannot hold.
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
        """The version of the row once it is written."""
        return max(self.expected, 0) + 1

    def renews_date(self, now: float) -> bool:
        """Whether the row gets a new date: it has none, or an old one."""
        return self.expected <= 0 or not 0 <= now - self.dated < DATING_INTERVAL


def person_of(key: str) -> str:
    """The person to whom the row of this key belongs."""
    return key.partition("/")[0]


def row_of(version: Any, data: Any, dated: Any) -> Row:
    """The row of what a database holds. A damaged one is empty, and the next save replaces it."""
    if type(version) is not int or not 1 <= version <= LAST_VERSION:
        return Row(DAMAGED, {})
    if not isinstance(data, str):
        return Row(version, {})
    return Row(version, data, dated if isinstance(dated, float) else 0.0)
