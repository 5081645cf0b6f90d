"""What the skill says and guides, read and checked once: a later start takes it as it was after the last check.

Reading, checking and building take as long as all the rest of a start. What came out is kept beside the package's own
byte code, as Python keeps that: with the same rights (who may write there may change the code as well), only where it
may be written, and never used unless every file it was made from, code included, still holds the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

import speech
from skill.locales import DEFAULT, LANGUAGES, LOCALES, language_of
from skill.messages.loader import Messages, load_messages
from speech.script.model import Library
from speech.script.pace import Pace

KEPT = Path(cache_from_source(__file__)).with_suffix(".pickle")
"""Where it is kept: `__pycache__`, unless Python was told another folder."""
MADE_FROM = (
    "speech/*.py", "speech/script/*.py", "speech/timeline/*.py", "speech/ssml/*.py",
    "speech/audio/__init__.py", "speech/audio/mp3.py",
    "speech/*.yaml", "speech/scripts/*/*.yaml", "speech/languages/*/*.yaml",
    "skill/messages/*.py", "skill/messages/*.yaml", "skill/server/content.py", "skill/errors.py",
    "skill/locales.py",
)  # fmt: skip
"""Whatever may change what comes out: a file too many costs one reading, one too few a wrong word (a test looks)."""
DIGEST = hashlib.sha256().digest_size
"""Bytes of each of the two hashes that stand before what is kept: of what it was made from, and of itself."""


@dataclass(frozen=True, slots=True)
class Content:
    """Scripts and pace of each language, and messages of each locale."""

    libraries: Mapping[str, Library]
    messages: Mapping[str, Messages]
    paces: Mapping[str, Pace]

    @property
    def library(self) -> Library:
        """The scripts of the default locale."""
        return self.libraries[language_of(DEFAULT)]


@cache
def content() -> Content:
    """The content that comes with the package. Raises ScriptsInvalid or MessagesInvalid where it holds mistakes."""
    stamp = _stamp()
    if (kept := _kept(stamp)) is not None:
        return kept
    made = read_content()
    if not sys.dont_write_bytecode:
        _keep(stamp, made)
    return made


def read_content() -> Content:
    """The same, read from its files and checked."""
    from speech.script.library import load_library, load_pace  # with all that checks them: only who reads them needs it

    messages = {locale: load_messages(locale) for locale in LOCALES}
    libraries = {language: load_library(language) for language in LANGUAGES}
    paces = {language: load_pace(language) for language in LANGUAGES}
    return Content(libraries, messages, paces)


def _stamp() -> bytes:
    """What tells this content from any other."""
    # Of Python its minor version, as for byte code: what is kept are values of our own and plain ones, which every
    # build of that version reads alike (a function runs on another build than `make lambda` does).
    found = hashlib.sha256(str(sys.implementation.cache_tag).encode())
    for file in _sources():
        data = file.read_bytes()
        found.update(f"{file.name} {len(data)} ".encode() + data)
    return found.digest()


def _sources() -> Iterator[Path]:
    root = Path(speech.__path__[0]).parent
    for pattern in MADE_FROM:
        yield from sorted(root.glob(pattern))


def _kept(stamp: bytes) -> Content | None:
    """What was kept under this stamp, whole; None where there is nothing of the kind."""
    try:
        data = KEPT.read_bytes()
    except OSError:
        return None
    head, digest, body = data[:DIGEST], data[DIGEST : 2 * DIGEST], data[2 * DIGEST :]
    if head != stamp or digest != hashlib.sha256(body).digest():
        return None
    found = pickle.loads(body)
    return found if isinstance(found, Content) else None


def _keep(stamp: bytes, made: Content) -> None:
    """Put it there for the next start, all at once; where that cannot be, the next start reads again."""
    body = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
    with contextlib.suppress(OSError):
        KEPT.parent.mkdir(exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=KEPT.parent, prefix=KEPT.name)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(stamp + hashlib.sha256(body).digest() + body)
        os.chmod(draft, 0o644)  # as byte code: who installs it and who runs it may be two
        os.replace(draft, KEPT)
