"""An Echo, and the service behind it, without real time: sessions, the microphone, and speech that lasts.

Time passes only through `wait`, `until_listening` and `until_idle`. Every answer of the skill is checked against
the rules of `response_rules.py`; one that breaks a rule raises `AlexaRefuses`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.nlu import Understanding, after_wake_word, request_of
from skill.simulator.playback import Event, Fetch, Player, Stream, endless
from skill.simulator.record import Kind, Moment
from skill.simulator.response_rules import ASK_PERMISSION, check_response
from skill.simulator.speech_timing import Says, SecondsOf, Speech, Voice, estimated, pieces, utter
from speech.ssml.reader import Piece


class AlexaRefuses(Exception):
    """A real Echo would say "there was a problem with the requested skill's response", and end the session.

    `problems` holds each broken rule as `rule-name: what was found`; `request` and `response` are envelopes.
    """

    def __init__(self, problems: tuple[str, ...], request: Mapping[str, Any], response: Any) -> None:
        super().__init__(f"the answer to {envelopes.request_name(request)}: {'; '.join(problems)}")
        self.problems = problems
        self.request = request
        self.response = response

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the broken rules."""
        return tuple(problem.partition(":")[0] for problem in self.problems)


Post = Callable[[dict[str, Any]], tuple[int, Any]]
"""Carries an envelope to the skill and brings back the status and the body."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, what was answered, and which rules of Alexa's the answer breaks."""

    request: Mapping[str, Any]
    answer: Any
    problems: tuple[str, ...] = ()


class State(StrEnum):
    """What the device does at a moment."""

    IDLE = "idle"  # no session, no sound
    SPEAKING = "speaking"  # from an answer until its last word or silence, the delay before it included
    LISTENING = "listening"  # the light is on
    PLAYING = "playing"  # a track


CLOSED, REFUSED = "the skill closed it", "Alexa refused the answer"
WINDOW = 8.0  # seconds that the microphone stays open (1d)


class Device:
    """One Echo. `post` carries an envelope to the skill, `fetch` gets the tracks that it plays.

    `seconds_of` gives the seconds of a text at the voice's own pace; `says` splits a text into sentences with measured
    seconds instead. `clock` is shared with the app behind `post`.
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
        self.clock, self.understanding = clock, understanding
        self.record: list[Moment] = []
        """The record of all that happened so far."""
        self.attributes: Mapping[str, Any] = {}
        """The session attributes of the last answer."""
        self.speech: Speech | None = None
        """The speech in progress."""
        self.last: Exchange | None = None
        """The newest exchange that was not one of the player's events."""
        self.player = Player(fetch, profile.eager)
        self._says = says or estimated(seconds_of)
        self._post, self._voice, self._profile = post, voice, profile
        self._origin = clock.milliseconds
        self._session: Session | None = None
        self._reprompt: tuple[Piece, ...] | None = None
        self._window_closes: int | None = None

    @property
    def state(self) -> State:
        """What the device does now."""
        if self.speech is not None:
            return State.SPEAKING
        if self._window_closes is not None:
            return State.LISTENING
        return State.PLAYING if self.player.playing else State.IDLE

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
        """The sentence being said, by Alexa or in a track; empty in a silence and when nothing is said."""
        if self.speech is None:
            return self.player.words(self.clock.milliseconds)
        segment = self.speech.current(self.clock.milliseconds)
        return segment.text if segment else ""

    @property
    def stream(self) -> Stream | None:
        """The track that plays or may go on, at the millisecond of its file that is reached now."""
        stream = self.player.stream
        return replace(stream, offset=self.player.offset(self.clock.milliseconds)) if stream else None

    @property
    def coming(self) -> tuple[Moment, ...]:
        """The rest of the speech in progress, if it is not interrupted."""
        return tuple(segment.moment(self._origin) for segment in self.speech.coming) if self.speech else ()

    def say(self, sentence: str) -> None:
        """The person says this now. Raises `AlexaRefuses` when the skill's answer cannot be spoken."""
        if not sentence.strip():
            raise ValueError("a sentence has words")
        self.wait(0)  # the clock may have been moved from outside
        called = after_wake_word(sentence)
        if called is None and self.state is not State.LISTENING:
            self._record(Kind.YOU, sentence, note=f"not heard: the device is {self.state}")
            return
        words = sentence if called is None else called
        self._cut_speech()
        self._window_closes = None
        understood = request_of(
            words, self.understanding, self._profile.application, self.session_open, self.player.was_last
        )
        self._record(Kind.YOU, sentence, note="" if understood else "not for the skill: no session is open")
        if understood is None:
            self._rest()
            return
        stopped = self.player.interrupt(self.clock.milliseconds)
        self._send_events(stopped if self._profile.eager else ())
        request, called_by_name = understood
        if called_by_name or self._session is None:
            self._session = Session()
        if request["type"] == "SessionEndedRequest":
            self._end_session(request["reason"], "you left")
        else:
            self._ask(request)
        self._send_events(() if self._profile.eager else stopped)

    def press(self, button: str) -> None:
        """A button of the player is pressed: Play, Pause, Next or Previous."""
        self._record(Kind.YOU, f"(presses {button.lower()})")
        body = self._send(envelopes.button(button), None)
        self._send_events(self.player.apply(body["response"].get("directives", ()), self.clock.milliseconds))
        self._rest()

    def give_up(self) -> None:
        """End the session without a word, as an Echo does with an answer that Alexa refuses."""
        self.speech = self._window_closes = self._reprompt = None
        if self._session is not None:
            self._session = None
            self._record(Kind.ENDED, REFUSED)

    def wait(self, seconds: float) -> None:
        """Let time pass: speech is spoken, no answer comes, the reprompt follows, the session ends."""
        target = self.clock.milliseconds + round(seconds * 1000)
        while (moment := self._next()) is not None and moment <= target:
            self._step(moment)
        self.clock.move_to(target)

    def until_listening(self) -> None:
        """Let the speech in progress end: afterwards the device listens, plays or is idle."""
        while self.state is State.SPEAKING and (moment := self._next()) is not None:
            self._step(moment)

    def until_idle(self) -> None:
        """Let time pass without an answer until the session is over and nothing is said (a track may play)."""
        while self.state in (State.SPEAKING, State.LISTENING) and (moment := self._next()) is not None:
            self._step(moment)

    def _step(self, moment: int) -> None:
        self.clock.move_to(max(moment, self.clock.milliseconds))
        self._happen()

    def _happen(self) -> None:
        now = self.clock.milliseconds
        if self.speech is not None:
            for segment in self.speech.begin(now):
                self.record.append(segment.moment(self._origin))
            if self.speech.end <= now:
                self.speech = None
                self._after_speech()
        elif self._window_closes is not None:
            self._window_closes = None
            self._no_answer()
        else:
            events, words = self.player.advance(now)
            for one in words:
                self.record.append(Moment(self.now, Kind.PLAYED, one.text, (one.end - one.start) / 1000))
            self._send_events(events)
            self._rest()

    def _after_speech(self) -> None:
        if self._session is None:
            self._record(Kind.ENDED, CLOSED)
            self._rest()
        else:
            self._record(Kind.LISTENING)
            self._window_closes = self.clock.milliseconds + round(WINDOW * 1000)

    def _no_answer(self) -> None:
        if self._reprompt is None:
            self._end_session("EXCEEDED_MAX_REPROMPTS", "nobody answered")
            return
        self._record(Kind.REPROMPT)
        self._speak(self._reprompt, delay=0.0)
        self._reprompt = None

    def _rest(self) -> None:
        """Let a track that waited go on, if nothing is said and the microphone is closed."""
        if self.speech is None and self._window_closes is None:
            self._send_events(self.player.go(self.clock.milliseconds))

    def _speak(self, speech: tuple[Piece, ...], delay: float) -> None:
        start = self.clock.milliseconds + round(delay * 1000)
        self.speech = Speech(start, utter(speech, start, self._says, self._voice.factor))
        if self.speech.next <= self.clock.milliseconds:
            self._happen()

    def _cut_speech(self) -> None:
        """Cut the speech off at the wake word."""
        if self.speech is None:
            return
        now = self.clock.milliseconds
        segment = self.speech.current(now)
        if segment is not None:
            rest = segment.until(now)
            index = self.record.index(segment.moment(self._origin))
            self.record[index : index + 1] = [rest.moment(self._origin)] if rest else []
        self.speech = None
        if self._session is None:
            self._record(Kind.ENDED, CLOSED)

    def _ask(self, request: Mapping[str, Any]) -> None:
        """Send what the person said, and begin to speak the answer."""
        body = self._send(request, self._session)
        response = body["response"]
        assert self._session is not None  # a spoken request has one
        self._session = self._session.answered(body.get("sessionAttributes"))
        self.attributes = self._session.attributes
        ends = response["shouldEndSession"]
        if ends:
            self._session = None
        self._reprompt = None if ends else pieces(response["reprompt"]["outputSpeech"])
        self._send_events(self.player.apply(response.get("directives", ()), self.clock.milliseconds))
        speech = pieces(response["outputSpeech"]) if "outputSpeech" in response else ()
        self._speak(speech, self._voice.delay)
        if any(directive["type"] == ASK_PERMISSION for directive in response.get("directives", ())):
            self._ask_permission()

    def _ask_permission(self) -> None:
        """Let Alexa ask in its own words; the person's answer comes to the skill as a request."""
        self._record(Kind.WORDS, envelopes.MAY_IT, note="asked by Alexa itself")
        if (said := envelopes.APPROVES.get(self._profile.permission)) is not None:
            self._record(Kind.YOU, said)
        self._session = Session()
        self._ask(envelopes.permission_answered(self._profile.permission))

    def _end_session(self, reason: str, note: str) -> None:
        session, self._session = self._session, None
        self._record(Kind.ENDED, note)
        self._send(envelopes.session_ended(reason), session)
        self._rest()

    def _send_events(self, events: Iterable[Event]) -> None:
        """Send events of the player, do what the answers say, and send the events that follow from it."""
        waiting = list(events)
        while waiting:
            event = waiting.pop(0)
            if event.text:
                self._record(Kind.TRACK, event.text)
            body = self._send(envelopes.player_event(event.name, event.token, event.offset), None)
            now = self.clock.milliseconds
            waiting += self.player.apply(body["response"].get("directives", ()), now)
            if event.name != "PlaybackStopped" and self.speech is None and self._window_closes is None:
                waiting += self.player.go(now)

    def _send(self, request: Mapping[str, Any], session: Session | None) -> Mapping[str, Any]:
        """The body that answers this request. Raises `AlexaRefuses` for one that no Echo would take."""
        player = self.player.context(self.clock.milliseconds)
        body = envelopes.envelope(self._profile, request, self.clock(), session, player)
        status, answer = self._post(json.loads(json.dumps(body)))
        taken_only = (f"status: {status}; Alexa takes 200 only",)
        broken = tuple(check_response(body, answer)) if status == 200 else taken_only
        if broken or not request["type"].startswith("AudioPlayer."):
            self.last = Exchange(body, answer, broken)
        if broken:
            raise AlexaRefuses(broken, body, answer)
        taken: dict[str, Any] = json.loads(json.dumps(answer))
        return taken

    def _record(self, kind: Kind, text: str = "", note: str = "") -> None:
        self.record.append(Moment(self.now, kind, text, note=note))

    def _next(self) -> int | None:
        """The moment at which something happens by itself."""
        if self.speech is not None:
            return self.speech.next
        return self._window_closes if self._window_closes is not None else self.player.next()

    def _at(self, milliseconds: int) -> float:
        return (milliseconds - self._origin) / 1000
