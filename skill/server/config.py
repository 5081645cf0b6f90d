"""The settings, read once from the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from skill.aws_urls import AwsResource, bucket_of
from skill.errors import SettingInvalid
from skill.store.urls import address_of, fault_of, file_of
from speech.audio.voices import CHOOSABLE_VOICES, SHIPPED

DESCRIPTIONS = Path(__file__).with_name("settings.json")
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


def _where(is_allowed: Callable[[str], object]) -> Callable[[str], str]:
    """A reader that gives an allowed text back. Its error does not repeat the text, which may be a secret."""

    def parse(text: str) -> str:
        if not is_allowed(text):
            raise ValueError
        return text

    return parse


def _pace(text: str) -> float:
    pace = float(text)
    if not MIN_PACE <= pace <= MAX_PACE:  # also true for nan
        raise ValueError
    return pace


def _metrics(text: str) -> tuple[str, int]:
    found = ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise ValueError
    return found[1].strip("[]"), int(found[2])


def _public_url(text: str) -> str:
    """The address without the slash at its end: a name, and a port if need be."""
    address = text.removesuffix("/").lower()
    port = address.rpartition(":")[2]
    fits = not port.isdecimal() or 0 < int(port) < 65_536
    if not PUBLIC_URL.fullmatch(address) or len(address) > MAX_URL_LENGTH or not fits:
        raise ValueError
    return address


def _setting(
    parse: Callable[[str], Any], value: Any = None, found: Callable[[str], str] = repr, secret: bool = False
) -> Any:
    """A field of Settings. `parse` reads the text of its variable, or raises LookupError or ValueError.

    `found` says in an error what the text was.
    """
    return field(default=value, repr=not secret, metadata={"parse": parse, "found": found})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; `settings.json` describes it. The variable of `pace` is MASSAGE_PACE, and so on.

    `from_environment` checks the values; one made in code is taken as it is.
    """

    database_url: str = _setting(_where(lambda text: not fault_of(text)), MISSING, found=fault_of)
    skill_id: str | None = _setting(_where(SKILL_ID.fullmatch))
    pace: float = _setting(_pace, 1.0)
    id_key: str | None = _setting(
        _where(lambda text: len(text) >= MIN_KEY_LENGTH), found=lambda text: f"{len(text)} characters", secret=True
    )
    verify: bool = _setting(lambda text: {"on": True, "off": False}[text.lower()], True)
    metrics: tuple[str, int] | None = _setting(_metrics)
    public_url: str | None = _setting(_public_url)
    voice: str = _setting(_where(VOICES.__contains__), SHIPPED)
    bucket: AwsResource | None = _setting(bucket_of)  # noqa: RUF009  # it makes a field

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read and check the MASSAGE_* variables; an empty one counts as unset. Raises SettingInvalid."""
        given = {name: value.strip() for name, value in env.items() if value.strip()}
        _check_together(given)
        values = {}
        for one in fields(cls):
            text = given.get(variable := f"MASSAGE_{one.name.upper()}")
            try:
                if text is not None:
                    values[one.name] = one.metadata["parse"](text)
            except (LookupError, ValueError) as error:
                raise _invalid(variable, one.metadata["found"](text)) from error
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


def described() -> Mapping[str, Mapping[str, str]]:
    """The `description`, what is `allowed`, and the `default` in words of each setting, by variable."""
    found: Mapping[str, Mapping[str, str]] = json.loads(DESCRIPTIONS.read_bytes())
    return found


def _invalid(variable: str, found: str) -> SettingInvalid:
    return SettingInvalid(variable, found, described()[variable]["allowed"])


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
