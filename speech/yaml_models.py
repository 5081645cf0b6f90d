"""YAML files as pydantic models: every mistake with its file, line and field, what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StrictStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from speech.errors import FilesInvalid
from speech.yaml_reader import Document, Path_, read_yaml

Model = TypeVar("Model", bound=BaseModel)
_WORDS = {
    "invalid_key": "a field's name is text",
    "missing": "is missing",
    "greater_than": "{found} is not more than {gt:g}",
    "greater_than_equal": "{found} is less than {ge:g}",
    "less_than_equal": "{found} is more than {le:g}, the most allowed",
    "float_type": "{found} is not a number",
    "finite_number": "{found} is not a finite number",
    "int_type": "{found} is not a whole number",
    "string_type": "{found} is not text; put it in quotes if it should be",
    "bool_type": "{found} is neither true nor false",
    "list_type": "{found} is not a list",
    "tuple_type": "{found} is not a list",
    "too_short": "nothing is in it; at least one entry is needed",
    "too_long": "{actual_length} entries; at most {max_length} are allowed",
    "literal_error": "{found} is not one of {expected}",
    "model_type": "{found} is not a mapping of fields",
    "dict_type": "{found} is not a mapping",
}
"""What is said of each kind of mistake that pydantic finds."""


class Fields(BaseModel):
    """A mapping with these fields and no other. In the file their names have spaces where the model has underscores."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", " "))
    former_fields: ClassVar[dict[str, str]] = {}
    """Fields that the file had before, and the message for each."""

    @model_validator(mode="before")
    @classmethod
    def _mark_unknown(cls, data: Any) -> Any:
        # pydantic reports an unknown field with its value, and does not say which there are.
        if not isinstance(data, dict) or cls.model_config["extra"] != "forbid":
            return data
        known = [str(field.alias) for field in cls.model_fields.values()]
        unknown = f"unknown field; allowed are {', '.join(known)}"
        return {key: data[key] if key in known else cls.former_fields.get(key, unknown) for key in data}


def checked(faults: Callable[[str], Iterator[str]]) -> AfterValidator:
    """A check of a text: `faults` gives what is wrong with it, in words."""

    def check(text: str) -> str:
        if found := list(faults(text)):
            raise PydanticCustomError("text", "{faults}", {"faults": "; ".join(found)})
        return text

    return AfterValidator(check)


def _empty(text: str) -> Iterator[str]:
    if not text.strip():
        yield f"{text!r} is not text"


Text = Annotated[StrictStr, checked(_empty)]
"""A text with something in it."""
Line = Annotated[Text, AfterValidator(lambda text: " ".join(text.split()))]
"""The same with runs of white space as one space."""


def read_yaml_as(path: Path, model: type[Model], shown_as: str) -> tuple[Model, Document]:
    """Read a file as this model: its value, and the document with the lines. Raises FilesInvalid."""
    document = read_yaml(path, shown_as)
    if (value := checked_as(document, model)) is None:
        raise FilesInvalid(document.problems)
    return value, document


def checked_as(document: Document, model: type[Model]) -> Model | None:
    """The data of a document as this model; None, with the mistakes reported to the document, where it has any."""
    value = None
    if document.data is not None or not document.problems:
        try:
            value = model.model_validate(document.data)
        except ValidationError as error:
            for path, message in _reported(error):
                document.report(path, message)
            document.problems.sort()
    return None if document.problems else value


def _reported(error: ValidationError) -> Iterator[tuple[Path_, str]]:
    for entry in error.errors(include_url=False):
        # pydantic puts the tag of a union's member ("<hold>") and "[key]" into the path; the file holds neither.
        path = tuple(part for part in entry["loc"] if not re.fullmatch(r"<\w+>|\[key\]", str(part)))
        yield path, entry["input"] if entry["type"] == "extra_forbidden" else _in_words(entry)


def _in_words(error: ErrorDetails) -> str:
    found = "nothing" if error["input"] is None else repr(error["input"])
    words = _WORDS.get(error["type"])
    return words.format(found=found, **error.get("ctx", {})) if words else str(error["msg"])
