"""What a turn may do beyond answering: ask Amazon about the device, set a reminder, forget the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skill.alexa.reminders_api import Amazon, Caller, Reminded

NOBODY = Caller("", "", "", "")


@dataclass(frozen=True, slots=True)
class Outside:
    """The outside of one request. Without `amazon` there is no time zone and no reminder.

    `forget` deletes all that is kept of this person and tells whether it could; without it nothing could. `spare` gives
    the seconds that may still be spent before the answer; without it none.
    """

    amazon: Amazon | None = None
    caller: Caller = NOBODY
    forget: Callable[[], bool] = bool
    spare: Callable[[], float] = float

    @property
    def reminds(self) -> bool:
        """Whether a reminder could be asked for at all."""
        return self.amazon is not None and self.amazon.reaches(self.caller)

    def time_zone(self) -> str:
        """The name of the device's time zone; "" where it cannot be told."""
        return self.amazon.time_zone(self.caller) if self.amazon else ""

    def remind(self, now: float, text: str) -> Reminded:
        """Set one reminder for this time tomorrow. `now` is in epoch seconds."""
        return self.amazon.remind(self.caller, now, text) if self.amazon else Reminded.NOT_HERE
