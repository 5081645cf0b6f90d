"""The device's audio player: a stream, a queue behind it, and the events it sends to the skill.

It outlives the session, as on a real Echo. Only time, `Play`, `Stop` and `ClearQueue` move it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from skill.simulator.response_rules import CLEAR, PLAY, STOP

NEARLY_FINISHED = 10_000  # milliseconds before its end at which a device that is not eager reports it


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a track, with the milliseconds of the file at which they begin and end."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A fetched sound: the seconds of the whole, and the words in it, in order."""

    seconds: float
    words: tuple[Words, ...] = ()


Fetch = Callable[[str, int], Sound | None]
"""Gets the sound at an address from a millisecond on; None where it cannot be had."""


def endless(_url: str, _offset: int) -> Sound | None:
    """A track without an end: it plays until something stops it."""
    return Sound(math.inf)


@dataclass(frozen=True, slots=True)
class Stream:
    """What `Play` names: where the sound is, its token, the millisecond it begins at, and what a screen shows."""

    url: str
    token: str
    offset: int
    title: str = ""


EVENT_TEXTS = {
    "PlaybackStarted": "plays from",
    "PlaybackStopped": "stops at",
    "PlaybackFinished": "ends at",
    "PlaybackFailed": "cannot be played from",
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event that the player sends to the skill, such as "PlaybackStarted"; the offset is in milliseconds."""

    name: str
    token: str
    offset: int

    @property
    def text(self) -> str:
        """What a transcript shows of it: "plays from 0:12"; "" where nothing audible changes."""
        text, seconds = EVENT_TEXTS.get(self.name), self.offset // 1000
        return f"{text} {seconds // 60}:{seconds % 60:02}" if text else ""


class Player:
    """What plays, since when, and what comes after it. All moments are in milliseconds since 1970.

    An eager one reports a stream as nearly finished as soon as it begins, as some devices do (3c).
    """

    def __init__(self, fetch: Fetch = endless, eager: bool = True) -> None:
        self._fetch = fetch
        self._eager = eager
        self._current: Stream | None = None
        self._sound: Sound | None = None  # of the current stream, once it was fetched
        self._queue: list[Stream] = []
        self._since: int | None = None
        self._reported = 0  # the millisecond of the file up to which everything was reported
        self.waits = False
        """Whether it begins, or goes on, as soon as the device is quiet."""
        self._activity = "IDLE"

    @property
    def playing(self) -> bool:
        """Whether sound comes out."""
        return self._since is not None

    @property
    def was_last(self) -> bool:
        """Whether a track was played here: then "pause" and the like need no name of a skill (section 3c)."""
        return self._current is not None

    def offset(self, now: int) -> int:
        """The millisecond of the stream that is reached."""
        if self._current is None:
            return 0
        return self._current.offset + (now - self._since if self._since is not None else 0)

    @property
    def stream(self) -> Stream | None:
        """The stream that plays or may go on; None before any, and once it was played to its end."""
        return None if self._activity == "FINISHED" and not self.playing and not self.waits else self._current

    def words(self, now: int) -> str:
        """What is being said in the stream that plays; empty in its silences."""
        said = self._sound.words if self._sound is not None and self.playing else ()
        at = self.offset(now)
        return next((one.text for one in said if one.start <= at < one.end), "")

    def context(self, now: int) -> dict[str, Any]:
        """The AudioPlayer of a request's context. A player that is not eager reports a stream that waits as PLAYING."""
        if self._current is None:
            return {"playerActivity": self._activity}
        waits = self.waits and not self._eager
        return {
            "token": self._current.token,
            "offsetInMilliseconds": self.offset(now),
            "playerActivity": "PLAYING" if self.playing or waits else self._activity,
        }

    def next(self) -> int | None:
        """The moment of the next words or event; None when nothing plays, or nothing comes."""
        if self._current is None or self._since is None or self._sound is None:
            return None
        coming = [offset for offset in self._marks(self._sound) if offset > self._reported]
        return self._since + min(coming) - self._current.offset if coming else None

    def advance(self, now: int) -> tuple[list[Event], list[Words]]:
        """The events and words up to this moment; at the end of the stream the next in the queue is due."""
        if self._current is None or self._since is None or self._sound is None:
            return [], []
        before, self._reported = self._reported, self.offset(now)
        words = [one for one in self._sound.words if before < one.start <= self._reported]
        end, events = self._end(self._sound), list[Event]()
        if not self._eager and before < end - NEARLY_FINISHED <= self._reported:
            events.append(Event("PlaybackNearlyFinished", self._current.token, self._reported))
        if end <= self._reported:
            events.append(self._halt(now, "FINISHED", "PlaybackFinished"))
            if self._queue:
                self._current, self.waits = self._queue.pop(0), True
        return events, words

    def interrupt(self, now: int) -> list[Event]:
        """Halt the stream, since a person speaks to the device, until the answer is over (14)."""
        if not self.playing:
            return []
        self.waits = True
        return [self._halt(now, "STOPPED", "PlaybackStopped")]

    def go(self, now: int) -> list[Event]:
        """Fetch and begin what is due, now that the device is quiet."""
        if not self.waits or self._current is None or self.playing:
            return []
        self.waits = False
        token, offset = self._current.token, self._current.offset
        self._sound = self._fetch(self._current.url, offset)
        if self._sound is None:
            self._activity = "STOPPED"
            return [Event("PlaybackFailed", token, offset)]
        self._since, self._reported = now, offset - 1
        events = [Event("PlaybackStarted", token, offset)]
        if self._eager and not math.isinf(self._sound.seconds):
            events.append(Event("PlaybackNearlyFinished", token, offset))
        return events

    def _marks(self, sound: Sound) -> list[int]:
        """The milliseconds of the file at which something happens."""
        starts = [one.start for one in sound.words]
        if math.isinf(sound.seconds):
            return starts
        end = int(self._end(sound))
        return [*starts, end] if self._eager else [*starts, end - NEARLY_FINISHED, end]

    def _end(self, sound: Sound) -> float:
        assert self._current is not None
        return math.inf if math.isinf(sound.seconds) else max(round(sound.seconds * 1000), self._current.offset)

    def apply(self, directives: Iterable[Mapping[str, Any]], now: int) -> list[Event]:
        """Carry out the directives of a response. Replacing or stopping a stream that plays is an event."""
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
        title = directive["audioItem"].get("metadata", {}).get("title", "")
        stream = Stream(fields["url"], fields["token"], fields["offsetInMilliseconds"], title)
        behaviour = directive["playBehavior"]
        if behaviour == "REPLACE_ALL":
            events = self._stop(now)
            self._queue.clear()
            self._current, self.waits = stream, True
            return events
        if behaviour == "REPLACE_ENQUEUED":
            self._queue.clear()
        last = self._queue[-1] if self._queue else self._current
        if behaviour == "ENQUEUE" and (last is None or last.token != fields["expectedPreviousToken"]):
            return []  # Alexa drops what does not follow the stream it names
        if self.playing or self.waits:
            self._queue.append(stream)
        else:
            self._current, self.waits = stream, True
        return []

    def _stop(self, now: int) -> list[Event]:
        self.waits = False
        return [self._halt(now, "STOPPED", "PlaybackStopped")] if self.playing else []

    def _halt(self, now: int, activity: str, event: str) -> Event:
        assert self._current is not None
        self._current = replace(self._current, offset=self.offset(now))
        self._since = None
        self._activity = activity
        return Event(event, self._current.token, self._current.offset)
