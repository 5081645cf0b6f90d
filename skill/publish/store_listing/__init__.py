"""What the Alexa store shows: texts by locale from `<language>.yaml` and `<locale>.yaml`, and what is common to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.errors import MessagesInvalid
from skill.locales import language_of
from skill.messages.overlay import INSTEAD, laid_over
from speech.yaml_reader import Document, read_yaml

FOLDER = Path(__file__).parent
DISCLAIMER = "disclaimer"
TEXTS = ("name", "summary", DISCLAIMER)
"""The texts that there have to be; the others are paragraphs of the description."""
COMMON: Mapping[str, type] = {
    "category": str, "interfaces": list, "permissions": list, "events": list, "available worldwide": bool,
    "distribution": str, "privacy": dict, "testing instructions": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """What the store shows of the skill in one locale."""

    name: str
    summary: str
    description: str
    disclaimer: str
    phrases: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """What holds in every locale. `privacy` are Amazon's questions by their names in the manifest."""

    category: str
    interfaces: tuple[str, ...]
    permissions: tuple[str, ...]
    events: tuple[str, ...]
    worldwide: bool
    distribution: str
    privacy: Mapping[str, bool]
    instructions: str


def load_listing(locale: str, folder: Path = FOLDER) -> Listing:
    """The listing of this locale. Raises MessagesInvalid with file, line and field of each mistake."""
    language = language_of(locale)
    document, overlay = _read(folder, language), folder / f"{locale}.yaml"
    if overlay.exists():
        over = _read(folder, locale)
        if isinstance(over.data, dict) and not set(over.data) - {INSTEAD, *(document.data or {})}:
            document.data = laid_over(document.data, over)
        else:
            over.report((), f"a mapping with some of {', '.join((INSTEAD, *(document.data or {})))} is needed")
        document.problems += over.problems
    return _listing(document)


def load_common(folder: Path = FOLDER) -> Common:
    """What is common to all locales. Raises MessagesInvalid with file, line and field of each mistake."""
    document = _read(folder, "common")
    data: Any = document.data if isinstance(document.data, dict) else {}
    for name, kind in COMMON.items():
        if not isinstance(data.get(name), kind):
            document.report((name,), f"{data.get(name)!r} is not {kind.__name__}")
    for name in data.keys() - COMMON.keys():
        document.report((name,), f"{name!r} is unknown; there are {', '.join(COMMON)}")
    if document.problems:
        raise MessagesInvalid(tuple(document.problems))
    return Common(
        data["category"], tuple(data["interfaces"]), tuple(data["permissions"]), tuple(data["events"]),
        data["available worldwide"], data["distribution"], dict(data["privacy"]), data["testing instructions"].strip(),
    )  # fmt: skip


def _read(folder: Path, name: str) -> Document:
    return read_yaml(folder / f"{name}.yaml", f"skill/publish/store_listing/{name}.yaml")


def _listing(document: Document) -> Listing:
    data: Any = document.data if isinstance(document.data, dict) else {}
    texts = data.get("texts") if isinstance(data.get("texts"), dict) else {}
    for name in (*TEXTS, *(name for name in texts if name not in TEXTS)):
        if not isinstance(texts.get(name), str) or not texts[name].strip():
            document.report(("texts", name), f"{texts.get(name)!r} is not text")
    lists = {name: _texts(document, data, name) for name in ("description", "example phrases", "keywords")}
    for paragraph in lists["description"]:
        if paragraph not in texts:
            document.report(("description",), f"{paragraph!r} is none of the texts")
    if document.problems:
        raise MessagesInvalid(tuple(document.problems))
    said = {name: " ".join(text.split()) for name, text in texts.items()}
    return Listing(
        said["name"],
        said["summary"],
        "\n\n".join(said[name] for name in lists["description"]),
        said[DISCLAIMER],
        lists["example phrases"],
        lists["keywords"],
    )


def _texts(document: Document, data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The list of texts of this name; a mistake where there is none."""
    found = data.get(name)
    if isinstance(found, list) and found and all(isinstance(one, str) and one.strip() for one in found):
        return tuple(found)
    document.report((name,), f"{found!r} is not a list of texts")
    return ()
