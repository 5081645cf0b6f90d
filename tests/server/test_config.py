"""Settings: what the environment may say, and what holds when it says nothing."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from skill.errors import SettingInvalid
from skill.server.config import MAX_PACE, MIN_KEY_LENGTH, MIN_PACE, VOICES, Settings, described

HOME = {"HOME": "/home/anna"}


def test_nothing_set_is_a_working_skill() -> None:
    """Without any setting the memory stands in the user's data folder, and only this machine is served."""
    settings = Settings.from_environment(HOME)
    assert settings.database_file == Path("/home/anna/.local/share/sciatica-massage/memory.sqlite3")
    assert (settings.skill_id, settings.pace, settings.id_key) == (None, 1.0, None)


@pytest.mark.parametrize(
    ("data_home", "folder"),
    [("/data", "/data"), ("data", "/home/anna/.local/share"), (" ", "/home/anna/.local/share")],
)
def test_data_folder(data_home: str, folder: str) -> None:
    """XDG_DATA_HOME leads when it is absolute; the XDG rules have a relative one ignored."""
    settings = Settings.from_environment({**HOME, "XDG_DATA_HOME": data_home})
    assert settings.database_file == Path(folder, "sciatica-massage", "memory.sqlite3")


def test_everything_set() -> None:
    """Every variable arrives, without the spaces around it."""
    settings = Settings.from_environment(
        {
            "MASSAGE_SKILL_ID": " amzn1.ask.skill.0f-1 ",
            "MASSAGE_DATABASE_URL": "sqlite:////tmp/m.sqlite3",
            "MASSAGE_PACE": "1.25",
            "MASSAGE_ID_KEY": "0123456789abcdef",
        }
    )
    assert settings == Settings("sqlite:////tmp/m.sqlite3", "amzn1.ask.skill.0f-1", 1.25, "0123456789abcdef")


def test_a_folder_with_odd_characters_is_found_again() -> None:
    """The default address is an address: what would mean something in one is escaped."""
    settings = Settings.from_environment({"XDG_DATA_HOME": "/home/a b?c=1#ö"})
    assert settings.database_file == Path("/home/a b?c=1#ö/sciatica-massage/memory.sqlite3")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_memory_in_the_process_has_no_file(url: str) -> None:
    """An SQLite address without a file is a memory that ends with the process."""
    assert Settings.from_environment({"MASSAGE_DATABASE_URL": url}).database_file is None


@pytest.mark.parametrize(
    ("variable", "value", "found"),
    [
        ("MASSAGE_PACE", "quick", "'quick'"),
        ("MASSAGE_PACE", "0.49", "'0.49'"),
        ("MASSAGE_PACE", "2.01", "'2.01'"),
        ("MASSAGE_PACE", "nan", "'nan'"),
        ("MASSAGE_SKILL_ID", "my-skill", "'my-skill'"),
        ("MASSAGE_DATABASE_URL", "/var/lib/memory", "something that is not a database address"),
        ("MASSAGE_DATABASE_URL", "mysql://anna:secret@db/m", "an address of 'mysql'"),
        ("MASSAGE_DATABASE_URL", "sqlite:///file:m?uri=true", "a file: address inside an address"),
        ("MASSAGE_DATABASE_URL", "sqlite:///file:m", "a file: address inside an address"),
        ("MASSAGE_DATABASE_URL", "sqlite:///m?timeout=5", "an address of a file with more in it than a path"),
        ("MASSAGE_DATABASE_URL", "sqlite://host/m", "an address of a file with more in it than a path"),
        ("MASSAGE_ID_KEY", "secret", "6 characters"),
        ("MASSAGE_VERIFY", "no", "'no'"),
        ("MASSAGE_VOICE", "piko", "'piko'"),
        ("MASSAGE_VOICE", "silent", "'silent'"),
        ("MASSAGE_METRICS", "9464", "'9464'"),
        ("MASSAGE_METRICS", "localhost:0", "'localhost:0'"),
        ("MASSAGE_METRICS", "localhost:65536", "'localhost:65536'"),
        ("MASSAGE_METRICS", "http://localhost:1", "'http://localhost:1'"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str, found: str) -> None:
    """An error names the variable, what was found and what is allowed, and tells no secret."""
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_environment({**HOME, variable: value})
    assert caught.value.variable == variable
    assert caught.value.found == found
    assert str(caught.value) == f"{variable}: found {found}; allowed is {caught.value.allowed}"
    assert "secret" not in str(caught.value)


def test_a_shared_database_needs_a_shared_key() -> None:
    """Machines that made a key each would not know each other's people."""
    shared = {**HOME, "MASSAGE_DATABASE_URL": "postgresql://anna:secret@db/m"}
    with pytest.raises(SettingInvalid, match="MASSAGE_ID_KEY: found nothing beside a PostgreSQL address"):
        Settings.from_environment(shared)
    settings = Settings.from_environment({**shared, "MASSAGE_ID_KEY": "0123456789abcdef"})
    assert settings.database_file is None


def test_verification_is_on_unless_only_this_machine_is_served() -> None:
    """It can be turned off for loopback, and never beside a skill id."""
    assert Settings.from_environment(HOME).verify
    assert not Settings.from_environment({**HOME, "MASSAGE_VERIFY": "off"}).verify
    with pytest.raises(SettingInvalid, match="MASSAGE_VERIFY: found off beside a MASSAGE_SKILL_ID"):
        Settings.from_environment({**HOME, "MASSAGE_VERIFY": "off", "MASSAGE_SKILL_ID": "amzn1.ask.skill.1"})


@pytest.mark.parametrize(
    "address", ["https://massage.example.com", "https://Massage.Example.com/", "https://a.b-c.org:8443"]
)
def test_a_public_address(address: str) -> None:
    """An https address of a name, with a port if need be; the slash at its end says nothing."""
    found = Settings.from_environment({**HOME, "MASSAGE_PUBLIC_URL": address}).public_url
    assert found == address.lower().removesuffix("/")


@pytest.mark.parametrize(
    "address",
    ["http://massage.example.com", "https://localhost", "https://127.0.0.1", "https://example.com/a", "https://a.org//",
     "https://user@example.com", "https://example.com?x", "https://example.com#x", "https://a..org", "https://a.org:99999",
     "https://a.org:0", "example.com", "https://-a.org", "https://" + "a" * 300 + ".org"],
)  # fmt: skip
def test_no_public_address(address: str) -> None:
    """Devices take https of a name they can find; a path could be mistaken, and a password leaks."""
    with pytest.raises(SettingInvalid, match="MASSAGE_PUBLIC_URL"):
        Settings.from_environment({**HOME, "MASSAGE_PUBLIC_URL": address})


def test_nothing_unsigned_at_a_public_address() -> None:
    """Where the world reaches the skill, signatures are checked."""
    with pytest.raises(SettingInvalid, match="off beside a MASSAGE_PUBLIC_URL"):
        Settings.from_environment({**HOME, "MASSAGE_VERIFY": "off", "MASSAGE_PUBLIC_URL": "https://a.example.com"})


def test_the_key_is_not_shown() -> None:
    """Printing the settings does not print the id key."""
    assert "0123456789abcdef" not in repr(Settings("sqlite://", id_key="0123456789abcdef"))


def test_every_setting_is_described() -> None:
    """The docs' table can be made from the descriptions alone, which name the values that the code allows."""
    found = described()
    assert list(found) == [
        "MASSAGE_BUCKET",
        "MASSAGE_DATABASE_URL",
        "MASSAGE_ID_KEY",
        "MASSAGE_METRICS",
        "MASSAGE_PACE",
        "MASSAGE_PUBLIC_URL",
        "MASSAGE_SKILL_ID",
        "MASSAGE_VERIFY",
        "MASSAGE_VOICE",
    ]
    assert {f"MASSAGE_{one.name.upper()}" for one in fields(Settings)} == found.keys()
    assert all(one["description"] and one["allowed"] and one["default"] for one in found.values())
    assert found["MASSAGE_PACE"]["allowed"] == f"a number from {MIN_PACE} to {MAX_PACE}"
    assert found["MASSAGE_PACE"]["default"] == str(Settings("sqlite://").pace)
    assert found["MASSAGE_ID_KEY"]["allowed"] == f"{MIN_KEY_LENGTH} characters or more"
    assert found["MASSAGE_VOICE"]["allowed"] == f"{', '.join(VOICES[:-1])} or {VOICES[-1]}"
    assert found["MASSAGE_VOICE"]["default"] == Settings("sqlite://").voice
