"""The memory behind the SDK's persistence interface: which user and which device a request is of."""

from __future__ import annotations

from typing import Any

import pytest
from ask_sdk_model import RequestEnvelope

from skill.alexa.serializer import read_request
from skill.alexa.skill import MemoryAdapter
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.store.store import Store


def request_of(system: Any = None, session: Any = None) -> RequestEnvelope:
    return read_request({"context": {"System": system}, "session": session, "request": {"type": "LaunchRequest"}})


ANNA, HALL = {"userId": "anna"}, {"deviceId": "hall"}


@pytest.fixture
def memory() -> Memory:
    return Memory(Store("sqlite://"), IdKey("a key for the tests"))


def test_attributes_are_what_is_known(memory: Memory) -> None:
    """What a handler changes in the attributes is known to the memory, until the attributes are deleted."""
    adapter, request = MemoryAdapter(memory), request_of({"user": ANNA, "device": HALL})
    attributes = adapter.get_attributes(request)
    attributes["known"].person["n"] = 1
    adapter.save_attributes(request, attributes)
    assert memory.load("anna", "hall").person == {"n": 1}
    adapter.delete_attributes(request)
    assert memory.load("anna", "hall").person == {}


@pytest.mark.parametrize(
    ("request_", "user", "device"),
    [
        (request_of({"user": ANNA, "device": HALL}, {"user": {"userId": "ben"}}), "anna", "hall"),
        (request_of({"device": HALL}, {"user": {"userId": "ben"}}), "ben", "hall"),
        (request_of({"user": ANNA}), "anna", ""),
        (request_of({"user": {"userId": ""}, "device": HALL}), None, "hall"),
        (request_of(), None, ""),
        (request_of([], {"user": 5}), None, ""),
    ],
)
def test_whose_request_it_is(
    request_: RequestEnvelope, user: str | None, device: str, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The context names user and device; the session names the user where the context does not."""
    asked: list[tuple[str | None, str]] = []
    monkeypatch.setattr(memory, "load", lambda *ids: asked.append(ids))
    MemoryAdapter(memory).get_attributes(request_)
    assert asked == [(user, device)]
