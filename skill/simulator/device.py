"""An Echo, and the service behind it, without real time: sessions, the microphone, and speech that lasts.

Time passes only through `wait`, `until_listening` and `until_idle`. Every answer of the skill is held against
the rules of `rules.py`; one that breaks a rule raises `AlexaRefuses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from skill.simulator import requests
from skill.simulator.clock import Clock
from skill.simulator.hearing import request_of
from skill.simulator.invocation import after_wake_word
from skill.simulator.moments import Kind, Moment
from skill.simulator.playback import Event, Fetch, Player, Stream, endless
from skill.simulator.player_rules import ASK_PERMISSION
from skill.simulator.requests import Profile, Session
from skill.simulator.speech import Speech
from skill.simulator.understanding import Understanding
from skill.simulator.voice import Says, SecondsOf, Voice, estimated, pieces, utter
from skill.simulator.wire import Exchange, Post, Wire
from speech.ssml_reading import Piece

CLOSED, REFUSED = "the skill closed it", "Alexa refused the answer"
WINDOW = 8.0  # seconds that the microphone stays open (1d)


class State(StrEnum):
    """What the device does at a moment."""

    IDLE = "idle"  # no session, no sound
    SPEAKING = "speaking"  # from an answer until its last word or silence, the delay before it included
    LISTENING = "listening"  # the light is on
    PLAYING = "playing"  # a track


class Device:
    """One Echo. `post` carries an envelope to the skill, `fetch` brings the tracks that it is told to play.

    `seconds_of` says what a text takes at the voice's own pace, `says` what is said of it one after the other where
    that is no estimate; `clock` is shared with the app behind `post`.
    `heard` is the record of all that happened so far.
    """

    def __init__(
        self,
        post: Post,
        understanding: Understanding,
        clock: Clock,
        seconds_of: SecondsOf,
        *,
        voice: Voice = Voice(),  # noqa: B008 - frozen
        profile: Profile = Profile(),  # noqa: B008 - frozen
        fetch: Fetch = endless,
        says: Says | None = None,
    ) -> None:
        self.clock = clock
        self.understanding = understanding
        self.heard: list[Moment] = []
        self.attributes: Mapping[str, Any] = {}
        """The session attributes of the last answer."""
        self._wire = Wire(post, profile, clock)
        self._says = says or estimated(seconds_of)
        self._voice = voice
        self._profile = profile
        self._origin = clock.milliseconds
        self._session: Session | None = None
        self._speech: Speech | None = None
        self._window_closes: int | None = None
        self._reprompt: tuple[Piece, ...] | None = None
        self._player = Player(fetch, profile.eager)

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

    def say(self, sentence: str) -> None:
        """The person says this now. Raises `AlexaRefuses` when the skill's answer cannot be spoken."""
        if not sentence.strip():
            raise ValueError("nobody can say nothing")
        self.wait(0)  # the clock may have been moved from outside
        called = after_wake_word(sentence)
        if called is None and self.state is not State.LISTENING:
            self._record(Kind.YOU, sentence, note=f"not heard: the device is {self.state}")
            return
        words = sentence if called is None else called
        self._cut_speech()
        self._window_closes = None
        heard = request_of(
            words, self.understanding, self._profile.application, self.session_open, self._player.was_last
        )
        self._record(Kind.YOU, sentence, note="" if heard else "not for the skill: no session is open")
        if heard is None:
            self._rest()
            return
        stopped = self._player.interrupt(self.clock.milliseconds)
        self._tell(stopped if self._profile.eager else ())
        request, called_by_name = heard
        if called_by_name or self._session is None:
            self._session = Session()
        if request["type"] == "SessionEndedRequest":
            self._end_session(request["reason"], "you left")
        else:
            self._ask(request)
        self._tell(() if self._profile.eager else stopped)

    def press(self, button: str) -> None:
        """A button of the player is pressed: Play, Pause, Next or Previous."""
        self._record(Kind.YOU, f"(presses {button.lower()})")
        body = self._send(requests.button(button), None)
        self._tell(self._player.apply(body["response"].get("directives", ()), self.clock.milliseconds))
        self._rest()

    def give_up(self) -> None:
        """What an Echo does with an answer that Alexa refused: the session is over, and nothing is said or played."""
        self._speech = self._window_closes = self._reprompt = None
        if self._session is not None:
            self._session = None
            self._record(Kind.ENDED, REFUSED)

    def wait(self, seconds: float) -> None:
        """Time passes: speech is heard, nobody answers, the reprompt comes, the session ends."""
        target = self.clock.milliseconds + round(seconds * 1000)
        while (moment := self._next()) is not None and moment <= target:
            self.clock.move_to(max(moment, self.clock.milliseconds))
            self._happen()
        self.clock.move_to(target)

    def until_listening(self) -> None:
        """The speech in progress is heard to its end: afterwards the device listens, plays or is idle."""
        while self.state is State.SPEAKING:
            self._step()

    def until_idle(self) -> None:
        """Nobody says anything any more, until the session is over and nothing is said (a track may play)."""
        while self.state in (State.SPEAKING, State.LISTENING):
            self._step()

    # Time

    def _next(self) -> int | None:
        """The moment at which something happens by itself."""
        if self._speech is not None:
            return self._speech.next
        return self._window_closes if self._window_closes is not None else self._player.next()

    def _step(self) -> None:
        moment = self._next()
        assert moment is not None  # a device that speaks or listens will not do so for ever
        self.clock.move_to(max(moment, self.clock.milliseconds))
        self._happen()

    def _happen(self) -> None:
        now = self.clock.milliseconds
        if self._speech is not None:
            for segment in self._speech.begin(now):
                self.heard.append(segment.moment(self._origin))
            if self._speech.end <= now:
                self._speech = None
                self._after_speech()
        elif self._window_closes is not None:
            self._window_closes = None
            self._nobody_answered()
        else:
            events, words = self._player.advance(now)
            for one in words:
                self.heard.append(Moment(self.now, Kind.PLAYED, one.text, (one.end - one.start) / 1000))
            self._tell(events)
            self._rest()

    def _after_speech(self) -> None:
        if self._session is None:
            self._record(Kind.ENDED, CLOSED)
            self._rest()
        else:
            self._record(Kind.LISTENING)
            self._window_closes = self.clock.milliseconds + round(WINDOW * 1000)

    def _nobody_answered(self) -> None:
        if self._reprompt is None:
            self._end_session("EXCEEDED_MAX_REPROMPTS", "nobody answered")
            return
        self._record(Kind.REPROMPT)
        self._speak(self._reprompt, delay=0.0)
        self._reprompt = None

    def _rest(self) -> None:
        """Nothing is said and nobody is listened to: a track that waited goes on."""
        if self._speech is None and self._window_closes is None:
            self._tell(self._player.go(self.clock.milliseconds))

    # Speech

    def _speak(self, speech: tuple[Piece, ...], delay: float) -> None:
        start = self.clock.milliseconds + round(delay * 1000)
        self._speech = Speech(start, utter(speech, start, self._says, self._voice.factor))
        if self._speech.next <= self.clock.milliseconds:
            self._happen()

    def _cut_speech(self) -> None:
        """The wake word: she stops in the middle of what she says."""
        if self._speech is None:
            return
        now = self.clock.milliseconds
        segment = self._speech.current(now)
        if segment is not None:
            rest = segment.until(now)
            index = self.heard.index(segment.moment(self._origin))
            self.heard[index : index + 1] = [rest.moment(self._origin)] if rest else []
        self._speech = None
        if self._session is None:
            self._record(Kind.ENDED, CLOSED)

    # The skill

    def _ask(self, request: Mapping[str, Any]) -> None:
        """Send what somebody said, and begin to speak the answer."""
        body = self._send(request, self._session)
        response = body["response"]
        assert self._session is not None  # a spoken request has one
        self._session = self._session.answered(body.get("sessionAttributes"))
        self.attributes = self._session.attributes
        ends = response["shouldEndSession"]
        if ends:
            self._session = None
        self._reprompt = None if ends else pieces(response["reprompt"]["outputSpeech"])
        self._tell(self._player.apply(response.get("directives", ()), self.clock.milliseconds))
        speech = pieces(response["outputSpeech"]) if "outputSpeech" in response else ()
        self._speak(speech, self._voice.delay)
        if any(directive["type"] == ASK_PERMISSION for directive in response.get("directives", ())):
            self._ask_permission()

    def _ask_permission(self) -> None:
        """Alexa asks in her own words; what the person says comes to the skill as a request."""
        self._record(Kind.WORDS, requests.MAY_IT, note="asked by Alexa herself")
        if (said := requests.APPROVES.get(self._profile.permission)) is not None:
            self._record(Kind.YOU, said)
        self._session = Session()
        self._ask(requests.permission_told(self._profile.permission))

    def _end_session(self, reason: str, note: str) -> None:
        session, self._session = self._session, None
        self._record(Kind.ENDED, note)
        self._send(requests.session_ended(reason), session)
        self._rest()

    def _tell(self, events: Iterable[Event]) -> None:
        """Send events of the player, do what the answers say, and send the events which that makes."""
        waiting = list(events)
        while waiting:
            event = waiting.pop(0)
            self._log_track(event)
            body = self._send(requests.player_event(event.name, event.token, event.offset), None)
            now = self.clock.milliseconds
            waiting += self._player.apply(body["response"].get("directives", ()), now)
            if event.name != "PlaybackStopped" and self._speech is None and self._window_closes is None:
                waiting += self._player.go(now)

    def _send(self, request: Mapping[str, Any], session: Session | None) -> Mapping[str, Any]:
        return self._wire.send(request, session, self._player.context(self.clock.milliseconds))

    # The record

    def _record(self, kind: Kind, text: str = "", note: str = "") -> None:
        self.heard.append(Moment(self.now, kind, text, note=note))

    def _log_track(self, event: Event) -> None:
        if event.told:
            self._record(Kind.TRACK, event.told)

    def _at(self, milliseconds: int) -> float:
        return (milliseconds - self._origin) / 1000
