"""Every setting, read once from the environment. The table in the docs is made from `described()`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from skill.aws_urls import AwsResource, bucket_of
from skill.errors import SettingInvalid
from skill.store.urls import address_of, fault_of, file_of
from speech.audio.voices.named import HEARD, SHIPPED

SLOWEST, FASTEST = 0.5, 2.0
VOICES = (SHIPPED, *HEARD)
SHORTEST_KEY = 16
SHARED = {"postgresql": "PostgreSQL", "dynamodb": "DynamoDB"}
"""Databases of many machines: how their addresses begin, and their names."""
LONGEST_URL = 260
"""Characters of a public address: a host's name has 253 at most."""
ADDRESS = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")
PUBLIC_URL = re.compile(r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](:[0-9]{1,5})?")
SKILL_ID = re.compile(r"amzn1\.ask\.skill\.[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Described:
    """One setting, for the docs: its variable, what it does, what it may hold, and what holds without it."""

    variable: str
    description: str
    allowed: str
    default: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. `from_environment` checks it; a value made in code is taken as it is."""

    database_url: str = field(
        metadata={
            "variable": "MASSAGE_DATABASE_URL",
            "description": "Where the memory is kept: last massages, what was heard, preferences.",
            "allowed": "an address such as sqlite:////var/lib/massage/memory.sqlite3, postgresql://user:password@host/name"
            " or dynamodb://table?region=eu-west-1",
            "default": "memory.sqlite3 in sciatica-massage, in $XDG_DATA_HOME or ~/.local/share",
        }
    )
    skill_id: str | None = field(
        default=None,
        metadata={
            "variable": "MASSAGE_SKILL_ID",
            "description": "Your skill's id in the Alexa console. Without it only this machine is served.",
            "allowed": "an id that begins with amzn1.ask.skill.",
            "default": "none: loopback only",
        },
    )
    pace: float = field(
        default=1.0,
        metadata={
            "variable": "MASSAGE_PACE",
            "description": "How much longer (above 1) or shorter (below 1) your Echo speaks than estimated.",
            "allowed": f"a number from {SLOWEST} to {FASTEST}",
            "default": "1.0",
        },
    )
    id_key: str | None = field(
        default=None,
        repr=False,  # a secret: it would end in a log line
        metadata={
            "variable": "MASSAGE_ID_KEY",
            "description": "The secret under which user and device ids are hashed before they are stored.",
            "allowed": f"{SHORTEST_KEY} characters or more",
            "default": "made once, beside the SQLite file",
        },
    )

    verify: bool = field(
        default=True,
        metadata={
            "variable": "MASSAGE_VERIFY",
            "description": "Whether Alexa's signature is checked: off only where this machine alone is served.",
            "allowed": "on, or off where neither MASSAGE_SKILL_ID nor MASSAGE_PUBLIC_URL is set",
            "default": "on",
        },
    )

    metrics: tuple[str, int] | None = field(
        default=None,
        metadata={
            "variable": "MASSAGE_METRICS",
            "description": "Where Prometheus may ask how many requests there were: never the address of the webhook.",
            "allowed": "a host and a port, such as 127.0.0.1:9464",
            "default": "none: no metrics",
        },
    )

    public_url: str | None = field(
        default=None,
        metadata={
            "variable": "MASSAGE_PUBLIC_URL",
            "description": "Where the world reaches this skill. With it, longer massages are played as one track.",
            "allowed": "an https address without a path, such as https://massage.example.com",
            "default": "none: everything is spoken",
        },
    )

    voice: str = field(
        default=SHIPPED,
        metadata={
            "variable": "MASSAGE_VOICE",
            "description": "Who speaks the tracks: the clips that come with the package, or another voice.",
            "allowed": f"{', '.join(VOICES[:-1])} or {VOICES[-1]}",
            "default": SHIPPED,
        },
    )

    bucket: AwsResource | None = field(
        default=None,
        metadata={
            "variable": "MASSAGE_BUCKET",
            "description": "The S3 bucket that tracks are written to, and whose clips they are made of.",
            "allowed": "s3://name?region=eu-west-1, beside the MASSAGE_PUBLIC_URL where everybody can read it",
            "default": "none: the skill serves its tracks itself",
        },
    )

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read and check the MASSAGE_* variables; an empty one counts as unset. Raises SettingInvalid."""
        given = {name: value.strip() for name, value in env.items() if value.strip()}
        return cls(
            database_url=_database_url(given),
            skill_id=_skill_id(given.get("MASSAGE_SKILL_ID")),
            pace=_pace(given.get("MASSAGE_PACE")),
            id_key=_id_key(given),
            verify=_verify(given),
            metrics=_metrics(given.get("MASSAGE_METRICS")),
            public_url=_public_url(given.get("MASSAGE_PUBLIC_URL")),
            voice=_voice(given.get("MASSAGE_VOICE", SHIPPED)),
            bucket=_bucket(given),
        )

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
    found = (Described(**field_.metadata) for field_ in dataclasses.fields(Settings))
    return tuple(sorted(found, key=lambda setting: setting.variable))


def _invalid(variable: str, found: str) -> SettingInvalid:
    allowed = next(setting.allowed for setting in described() if setting.variable == variable)
    return SettingInvalid(variable, found, allowed)


def _database_url(given: Mapping[str, str]) -> str:
    text = given.get("MASSAGE_DATABASE_URL")
    if text is None:
        return address_of(_data_folder(given) / "sciatica-massage" / "memory.sqlite3")
    if fault := fault_of(text):  # the text itself may hold a password
        raise _invalid("MASSAGE_DATABASE_URL", fault)
    return text


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


def _skill_id(text: str | None) -> str | None:
    if text is not None and not SKILL_ID.fullmatch(text):
        raise _invalid("MASSAGE_SKILL_ID", repr(text))
    return text


def _pace(text: str | None) -> float:
    if text is None:
        return 1.0
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not SLOWEST <= pace <= FASTEST:  # also false for nan
        raise _invalid("MASSAGE_PACE", repr(text))
    return pace


def _id_key(given: Mapping[str, str]) -> str | None:
    text = given.get("MASSAGE_ID_KEY")
    if text is None:
        for scheme, name in SHARED.items():
            if given.get("MASSAGE_DATABASE_URL", "").startswith(scheme):  # every machine needs the same one
                raise _invalid("MASSAGE_ID_KEY", f"nothing beside a {name} address")
    if text is not None and len(text) < SHORTEST_KEY:
        raise _invalid("MASSAGE_ID_KEY", f"{len(text)} characters")
    return text


def _public_url(text: str | None) -> str | None:
    """The address without the slash at its end: a name, and a port if need be."""
    if text is None:
        return None
    address = text.removesuffix("/").lower()
    if not PUBLIC_URL.fullmatch(address) or len(address) > LONGEST_URL or not _port_fits(address):
        raise _invalid("MASSAGE_PUBLIC_URL", repr(text))
    return address


def _port_fits(address: str) -> bool:
    port = address.rpartition(":")[2]
    return not port.isdecimal() or 0 < int(port) < 65_536


def _verify(given: Mapping[str, str]) -> bool:
    text = given.get("MASSAGE_VERIFY", "on").lower()
    if text not in ("on", "off"):
        raise _invalid("MASSAGE_VERIFY", repr(given["MASSAGE_VERIFY"]))
    for public in ("MASSAGE_SKILL_ID", "MASSAGE_PUBLIC_URL"):
        if text == "off" and public in given:
            raise _invalid("MASSAGE_VERIFY", f"off beside a {public}")
    return text == "on"


def _voice(text: str) -> str:
    if text not in VOICES:
        raise _invalid("MASSAGE_VOICE", repr(text))
    return text


def _bucket(given: Mapping[str, str]) -> AwsResource | None:
    text = given.get("MASSAGE_BUCKET")
    if text is None:
        return None
    if "MASSAGE_PUBLIC_URL" not in given:
        raise _invalid("MASSAGE_BUCKET", "no MASSAGE_PUBLIC_URL beside it")
    try:
        return bucket_of(text)
    except ValueError as error:
        raise _invalid("MASSAGE_BUCKET", repr(text)) from error


def _metrics(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    found = ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise _invalid("MASSAGE_METRICS", repr(text))
    return found[1].strip("[]"), int(found[2])
