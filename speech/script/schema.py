"""The fields of the YAML files, field by field: their types, their bounds and their meaning for an editor.

What concerns more than one field (least above usual, a hold without a rest after it) is checked in `rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StrictStr, Tag
from pydantic_core import PydanticCustomError

from speech.script.model import LONGEST_PRESSURE
from speech.script.texts import reminder_faults, spoken_faults, text_faults

KINDS = ("hold", "rest", "open", "rounds", "technique", "say")
"""The key that tells what a step is, looked for in this order (a hold has words too)."""
MOST_REMINDERS = 5
FORMER_FIELDS = {"positions": "is called places now", "tools": "stands in each place now, as presses"}
"""Fields that scripts had before, and what to write instead."""


def _checked(faults: Callable[[str], Iterator[str]]) -> AfterValidator:
    def check(text: str) -> str:
        if found := list(faults(text)):
            raise PydanticCustomError("text", "; ".join(found))
        return text

    return AfterValidator(check)


Text = Annotated[StrictStr, _checked(text_faults)]
Spoken = Annotated[StrictStr, _checked(spoken_faults)]
Sentence = Annotated[StrictStr, _checked(text_faults), _checked(spoken_faults)]
Reminder = Annotated[StrictStr, _checked(reminder_faults)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
Settle = Annotated[float, Field(strict=True, ge=0, le=60)]
Pressure = Annotated[float, Field(strict=True, gt=0, le=LONGEST_PRESSURE)]
Length = Annotated[float, Field(strict=True, gt=0, le=60)]
Tool = Literal["ball", "roller", "hand"]
Area = Literal["buttock", "hip", "lower_back", "thigh", "calf", "leg", "belly"]


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
    again: Spoken = Field(default_factory=str, description="Said instead when the spot is visited again.")
    seconds: Pressure = Field(description="From the start of its words to the release.")
    at_most: Pressure = Field(default_factory=float, description="How far it may stretch: sixty seconds at most.")
    caution: Spoken = Field(default_factory=str, description="What must not be felt; said once a side.")
    reminders: list[Reminder] = Field(
        default_factory=list, max_length=MOST_REMINDERS, description="Said while the hold goes on, spaced evenly."
    )


class RestFields(Fields):
    """Weight off: the first sentence says so."""

    rest: Seconds = Field(description="Seconds, words included.")
    at_most: Seconds = Field(default_factory=float, description="How far it may stretch.")
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


_NO_FIELD = (*(f"<{kind}>" for kind in KINDS), "[key]")
"""What pydantic puts into the way to a field, and the file does not hold."""


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
    """Spots and rests. A longer massage plays more of them and starts again from the top after the last."""

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

    presses: Annotated[list[Tool], Field(min_length=1)] = Field(description="What presses here: asked for by voice.")
    needs: list[Text] = Field(default_factory=list, description="What is needed here beside the script's own needs.")
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
    areas: Annotated[list[Area], Field(min_length=1)] = Field(
        description="The places of the body that it may help: asked for by voice."
    )
    needs: list[Text] = Field(default_factory=list)
    facts: list[Text] = Field(default_factory=list, description="The ids of the facts that it carries.")
    minutes: MinutesFields
    sides: Literal["both", "none"] = "both"
    places: Annotated[dict[str, RoutineFields], Field(min_length=1)] = Field(
        default_factory=dict, description="By place; the first is the usual one."
    )
    session: Annotated[list[SessionStep], Field(min_length=1)] = Field(
        default_factory=list, description="Other scripts, one after the other, instead of places."
    )


class PlaceFields(Fields):
    """Where the body is, and the way down and up that all scripts share."""

    name: Text
    also_called: list[Text] = Field(default_factory=list)
    floor: Annotated[bool, Field(strict=True)]
    down: Annotated[list[PlainStep], Field(min_length=1)]
    up: Annotated[list[PlainStep], Field(min_length=1)]
    leaving: Spoken = Field(description="Said to somebody who stops in the middle, once the weight is off.")


class SidesFields(Fields):
    """How the sides are called."""

    left: Text
    right: Text


class PhrasesFields(Fields):
    """What a timeline says of itself."""

    sides: SidesFields
    reassurances: Annotated[list[Text], Field(min_length=1)]
    quiet: Annotated[dict[Annotated[int, Field(strict=True, gt=0, le=60)], Text], Field(min_length=1)]
    countdown: Text
    question: Text = Field(description="A word or two, asked at the end of a part.")
    left_out: Text = Field(description="Said where a spot is rested on instead of pressed.")
    softly: Text = Field(description="A reminder in each hold of a guide that was asked to be softer.")
    closing: Annotated[list[Sentence], Field(min_length=1)] = Field(description="Sentences at the end of a track.")


def _words(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    found = "nothing" if error["input"] is None else repr(error["input"])
    words: dict[str, Callable[[], str]] = {
        "extra_forbidden": lambda: "unknown field",
        "invalid_key": lambda: "a field's name is text",
        "missing": lambda: "is missing",
        "greater_than": lambda: f"{found} is not more than {context['gt']:g}",
        "greater_than_equal": lambda: f"{found} is less than {context['ge']:g}",
        "less_than_equal": lambda: f"{found} is more than {context['le']:g}, the most allowed",
        "float_type": lambda: f"{found} is not a number",
        "int_type": lambda: f"{found} is not a whole number",
        "string_type": lambda: f"{found} is not text; put it in quotes if it should be",
        "bool_type": lambda: f"{found} is neither true nor false",
        "list_type": lambda: f"{found} is not a list",
        "too_short": lambda: "nothing is in it; at least one entry is needed",
        "too_long": lambda: f"{context['actual_length']} entries; at most {context['max_length']} are allowed",
        "literal_error": lambda: f"{found} is not one of {context['expected']}",
        "model_type": lambda: f"{found} is not a mapping of fields",
        "dict_type": lambda: f"{found} is not a mapping",
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
            path = tuple(part for part in entry["loc"] if part not in _NO_FIELD)
            words = _words(dict(entry))
            if entry["type"] == "extra_forbidden" and path[-1] in FORMER_FIELDS:
                words = FORMER_FIELDS[str(path[-1])]
            elif entry["type"] == "extra_forbidden":
                words += f"; allowed are {', '.join(_allowed(model, entry['loc']))}"
            found.append((path, words))
        return found
    return []


def _allowed(model: type[Fields], loc: tuple[str | int, ...]) -> list[str]:
    by_kind: dict[str, type[Fields]] = {
        "<say>": SayFields, "<hold>": HoldFields, "<rest>": RestFields, "<open>": OpenFields,
        "<rounds>": RoundsFields, "<technique>": TechniqueFields,
    }  # fmt: skip
    by_key: dict[str, type[Fields]] = {"minutes": MinutesFields, "sides": SidesFields}
    if model is ScriptFields and loc[0] == "places":
        model = RoutineFields
    for part in loc[:-1]:
        model = by_kind.get(str(part), by_key.get(str(part), model))
    return [field.alias or name for name, field in model.model_fields.items()]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a script file, for an editor to complete and underline."""
    schema = ScriptFields.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A guided massage"}
