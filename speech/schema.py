"""The fields of the YAML files, field by field: their types, their bounds and their meaning for an editor.

What concerns more than one field (least above usual, a hold without a rest after it) is checked in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StrictStr, Tag
from pydantic_core import PydanticCustomError

from speech.script import LONGEST_PRESSURE

LONGEST_SENTENCE = 12
"""Words a sentence may have: what someone with closed eyes keeps from one hearing."""

PLACEHOLDERS = ("side", "other side")
KINDS = ("hold", "rest", "open", "rounds", "technique", "say")
"""The key that tells what a step is, looked for in this order (a hold has words too)."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text: each becomes a cue of its own."""
    return tuple(part for part in _SENTENCE_END.split(" ".join(text.split())) if part)


def _text(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty_text", "the text is empty; at least one word is needed")
    return text


def _spoken(text: str) -> str:
    _text(text)
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise PydanticCustomError("placeholder", f"{{{name}}} is not a placeholder; allowed are {known}")
    if "{" in (bare := _PLACEHOLDER.sub("", text)) or "}" in bare:
        raise PydanticCustomError("placeholder", "a brace without its partner")
    for sentence in sentences(text):
        words = len(_PLACEHOLDER.sub("side", sentence).split())
        if words > LONGEST_SENTENCE:
            message = f"{sentence!r} has {words} words; at most {LONGEST_SENTENCE} are kept from one hearing"
            raise PydanticCustomError("long_sentence", message)
        if sentence[-1] not in ".?!":
            message = f"{sentence!r} does not end with a full stop, a question mark or an exclamation mark"
            raise PydanticCustomError("open_sentence", message)
    return text


Text = Annotated[StrictStr, AfterValidator(_text)]
Spoken = Annotated[StrictStr, AfterValidator(_spoken)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
Settle = Annotated[float, Field(strict=True, ge=0, le=60)]
Pressure = Annotated[float, Field(strict=True, gt=0, le=LONGEST_PRESSURE)]
Length = Annotated[float, Field(strict=True, gt=0, le=60)]


class Fields(BaseModel):
    """Every mapping of the files: no field beyond those named, spaces in names as people write them."""

    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.replace("_", " "))


class SayFields(Fields):
    """Something said, then silence to do it in."""

    say: Spoken = Field(description="One instruction; each sentence of at most twelve words becomes a cue.")
    settle: Settle = Field(0.0, description="Seconds of silence after it, to do what it asks.")


class HoldFields(Fields):
    """Pressure on one spot; a rest follows it directly."""

    hold: Text = Field(description="The name of the spot, once in this list.")
    say: Spoken = Field(description="How to press here.")
    again: Spoken | None = Field(None, description="Said instead when the spot is visited again.")
    seconds: Pressure = Field(description="From the start of its words to the release.")
    at_most: Pressure | None = Field(None, description="How far it may stretch: sixty seconds at the very most.")
    caution: Spoken | None = Field(None, description="What must not be felt; said once a side.")
    reminders: list[Spoken] = Field(default_factory=list, description="Said while the hold goes on.")


class RestFields(Fields):
    """Weight off: the first sentence says so."""

    rest: Seconds = Field(description="Seconds, words included.")
    at_most: Seconds | None = Field(None, description="How far it may stretch.")
    say: Spoken = Field(description="Takes the weight off first.")


class OpenFields(Fields):
    """Waits until the person says that they are ready."""

    open: Text = Field(description="The name of the wait.")
    say: Spoken
    settle: Settle = Field(8.0, description="Seconds before the question.")


class TechniqueFields(Fields):
    """Another script inside this one."""

    technique: Text = Field(description="The id of a script: its file's name.")
    minutes: Length


def _kind(step: Any) -> str | None:
    if isinstance(step, dict):
        return next((f"<{kind}>" for kind in KINDS if kind in step), None)
    return None


def _no_kind(allowed: tuple[str, ...]) -> Any:
    return Discriminator(
        _kind,
        custom_error_type="no_kind",
        custom_error_message=f"not a step; a step is a mapping with one of: {', '.join(allowed)}",
    )


RoundStep = Annotated[
    Annotated[SayFields, Tag("<say>")] | Annotated[HoldFields, Tag("<hold>")] | Annotated[RestFields, Tag("<rest>")],
    _no_kind(("say", "hold", "rest")),
]


class RoundsFields(Fields):
    """Spots and rests. A longer ask plays more of them and starts again from the top after the last."""

    rounds: Annotated[list[RoundStep], Field(min_length=1)]


PlainStep = Annotated[
    Annotated[SayFields, Tag("<say>")] | Annotated[RestFields, Tag("<rest>")] | Annotated[OpenFields, Tag("<open>")],
    _no_kind(("say", "rest", "open")),
]
SideStep = Annotated[
    Annotated[SayFields, Tag("<say>")]
    | Annotated[HoldFields, Tag("<hold>")]
    | Annotated[RestFields, Tag("<rest>")]
    | Annotated[OpenFields, Tag("<open>")]
    | Annotated[RoundsFields, Tag("<rounds>")],
    _no_kind(("say", "hold", "rest", "open", "rounds")),
]
SessionStep = Annotated[
    Annotated[SayFields, Tag("<say>")]
    | Annotated[RestFields, Tag("<rest>")]
    | Annotated[OpenFields, Tag("<open>")]
    | Annotated[TechniqueFields, Tag("<technique>")],
    _no_kind(("say", "rest", "open", "technique")),
]


class RoutineFields(Fields):
    """A script in one place."""

    begin: list[PlainStep] = Field(default_factory=list, description="Once, when the clock has started.")
    each_side: Annotated[list[SideStep], Field(min_length=1)] = Field(description="For each side in turn.")
    changeover: list[PlainStep] = Field(default_factory=list, description="Between the sides.")
    end: list[PlainStep] = Field(default_factory=list, description="Once, after the last side, before the way up.")


class MinutesFields(Fields):
    """The lengths that may be asked for, in minutes."""

    least: Length
    usual: Length
    most: Length


class ScriptFields(Fields):
    """One guided technique, or a session made of several."""

    name: Text = Field(description="As the voice says it.")
    also_called: list[Text] = Field(default_factory=list, description="Other names that people say.")
    works_on: list[Text] = Field(default_factory=list)
    needs: list[Text] = Field(default_factory=list)
    facts: list[Text] = Field(default_factory=list, description="The ids of the facts that it carries.")
    minutes: MinutesFields
    sides: Literal["both", "none"] = "both"
    positions: dict[str, RoutineFields] | None = Field(None, description="By place; the first is the usual one.")
    session: Annotated[list[SessionStep], Field(min_length=1)] | None = None


class PlaceFields(Fields):
    """Where the body is, and the way down and up that all scripts share."""

    name: Text
    also_called: list[Text] = Field(default_factory=list)
    floor: Annotated[bool, Field(strict=True)]
    down: Annotated[list[PlainStep], Field(min_length=1)]
    up: Annotated[list[PlainStep], Field(min_length=1)]


class PhrasesFields(Fields):
    """What a timeline says of itself."""

    sides: dict[Literal["left", "right"], Text]
    reassurances: list[Text]
    quiet: dict[Annotated[int, Field(strict=True, gt=0, le=60)], Text]
    countdown: Text
    question: Text = Field(description="A word or two, asked at the end of a part.")


def _words(error: dict[str, Any]) -> str:
    found, context = error["input"], error.get("ctx", {})
    words: dict[str, Callable[[], str]] = {
        "extra_forbidden": lambda: "unknown field",
        "missing": lambda: "is missing",
        "greater_than": lambda: f"{found!r} is not more than {context['gt']:g}",
        "greater_than_equal": lambda: f"{found!r} is less than {context['ge']:g}",
        "less_than_equal": lambda: f"{found!r} is more than {context['le']:g}, the most allowed",
        "float_type": lambda: f"{found!r} is not a number",
        "string_type": lambda: f"{found!r} is not text; put it in quotes if it should be",
        "bool_type": lambda: f"{found!r} is neither true nor false",
        "list_type": lambda: f"{found!r} is not a list",
        "too_short": lambda: "the list is empty; at least one entry is needed",
        "literal_error": lambda: f"{found!r} is not one of {context['expected']}",
        "model_type": lambda: f"{found!r} is not a mapping of fields",
        "dict_type": lambda: f"{found!r} is not a mapping",
    }
    return words[error["type"]]() if error["type"] in words else str(error["msg"])


def mistakes(model: type[Fields], data: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Every field of `data` that `model` refuses: its path and what was found and is allowed."""
    from pydantic import ValidationError

    try:
        model.model_validate(data)
    except ValidationError as error:
        found = []
        for entry in error.errors(include_url=False):
            path = tuple(part for part in entry["loc"] if not (isinstance(part, str) and part[:1] in "<["))
            words = _words(dict(entry))
            if entry["type"] == "extra_forbidden":
                words += f"; allowed are {', '.join(_allowed(model, entry['loc']))}"
            found.append((path, words))
        return found
    return []


def _allowed(model: type[Fields], loc: tuple[str | int, ...]) -> list[str]:
    by_kind: dict[str, type[Fields]] = {
        "<say>": SayFields, "<hold>": HoldFields, "<rest>": RestFields, "<open>": OpenFields,
        "<rounds>": RoundsFields, "<technique>": TechniqueFields,
    }  # fmt: skip
    by_key: dict[str, type[Fields]] = {"minutes": MinutesFields}
    if model is ScriptFields and loc[0] == "positions":
        model = RoutineFields
    for part in loc[:-1]:
        model = by_kind.get(str(part), by_key.get(str(part), model))
    return [field.alias or name for name, field in model.model_fields.items()]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a script file, for an editor to complete and underline."""
    schema = ScriptFields.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A guided massage"}
