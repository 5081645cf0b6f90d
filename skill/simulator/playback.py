"""The device's audio player: a stream, a queue behind it, and the events it sends to the skill.

It outlives the session, as on a real Echo. Only time, `Play`, `Stop` and `ClearQueue` move it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from skill.simulator.player_rules import CLEAR, PLAY, STOP

NEARLY = 10_000  # milliseconds before its end at which a device that is not eager tells that a stream nears it


@dataclass(frozen=True, slots=True)
class Words:
    """Something that is said in a track: the milliseconds of the file, and the words."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """What was fetched: how many seconds the whole takes, and what is said in it, in order."""

    seconds: float
    words: tuple[Words, ...] = ()


Fetch = Callable[[str, int], Sound | None]
"""Gets the sound at an address from a millisecond on; None where it cannot be had."""


def endless(_url: str, _offset: int) -> Sound | None:
    """A track of which nobody knows the end: it plays until something stops it."""
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
    """What the player tells the skill, such as "PlaybackStarted"; the offset is in milliseconds."""

    name: str
    token: str
    offset: int

    @property
    def text(self) -> str:
        """What a transcript tells of it: "plays from 0:12"; "" where nobody would hear a change."""
        told, seconds = EVENT_TEXTS.get(self.name), self.offset // 1000
        return f"{told} {seconds // 60}:{seconds % 60:02}" if told else ""


class Player:
    """What plays, since when, and what comes after it. All moments are in milliseconds since 1970.

    An eager one tells that a stream is nearly finished as soon as it begins, as some devices do (3c).
    """

    def __init__(self, fetch: Fetch = endless, eager: bool = True) -> None:
        self._fetch = fetch
        self._eager = eager
        self._current: Stream | None = None
        self._sound: Sound | None = None  # of the current stream, once it was fetched
        self._queue: list[Stream] = []
        self._since: int | None = None
        self._told = 0  # the millisecond of the file up to which everything was told
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

    @property
    def stream(self) -> Stream | None:
        """The stream that plays or may go on; None before any, and once it was played to its end."""
        return None if self._activity == "FINISHED" and not self.playing and not self._due else self._current

    @property
    def waits(self) -> bool:
        """Whether it begins, or goes on, as soon as the device is quiet."""
        return self._due

    def words(self, now: int) -> str:
        """What is being said in the stream that plays; empty in its silences."""
        said = self._sound.words if self._sound is not None and self.playing else ()
        at = self.offset(now)
        return next((one.text for one in said if one.start <= at < one.end), "")

    def context(self, now: int) -> dict[str, Any]:
        """What the request's context says of the player. One that is not eager calls a stream that waits PLAYING."""
        if self._current is None:
            return {"playerActivity": self._activity}
        waits = self._due and not self._eager
        return {
            "token": self._current.token,
            "offsetInMilliseconds": self.offset(now),
            "playerActivity": "PLAYING" if self.playing or waits else self._activity,
        }

    def next(self) -> int | None:
        """The moment at which something is said or told; None when nothing plays, or nothing comes."""
        if self._current is None or self._since is None or self._sound is None:
            return None
        coming = [offset for offset in self._marks(self._sound) if offset > self._told]
        return self._since + min(coming) - self._current.offset if coming else None

    def advance(self, now: int) -> tuple[list[Event], list[Words]]:
        """What is told and said up to this moment; at its end the stream is over, and the next in the queue is due."""
        if self._current is None or self._since is None or self._sound is None:
            return [], []
        before, self._told = self._told, self.offset(now)
        words = [one for one in self._sound.words if before < one.start <= self._told]
        end, events = self._end(self._sound), list[Event]()
        if not self._eager and before < end - NEARLY <= self._told:
            events.append(Event("PlaybackNearlyFinished", self._current.token, self._told))
        if end <= self._told:
            events.append(self._halt(now, "FINISHED", "PlaybackFinished"))
            if self._queue:
                self._put_on(self._queue.pop(0))
        return events, words

    def interrupt(self, now: int) -> list[Event]:
        """Somebody speaks to the device: the stream halts until the answer is over (14)."""
        if not self.playing:
            return []
        self._due = True
        return [self._halt(now, "STOPPED", "PlaybackStopped")]

    def go(self, now: int) -> list[Event]:
        """The device is quiet: what is due is fetched and begins."""
        if not self._due or self._current is None or self.playing:
            return []
        self._due = False
        token, offset = self._current.token, self._current.offset
        self._sound = self._fetch(self._current.url, offset)
        if self._sound is None:
            self._activity = "STOPPED"
            return [Event("PlaybackFailed", token, offset)]
        self._since, self._told = now, offset - 1
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
        return [*starts, end] if self._eager else [*starts, end - NEARLY, end]

    def _end(self, sound: Sound) -> float:
        assert self._current is not None
        return math.inf if math.isinf(sound.seconds) else max(round(sound.seconds * 1000), self._current.offset)

    def _put_on(self, stream: Stream) -> None:
        self._current, self._due = stream, True

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
        title = directive["audioItem"].get("metadata", {}).get("title", "")
        stream = Stream(fields["url"], fields["token"], fields["offsetInMilliseconds"], title)
        behaviour = directive["playBehavior"]
        if behaviour == "REPLACE_ALL":
            events = self._stop(now)
            self._queue.clear()
            self._put_on(stream)
            return events
        if behaviour == "REPLACE_ENQUEUED":
            self._queue.clear()
        last = self._queue[-1] if self._queue else self._current
        if behaviour == "ENQUEUE" and (last is None or last.token != fields["expectedPreviousToken"]):
            return []  # Alexa drops what does not follow the stream it names
        if self.playing or self._due:
            self._queue.append(stream)
        else:
            self._put_on(stream)
        return []

    def _stop(self, now: int) -> list[Event]:
        self._due = False
        return [self._halt(now, "STOPPED", "PlaybackStopped")] if self.playing else []

    def _halt(self, now: int, activity: str, event: str) -> Event:
        assert self._current is not None
        self._current = replace(self._current, offset=self.offset(now))
        self._since = None
        self._activity = activity
        return Event(event, self._current.token, self._current.offset)
