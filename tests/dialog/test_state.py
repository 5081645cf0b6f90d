"""What is kept between requests: read again as it was written, by this version and by the first one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.dialog.audio_player import Run
from skill.dialog.practice import ENOUGH, Day, Plan, Practice
from skill.dialog.progress import Guide, Sent
from skill.dialog.rested_spots import Resting
from skill.dialog.state import (
    Proposal,
    Remembered,
    remembered_from_json,
    remembered_to_json,
    session_from_json,
    session_to_json,
)
from skill.dialog.state import Session as State
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Position
from tests.support.guided import skill_app

# As version 1 wrote them. These are never changed: somebody's memory holds them.
SESSION_1: dict[str, Any] = {
    "v": 1, "slowest": 1.121, "introduced": True, "pending": "part",
    "guide": {
        "script": "piriformis-ball", "digest": "81b610b42a", "cue": "first-spot/left/0", "seconds": 1.42,
        "ask": {"seconds": 300.0, "side": "left", "only": False, "place": "floor", "talk": "normal"},
        "pressed": {"first-spot/left": 21.0}, "sent": 1799700368.99, "lead": 2.5, "quiet": 12.0,
    },
    "proposal": {
        "script": "glute-ball", "ask": {"seconds": None, "side": "right", "only": True, "place": None, "talk": "few"}
    },
    "sent": {"at": 1799700368.99, "words": 52.62, "quiet": 102.81, "tail_words": 0.45, "tail_quiet": 5.72},
}  # fmt: skip
PERSON_1: dict[str, Any] = {
    "v": 1,
    "introduction": 1,
    "last": {
        "script": "piriformis-ball",
        "ask": {"seconds": 300.0, "side": "left", "only": False, "place": "floor", "talk": "normal"},
    },
}
DEVICE_1: dict[str, Any] = {"v": 1, "guide": SESSION_1["guide"], "saved": 1799700369}

GUIDE = Guide(
    "piriformis-ball", "81b610b42a", PlanOptions(300.0, "left", False, "floor"), Position("first-spot/left/0", 1.42),
    {"first-spot/left": 21.0}, sent=1799700368.99, lead=2.5, lead_quiet=12.0,
)  # fmt: skip


def test_a_session_of_version_1_is_read() -> None:
    """Attributes that an older version wrote give the same state."""
    sent = Sent(1799700368.99, 52.62, 102.81, 0.45, 5.72)
    proposal = Proposal("glute-ball", PlanOptions(None, "right", True, None, "few"))
    assert session_from_json(SESSION_1) == State(
        guide=GUIDE, proposal=proposal, pending="part", sent=sent, slowest=1.121, introduced=True
    )


def test_what_version_1_remembered_is_read() -> None:
    """Rows that an older version wrote give the same memory."""
    remembered = remembered_from_json(PERSON_1, DEVICE_1, True)
    last = Proposal(GUIDE.script, GUIDE.options)
    assert remembered == Remembered(introduction=1, last=last, unfinished=GUIDE, saved=1799700369.0)


def test_what_was_written_is_read_again() -> None:
    """Writing and reading again, through JSON, gives the same value."""
    state = session_from_json(SESSION_1)
    assert session_from_json(json.loads(json.dumps(session_to_json(state)))) == state
    assert session_from_json(session_to_json(State())) == State()
    remembered = remembered_from_json(PERSON_1, DEVICE_1, True)
    person, device = json.loads(json.dumps(remembered_to_json(remembered)))
    assert remembered_from_json(person, device, True) == remembered


def test_the_attributes_are_small() -> None:
    """A session's attributes stay far below what a response may hold (24 KB), with every spot pressed."""
    spots = {f"a-little-further-out#{number}/right": 30.0 for number in range(60)}
    crowded = {**SESSION_1, "guide": {**SESSION_1["guide"], "pressed": spots}}
    assert len(json.dumps(session_to_json(session_from_json(crowded)))) < 4_000


def test_what_was_never_said_is_not_known() -> None:
    """Without rows nothing is known, and nothing is made up."""
    assert remembered_from_json(None, None, False) == Remembered(available=False)
    assert session_from_json(None) == State()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
PATHS = [
    *((name,) for name in SESSION_1),
    *(("guide", name) for name in SESSION_1["guide"]),
    *(("guide", "ask", name) for name in SESSION_1["guide"]["ask"]),
    *(("proposal", name) for name in SESSION_1["proposal"]),
    *(("proposal", "ask", name) for name in SESSION_1["proposal"]["ask"]),
    *(("sent", name) for name in SESSION_1["sent"]),
    ("guide", "pressed", "first-spot/left"),
]


def damaged(data: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The same with another value at this path."""
    head, *rest = path
    return {**data, head: damaged(data[head], tuple(rest), value) if rest else value}


@given(st.sampled_from(PATHS), json_values)
def test_damage_is_forgotten_and_never_an_error(path: tuple[str, ...], value: Any) -> None:
    """Whatever stands where, reading gives a state, and what is written of it is read the same ever after."""
    written = session_to_json(session_from_json(damaged(SESSION_1, path, value)))
    state = session_from_json(json.loads(json.dumps(written, allow_nan=False)))
    assert session_to_json(state) == written
    device = {**DEVICE_1, "guide": value} if path == ("guide",) else DEVICE_1
    remembered_from_json({**PERSON_1, "introduction": value, "last": value}, {**device, "saved": value}, True)


@given(json_values)
def test_any_json_is_a_session(value: Any) -> None:
    """Attributes that are nothing of ours give a new session."""
    assert session_from_json(value).guide is None


number, name = st.floats(1.0, 2e9), st.text("ab/#0-", min_size=1, max_size=8)
names = st.lists(name, max_size=4).map(lambda found: tuple(sorted(set(found))))
lengths = st.none() | st.floats(1.0, 86_400.0)
options = st.builds(PlanOptions, seconds=lengths, place=st.none() | name, left_out=names, extra=names)
proposals = st.builds(Proposal, name, options)
pressed = st.dictionaries(name, number, max_size=4)
positions = st.builds(Position, name, number)
guides = st.builds(
    Guide, name, name, options, positions, pressed, names, sent=st.none() | number, lead=number, lead_quiet=number
)
sessions = st.builds(
    State, slowest=st.floats(0.5, 2.0), introducing=number, tips=names, guide=st.none() | guides,
    proposal=st.none() | proposals, offered=st.lists(proposals, max_size=3).map(tuple), sent=st.none() | st.builds(
        Sent, number, number, number, number, number),
)  # fmt: skip
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
logs = st.dictionaries(days, st.integers(0, 99), max_size=4)
practices = st.builds(
    Practice, finished=st.integers(0, ENOUGH), began=number, partial=st.integers(0, 1_440), reminder=number,
    log=logs.map(lambda log: tuple(Day(day, log[day], 10) for day in sorted(log))), plan=st.none() | st.builds(
        Plan, st.integers(0, 25), days, st.sets(days, max_size=5).map(lambda found: tuple(sorted(found)))),
)  # fmt: skip
runs = st.builds(Run, st.integers(0, 2 * 10**12), st.integers(0, 10**7), at=number, answered=pressed)
memories = st.builds(
    Remembered, introduction=st.integers(0, 9), last=st.none() | proposals, tips=names, practice=practices,
    resting=st.lists(st.builds(Resting, name, name, number), max_size=3).map(tuple), zone=st.just("Europe/Berlin"),
    zone_asked=number, track=runs, unfinished=st.none() | guides, saved=number,
)  # fmt: skip


@given(sessions, memories)
def test_any_state_is_read_as_it_was_written(session: State, remembered: Remembered) -> None:
    """Whatever a state holds: what is read of its JSON is written as the same bytes again."""
    written = json.dumps(session_to_json(session))
    assert json.dumps(session_to_json(session_from_json(json.loads(written)))) == written
    rows = json.dumps(remembered_to_json(remembered))
    person, device = json.loads(rows)
    assert json.dumps(remembered_to_json(remembered_from_json(person, device, True))) == rows


APP_CLOCK = Clock()
APP = skill_app(APP_CLOCK, remembers=False)
INTENTS = ("AMAZON.ResumeIntent", "AMAZON.YesIntent", "AMAZON.HelpIntent", "TimeLeftIntent", "AMAZON.StopIntent",
           "AMAZON.PreviousIntent", "AMAZON.RepeatIntent", "AMAZON.FallbackIntent")  # fmt: skip


@given(st.sampled_from(PATHS), json_values.filter(lambda value: value == value), st.sampled_from(INTENTS))
def test_damaged_attributes_get_a_valid_answer(path: tuple[str, ...], value: Any, name: str) -> None:
    """Attributes with any value in any place are answered like others, in words and by the rules."""
    try:
        attributes = json.loads(json.dumps(damaged(SESSION_1, path, value), allow_nan=False))
    except ValueError:
        return
    request = envelopes.intent({"name": name, "confirmationStatus": "NONE"})
    envelope = envelopes.envelope(Profile(), request, APP_CLOCK(), Session(new=False, attributes=attributes))
    answer = APP.test_client().post("/alexa", json=envelope)
    assert answer.status_code == 200
    assert check_response(envelope, answer.get_json()) == []
    assert "Something went wrong" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("cue", ["²/left/0", "first-spot/left/²", "//", "", "first-spot", "x/y/z/0", "0" * 5_000])
def test_a_cue_that_is_none_is_somewhere(cue: str) -> None:
    """A position of no cue is found at a place of the timeline, and the guide goes on from there."""
    attributes = {**SESSION_1, "guide": {**SESSION_1["guide"], "cue": cue}}
    request = envelopes.intent({"name": "AMAZON.ResumeIntent", "confirmationStatus": "NONE"})
    envelope = envelopes.envelope(Profile(), request, APP_CLOCK(), Session(new=False, attributes=attributes))
    answer = APP.test_client().post("/alexa", json=envelope)
    assert check_response(envelope, answer.get_json()) == []
    assert "Something went wrong" not in answer.get_data(as_text=True)
