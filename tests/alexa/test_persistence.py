"""Memory behind the SDK's persistence interface."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.persistence import MemoryAdapter
from skill.errors import StoreConflict, StoreUnavailable
from skill.server.compose import build_memory
from skill.server.config import Settings
from tests.support.stored import request_of

KEY = "a key for the tests"
NOTHING: dict[str, Any] = {"person": {}, "device": {}, "answers": "{}"}


def adapter_in(folder: Path, id_key: str | None = KEY) -> MemoryAdapter:
    settings = Settings(f"sqlite:///{folder / 'memory.sqlite3'}", id_key=id_key)
    return build_memory(settings)


def test_a_stranger_has_an_empty_memory(tmp_path: Path) -> None:
    """Who was never here is met with an empty memory that works."""
    assert adapter_in(tmp_path).get_attributes(request_of()) == {**NOTHING, "available": True}


def test_person_follows_the_user_and_device_stays(tmp_path: Path) -> None:
    """What belongs to the person is known on all their devices; the live guide is the device's own."""
    adapter = adapter_in(tmp_path)
    memory = adapter.get_attributes(request_of())
    memory["person"]["heard"] = ["disclaimer-1"]
    memory["device"]["guide"] = {"at": 12}
    adapter.save_attributes(request_of(), memory)
    again = adapter_in(tmp_path)
    assert again.get_attributes(request_of()) == memory
    elsewhere = again.get_attributes(request_of(device="amzn1.device.ATTIC"))
    assert (elsewhere["person"], elsewhere["device"]) == ({"heard": ["disclaimer-1"]}, {})
    other = again.get_attributes(request_of(user="amzn1.account.BEN"))
    assert (other["person"], other["device"]) == ({}, {})


def test_no_id_is_stored(tmp_path: Path) -> None:
    """The file holds neither the user's id nor the device's, and another key finds nothing."""
    adapter = adapter_in(tmp_path)
    memory = adapter.get_attributes(request_of())
    memory["person"]["n"] = memory["device"]["n"] = 1
    adapter.save_attributes(request_of(), memory)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ANNA" not in stored and b"HALL" not in stored
    assert adapter_in(tmp_path, "another key entirely").get_attributes(request_of())["person"] == {}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """Two devices of one person do not meet in a conflict unless both change what belongs to the person."""
    adapter = adapter_in(tmp_path)
    hall, attic = request_of(), request_of(device="amzn1.device.ATTIC")
    in_hall, in_attic = adapter.get_attributes(hall), adapter.get_attributes(attic)
    in_hall["person"]["minutes"] = 5
    adapter.save_attributes(hall, in_hall)
    in_attic["device"]["guide"] = {}
    adapter.save_attributes(attic, in_attic)
    assert adapter.get_attributes(attic)["person"] == {"minutes": 5}


def test_a_lost_race_is_a_conflict_and_changes_nothing(tmp_path: Path) -> None:
    """The slower of two requests is told, and neither of its rows is written."""
    adapter = adapter_in(tmp_path)
    first, second = adapter.get_attributes(request_of()), adapter.get_attributes(request_of())
    first["device"]["by"] = "first"
    adapter.save_attributes(request_of(), first)
    second["person"]["by"] = second["device"]["by"] = "second"
    with pytest.raises(StoreConflict):
        adapter.save_attributes(request_of(), second)
    now = adapter.get_attributes(request_of())
    assert (now["person"], now["device"]) == ({}, {"by": "first"})


def test_saving_something_else_is_a_mistake(tmp_path: Path) -> None:
    """Attributes that did not come from the adapter carry no versions: saving them would be a blind write."""
    with pytest.raises(TypeError):
        adapter_in(tmp_path).save_attributes(request_of(), {"person": {}, "device": {}})


def test_a_store_that_is_down_costs_memory_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the store down the memory is empty and says so, saving is skipped, and one line tells of it."""
    (tmp_path / "file").write_text("")
    adapter = adapter_in(tmp_path / "file")
    with caplog.at_level(logging.DEBUG):
        memory = adapter.get_attributes(request_of())
        assert memory == {**NOTHING, "available": False}
        memory["person"]["heard"] = 1
        adapter.save_attributes(request_of(), memory)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "amzn1" not in caplog.text


def test_a_store_that_goes_down_meanwhile(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When only the saving fails, the person still gets their answer, and one line tells of it."""
    adapter = adapter_in(tmp_path)
    memory = adapter.get_attributes(request_of())
    memory["person"]["heard"] = "the left knee"
    for file in tmp_path.iterdir():
        file.unlink()
    tmp_path.joinpath("memory.sqlite3").write_bytes(b"nonsense" * 200)
    adapter.save_attributes(request_of(), memory)
    assert len(caplog.records) == 1
    assert "knee" not in caplog.text and "amzn1" not in caplog.text


def test_nobody_has_no_memory(tmp_path: Path) -> None:
    """A request without a user id is answered without memory, and no row is written for it."""
    adapter = adapter_in(tmp_path)
    memory = adapter.get_attributes(request_of(user=None))
    assert memory["available"] is False
    memory["device"]["guide"] = {}
    adapter.save_attributes(request_of(user=None), memory)
    assert not list(tmp_path.iterdir())


def test_without_memory(tmp_path: Path) -> None:
    """On the last try the same adapter can answer as if the store were down."""
    adapter = adapter_in(tmp_path)
    memory = adapter.get_attributes(request_of())
    memory["person"]["n"] = 1
    adapter.save_attributes(request_of(), memory)
    assert adapter.without_memory().get_attributes(request_of()) == {**NOTHING, "available": False}


def test_forgetting_is_whole(tmp_path: Path) -> None:
    """A person is forgotten on all their devices, and nobody else is."""
    adapter = adapter_in(tmp_path)
    hall, attic, ben = (
        request_of(),
        request_of(device="amzn1.device.ATTIC"),
        request_of(user="amzn1.account.BEN"),
    )
    for request in (hall, attic, ben):
        memory = adapter.get_attributes(request)
        memory["person"]["n"] = memory["device"]["n"] = 1
        adapter.save_attributes(request, memory)
    adapter.delete_attributes(hall)
    left = [adapter.get_attributes(request)[part] for request in (hall, attic, ben) for part in ("person", "device")]
    assert left == [{}, {}, {}, {}, {"n": 1}, {"n": 1}]


def test_forgetting_is_not_skipped_quietly(tmp_path: Path) -> None:
    """A store that is down cannot forget, and must not pretend to."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        adapter_in(tmp_path / "file").delete_attributes(request_of())


def test_a_copy_may_be_saved(tmp_path: Path) -> None:
    """A copy of the attributes carries the versions along."""
    adapter = adapter_in(tmp_path)
    for n in (1, 2):
        memory = copy.deepcopy(adapter.get_attributes(request_of()))
        memory["person"] = {"n": n}
        adapter.save_attributes(request_of(), memory)
    assert adapter.get_attributes(request_of())["person"] == {"n": 2}


def test_a_check_needs_the_key_and_the_store(tmp_path: Path) -> None:
    """Who can find no row, or write none, would remember nothing."""
    adapter = adapter_in(tmp_path, id_key=None)
    adapter.check()
    key = tmp_path / "memory.sqlite3.id-key"
    key.write_text("")
    with pytest.raises(StoreUnavailable):
        adapter.check()
    key.unlink()
    adapter.check()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        adapter_in(tmp_path / "file").check()
