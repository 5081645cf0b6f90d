"""Amazon's own doors, where a rehearsal comes by: it never leaves this process."""

from __future__ import annotations

from skill.alexa.reminders_api import Amazon
from skill.dialog.services import Caller, Reminded

WITH_REMINDERS = "rehearsed"
"""What a device that takes reminders sends along."""


class ObligingAmazon(Amazon):
    """Reminders are set once the person allowed it; nobody is called."""

    def __init__(self) -> None:
        super().__init__()
        self._refused: set[str] = set()

    def reaches(self, caller: Caller) -> bool:
        """Whether the request brought what opens the doors."""
        return bool(caller.token)

    def time_zone(self, caller: Caller) -> str:
        """The same for all."""
        return "Europe/London"

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        """Not allowed the first time, so that Alexa has to ask the person; set the next."""
        if caller.device in self._refused:
            return Reminded.SET
        self._refused.add(caller.device)
        return Reminded.NOT_ALLOWED
