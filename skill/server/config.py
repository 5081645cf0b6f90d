"""The settings, read once from the environment. The table in the documents is made from `described()`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.aws_urls import AwsResource, bucket_of
from skill.errors import SettingInvalid
from skill.store.urls import address_of, fault_of, file_of
from speech.audio.voices import CHOOSABLE_VOICES, SHIPPED

MIN_PACE, MAX_PACE = 0.5, 2.0
VOICES = (SHIPPED, *CHOOSABLE_VOICES)
MIN_KEY_LENGTH = 16
SHARED_DATABASES = {"postgresql": "PostgreSQL", "dynamodb": "DynamoDB"}
"""Databases of many machines: how their addresses begin, and their names."""
MAX_URL_LENGTH = 260
"""Characters of a public address: a host's name has at most 253."""
ADDRESS = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")
PUBLIC_URL = re.compile(r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](:[0-9]{1,5})?")
SKILL_ID = re.compile(r"amzn1\.ask\.skill\.[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Described:
    """One setting, for the documents: its variable, what it does, what it may hold, and its default in words."""

    variable: str
    description: str
    allowed: str
    default: str


def _skill_id(text: str) -> str:
    if not SKILL_ID.fullmatch(text):
        raise ValueError(repr(text))
    return text


def _database_url(text: str) -> str:
    if fault := fault_of(text):  # the text itself may hold a password
        raise ValueError(fault)
    return text


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not MIN_PACE <= pace <= MAX_PACE:  # also false for nan
        raise ValueError(repr(text))
    return pace


def _id_key(text: str) -> str:
    if len(text) < MIN_KEY_LENGTH:
        raise ValueError(f"{len(text)} characters")
    return text


def _verify(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise ValueError(repr(text))
    return text.lower() == "on"


def _metrics(text: str) -> tuple[str, int]:
    found = ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise ValueError(repr(text))
    return found[1].strip("[]"), int(found[2])


def _public_url(text: str) -> str:
    """The address without the slash at its end: a name, and a port if need be."""
    address = text.removesuffix("/").lower()
    port = address.rpartition(":")[2]
    fits = not port.isdecimal() or 0 < int(port) < 65_536
    if not PUBLIC_URL.fullmatch(address) or len(address) > MAX_URL_LENGTH or not fits:
        raise ValueError(repr(text))
    return address


def _voice(text: str) -> str:
    if text not in VOICES:
        raise ValueError(repr(text))
    return text


def _bucket(text: str) -> AwsResource:
    try:
        return bucket_of(text)
    except ValueError as error:
        raise ValueError(repr(text)) from error


def _setting(
    name: str,
    parse: Callable[[str], Any],
    description: str,
    allowed: str,
    default: str,
    value: Any = None,
    secret: bool = False,
) -> Any:
    """A field of Settings. `parse` reads the text of its variable, or raises ValueError with what was found."""
    described = Described(f"MASSAGE_{name}", description, allowed, default)
    return field(default=value, repr=not secret, metadata={"described": described, "parse": parse})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. `from_environment` checks it; a value made in code is taken as it is."""

    database_url: str = _setting(
        "DATABASE_URL",
        _database_url,
        "Where the memory is kept: last massages, what was heard, preferences.",
        "an address such as sqlite:////var/lib/massage/memory.sqlite3, postgresql://user:password@host/name"
        " or dynamodb://table?region=eu-west-1",
        "memory.sqlite3 in sciatica-massage, in $XDG_DATA_HOME or ~/.local/share",
        dataclasses.MISSING,
    )
    skill_id: str | None = _setting(
        "SKILL_ID",
        _skill_id,
        "Your skill's id in the Alexa console. Without it only this machine is served.",
        "an id that begins with amzn1.ask.skill.",
        "none: loopback only",
    )
    pace: float = _setting(
        "PACE",
        _pace,
        "How much longer (above 1) or shorter (below 1) your Echo speaks than estimated.",
        f"a number from {MIN_PACE} to {MAX_PACE}",
        "1.0",
        1.0,
    )
    id_key: str | None = _setting(
        "ID_KEY",
        _id_key,
        "The secret under which user and device ids are hashed before they are stored.",
        f"{MIN_KEY_LENGTH} characters or more",
        "made once, beside the SQLite file",
        secret=True,
    )
    verify: bool = _setting(
        "VERIFY",
        _verify,
        "Whether Alexa's signature is checked: off only where this machine alone is served.",
        "on, or off where neither MASSAGE_SKILL_ID nor MASSAGE_PUBLIC_URL is set",
        "on",
        True,
    )
    metrics: tuple[str, int] | None = _setting(
        "METRICS",
        _metrics,
        "Where Prometheus may ask how many requests there were: never the address of the webhook.",
        "a host and a port, such as 127.0.0.1:9464",
        "none: no metrics",
    )
    public_url: str | None = _setting(
        "PUBLIC_URL",
        _public_url,
        "Where the world reaches this skill. With it, longer massages are played as one track.",
        "an https address without a path, such as https://massage.example.com",
        "none: everything is spoken",
    )
    voice: str = _setting(
        "VOICE",
        _voice,
        "Who speaks the tracks: the clips that come with the package, or another voice.",
        f"{', '.join(VOICES[:-1])} or {VOICES[-1]}",
        SHIPPED,
        SHIPPED,
    )
    bucket: AwsResource | None = _setting(  # noqa: RUF009  # it makes a field
        "BUCKET",
        _bucket,
        "The S3 bucket that tracks are written to, and whose clips they are made of.",
        "s3://name?region=eu-west-1, beside the MASSAGE_PUBLIC_URL where everybody can read it",
        "none: the skill serves its tracks itself",
    )

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read and check the MASSAGE_* variables; an empty one counts as unset. Raises SettingInvalid."""
        given = {name: value.strip() for name, value in env.items() if value.strip()}
        _check_together(given)
        values = {}
        for one in dataclasses.fields(cls):
            variable = one.metadata["described"].variable
            try:
                if variable in given:
                    values[one.name] = one.metadata["parse"](given[variable])
            except ValueError as error:
                raise _invalid(variable, str(error)) from error
        if "database_url" not in values:
            values["database_url"] = address_of(_data_folder(given) / "sciatica-massage" / "memory.sqlite3")
        return cls(**values)

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None when there is none: in the process only (`sqlite://`), or on a server."""
        return file_of(self.database_url)

    @property
    def id_key_file(self) -> Path | None:
        """The file of the id key, beside the SQLite file; None when there is none."""
        database = self.database_file
        return database.with_name(database.name + ".id-key") if database is not None else None


def described() -> tuple[Described, ...]:
    """Every setting, sorted by variable."""
    found: list[Described] = [one.metadata["described"] for one in dataclasses.fields(Settings)]
    return tuple(sorted(found, key=lambda setting: setting.variable))


def _invalid(variable: str, found: str) -> SettingInvalid:
    allowed = next(setting.allowed for setting in described() if setting.variable == variable)
    return SettingInvalid(variable, found, allowed)


def _check_together(given: Mapping[str, str]) -> None:
    """Raise SettingInvalid for settings that exclude or need each other."""
    for scheme, name in SHARED_DATABASES.items():  # every machine needs the same key
        if given.get("MASSAGE_DATABASE_URL", "").startswith(scheme) and "MASSAGE_ID_KEY" not in given:
            raise _invalid("MASSAGE_ID_KEY", f"nothing beside a {name} address")
    for public in ("MASSAGE_SKILL_ID", "MASSAGE_PUBLIC_URL"):
        if given.get("MASSAGE_VERIFY", "").lower() == "off" and public in given:
            raise _invalid("MASSAGE_VERIFY", f"off beside a {public}")
    if "MASSAGE_BUCKET" in given and "MASSAGE_PUBLIC_URL" not in given:
        raise _invalid("MASSAGE_BUCKET", "no MASSAGE_PUBLIC_URL beside it")


def _data_folder(given: Mapping[str, str]) -> Path:
    """The folder for a user's data, by the XDG base directory rules: a relative path there is ignored."""
    named = Path(given.get("XDG_DATA_HOME", ""))
    if named.is_absolute():
        return named
    try:
        home = Path(given["HOME"]) if "HOME" in given else Path.home()
    except RuntimeError as error:
        raise _invalid("MASSAGE_DATABASE_URL", "nothing, and no home folder to put a database in") from error
    return home / ".local" / "share"
