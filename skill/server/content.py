"""What the skill says and guides: scripts, pace, messages and the privacy policy, from YAML or compiled.

Reading and checking YAML takes as long as all the rest of a start. So `massage build`, and the build of the package,
write what was read and checked as plain JSON, with a hash of the YAML it was made of. A start takes that file; where it
is missing, or the YAML was edited since, the start reads the YAML.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import speech
from skill.locales import LANGUAGES, LOCALES
from skill.messages.messages import Messages, messages_from
from speech.script.builder import build_library
from speech.script.model import Library
from speech.script.pace import Pace

COMPILED_FILE = Path(__file__).parents[1] / "compiled.json"
SOURCES = ("speech/scripts/*/*.yaml", "speech/languages/*/*.yaml", "skill/messages/*.yaml", "skill/server/privacy.yaml")
"""The YAML that content is made of."""


@dataclass(frozen=True, slots=True)
class Content:
    """Scripts and pace of each language, messages of each locale, and the data of the privacy policy."""

    libraries: Mapping[str, Library]
    messages: Mapping[str, Messages]
    paces: Mapping[str, Pace]
    privacy: Mapping[str, Any]


@cache
def content() -> Content:
    """The content that comes with the package. Raises FilesInvalid where its YAML has mistakes."""
    data = _compiled()
    return content_from(read_sources() if data is None else data)


def content_from(data: Mapping[str, Any]) -> Content:
    """The content of this plain data."""
    languages = data["languages"]
    return Content(
        {language: build_library(language, fields) for language, fields in languages.items()},
        {locale: messages_from(fields) for locale, fields in data["messages"].items()},
        {language: Pace(**fields["pace"]) for language, fields in languages.items()},
        data["privacy"],
    )


def read_sources() -> Mapping[str, Any]:
    """All YAML of the content, read and checked, as plain data. Raises FilesInvalid."""
    # Imported here: a server whose content is compiled needs neither pydantic nor PyYAML.
    from skill.messages.loader import load_messages
    from skill.server.privacy_file import read_policy
    from speech.script.library import load_pace, read_language

    sources = source_hash()
    languages = {language: {**read_language(language), "pace": asdict(load_pace(language))} for language in LANGUAGES}
    messages = {locale: asdict(load_messages(locale)) for locale in LOCALES}
    return {"sources": sources, "languages": languages, "messages": messages, "privacy": read_policy()}


def compile_content() -> str:
    """The text of the compiled file. Raises FilesInvalid."""
    return json.dumps(read_sources(), ensure_ascii=False, separators=(",", ":")) + "\n"


def source_hash() -> str:
    """A hash of the names and the bytes of all YAML that content is made of."""
    root = Path(speech.__path__[0]).parent
    found = hashlib.sha256()
    for file in sorted(file for pattern in SOURCES for file in root.glob(pattern)):
        found.update(f"{file.relative_to(root).as_posix()} {file.stat().st_size}\n".encode() + file.read_bytes())
    return found.hexdigest()


def _compiled() -> Mapping[str, Any] | None:
    """The data of the compiled file; None where there is none, or where it was made of other YAML."""
    try:
        data: Mapping[str, Any] = json.loads(COMPILED_FILE.read_bytes())
        return data if data["sources"] == source_hash() else None
    except (OSError, ValueError, LookupError, TypeError):
        return None
