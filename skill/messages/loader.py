"""The messages of a locale from their files: `<language>.yaml`, and what `<locale>.yaml` says in another way.

    texts:
      emergency number: nine nine nine      # in place of the text of this name; the same {placeholders}
    instead of:
      a doctor: a GP                        # in every text, wherever these words stand

A locale can say nothing new: a name that the language does not have is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from skill.locales import DEFAULT, language_of
from skill.messages.messages import MASSAGE, Answer, Messages, placeholders
from speech.errors import FilesInvalid
from speech.yaml_models import Fields, Line, Text, checked_as
from speech.yaml_reader import Document, Path_, read_yaml

INSTEAD = "instead of"
"""The key of an overlay under which words stand for other words; it is not laid over anything."""


class AnswerFields(Fields):
    """One answer in a file; `Answer` tells what its fields are."""

    topics: tuple[Text, ...] = ()
    say: Line = ""
    texts: tuple[Text, ...] = ()
    facts: Annotated[tuple[Text, ...], Field(min_length=1)]
    then: Text = MASSAGE
    tip: Annotated[bool, Field(strict=True)] = False
    by: Text | None = None

    @model_validator(mode="after")
    def _one_text(self) -> AnswerFields:
        if bool(self.say) == bool(self.texts):
            raise PydanticCustomError("text", "an answer has either `say` or `texts`")
        return self


class ToolNames(Fields):
    """What presses, as it is said; the first of those that press is named."""

    ball: Text
    roller: Text
    hand: Text


class MessagesFile(Fields):
    """All messages of a language."""

    introduction_version: Annotated[int, Field(strict=True, ge=1)]
    numbers: tuple[Text, ...]
    tools: ToolNames
    texts: dict[str, Line]
    answers: dict[str, AnswerFields]
    hedges: tuple[Text, ...] = ()


def load_messages(locale: str = DEFAULT) -> Messages:
    """The messages of a locale that comes with the package. Raises FilesInvalid with file, line and field."""
    document = _document(locale)
    file = checked_as(document, MessagesFile)
    answers = read_answers(document, file.answers, file.texts) if file else {}
    if file is None or document.problems:
        raise FilesInvalid(document.problems)
    return Messages(locale=locale, answers=answers, **file.model_dump(exclude={"answers"}))


def read_answers(
    document: Document, answers: Mapping[str, AnswerFields], texts: Mapping[str, str]
) -> dict[str, Answer]:
    """The answers of a file by id; one that names a text that is not there is reported to the document."""
    for name, fields in answers.items():
        for text in fields.texts:
            if text not in texts:
                document.report(("answers", name, "texts"), f"no text is called {text!r}")
    return {
        name: Answer(name, line=document.line(("answers", name)), **fields.model_dump())
        for name, fields in answers.items()
    }


def messages_folder() -> Path:
    """Where the messages lie: one file a language, and one for each locale that says something in another way."""
    return Path(str(files("skill"))) / "messages"


def _document(locale: str) -> Document:
    """The language's messages with the locale's laid over them, and the mistakes of both."""
    source, file = _language(language_of(locale), messages_folder()), messages_folder() / f"{locale}.yaml"
    document = replace(source, problems=list(source.problems))
    if locale != language_of(locale) and file.exists():
        overlay = read_yaml(file, f"skill/messages/{file.name}")
        document.data = laid_over(source.data, overlay)
        document.problems += overlay.problems
    return document


@cache
def _language(language: str, folder: Path) -> Document:
    # Five locales share it, and reading it takes longer than all the rest.
    return read_yaml(folder / f"{language}.yaml", f"skill/messages/{language}.yaml")


def laid_over(source: Any, overlay: Document) -> Any:
    """The source's data with the overlay's in its place, and its words replaced.

    Mistakes are reported to the overlay, each with its line: an unknown name, other placeholders, no text for a text.
    """
    data = dict(overlay.data) if isinstance(overlay.data, dict) else {}
    if not data and not overlay.problems:
        overlay.report((), "a mapping is needed")
    words = data.pop(INSTEAD, {})
    if not isinstance(words, dict) or not all(
        isinstance(part, str) and part for pair in words.items() for part in pair
    ):
        overlay.report((INSTEAD,), "words, and beside each what is said instead, are needed")
        words = {}
    return _merged(source, data, (), overlay, _instead_of(words))


def _merged(source: Any, other: Any, path: Path_, overlay: Document, change: Callable[[str], str]) -> Any:
    """The source with the other in its place; all that is said (texts, and what answers say) is changed."""
    if isinstance(source, dict) and isinstance(other, dict):
        for key in other:
            if key not in source:
                overlay.report((*path, key), f"{key!r} is unknown; a locale only replaces what stands there")
        return {
            key: _merged(value, other.get(key, value), (*path, key), overlay, change) for key, value in source.items()
        }
    if isinstance(source, str) and isinstance(other, str):
        if not other.strip():
            overlay.report(path, "nothing is said here")
        elif placeholders(source) != placeholders(other):
            named = ", ".join(sorted(placeholders(source))) or "none"
            overlay.report(path, f"the placeholders are others than those it replaces ({named})")
        return change(other) if path[0] == "texts" or path[-1] == "say" else other
    if source != other and not (isinstance(source, list) and isinstance(other, list)):
        overlay.report(path, f"{other!r} is not what stands there: text for text, a list for a list")
    return other


def _instead_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces whole words, never inside {placeholders}, and begins with a capital where a capital stood."""
    if not words:
        return str
    known = {found.lower(): said for found, said in words.items()}
    longest_first = "|".join(re.escape(found) for found in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"\{{[^{{}}]*\}}|\b(?:{longest_first})\b", re.IGNORECASE)

    def said(match: re.Match[str]) -> str:
        found = match[0]
        other = known.get(found.lower(), found)
        return other[0].upper() + other[1:] if found[0].isupper() else other

    return lambda text: pattern.sub(said, " ".join(text.split()))
