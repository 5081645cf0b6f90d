"""Amazon's own doors as a conversation finds them: a time zone, and what becomes of each reminder."""

from __future__ import annotations

from collections.abc import Iterable

from skill.alexa.reminders_api import Amazon
from skill.dialog.turn import Caller, Reminded


class FakeAmazon(Amazon):
    """Answers without a network; `results` are given one after the other, the last one for ever."""

    def __init__(self, zone: str = "", results: Iterable[str] = ("set",)) -> None:
        super().__init__()
        self.zone = zone
        self.results = [Reminded[result.replace(" ", "_").upper()] for result in results]
        self.set: list[tuple[float, str]] = []
        """When each reminder was set (epoch seconds), and what it says."""

    def time_zone(self, caller: Caller) -> str:
        return self.zone

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if result is Reminded.SET:
            self.set.append((now, text))
        return result
