"""What is remembered of people, by the ids of user and device."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

import pytest

from skill.errors import StoreConflict, StoreUnavailable
from skill.server.compose import build_memory
from skill.server.config import Settings
from skill.store.id_key import IdKey
from skill.store.memory import Known, Memory

KEY = "a key for the tests"
ANNA, BEN = "amzn1.account.ANNA", "amzn1.account.BEN"
HALL, ATTIC = "amzn1.device.HALL", "amzn1.device.ATTIC"


def memory_in(folder: Path, id_key: str | None = KEY) -> Memory:
    settings = Settings(f"sqlite:///{folder / 'memory.sqlite3'}", id_key=id_key)
    return build_memory(settings)


def told(known: Known) -> tuple[dict[str, Any], dict[str, Any], str, bool]:
    return known.person, known.device, known.answers, known.available


def test_a_stranger_has_an_empty_memory(tmp_path: Path) -> None:
    """Who was never here is met with an empty memory that works."""
    assert told(memory_in(tmp_path).load(ANNA, HALL)) == ({}, {}, "{}", True)


def test_person_follows_the_user_and_device_stays(tmp_path: Path) -> None:
    """What belongs to the person is known on all their devices; the live guide is the device's own."""
    memory = memory_in(tmp_path)
    known = memory.load(ANNA, HALL)
    known.person["heard"] = ["disclaimer-1"]
    known.device["guide"] = {"at": 12}
    memory.save(known)
    again = memory_in(tmp_path)
    assert told(again.load(ANNA, HALL)) == told(known)
    elsewhere = again.load(ANNA, ATTIC)
    assert (elsewhere.person, elsewhere.device) == ({"heard": ["disclaimer-1"]}, {})
    other = again.load(BEN, HALL)
    assert (other.person, other.device) == ({}, {})


def test_no_id_is_stored(tmp_path: Path) -> None:
    """The file holds neither the user's id nor the device's, and another key finds nothing."""
    memory = memory_in(tmp_path)
    known = memory.load(ANNA, HALL)
    known.person["n"] = known.device["n"] = 1
    memory.save(known)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ANNA" not in stored and b"HALL" not in stored
    assert memory_in(tmp_path, "another key entirely").load(ANNA, HALL).person == {}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """Two devices of one person do not meet in a conflict unless both change what belongs to the person."""
    memory = memory_in(tmp_path)
    in_hall, in_attic = memory.load(ANNA, HALL), memory.load(ANNA, ATTIC)
    in_hall.person["minutes"] = 5
    memory.save(in_hall)
    in_attic.device["guide"] = {}
    memory.save(in_attic)
    assert memory.load(ANNA, ATTIC).person == {"minutes": 5}


def test_a_lost_race_is_a_conflict_and_changes_nothing(tmp_path: Path) -> None:
    """The slower of two requests is told, and neither of its rows is written."""
    memory = memory_in(tmp_path)
    first, second = memory.load(ANNA, HALL), memory.load(ANNA, HALL)
    first.device["by"] = "first"
    memory.save(first)
    second.person["by"] = second.device["by"] = "second"
    with pytest.raises(StoreConflict):
        memory.save(second)
    now = memory.load(ANNA, HALL)
    assert (now.person, now.device) == ({}, {"by": "first"})


def test_what_was_not_loaded_is_not_written(tmp_path: Path) -> None:
    """What did not come from the memory has no versions: saving it writes nothing, rather than blindly."""
    memory = memory_in(tmp_path)
    memory.save(Known({"n": 1}, {"n": 1}))
    assert told(memory.load(ANNA, HALL)) == ({}, {}, "{}", True)


def test_a_store_that_is_down_costs_memory_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the store down the memory is empty and says so, saving is skipped, and one line tells of it."""
    (tmp_path / "file").write_text("")
    memory = memory_in(tmp_path / "file")
    with caplog.at_level(logging.DEBUG):
        known = memory.load(ANNA, HALL)
        assert told(known) == ({}, {}, "{}", False)
        known.person["heard"] = 1
        memory.save(known)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "amzn1" not in caplog.text


def test_a_store_that_goes_down_meanwhile(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When only the saving fails, the person still gets their answer, and one line tells of it."""
    memory = memory_in(tmp_path)
    known = memory.load(ANNA, HALL)
    known.person["heard"] = "the left knee"
    for file in tmp_path.iterdir():
        file.unlink()
    tmp_path.joinpath("memory.sqlite3").write_bytes(b"nonsense" * 200)
    memory.save(known)
    assert len(caplog.records) == 1
    assert "knee" not in caplog.text and "amzn1" not in caplog.text


def test_nobody_has_no_memory(tmp_path: Path) -> None:
    """A request without a user id is answered without memory, and no row is written for it."""
    memory = memory_in(tmp_path)
    known = memory.load(None, HALL)
    assert not known.available
    known.device["guide"] = {}
    memory.save(known)
    assert not list(tmp_path.iterdir())


def test_without_memory() -> None:
    """Without a store nothing is remembered, and nothing fails."""
    memory = Memory(None, IdKey(KEY))
    known = memory.load(ANNA, HALL)
    known.person["n"] = 1
    memory.save(known)
    memory.forget(ANNA)
    memory.check()
    assert told(memory.load(ANNA, HALL)) == ({}, {}, "{}", False)


def test_forgetting_is_whole(tmp_path: Path) -> None:
    """A person is forgotten on all their devices, and nobody else is."""
    memory = memory_in(tmp_path)
    people = ((ANNA, HALL), (ANNA, ATTIC), (BEN, HALL))
    for user, device in people:
        known = memory.load(user, device)
        known.person["n"] = known.device["n"] = 1
        memory.save(known)
    memory.forget(ANNA)
    left = [row for one in people for row in (memory.load(*one).person, memory.load(*one).device)]
    assert left == [{}, {}, {}, {}, {"n": 1}, {"n": 1}]


def test_forgetting_is_not_skipped_quietly(tmp_path: Path) -> None:
    """A store that is down cannot forget, and must not pretend to."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        memory_in(tmp_path / "file").forget(ANNA)


def test_a_copy_may_be_saved(tmp_path: Path) -> None:
    """A copy of what is known carries the versions along."""
    memory = memory_in(tmp_path)
    for n in (1, 2):
        known = copy.deepcopy(memory.load(ANNA, HALL))
        known.person = {"n": n}
        memory.save(known)
    assert memory.load(ANNA, HALL).person == {"n": 2}


def test_a_check_needs_the_key_and_the_store(tmp_path: Path) -> None:
    """Who can find no row, or write none, would remember nothing."""
    memory = memory_in(tmp_path, id_key=None)
    memory.check()
    key = tmp_path / "memory.sqlite3.id-key"
    key.write_text("")
    with pytest.raises(StoreUnavailable):
        memory.check()
    key.unlink()
    memory.check()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        memory_in(tmp_path / "file").check()
