"""What the Alexa store shows: texts by locale from `<language>.yaml` and `<locale>.yaml`, and what is common to all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StrictBool

from skill.locales import language_of
from skill.messages.loader import INSTEAD, laid_over
from speech.errors import FilesInvalid
from speech.yaml_models import Fields, Line, Text, checked_as, read_yaml_as
from speech.yaml_reader import Document, read_yaml

FOLDER = Path(__file__).parent


class _Texts(Fields):
    """The texts that there have to be; all others are paragraphs of the description."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Line] = Field(init=False)

    name: Line
    summary: Line
    disclaimer: Line


class Listing(Fields):
    """What the store shows of the skill in one locale; the description names its paragraphs among the texts."""

    texts: _Texts
    description: Annotated[tuple[Text, ...], Field(min_length=1)]
    example_phrases: Annotated[tuple[Text, ...], Field(min_length=1)]
    keywords: Annotated[tuple[Text, ...], Field(min_length=1)]


class Common(Fields):
    """What holds in every locale. `privacy` are Amazon's questions by their names in the manifest."""

    category: Text
    interfaces: tuple[Text, ...]
    permissions: tuple[Text, ...]
    events: tuple[Text, ...]
    available_worldwide: StrictBool
    distribution: Text
    privacy: dict[str, StrictBool]
    testing_instructions: Annotated[Text, AfterValidator(str.strip)]


def load_listing(locale: str, folder: Path = FOLDER) -> Listing:
    """The listing of this locale. Raises FilesInvalid with file, line and field of each mistake."""
    language = language_of(locale)
    document, overlay = _read(folder, language), folder / f"{locale}.yaml"
    if overlay.exists():
        over = _read(folder, locale)
        if isinstance(over.data, dict) and not set(over.data) - {INSTEAD, *(document.data or {})}:
            document.data = laid_over(document.data, over)
        else:
            over.report((), f"a mapping with some of {', '.join((INSTEAD, *(document.data or {})))} is needed")
        document.problems += over.problems
    data = document.data if isinstance(document.data, dict) else {}
    file = checked_as(document, Listing)
    if isinstance(texts := data.get("texts"), dict) and isinstance(paragraphs := data.get("description"), list):
        for paragraph in map(str, paragraphs):
            if paragraph not in texts:
                document.report(("description",), f"{paragraph!r} is none of the texts")
    if file is None or document.problems:
        raise FilesInvalid(document.problems)
    return file


def load_common(folder: Path = FOLDER) -> Common:
    """What is common to all locales. Raises FilesInvalid with file, line and field of each mistake."""
    return read_yaml_as(folder / "common.yaml", Common, "skill/publish/store_listing/common.yaml")[0]


def _read(folder: Path, name: str) -> Document:
    return read_yaml(folder / f"{name}.yaml", f"skill/publish/store_listing/{name}.yaml")
