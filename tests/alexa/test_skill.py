"""The skill as one whole behind the webhook: a request is applied once, and nothing that fails stays unspoken."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from skill.alexa.envelope import REQUEST_TYPES
from skill.alexa.skill import Conversation
from skill.dialog.outcome import Answer, Outcome
from skill.dialog.planner import Resources
from skill.dialog.state import Session as State
from skill.dialog.state import session_from_json
from skill.dialog.turn import Card, Reply, Turn
from skill.server.app import create_app
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
from skill.store.memory import Known, Memory
from skill.store.store import Change, Store
from tests.support.guided import SETTINGS, Massage, skill_app
from tests.support.handlers import HANDLERS
from tests.support.listener import shared_resources

ASKED = ("open sciatica massage", "piriformis for five minutes, left side first", "ready")


def intent(name: str) -> dict[str, Any]:
    return envelopes.intent({"name": name, "confirmationStatus": "NONE"})


def start() -> dict[str, Any]:
    slots = {"minutes": "PT5M", "number": None, "script": "piriformis", "side": "left"}
    ids = {"script": "piriformis-ball", "side": "left"}
    shaped: dict[str, dict[str, Any]] = {}
    for name, value in slots.items():
        shaped[name] = {"name": name, "confirmationStatus": "NONE"} | ({"value": value} if value else {})
        if name in ids:
            matched = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"name": value, "id": ids[name]}}]}
            shaped[name]["resolutions"] = {"resolutionsPerAuthority": [{"authority": "a", **matched}]}
    return envelopes.intent({"name": "StartGuideIntent", "confirmationStatus": "NONE", "slots": shaped})


def post(app: Flask, envelope: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    answer = app.test_client().post("/alexa", json=envelope)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    assert check_response(envelope, body) == []
    return answer.data, body


def after(body: Mapping[str, Any]) -> Session:
    """The session that follows an answer."""
    return Session(new=False, attributes=body["sessionAttributes"])


def test_what_a_screen_tells_is_not_looked_at(tmp_path: Path) -> None:
    """Whatever a device says of its screen, even what the SDK cannot read, changes nothing in the answer."""
    clock = Clock()
    plain = envelopes.envelope(Profile(), envelopes.launch(), clock(), Session())
    seen = {**plain, "context": plain["context"] | {"Viewport": {"shape": 5}, "Viewports": [{"type": "none"}]}}
    answers = [post(skill_app(clock, tmp_path / name), one) for name, one in (("plain", plain), ("seen", seen))]
    assert answers[0] == answers[1]


def words(body: Mapping[str, Any]) -> str:
    return str(body["response"]["outputSpeech"]["ssml"])


def test_a_repeated_request_is_answered_with_the_same_bytes(tmp_path: Path) -> None:
    """Alexa may send a request again: the answer is the same to the byte, and nothing is applied twice."""
    clock, profile = Clock(), Profile()
    app = skill_app(clock, tmp_path)
    _, body = post(app, envelopes.envelope(profile, start(), clock(), Session()))
    clock.advance(200)
    _, body = post(app, envelopes.envelope(profile, intent("ReadyIntent"), clock(), after(body)))
    clock.advance(60)
    again = envelopes.envelope(profile, intent("AMAZON.NextIntent"), clock(), after(body))
    first, body = post(app, again)
    clock.advance(5)
    assert post(app, again)[0] == first
    assert body["sessionAttributes"]["guide"]["sent"] == clock() - 5


def test_a_late_repeat_changes_nothing_that_came_after(tmp_path: Path) -> None:
    """A request that comes again after the one that followed it changes neither the session nor the store."""
    clock, profile = Clock(), Profile()
    app = skill_app(clock, tmp_path)
    late = envelopes.envelope(profile, start(), clock(), Session())
    first, body = post(app, late)
    clock.advance(200)
    _, body = post(app, envelopes.envelope(profile, intent("ReadyIntent"), clock(), after(body)))
    clock.advance(60)
    post(app, envelopes.envelope(profile, intent("AMAZON.PauseIntent"), clock(), after(body)))
    post(app, envelopes.envelope(replace(profile, device="kitchen"), start(), clock(), Session()))
    assert post(app, late)[0] == first
    _, body = post(app, envelopes.envelope(profile, envelopes.launch(), clock(), Session()))
    assert "is not finished" in words(body)


def test_two_devices_of_one_person_keep_a_guide_each(tmp_path: Path) -> None:
    """What a person has heard is known on all their devices, what is unfinished on its own only."""
    clock, profile = Clock(), Profile()
    app = skill_app(clock, tmp_path)
    post(app, envelopes.envelope(profile, start(), clock(), Session()))
    kitchen = replace(profile, device="kitchen")
    clock.advance(60)
    _, body = post(app, envelopes.envelope(profile, envelopes.session_ended("ERROR"), clock(), Session(new=False)))
    _, body = post(app, envelopes.envelope(kitchen, envelopes.launch(), clock(), Session()))
    assert "Last time it was the" in words(body) and "not" not in words(body)


class Racing(Store):
    """A store whose rows another request writes first, so many times. `saves` are all that was tried."""

    races = saves = 0

    def save(self, *changes: Change) -> None:
        self.saves += 1
        if self.races:
            self.races -= 1
            super().save(Change(changes[0].key, {"v": 1, "raced": self.races}, changes[0].expected))
        super().save(*changes)


def racing(races: int) -> tuple[Racing, Flask, Clock]:
    clock = Clock()
    store = Racing("sqlite://", clock)
    store.races = races
    skill = Conversation(shared_resources(), Memory(store, IdKey(SETTINGS.id_key)), clock)
    return store, create_app(SETTINGS, clock, skill), clock


@pytest.mark.parametrize("races", [0, 1, 2, 3, 5])
def test_a_conflict_is_tried_again_until_it_fits(races: int, caplog: pytest.LogCaptureFixture) -> None:
    """A lost race is run again on what was written meanwhile, three tries in all, and then without the memory."""
    store, app, clock = racing(races)
    _, body = post(app, envelopes.envelope(Profile(), start(), clock(), Session()))
    assert "not medical advice" in words(body) and "Something went wrong" not in words(body)
    assert store.saves == min(races + 1, 3)
    assert ("answering without memory" in caplog.text) == (races >= 3)


def test_a_slow_conflict_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries that took their time already are enough: Alexa waits about 8 s."""
    monkeypatch.setattr("skill.alexa.skill.RETRY_TIMEOUT", -1.0)
    store, app, clock = racing(1)
    _, body = post(app, envelopes.envelope(Profile(), start(), clock(), Session()))
    assert "not medical advice" in words(body) and store.saves == 1


def test_two_requests_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two requests that read the same row before either writes are both applied."""
    both_have_read, first_loads = threading.Barrier(2), threading.local()

    class Meeting(Memory):
        def load(self, user: str | None, device: str) -> Known:
            known = super().load(user, device)
            if not hasattr(first_loads, "over"):
                first_loads.over = True
                both_have_read.wait(10)
            return known

    clock, profile = Clock(), Profile()
    memory = Meeting(Store(f"sqlite:///{tmp_path / 'm.sqlite3'}", clock), IdKey(SETTINGS.id_key))
    app = create_app(SETTINGS, clock, Conversation(shared_resources(), memory, clock))
    tips = [envelopes.envelope(profile, intent("TipIntent"), clock(), Session()) for _ in range(2)]
    for number, envelope in enumerate(tips):
        envelope["request"]["requestId"] = f"amzn1.echo-api.request.{number}"
    threads = [threading.Thread(target=post, args=(app, envelope)) for envelope in tips]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    first_loads.over = True
    assert len(memory.load(profile.user, profile.device).person["tips"]) == 2


def test_two_devices_at_once_are_both_answered(tmp_path: Path) -> None:
    """Two requests of one person at the same moment, from two rooms: both get a guide, and both are remembered."""
    clock = Clock()
    app = skill_app(clock, tmp_path)
    rooms = [replace(Profile(), device=f"room {number}") for number in range(4)]
    bodies: dict[str, dict[str, Any]] = {}
    barrier = threading.Barrier(len(rooms))

    def ask(profile: Profile) -> None:
        envelope = envelopes.envelope(profile, start(), clock(), Session())
        barrier.wait()
        bodies[profile.device] = post(app, envelope)[1]

    threads = [threading.Thread(target=ask, args=(room,)) for room in rooms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == len(rooms)
    for body in bodies.values():
        assert "Something went wrong" not in words(body)
        assert body["sessionAttributes"]["guide"]["script"] == "piriformis-ball"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes some handlers fail."""

    def fail(turn: Turn) -> Reply:
        raise ValueError("my secret pain")

    def breaks(*names: str) -> None:
        monkeypatch.setattr("skill.alexa.skill.handlers_for", lambda _: {**HANDLERS, **dict.fromkeys(names, fail)})

    return breaks


@pytest.mark.parametrize(
    ("request_", "spoken"),
    [
        (envelopes.launch(), True),
        (intent("AMAZON.HelpIntent"), True),
        (envelopes.permission_answered("ACCEPTED"), True),
        (envelopes.session_ended("ERROR"), False),
        ({"type": "AudioPlayer.PlaybackStarted"}, False),
    ],
)
def test_a_failure_is_answered(
    request_: dict[str, Any], spoken: bool, broken: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Who spoke hears an apology, what only informs gets a valid empty answer; one line of the log says where."""
    broken(*HANDLERS)
    clock = Clock()
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), request_, clock(), Session()))
    assert ("Something went wrong here" in words(body)) if spoken else body["response"] == {}
    assert [one.levelname for one in caplog.records] == ["ERROR"]
    assert "secret" not in caplog.text and "amzn1" not in caplog.text


def test_a_request_of_an_unknown_type_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """What Alexa sends next year gets a valid empty answer."""
    clock = Clock()
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), {"type": "Of.Next.Year"}, clock(), Session()))
    assert body["response"] == {} and caplog.records == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_json_cannot_hold_is_a_failure_like_any_other(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that cannot be written becomes an apology, never a server error."""

    def odd(turn: Turn) -> Outcome:
        return Answer(turn, "Yes.", card=Card("A card", value))

    monkeypatch.setattr("skill.alexa.skill.handlers_for", lambda _: {**HANDLERS, "LaunchRequest": odd})
    clock = Clock()
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), envelopes.launch(), clock(), Session()))
    assert "Something went wrong here" in words(body)


def test_a_session_that_cannot_be_read_ends_in_an_apology(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the state itself is what fails, the apology is said without it."""

    def read(data: Any) -> State:
        assert not data
        return session_from_json(data)

    monkeypatch.setattr("skill.alexa.skill.session_from_json", read)
    clock = Clock()
    session = Session(new=False, attributes={"v": 1})
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), intent("TipIntent"), clock(), session))
    assert "Something went wrong here" in words(body) and body["response"]["shouldEndSession"] is True


def test_an_apology_that_cannot_be_remembered_is_said_all_the_same(broken: Callable[..., None]) -> None:
    """A failure is spoken even when another request writes the rows meanwhile."""
    broken("TipIntent")
    _, app, clock = racing(5)
    _, body = post(app, envelopes.envelope(Profile(), intent("TipIntent"), clock(), Session()))
    assert "Something went wrong here" in words(body)


def test_a_failure_is_spoken_and_its_message_logged_nowhere(
    broken: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """An exception inside a handler ends in an apology; the log tells where, and nothing that was said."""
    broken("LaunchRequest")
    caplog.set_level(logging.DEBUG)
    clock = Clock()
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), envelopes.launch(), clock(), Session()))
    assert "Something went wrong here, not with you" in words(body)
    assert body["response"]["shouldEndSession"] is True
    assert "secret" not in caplog.text and "ValueError" in caplog.text


def test_a_failure_in_a_hold_takes_the_weight_off_and_leads_back(broken: Callable[..., None]) -> None:
    """A person on the ball when something fails is taken off it first, and can go on."""
    broken("TimeLeftIntent")
    massage = Massage(*ASKED)
    massage.until("hold", into=10.0)
    assert "Ease off the ball" in massage.say("how long is left")
    massage.device.until_listening()
    massage.device.say("yes")
    assert "Take your time getting back" in massage.answer


@pytest.mark.parametrize("name", [name for name in HANDLERS if name not in REQUEST_TYPES])
def test_any_handler_may_fail_in_a_hold(name: str, broken: Callable[..., None]) -> None:
    """Each handler may fail: the answer is valid, and takes the weight off."""
    massage = Massage(*ASKED)
    massage.until("hold", into=10.0)
    broken(name)
    failing = skill_app(massage.clock)
    request = envelopes.launch() if name == "LaunchRequest" else intent(name)
    session = Session(new=False, attributes=massage.device.attributes)
    _, body = post(failing, envelopes.envelope(Profile(), request, massage.clock(), session))
    assert "Ease off the ball" in words(body)


def resources_without(script: str = "", digest: str = "") -> Resources:
    """The skill with one script gone, or of another digest."""
    resources = shared_resources()
    scripts = {
        id: replace(one, digest=digest) if id == "piriformis-ball" and digest else one
        for id, one in resources.library.scripts.items()
        if id != script
    }
    return Resources(replace(resources.library, scripts=scripts), resources.messages, resources.pace, resources.markup)


@pytest.mark.parametrize("remaining", [resources_without("piriformis-ball"), resources_without("glute-ball")])
def test_a_script_that_is_gone_is_forgotten(remaining: Resources, tmp_path: Path) -> None:
    """An unfinished guide of a script that is no longer there is not offered, and breaks nothing."""
    massage = Massage(*ASKED, folder=tmp_path)
    massage.until("hold", into=10.0)
    massage.say("pause")
    app = skill_app(massage.clock, tmp_path, resources=remaining)
    gone = "piriformis-ball" not in remaining.library.scripts
    for request in (envelopes.launch(), *map(intent, HANDLERS.keys() - set(REQUEST_TYPES))):
        if request.get("intent", {}).get("name") in ("LaunchRequest", "SessionEndedRequest"):
            continue
        for session in (Session(), Session(new=False, attributes=massage.device.attributes)):
            _, body = post(app, envelopes.envelope(Profile(), request, massage.clock(), session))
            assert "Something went wrong" not in words(body), request
            assert not gone or "piriformis" not in body.get("sessionAttributes", {}).get("guide", {}).get("script", "")


def test_a_revised_script_goes_on_at_the_same_place(tmp_path: Path) -> None:
    """A script that was revised between two sessions goes on where the person was, and says that it changed."""
    massage = Massage(*ASKED, folder=tmp_path)
    massage.until("hold", into=10.0)
    massage.say("pause")
    massage.say("stop")
    massage.device.until_idle()
    changed = Massage(
        app=skill_app(massage.clock, tmp_path, resources=resources_without(digest="another")), clock=massage.clock
    )
    assert "working on the left, first spot" in changed.say("open sciatica massage")
    answer = changed.say("yes")
    assert "I have changed this one a little" in answer and "working on the left, first spot" in answer
    assert changed.device.attributes["guide"]["digest"] == "another"
