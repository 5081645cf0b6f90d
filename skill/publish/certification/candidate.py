"""The skill that is to be certified: its app, devices in front of it, and the record of all that it ever answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

from flask import Flask

from skill.alexa.reminders_api import Amazon
from skill.alexa.skill import Conversation
from skill.dialog.turn import Caller, Reminded
from skill.locales import DEFAULT, language_of
from skill.publish.certification.requirements import Requirements, load_requirements
from skill.publish.skill_package import Package
from skill.server.app import create_app
from skill.server.compose import build_memory, build_resources, in_every_locale
from skill.server.config import Settings
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.device import AlexaRefuses, Device
from skill.simulator.echo import fetch_from, silent_tracks
from skill.simulator.envelopes import Profile, Session
from skill.simulator.nlu import Understanding
from skill.simulator.response_rules import check_response
from skill.simulator.talk import say_in_time
from skill.tracks.planning import Tracks
from speech.script.library import load_pace

SKILL_ID = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
IN_MEMORY = "sqlite://"
ALONE = Settings(database_url=IN_MEMORY, verify=False)
SLOT_MOMENTS = ("launched", "on a spot")
"""Moments at which slots are filled with odd values."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One request, and what came back: the HTTP status, the body (None when it is no JSON), the seconds it took.

    `broken` are the rules of the simulator that the answer breaks, as `name: what was found`.
    """

    moment: str
    envelope: Mapping[str, Any]
    status: int
    answer: Any
    seconds: float
    broken: tuple[str, ...]

    @property
    def name(self) -> str:
        """The intent's or the request's name."""
        return envelopes.request_name(self.envelope)

    @property
    def response(self) -> Mapping[str, Any]:
        """The inner response; empty when there is none."""
        found = self.answer.get("response") if isinstance(self.answer, dict) else None
        return found if isinstance(found, dict) else {}


class Candidate:
    """A skill on trial: a conversation on the given clock, and the tracks that it plays.

    `package` is what Amazon would get; `seconds` is the timer for answers.
    """

    def __init__(
        self,
        package: Package,
        conversation: Conversation,
        tracks: Tracks,
        clock: Clock,
        rules: Requirements | None = None,
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.package, self.clock, self.rules, self._seconds = package, clock, rules or load_requirements(), seconds
        self.log: list[Answered] = []
        self.rehearsed = False
        """Whether the whole rehearsal is in the log."""
        self.app = create_app(ALONE, clock, conversation, tracks)
        named = replace(ALONE, skill_id=SKILL_ID)
        self.named = create_app(named, clock, conversation)
        """The app as it serves one skill id, without checking signatures."""
        self.guarded = create_app(replace(named, verify=True), clock, conversation)
        """The app as the internet reaches it, with signatures checked."""
        self.unreached: dict[str, str] = {}
        """Moments that could not be reached, and why."""
        self.understandings: dict[str, Understanding] = {}
        """The loaded models, by locale."""
        self.people: Iterator[int] = count()
        """The numbers of new people."""

    def person(self, locale: str = DEFAULT, player: bool = True) -> Profile:
        """A new person and their device."""
        number = next(self.people)
        interfaces = ("AudioPlayer",) if player else ()
        return Profile(user=f"user-{number}", device=f"device-{number}", locale=locale, interfaces=interfaces)

    def device(self, profile: Profile) -> Device:
        """A device in front of the skill. It raises AlexaRefuses for an answer that no Echo would take."""
        client = self.app.test_client()
        pace, understanding = load_pace(language_of(profile.locale)), self.understanding(profile.locale)
        return Device(self.post, understanding, self.clock, pace.seconds_of, profile=profile, fetch=fetch_from(client))

    def understanding(self, locale: str) -> Understanding:
        """What a device of this locale understands: the package's model."""
        if locale not in self.understandings:
            self.understandings[locale] = Understanding(self.package.models[locale])
        return self.understandings[locale]

    def post(self, envelope: dict[str, Any]) -> tuple[int, Any]:
        """Send a request to the skill and log what came back."""
        answered = self._exchanged(envelope)
        return answered.status, answered.answer

    def ask(self, request: Mapping[str, Any], moment: str) -> Answered:
        """Send a request at this moment, from a new person."""
        session = Session(new=False, attributes=self.moments[moment])
        body = envelopes.envelope(self.person(player=False), request, self.clock(), session)
        return self._exchanged(body, moment)

    def refused(self, app: Flask, envelope: Mapping[str, Any], headers: Mapping[str, str]) -> int:
        """The HTTP status with which an app of this skill answers."""
        return app.test_client().post("/alexa", json=envelope, headers=dict(headers)).status_code

    @cached_property
    def moments(self) -> Mapping[str, Mapping[str, Any]]:
        """The session attributes at every moment of the rules that can be reached; the others end in `unreached`."""
        reached = {}
        for name, sentences in self.rules.moments.items():
            device = self.device(self.person(player=False))
            try:
                for sentence in sentences:
                    _perform(device, sentence)
            except AlexaRefuses as error:
                self.unreached[name] = str(error)
                continue
            if device.session_open:
                reached[name] = device.attributes
            else:
                self.unreached[name] = "the session was over before"
        return reached

    @cached_property
    def everything(self) -> tuple[Answered, ...]:
        """Every intent of the model at every moment, nothing filled in."""
        return tuple(self.ask(self.intent(name), moment) for moment in self.moments for name in self.intents)

    @cached_property
    def fillings(self) -> tuple[Answered, ...]:
        """Every slot of the model with each odd value."""
        return tuple(
            self.ask(self.intent(name, slots, value), moment)
            for moment in self.moments
            if moment in SLOT_MOMENTS
            for name, slots in self.intents.items()
            if slots
            for value in self.rules.slot_values
        )

    @cached_property
    def intents(self) -> Mapping[str, tuple[str, ...]]:
        """The intents of the model with the names of their slots."""
        model = self.package.models[DEFAULT]["interactionModel"]["languageModel"]
        return {one["name"]: tuple(slot["name"] for slot in one.get("slots", ())) for one in model["intents"]}

    @staticmethod
    def intent(name: str, slots: Sequence[str] = (), value: str = "") -> dict[str, Any]:
        """The request of an intent, with these slots filled, all with one value."""
        filled = {slot: {"name": slot, "value": value, "confirmationStatus": "NONE"} for slot in slots}
        return envelopes.intent({"name": name, "confirmationStatus": "NONE", "slots": filled})

    def _exchanged(self, envelope: dict[str, Any], moment: str = "") -> Answered:
        started = self._seconds()
        answer = self.app.test_client().post("/alexa", json=envelope)
        seconds = self._seconds() - started
        body, status = answer.get_json(silent=True), answer.status_code
        broken = check_response(envelope, body or {}) if status == 200 else [f"status: {status}"]
        self.log.append(Answered(moment, envelope, status, body, seconds, tuple(broken)))
        return self.log[-1]


def candidate_for(package: Package) -> Candidate:
    """The skill of this checkout, in this process, with a memory of its own."""
    return Candidate(package, *rehearsal_parts())


def rehearsal_parts() -> tuple[Conversation, Tracks, Clock]:
    """The skill with a memory of its own, silent tracks, a clock that stands still, and a fake Amazon."""
    clock, resources = Clock(), build_resources()
    resources = replace(resources, tracks=(tracks := silent_tracks(resources)))
    return (
        Conversation(resources, build_memory(ALONE, clock), clock, in_every_locale(resources), FakeAmazon()),
        tracks,
        clock,
    )


def _perform(device: Device, sentence: str) -> None:
    """Say a sentence, or let so many seconds pass: "@20"."""
    if sentence.startswith("@") and sentence[1:].isdecimal():
        device.wait(float(sentence[1:]))
    else:
        say_in_time(device, sentence)


WITH_REMINDERS = "rehearsed"
"""The token of a device that takes reminders."""


class FakeAmazon(Amazon):
    """A fake reminders API: it sets reminders once the person has allowed them, and calls no server."""

    def __init__(self) -> None:
        super().__init__()
        self._refused: set[str] = set()

    def reaches(self, caller: Caller) -> bool:
        """Whether the request brought a token."""
        return bool(caller.token)

    def time_zone(self, caller: Caller) -> str:
        """One time zone for all people."""
        return "Europe/London"

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        """Refuse the first time, so that Alexa asks the person for the permission; set it the second time."""
        if caller.device in self._refused:
            return Reminded.SET
        self._refused.add(caller.device)
        return Reminded.NOT_ALLOWED
