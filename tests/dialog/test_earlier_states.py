"""What every earlier version wrote is still read: one file for each form that rows have had, never changed again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from skill.dialog.state import remembered_from_json, remembered_to_json, session_from_json, session_to_json
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile, Session
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
from tests.server.test_privacy import paths
from tests.support.guided import SETTINGS, skill_app
from tests.support.privacy import kept_paths

FILES = sorted((Path(__file__).parent / "data" / "states").glob("*.json"))
# The table of the first version: without an index, and with a narrower name for the version's type.
FIRST_TABLE = (
    'CREATE TABLE memory ("key" TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL, updated DOUBLE NOT NULL, '
    'PRIMARY KEY ("key"))'
)


def written(file: Path) -> dict[str, Any]:
    """The rows and the session attributes of one earlier version."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_of_an_earlier_version_is_lost(file: Path) -> None:
    """All that an earlier version wrote is written again after it was read."""
    was = written(file)
    person, device = remembered_to_json(remembered_from_json(was["person"], was["device"], True))
    session = session_to_json(session_from_json(was["session"]))
    assert was["person"].items() <= person.items()
    assert was["device"].items() <= device.items()
    assert was["session"].items() <= session.items()


@pytest.mark.parametrize("row", ["person", "device"])
def test_there_is_a_file_for_all_that_is_written_today(row: str) -> None:
    """Every value that the policy lists stands in one of the files: a new value comes with a new file."""
    known = kept_paths(row)
    assert set().union(*(paths(written(file)[row], known) for file in FILES)) == known


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_database_of_an_earlier_version_goes_on(file: Path, tmp_path: Path) -> None:
    """A person whose rows an earlier version wrote, in its table, is answered from them, and they are kept on."""
    was, profile, clock = written(file), Profile(), Clock()
    key = IdKey(SETTINGS.id_key)
    person = key.hash("person", profile.user)
    device = f"{person}/{key.hash('device', profile.user, profile.device)}"
    clock.move_to(round((was["device"]["saved"] + 600) * 1000))
    with closing(sqlite3.connect(tmp_path / "memory.sqlite3", isolation_level=None)) as plain:
        plain.execute(FIRST_TABLE)
        for name, data in ((person, was["person"]), (device, was["device"])):
            plain.execute("INSERT INTO memory VALUES (?, 7, ?, ?)", (name, json.dumps(data), clock()))
    envelope = envelopes.envelope(profile, envelopes.launch(), clock(), Session())
    answer = skill_app(clock, tmp_path).test_client().post("/alexa", json=envelope)
    assert check_response(envelope, answer.get_json()) == []
    assert "is not finished" in answer.text
    rows = _rows(tmp_path)
    assert rows[device][0] >= 7 and rows[device][1]["guide"]["script"] == was["device"]["guide"]["script"]
    assert rows[person][1]["last"] == was["person"]["last"]


def _rows(folder: Path) -> Mapping[str, tuple[int, dict[str, Any]]]:
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as plain:
        found = plain.execute("SELECT key, version, data FROM memory")
        return {key: (version, json.loads(data)) for key, version, data in found}
