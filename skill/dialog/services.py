"""What a turn may ask of others beside its answer: the device's time zone, a reminder, deleting all that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

REMINDER_DELAY = 24 * 3600
"""Seconds from now until a reminder."""


class Reminded(Enum):
    """The outcome of setting a reminder."""

    SET = "set"
    NOT_ALLOWED = "not allowed"  # the permission is missing
    NOT_HERE = "not here"  # this device takes no reminders, or the request brought no token
    TOO_MANY = "too many"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Caller:
    """The device that a request came from, and the API endpoint and token that the request brought."""

    endpoint: str = ""
    token: str = ""
    device: str = ""
    locale: str = ""


class DeviceApi(Protocol):
    """Amazon's API for the device of a request: its time zone and its reminders."""

    def reaches(self, caller: Caller) -> bool:
        """Whether the API can be called for this device."""
        ...

    def time_zone(self, caller: Caller) -> str:
        """The name of the device's time zone, such as "Europe/Berlin"; "" when it is unknown."""
        ...

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        """Set one reminder, `REMINDER_DELAY` after `now` (epoch seconds), that says this text."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one request. Without `api` there is no time zone and no reminder.

    `forget` deletes all that is kept of this person and returns whether it could; without it nothing can be deleted.
    `spare` gives the seconds that may still pass before the answer; without it none.
    """

    api: DeviceApi | None = None
    caller: Caller = Caller()
    forget: Callable[[], bool] = bool
    spare: Callable[[], float] = float

    @property
    def reminds(self) -> bool:
        """Whether a reminder can be asked for."""
        return self.api is not None and self.api.reaches(self.caller)

    def time_zone(self) -> str:
        """The name of the device's time zone; "" when it is unknown."""
        return self.api.time_zone(self.caller) if self.api else ""

    def remind(self, now: float, text: str) -> Reminded:
        """Set one reminder, `REMINDER_DELAY` after `now` (epoch seconds)."""
        return self.api.remind(self.caller, now, text) if self.api else Reminded.NOT_HERE
