"""A store in a folder, the same file as another program sees it, and the requests that memory is read for."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope

from skill.store.store import Store


class Hand:
    """A clock that goes only when somebody moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def file_in(folder: Path) -> Path:
    return folder / "deep" / "memory.sqlite3"


def store_in(folder: Path, monotonic: Callable[[], float] = time.monotonic) -> Store:
    return Store(f"sqlite:///{file_in(folder)}", lambda: 1_700_000_000.25, monotonic)


@contextmanager
def sqlite_itself(folder: Path) -> Iterator[sqlite3.Connection]:
    """The same database as another program sees it."""
    with closing(sqlite3.connect(file_in(folder), isolation_level=None)) as plain:
        yield plain


def request_of(user: str | None = "amzn1.account.ANNA", device: str | None = "amzn1.device.HALL") -> RequestEnvelope:
    """The SDK's envelope of a launch by this user on this device."""
    system: dict[str, Any] = {"application": {"applicationId": "amzn1.ask.skill.1"}}
    if user is not None:
        system["user"] = {"userId": user}
    if device is not None:
        system["device"] = {"deviceId": device}
    envelope = {"version": "1.0", "context": {"System": system}, "request": {"type": "LaunchRequest"}}
    read: RequestEnvelope = DefaultSerializer().deserialize(json.dumps(envelope), RequestEnvelope)
    return read
