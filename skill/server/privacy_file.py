"""The privacy policy's file, `privacy.yaml`, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from speech.yaml_models import Fields, Text, read_yaml_as

FILE = Path(__file__).parent / "privacy.yaml"


class _ValueFields(Fields):
    what: Text
    why: Text
    until: Text = ""
    shape: Text = Field("", alias="as")
    names: Literal["any", ""] = ""


class _RowFields(Fields):
    row: Text
    about: Text
    fields_: dict[str, _ValueFields] = Field(alias="fields")


class _PolicyFile(Fields):
    title: Text
    about: tuple[Text, ...]
    kept: tuple[_RowFields, ...]
    shapes: dict[str, dict[str, _ValueFields]]
    columns: dict[str, _ValueFields]
    logged: dict[str, _ValueFields]


def read_policy() -> Mapping[str, Any]:
    """The policy as plain data, as it stands in the file. Raises FilesInvalid with file, line and field."""
    file, document = read_yaml_as(FILE, _PolicyFile, "skill/server/privacy.yaml")
    rows = ((("kept", index, "fields"), row.fields_) for index, row in enumerate(file.kept))
    shapes = ((("shapes", name), fields) for name, fields in file.shapes.items())
    for path, fields in (*rows, *shapes):
        for name, value in fields.items():
            if value.shape and value.shape not in file.shapes:
                document.report((*path, name, "as"), f"{value.shape!r} is not of the shapes {', '.join(file.shapes)}")
    document.raise_problems()
    return file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
