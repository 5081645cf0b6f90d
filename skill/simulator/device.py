"""An Echo, and the service behind it, without real time: sessions, the microphone, and speech that lasts.

Time passes only through `wait`, `until_listening` and `until_idle`. Every answer of the skill is held against
the rules of `rules.py`; one that breaks a rule raises `AlexaRefuses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.invocation import after_wake_word
from skill.simulator.nlu import Understanding
from skill.simulator.playback import Event, Fetch, Player, endless
from skill.simulator.player_rules import ASK_PERMISSION
from skill.simulator.recognition import request_of
from skill.simulator.record import Kind, Moment
from skill.simulator.speaking import Speech
from skill.simulator.speech_timing import Says, SecondsOf, Voice, estimated, pieces, utter
from skill.simulator.transport import Post, Wire
from skill.simulator.view import Face, State
from speech.ssml.reader import Piece

CLOSED, REFUSED = "the skill closed it", "Alexa refused the answer"
WINDOW = 8.0  # seconds that the microphone stays open (1d)


class Device(Face):
    """One Echo. `post` carries an envelope to the skill, `fetch` brings the tracks that it is told to play.

    `seconds_of` says what a text takes at the voice's own pace, `says` what is said of it one after the other where
    that is no estimate; `clock` is shared with the app behind `post`.
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
        super().__init__(clock, Wire(post, profile, clock), Player(fetch, profile.eager))
        self.understanding = understanding
        self.attributes: Mapping[str, Any] = {}
        """The session attributes of the last answer."""
        self._says = says or estimated(seconds_of)
        self._voice = voice
        self._profile = profile
        self._reprompt: tuple[Piece, ...] | None = None

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
        body = self._send(envelopes.button(button), None)
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
        self._record(Kind.WORDS, envelopes.MAY_IT, note="asked by Alexa herself")
        if (said := envelopes.APPROVES.get(self._profile.permission)) is not None:
            self._record(Kind.YOU, said)
        self._session = Session()
        self._ask(envelopes.permission_told(self._profile.permission))

    def _end_session(self, reason: str, note: str) -> None:
        session, self._session = self._session, None
        self._record(Kind.ENDED, note)
        self._send(envelopes.session_ended(reason), session)
        self._rest()

    def _tell(self, events: Iterable[Event]) -> None:
        """Send events of the player, do what the answers say, and send the events which that makes."""
        waiting = list(events)
        while waiting:
            event = waiting.pop(0)
            self._log_track(event)
            body = self._send(envelopes.player_event(event.name, event.token, event.offset), None)
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
