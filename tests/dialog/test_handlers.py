"""Every request in every state of the conversation gets a valid spoken answer, and nobody is left pressing."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from skill.dialog.questions import QUESTIONS
from skill.models.interaction_model import model_file
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from tests.support.amazon import FakeAmazon
from tests.support.guided import Massage, skill_app
from tests.support.states import MOST_STATES, PENDING, PROVE, STATES, STATES_OF_OUR_QUESTIONS

MODEL: Mapping[str, Any] = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
INTENTS = tuple(intent["name"] for intent in MODEL["intents"])


@dataclass
class Moment:
    """A conversation held still at one moment: any request can be sent into it, again and again."""

    app: Flask
    massage: Massage
    folder: Path
    profile: Profile

    def __post_init__(self) -> None:
        self.database = sqlite3.connect(self.folder / "memory.sqlite3")
        self.database.execute("PRAGMA synchronous=OFF")  # nobody looks at it after a power cut
        self.rows = self._rows()
        self.device = self.massage.device

    def session(self, new: bool = False) -> Session:
        return Session(new=True) if new else Session(new=False, attributes=self.device.attributes)

    def send(self, request: Mapping[str, Any], session: Session | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The envelope, and the answer to it, with what was remembered put back to what it was."""
        self._put_back()
        envelope = envelopes.envelope(self.profile, request, self.massage.clock(), session)
        answer = self.app.test_client().post("/alexa", json=envelope)
        assert answer.status_code == 200, f"{answer.status_code} for {request}"
        return envelope, answer.get_json()

    def _rows(self) -> list[tuple[Any, ...]]:
        try:
            return self.database.execute("SELECT key, version, data, updated FROM memory").fetchall()
        except sqlite3.OperationalError:
            return []

    def _put_back(self) -> None:
        if self._rows() != self.rows:
            with self.database:
                self.database.execute("DELETE FROM memory")
                self.database.executemany("INSERT INTO memory VALUES (?, ?, ?, ?)", self.rows)


@pytest.fixture(params=[*STATES, *STATES_OF_OUR_QUESTIONS])
def moment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """The conversation in each of its states; no request changes it."""
    state = request.param
    if state not in HELD:
        folder = tmp_path_factory.mktemp("state")
        clock, profile = Clock(), Profile(token="a token")
        amazon = FakeAmazon("Europe/Berlin", ["not allowed"])
        massage = Massage(app=skill_app(clock, folder, amazon=amazon), clock=clock, profile=profile)
        for step in {**STATES, **STATES_OF_OUR_QUESTIONS}[state]:
            step(massage)
        HELD[state] = Moment(massage.app, massage, folder, profile)
    return HELD[state]


HELD: dict[str, Moment] = {}


def slot(name: str, value: str | None = None, id: str | None = None, status: str | None = None) -> dict[str, Any]:
    """A slot as Alexa sends it."""
    shaped: dict[str, Any] = {"name": name, "confirmationStatus": "NONE", "source": "USER"}
    if value is not None:
        shaped["value"] = value
    if id is not None or status is not None:
        values = [] if id is None else [{"value": {"name": value, "id": id}}]
        authority = {"authority": "amzn1.er-authority", "status": {"code": status or "ER_SUCCESS_MATCH"}}
        shaped["resolutions"] = {"resolutionsPerAuthority": [authority | ({"values": values} if values else {})]}
    return shaped


def intent(name: str, *slots: dict[str, Any]) -> dict[str, Any]:
    filled = {"slots": {one["name"]: one for one in slots}} if slots else {}
    return envelopes.intent({"name": name, "confirmationStatus": "NONE", **filled})


HOSTILE = (
    *("", " ", "?", "</speak>", "<audio src='x'/>&\"", "\u0000", "\U0001f600", "x" * 9_000, "²", "-5", "0", "9" * 400),
    *("P", "PT", "PT0S", "P3W", "PT0.5M", "PT" + "9" * 400 + "M", "P99999999D", "PT5M; DROP TABLE"),
)


def start_guides() -> Iterator[dict[str, Any]]:
    """Every kind of slot: filled, empty, missing, none of ours."""
    known = {kind["name"]: [value["id"] for value in kind["values"]] for kind in MODEL["types"]}
    types = {"script": "ScriptName", "side": "SideChoice", "place": "PlaceName"}
    for name, kind in types.items():
        yield from (intent("StartGuideIntent", slot(name, id, id)) for id in known[kind])
        yield intent("StartGuideIntent", slot(name, "the moon", status="ER_SUCCESS_NO_MATCH"))
        yield intent("StartGuideIntent", slot(name, "the moon", status="ER_ERROR_TIMEOUT"))
        yield intent("StartGuideIntent", slot(name, "the moon"))
        yield intent("StartGuideIntent", slot(name, "the moon", "../../etc/passwd"))
    yield intent("StartGuideIntent", *map(slot, ("minutes", "number", "script", "side", "place")))
    for length in ("PT1M", "PT7M30S", "PT2H"):
        yield intent("StartGuideIntent", slot("minutes", length))
        for script in known["ScriptName"]:
            whole = slot("script", script, script), slot("minutes", length), slot("side", "left", "right")
            yield intent("StartGuideIntent", *whole)
            yield intent("StartGuideIntent", *whole, slot("place", "wall", "wall"))


def spoken_requests() -> Iterator[dict[str, Any]]:
    """A launch, every intent of the model, and some of no model."""
    yield envelopes.launch()
    yield from (intent(name) for name in (*INTENTS, "OfAnotherSkillIntent", "AMAZON.ScrollDownIntent"))
    yield intent("TimeLeftIntent", slot("script", "x"), slot("unheard of", "y"))


def hostile_requests() -> Iterator[dict[str, Any]]:
    """Values that nobody says."""
    for name in ("minutes", "number", "script", "side", "place"):
        yield from (intent("StartGuideIntent", slot(name, value)) for value in HOSTILE)
        yield intent("StartGuideIntent", slot(name, "left", "left_only_only"), slot("number", "7"), slot("x", "y", "z"))


SILENT = (
    *(envelopes.session_ended(reason) for reason in ("USER_INITIATED", "ERROR", "EXCEEDED_MAX_REPROMPTS")),
    {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "INVALID_RESPONSE", "message": "m"}},
    *(envelopes.player_event(name, "t", 10) for name in ("PlaybackStarted", "PlaybackStopped", "PlaybackFailed")),
    {"type": "System.ExceptionEncountered", "error": {"type": "INVALID_RESPONSE", "message": "m"}},
    {"type": "AlexaSkillEvent.SkillDisabled"},
    {"type": "Never.Heard.Of"},
)


def hands_over(answer: Mapping[str, Any]) -> bool:
    """Whether Alexa herself asks now, whether this skill may set reminders: then the skill says nothing."""
    return any(one["type"] == "Connections.SendRequest" for one in answer["response"].get("directives", ()))


LEAVING = ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")


def said(answer: Mapping[str, Any]) -> str:
    return str(answer["response"].get("outputSpeech", {}).get("ssml", ""))


@pytest.mark.parametrize("new", [False, True], ids=["in the session", "in one breath with the name"])
def test_every_request_gets_a_valid_answer_in_every_state(
    moment: Moment, new: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Spoken requests are answered in words, open exactly with a question, and none of them makes anything fail."""
    caplog.set_level(logging.WARNING)
    for request in spoken_requests():
        answer = valid(moment, request, moment.session(new), caplog)
        name = request.get("intent", {}).get("name")
        if name in LEAVING:
            assert answer["response"]["shouldEndSession"] is True
        if name == "AMAZON.HelpIntent":
            assert answer["response"]["shouldEndSession"] is False


@pytest.mark.parametrize("moment", MOST_STATES, indirect=True)
def test_a_guide_can_be_asked_for_in_every_state(moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    """Script, length, side and place in any combination, known or not, lead to a guide or to one question."""
    for request in start_guides():
        answer = valid(moment, request, moment.session(), caplog)
        assert answer["response"]["shouldEndSession"] is False


@pytest.mark.parametrize("moment", STATES if PROVE else ["new", "hold", "paused"], indirect=True)
def test_values_that_nobody_says_are_answered_as_well(moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    """No slot value makes the skill fail, and none is said back."""
    for request in hostile_requests():
        answer = valid(moment, request, moment.session(), caplog)
        assert "DROP" not in said(answer) and "xxx" not in said(answer)


def valid(
    moment: Moment, request: Mapping[str, Any], session: Session, caplog: pytest.LogCaptureFixture
) -> dict[str, Any]:
    """The answer to the request, which is valid and was given without a warning."""
    envelope, answer = moment.send(request, session)
    assert check_response(envelope, answer) == [], request
    assert said(answer) or hands_over(answer), request
    assert "{" not in said(answer) and "None" not in said(answer), said(answer)
    assert not caplog.messages, f"{request}: {caplog.messages}"
    return answer


@pytest.mark.parametrize("moment", MOST_STATES, indirect=True)
def test_nothing_is_said_where_nobody_listens(moment: Moment) -> None:
    """The end of a session, the player's events and what Alexa reports get an answer without words."""
    for request in SILENT:
        with_session = moment.session() if request["type"] == "SessionEndedRequest" else None
        envelope, answer = moment.send(request, with_session)
        assert check_response(envelope, answer) == [], request
        assert not said(answer)


def test_after_any_request_there_is_help_and_a_way_out(moment: Moment) -> None:
    """Wherever a request leads, help is answered with the session open, and stop with its end."""
    seen = set()
    for request in [envelopes.launch(), *(intent(name) for name in INTENTS)]:
        _, answer = moment.send(request, moment.session())
        where = {**answer.get("sessionAttributes", {}), "sent": None}
        if answer["response"]["shouldEndSession"] or str(where) in seen:
            continue
        seen.add(str(where))
        session = Session(new=False, attributes=answer["sessionAttributes"])
        for name, ends in (("AMAZON.HelpIntent", False), ("AMAZON.StopIntent", True)):
            envelope, after = moment.send(intent(name), session)
            assert check_response(envelope, after) == [], (request, name)
            assert after["response"]["shouldEndSession"] is ends, (request, name)


@pytest.mark.parametrize("moment", MOST_STATES, indirect=True)
def test_without_a_memory_every_request_is_answered_as_well(moment: Moment) -> None:
    """A store that is down costs memory, not guidance."""
    forgetful = replace(moment, app=skill_app(moment.massage.clock, remembers=False))
    for request in [envelopes.launch(), *(intent(name) for name in INTENTS)]:
        envelope, answer = forgetful.send(request, moment.session())
        assert check_response(envelope, answer) == [], request


def test_whoever_is_left_unanswered_is_told_to_stay_off_and_rest(moment: Moment) -> None:
    """Where a guide has begun, the words of every reprompt take the person off the ball, for they may be the last."""
    for request in (intent(name) for name in INTENTS):
        _, answer = moment.send(request, moment.session())
        attributes = answer.get("sessionAttributes", {})
        if answer["response"]["shouldEndSession"] or "guide" not in attributes:
            continue
        again = answer["response"]["reprompt"]["outputSpeech"]["ssml"]
        last = attributes["pending"] == "more" or "That was your" in said(answer)
        assert last or "I stop here" in again, (request, again)
        assert last or "rest" in again.lower()
        if not last and not attributes["guide"]["cue"].startswith("down"):
            assert "Stay off the ball" in again, (request, again)


@pytest.mark.parametrize("moment", STATES_OF_OUR_QUESTIONS, indirect=True)
def test_each_question_of_ours_is_held_still(moment: Moment, request: pytest.FixtureRequest) -> None:
    """The states above are what they are called: each asks its own question."""
    assert moment.device.attributes["pending"] == PENDING[request.node.callspec.params["moment"]]


def test_every_pending_question_is_among_the_states() -> None:
    """A new kind of question needs a state here."""
    assert {*PENDING.values(), "go on", "choose", "more"} == set(QUESTIONS)


@pytest.mark.parametrize("moment", ["hold"], indirect=True)
def test_called_by_name_under_pressure_the_weight_comes_off(moment: Moment) -> None:
    """A skill that is called anew in a hold takes the person off the spot, whatever else it says."""
    for request in (envelopes.launch(), *map(intent, INTENTS)):
        _, answer = moment.send(request, moment.session(new=True))
        assert "off the ball" in said(answer).lower(), request
