"""What can be seen and heard of a simulated device: its light, what it says or plays, and what happened so far."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from skill.simulator.clock import Clock
from skill.simulator.envelopes import Session
from skill.simulator.playback import Player, Stream
from skill.simulator.record import Moment
from skill.simulator.speaking import Speech
from skill.simulator.transport import Exchange, Wire


class State(StrEnum):
    """What the device does at a moment."""

    IDLE = "idle"  # no session, no sound
    SPEAKING = "speaking"  # from an answer until its last word or silence, the delay before it included
    LISTENING = "listening"  # the light is on
    PLAYING = "playing"  # a track


class Face:
    """What a device shows; `heard` is the record of all that happened so far."""

    def __init__(self, clock: Clock, wire: Wire, player: Player) -> None:
        self.clock = clock
        self.heard: list[Moment] = []
        self._wire = wire
        self._player = player
        self._origin = clock.milliseconds
        self._session: Session | None = None
        self._speech: Speech | None = None
        self._window_closes: int | None = None

    @property
    def state(self) -> State:
        """What the device does now."""
        if self._speech is not None:
            return State.SPEAKING
        if self._window_closes is not None:
            return State.LISTENING
        return State.PLAYING if self._player.playing else State.IDLE

    @property
    def session_open(self) -> bool:
        """Whether the skill will get the next sentence without being named."""
        return self._session is not None

    @property
    def now(self) -> float:
        """Seconds since the device was switched on."""
        return self._at(self.clock.milliseconds)

    @property
    def next(self) -> float | None:
        """The second at which something happens by itself, seconds since it was switched on."""
        moment = self._next()
        return None if moment is None else self._at(moment)

    @property
    def listening_until(self) -> float | None:
        """When the microphone closes, in seconds since it was switched on; None while it is not open."""
        return None if self._window_closes is None else self._at(self._window_closes)

    @property
    def words_now(self) -> str:
        """The sentence being said, by her or in a track; empty in a silence and when nothing is said."""
        if self._speech is None:
            return self._player.words(self.clock.milliseconds)
        segment = self._speech.current(self.clock.milliseconds)
        return segment.text if segment else ""

    @property
    def stream(self) -> Stream | None:
        """The track that plays or may go on, at the millisecond of its file that is reached now."""
        stream = self._player.stream
        return replace(stream, offset=self._player.offset(self.clock.milliseconds)) if stream else None

    @property
    def track_waits(self) -> bool:
        """Whether a track begins, or goes on, as soon as nothing is said any more."""
        return self._player.waits

    @property
    def exchange(self) -> Exchange | None:
        """The newest request and its answer, events of the player left out."""
        return self._wire.last

    @property
    def coming(self) -> tuple[Moment, ...]:
        """What is still to be heard of the speech in progress, if nobody interrupts it."""
        return tuple(segment.moment(self._origin) for segment in self._speech.coming) if self._speech else ()

    @property
    def speech(self) -> Speech | None:
        """The speech in progress."""
        return self._speech

    def _next(self) -> int | None:
        """The moment at which something happens by itself."""
        if self._speech is not None:
            return self._speech.next
        return self._window_closes if self._window_closes is not None else self._player.next()

    def _at(self, milliseconds: int) -> float:
        return (milliseconds - self._origin) / 1000
