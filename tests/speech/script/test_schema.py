"""The JSON Schema, which editors complete and underline by."""

from __future__ import annotations

import json

import pytest

from speech.script.library import package_folder
from speech.script.schema import json_schema
from tests.support.scripts import library


def test_the_schema_file_is_current() -> None:
    """What editors read is what is checked; `massage check --schema` writes it."""
    committed = json.loads((package_folder() / "scripts" / "script.schema.json").read_text(encoding="utf-8"))
    assert committed == json_schema()


def test_the_schema_names_every_field_with_its_bounds() -> None:
    """An editor completes and underlines: unknown fields, types, the sixty seconds of a hold."""
    schema = json_schema()
    assert set(schema["properties"]) == {
        "name", "also called", "works on", "areas", "needs", "facts", "minutes", "sides",
        "places", "session",
    }  # fmt: skip
    hold = schema["$defs"]["HoldFields"]
    assert set(hold["properties"]) == {"hold", "say", "again", "seconds", "at most", "caution", "reminders"}
    assert hold["properties"]["at most"]["maximum"] == 60
    assert hold["properties"]["seconds"]["exclusiveMinimum"] == 0
    assert sorted(hold["required"]) == ["hold", "say", "seconds"]
    assert all(entry["additionalProperties"] is False for entry in [schema, *schema["$defs"].values()])


@pytest.mark.parametrize("script", sorted(library().scripts))
def test_a_script_to_copy_tells_editors_its_schema(script: str) -> None:
    """The first line of a script leads an editor to the schema, whatever the editor is set to."""
    file = package_folder() / "scripts" / "en" / f"{script}.yaml"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == package_folder() / "scripts" / "script.schema.json"
