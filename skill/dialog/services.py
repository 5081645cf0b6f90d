"""What a turn may ask of others beside its answer: the device's time zone, a reminder, deleting all that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

REMINDER_DELAY = 24 * 3600
"""Seconds from now until a reminder."""


class Reminded(Enum):
    """The outcome of setting a reminder, and the message that tells it."""

    SET = "reminder set"
    NOT_ALLOWED = "reminder not allowed"  # the permission is missing
    NOT_HERE = "reminder not here"  # this device takes no reminders, or the request brought no token
    TOO_MANY = "reminders too many"
    FAILED = "reminder failed"


@dataclass(frozen=True, slots=True)
class Caller:
    """The device that a request came from, and the API endpoint and token that the request brought."""

    endpoint: str = ""
    token: str = ""
    device: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one request; by default there is nothing of each.

    `time_zone` gives the name of the device's time zone, such as "Europe/Berlin", or "". `remind` sets one reminder,
    `REMINDER_DELAY` after now (epoch seconds), that says a text; None where none can be asked for. `forget` deletes all
    that is kept of this person and returns whether it could. `spare`: seconds that may pass before the answer.
    """

    time_zone: Callable[[], str] = str
    remind: Callable[[float, str], Reminded] | None = None
    forget: Callable[[], bool] = bool
    spare: Callable[[], float] = float
