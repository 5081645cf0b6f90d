"""What the policy says is what is kept: each value of each row, and no other."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from skill.alexa.request_log import Line
from skill.dialog.audio_player import Run
from skill.dialog.practice import Day, Plan, Practice
from skill.dialog.progress import Guide, Sent
from skill.dialog.rested_spots import Resting
from skill.dialog.state import Proposal, Remembered, Session, remembered_to_json, session_to_json
from skill.errors import StoreUnavailable
from skill.server.content import content
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile
from skill.store.memory import Memory
from skill.store.sql import COLUMNS
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Position
from tests.support.guided import Massage, skill_app
from tests.support.posting import SKILL, client_of
from tests.support.privacy import ANY, kept_paths

DAY = date(2026, 1, 1)
ASK = PlanOptions(300.0, "right", True, "floor", "few", True, True, True, ("spot/left",), ("spot",))
MASSAGE = Proposal("piriformis-ball", ASK)
GUIDE = Guide(
    "piriformis-ball", "81b610b42a", ASK, Position("spot/left/0", 1.5), {"spot/left": 21.0}, ("spot",), 1.0, 2.5, 12.0
)
SENT = Sent(1.0, 2.0, 3.0, 4.0, 5.0)
SESSIONS = (
    Session(1.1, True, 3.0, ("tip",), GUIDE, MASSAGE, (MASSAGE,), "choose", SENT),
    Session(1.1, True, 3.0, ("tip",), GUIDE, MASSAGE, (), "start", SENT),
)
PRACTICE = Practice(2, True, (Day(DAY, 1, 5),), Plan(1, DAY, (DAY,)), frozenset({"count"}), 1.0, 1, 1.0)
REMEMBERED = Remembered(
    1,
    MASSAGE,
    (Resting("piriformis-ball", "spot/left", 1.0),),
    ("tip",),
    PRACTICE,
    False,
    "Europe/Berlin",
    1.0,
    Run(1, 1, "paused", 1.0, {"spot/left": 1.0}, True),
    GUIDE,
    1.0,
    False,
)


def paths(data: Any, known: frozenset[str], before: str = "") -> Iterator[str]:
    """The path of every value in this JSON; what may have any name is not looked into."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            path = f"{before}{name}"
            if f"{before}{ANY}" in known:
                yield f"{before}{ANY}"
            else:
                yield path
                yield from paths(value, known, f"{path}.")
    elif isinstance(data, list):
        for value in data:
            yield from paths(value, known, before)


def left_at_default(value: Any, name: str = "") -> Iterator[str]:
    """The fields in this value, and in those inside, that hold what they hold by themselves."""
    if isinstance(value, tuple):
        for one in value:
            yield from left_at_default(one, name)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return
    for field in dataclasses.fields(value):
        found = getattr(value, field.name)
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if found == default:
            yield f"{name}.{field.name}"
        yield from left_at_default(found, f"{name}.{field.name}")


def test_the_policy_names_all_that_is_written_and_nothing_else() -> None:
    """Rows in which every field holds something have exactly the values that the policy lists."""
    assert list(left_at_default((REMEMBERED, SESSIONS[0]))) == [], "give the new field a value here"
    person, device = remembered_to_json(REMEMBERED)
    answers = {"given": [{"id": "1", "answer": {"response": {"outputSpeech": {}}, "session": session_to_json(one)}}
                         for one in SESSIONS]}  # fmt: skip
    for row, data in {"person": person, "device": device, "answers": answers}.items():
        known = kept_paths(row)
        assert set(paths(data, known)) == known, row


def rows(folder: Path) -> dict[str, list[tuple[str, Any]]]:
    """What a database holds, by the kind of row."""
    found: dict[str, list[tuple[str, Any]]] = {"person": [], "device": [], "answers": []}
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as plain:
        for key, data in plain.execute("SELECT key, data FROM memory"):
            found["person" if "/" not in key else "answers" if key.endswith("/answers") else "device"].append(
                (key, json.loads(data))
            )
    return found


def test_a_conversation_writes_nothing_that_the_policy_does_not_name(tmp_path: Path) -> None:
    """What a real conversation leaves in the database is in the policy, under keys that hold no id."""
    massage = Massage("open sciatica massage", "piriformis for five minutes, left side first", "ready", folder=tmp_path)
    for sentence in ("softer", "that is too strong", "yes", "stop"):
        massage.device.wait(40)
        massage.say(sentence)
    written = rows(tmp_path)
    assert all(written.values())
    for row, found in written.items():
        known = kept_paths(row)
        for key, data in found:
            assert set(paths(data, known)) <= known
            assert "SIMULATED" not in f"{key} {data}"


def test_the_columns_and_the_log_line_are_in_the_policy() -> None:
    """The table has the columns, and the log line the fields, that the policy lists."""
    assert set(content().privacy["columns"]) == set(COLUMNS)
    assert set(content().privacy["logged"]) == {field.name for field in dataclasses.fields(Line)}


def test_the_page_is_for_everybody() -> None:
    """The policy is read from anywhere, whether or not a skill id is set; the health is not."""
    for skill_id in (None, SKILL):
        client = client_of(skill_id=skill_id)
        answer = client.get("/privacy", headers={"Host": "example.org", "X-Forwarded-For": "192.0.2.1"})
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert "400 days" in answer.text and "{" not in answer.text.partition("</style>")[2]
    assert client_of().get("/health", headers={"Host": "example.org"}).status_code == 403


@pytest.fixture
def guided(tmp_path: Path) -> tuple[Flask, Clock]:
    """A skill that remembers one person on two devices, and another person."""
    clock = Clock()
    app = skill_app(clock, tmp_path)
    for profile in (Profile(), Profile(device="kitchen"), Profile(user="amzn1.ask.account.BERT")):
        Massage("open sciatica massage", "stop", app=app, clock=clock, profile=profile)
    return app, clock


def event(name: str, clock: Clock, user: str = Profile().user) -> dict[str, Any]:
    """A skill event as Alexa sends it: no session, no device, the user in the context."""
    envelope = envelopes.envelope(Profile(user=user), {"type": f"AlexaSkillEvent.{name}"}, clock(), None)
    system = envelope["context"]["System"]
    envelope["context"] = {"System": {"application": system["application"], "user": system["user"]}}
    del envelope["request"]["locale"]
    return envelope


def test_disabling_the_skill_deletes_the_person(tmp_path: Path, guided: tuple[Flask, Clock]) -> None:
    """SkillDisabled leaves no row of this person on any device, and all of everybody else's; it is answered emptily."""
    app, clock = guided
    before = rows(tmp_path)
    for name in ("SkillEnabled", "SkillPermissionAccepted", "SkillProactiveSubscriptionChanged"):
        answer = app.test_client().post("/alexa", json=event(name, clock))
        assert (answer.status_code, answer.get_json()["response"]) == (200, {})
        assert rows(tmp_path) == before
    answer = app.test_client().post("/alexa", json=event("SkillDisabled", clock))
    assert (answer.status_code, answer.get_json()["response"]) == (200, {})
    after = rows(tmp_path)
    assert [len(found) for found in before.values()] == [2, 3, 3]
    assert [len(found) for found in after.values()] == [1, 1, 1]
    again = app.test_client().post("/alexa", json=event("SkillDisabled", clock))
    assert again.status_code == 200 and rows(tmp_path) == after


def test_a_deletion_that_fails_is_asked_for_again(
    tmp_path: Path, guided: tuple[Flask, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the memory is down the event is not taken, so that Alexa sends it again, and then it holds."""
    app, clock = guided

    def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable(OSError("the disk is gone"))

    with monkeypatch.context() as patched:
        patched.setattr(Memory, "forget", fails)
        assert app.test_client().post("/alexa", json=event("SkillDisabled", clock)).status_code == 503
    assert app.test_client().post("/alexa", json=event("SkillDisabled", clock)).status_code == 200
    assert [len(found) for found in rows(tmp_path).values()] == [1, 1, 1]
