"""The device's audio player: a stream, a queue behind it, and the events it sends to the skill.

It outlives the session, as on a real Echo. Only time, `Play`, `Stop` and `ClearQueue` move it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skill.simulator.player_rules import CLEAR, PLAY, STOP

SecondsOfTrack = Callable[[str], float]


def endless(_url: str) -> float:
    """The length of a track of which nobody knows the end: it plays until something stops it."""
    return math.inf


@dataclass(frozen=True, slots=True)
class Stream:
    """What `Play` names: where the sound is, its token, and the millisecond it begins at."""

    url: str
    token: str
    offset: int


TOLD = {"PlaybackStarted": "plays from", "PlaybackStopped": "stops at", "PlaybackFinished": "ends at"}


@dataclass(frozen=True, slots=True)
class Event:
    """What the player tells the skill, such as "PlaybackStarted"; the offset is in milliseconds."""

    name: str
    token: str
    offset: int

    @property
    def told(self) -> str:
        """What a transcript tells of it: "plays from 0:12"; "" where nobody would hear a change."""
        told, seconds = TOLD.get(self.name), self.offset // 1000
        return f"{told} {seconds // 60}:{seconds % 60:02}" if told else ""


class Player:
    """What plays, since when, and what comes after it. All moments are in milliseconds since 1970."""

    def __init__(self, seconds_of_track: SecondsOfTrack = endless) -> None:
        self._seconds_of_track = seconds_of_track
        self._current: Stream | None = None
        self._queue: list[Stream] = []
        self._since: int | None = None
        self._due = False  # whether it begins, or goes on, as soon as the device is quiet
        self._activity = "IDLE"

    @property
    def playing(self) -> bool:
        """Whether sound comes out."""
        return self._since is not None

    @property
    def was_last(self) -> bool:
        """Whether a track was put on here: then "pause" and the like need no name of a skill (section 3c)."""
        return self._current is not None

    def offset(self, now: int) -> int:
        """The millisecond of the stream that is reached."""
        if self._current is None:
            return 0
        return self._current.offset + (now - self._since if self._since is not None else 0)

    def context(self, now: int) -> dict[str, Any]:
        """What the request's context says of the player."""
        if self._current is None:
            return {"playerActivity": self._activity}
        return {
            "token": self._current.token,
            "offsetInMilliseconds": self.offset(now),
            "playerActivity": "PLAYING" if self.playing else self._activity,
        }

    def ends_at(self) -> int | None:
        """The moment the stream is over, if nothing stops it; None when nothing plays or it has no end."""
        if self._current is None or self._since is None:
            return None
        seconds = self._seconds_of_track(self._current.url)
        if math.isinf(seconds):
            return None
        return self._since + max(round(seconds * 1000) - self._current.offset, 0)

    def interrupt(self, now: int) -> list[Event]:
        """Somebody speaks to the device: the stream halts until the answer is over (14)."""
        if not self.playing:
            return []
        self._due = True
        return [self._halt(now, "STOPPED", "PlaybackStopped")]

    def go(self, now: int) -> list[Event]:
        """The device is quiet: what is due begins. PlaybackNearlyFinished comes as early as it may (3c)."""
        if not self._due or self._current is None or self.playing:
            return []
        self._due = False
        self._since = now
        events = [Event("PlaybackStarted", self._current.token, self._current.offset)]
        if self.ends_at() is not None:
            events.append(Event("PlaybackNearlyFinished", self._current.token, self._current.offset))
        return events

    def finish(self, now: int) -> list[Event]:
        """The stream is over; the next in the queue is due."""
        event = self._halt(now, "FINISHED", "PlaybackFinished")
        if self._queue:
            self._current = self._queue.pop(0)
            self._due = True
        return [event]

    def apply(self, directives: Iterable[Mapping[str, Any]], now: int) -> list[Event]:
        """Do what a response says. Replacing or stopping a stream that plays is an event of its own."""
        events: list[Event] = []
        for directive in directives:
            if directive["type"] == STOP:
                events += self._stop(now)
            elif directive["type"] == CLEAR:
                self._queue.clear()
                if directive["clearBehavior"] == "CLEAR_ALL":
                    events += self._stop(now)
            elif directive["type"] == PLAY:
                events += self._play(directive, now)
        return events

    def _play(self, directive: Mapping[str, Any], now: int) -> list[Event]:
        fields = directive["audioItem"]["stream"]
        stream = Stream(fields["url"], fields["token"], fields["offsetInMilliseconds"])
        behaviour = directive["playBehavior"]
        if behaviour == "REPLACE_ALL":
            events = self._stop(now)
            self._queue.clear()
            self._current, self._due = stream, True
            return events
        if behaviour == "REPLACE_ENQUEUED":
            self._queue.clear()
        last = self._queue[-1] if self._queue else self._current
        if behaviour == "ENQUEUE" and (last is None or last.token != fields["expectedPreviousToken"]):
            return []  # Alexa drops what does not follow the stream it names
        if self.playing or self._due:
            self._queue.append(stream)
        else:
            self._current, self._due = stream, True
        return []

    def _stop(self, now: int) -> list[Event]:
        self._due = False
        return [self._halt(now, "STOPPED", "PlaybackStopped")] if self.playing else []

    def _halt(self, now: int, activity: str, event: str) -> Event:
        assert self._current is not None
        self._current = Stream(self._current.url, self._current.token, self.offset(now))
        self._since = None
        self._activity = activity
        return Event(event, self._current.token, self._current.offset)
