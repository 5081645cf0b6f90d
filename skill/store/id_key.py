"""The secret that turns a user's id into a row's key, so that the database holds no Alexa id."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import secrets
from pathlib import Path

from skill.errors import StoreUnavailable

log = logging.getLogger(__name__)


class IdKey:
    """Hashes ids with `key`, else with the key in `file`, which is made where it is missing.

    Without either, the key lasts as long as the process. The file is read for each use, since the next start will find
    what is there now.
    """

    def __init__(self, key: str | None, file: Path | None = None) -> None:
        self._given, self._file = key, file
        self._temporary = secrets.token_bytes(32)

    def hash(self, *ids: str) -> str:
        """64 hexadecimal digits for these ids, in this order. Raises StoreUnavailable without a key."""
        # As JSON: ("ab", "c") and ("a", "bc") must differ, and an id may hold any character.
        return hmac.digest(self._key(), json.dumps(ids).encode(), "sha256").hex()

    def _key(self) -> bytes:
        if self._given is not None:
            return self._given.encode()
        if self._file is None:  # the memory ends with the process, and so may the key
            return self._temporary
        try:
            return _read_or_make(self._file)
        except OSError as error:
            raise StoreUnavailable(error) from error


def _read_or_make(file: Path) -> bytes:
    try:
        key = file.read_bytes().strip()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(file)
        key = file.read_bytes().strip()
    if not key:
        # Never replaced unasked: the rows of every person are stored under the key that was there.
        log.error(
            "%s is empty, so nothing is remembered. Put its backup back, or delete it to begin a new memory.", file
        )
        raise OSError("the id key file is empty")
    return key


def _make(file: Path) -> None:
    """Write a new key to a file of another name, then link it to this one, unless another process was first."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    _write_new(draft)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links: written directly
        with contextlib.suppress(FileExistsError):
            _write_new(file)
    finally:
        draft.unlink()


def _write_new(file: Path) -> None:
    """Write a new key to a new file, for its owner only. Raises OSError, and then leaves no file behind."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32))
    except OSError:
        file.unlink(missing_ok=True)
        raise
