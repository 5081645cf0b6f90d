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

from skill.alexa.persistence import MemoryAdapter
from skill.alexa.request_log import TOLD
from skill.alexa.skill import Conversation
from skill.dialog.planner import Resources
from skill.dialog.turn import Reply, Turn
from skill.server.app import create_app
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
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
    """A request that comes again after the one that followed it takes nobody back, in the session or in the store."""
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
    """A store whose rows somebody else writes first, so many times."""

    races = 0

    def save(self, *changes: Change) -> None:
        if self.races:
            self.races -= 1
            super().save(*changes)
        super().save(*changes)


@pytest.mark.parametrize("races", [0, 1, 2, 3, 5])
def test_a_conflict_is_asked_again_until_it_fits(races: int) -> None:
    """A conflict passes every handler of ours: the request is answered anew, at last without memory, never twice."""
    clock = Clock()
    store = Racing("sqlite://", clock)
    skill = Conversation(shared_resources(), MemoryAdapter(store, IdKey(SETTINGS.id_key)), clock)
    app = create_app(SETTINGS, clock, skill)
    store.races = races
    _, body = post(app, envelopes.envelope(Profile(), start(), clock(), Session()))
    assert "not medical advice" in words(body) and "Something went wrong" not in words(body)


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
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes one handler fail."""

    def fail(turn: Turn) -> Reply:
        raise ValueError("my secret pain")

    def breaks(name: str) -> None:
        monkeypatch.setattr("skill.alexa.skill.handlers_for", lambda _: {**HANDLERS, name: fail})

    return breaks


def test_a_failure_is_spoken_and_its_message_logged_nowhere(
    broken: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """An exception inside a handler ends in an apology; the log tells where, and nothing that was said."""
    broken("LaunchRequest")
    caplog.set_level(logging.DEBUG)
    clock = Clock()
    _, body = post(skill_app(clock), envelopes.envelope(Profile(), envelopes.launch(), clock(), Session()))
    assert "Something went wrong here, not with you" in words(body)
    assert body["response"]["shouldEndSession"] is True
    assert "secret" not in caplog.text and "ValueError" in caplog.text


def test_a_failure_in_a_hold_takes_the_weight_off_and_leads_back(broken: Callable[[str], None]) -> None:
    """Whoever is on the ball when something fails is taken off it first, and can go on."""
    broken("TimeLeftIntent")
    massage = Massage(*ASKED)
    massage.until("hold", into=10.0)
    assert "Ease off the ball" in massage.say("how long is left")
    massage.device.until_listening()
    massage.device.say("yes")
    assert "Take your time getting back" in massage.answer


@pytest.mark.parametrize("name", [name for name in HANDLERS if name not in TOLD])
def test_any_handler_may_fail_in_a_hold(name: str, broken: Callable[[str], None]) -> None:
    """Whichever handler fails, what is heard is a valid answer that takes the weight off."""
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
    for request in (envelopes.launch(), *map(intent, HANDLERS.keys() - set(TOLD))):
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
