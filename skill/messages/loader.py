"""The messages of a locale from their files: `<language>.yaml`, and what `<locale>.yaml` says in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from skill.locales import DEFAULT, language_of
from skill.messages.messages import MASSAGE, Answer, Messages
from skill.messages.overlay import laid_over
from speech.errors import FilesInvalid
from speech.yaml_models import Fields, Line, Text, checked_as
from speech.yaml_reader import Document, read_yaml


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
