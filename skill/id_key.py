"""The secret that turns a user's id into a row's key: who reads the database learns no Alexa id."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import threading
from pathlib import Path

from skill.config import Settings
from skill.errors import StoreUnavailable


class IdKey:
    """Hashes ids. The key is MASSAGE_ID_KEY, else a file beside the database, made at the first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._key: bytes | None = None

    def hash(self, *ids: str) -> str:
        """64 hexadecimal digits for these ids, in this order. Raises StoreUnavailable without a key."""
        # As JSON: ("ab", "c") and ("a", "bc") must differ, and an id may hold any character.
        return hmac.new(self._found(), json.dumps(ids).encode(), "sha256").hexdigest()

    def _found(self) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = self._find()
            return self._key

    def _find(self) -> bytes:
        if self._settings.id_key is not None:
            return self._settings.id_key.encode()
        database = self._settings.database_file
        if database is None:  # a memory that ends with the process needs no lasting key
            return secrets.token_bytes(32)
        file = database.with_name(database.name + ".id-key")
        try:
            return _read_or_make(file)
        except OSError as error:
            raise StoreUnavailable(error) from error


def _read_or_make(file: Path) -> bytes:
    """The key in `file`; a missing one is made whole under another name first, and the first maker wins."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(32))
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink()
    key = file.read_bytes().strip()
    if not key:
        raise OSError(f"{file} is empty")
    return key
