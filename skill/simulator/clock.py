"""A clock that stands still until it is moved, shared by the simulated device and the app behind it."""

from __future__ import annotations

from datetime import UTC, datetime

#: A winter morning: any moment will do, as long as it is the same every time.
MORNING = datetime(2027, 1, 11, 7, 30, tzinfo=UTC).timestamp()


class Clock:
    """Seconds since 1970, to the millisecond: `clock()` reads it, only `advance` and `move_to` change it."""

    def __init__(self, start: float = MORNING) -> None:
        self._milliseconds = round(start * 1000)

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self._milliseconds / 1000

    @property
    def milliseconds(self) -> int:
        """The same moment as a whole number, which adds up without rounding."""
        return self._milliseconds

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises ValueError for a negative time."""
        self.move_to(self._milliseconds + round(seconds * 1000))

    def move_to(self, milliseconds: int) -> None:
        """Set the moment, in milliseconds since 1970. Raises ValueError when it has passed."""
        if milliseconds < self._milliseconds:
            raise ValueError(f"{self._milliseconds - milliseconds} ms ago: a clock does not go back")
        self._milliseconds = milliseconds
