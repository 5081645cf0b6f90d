"""The fields of the YAML files, field by field: their types, their bounds and their meaning for an editor.

What concerns more than one field (least above usual, a hold without a rest after it) is checked in `rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, RootModel, StrictStr, Tag

from speech.script import texts
from speech.script.model import LONGEST_PRESSURE
from speech.yaml_models import Fields, checked

KINDS = ("hold", "rest", "open", "rounds", "technique", "say")
"""The key that tells what a step is, looked for in this order (a hold has words too)."""
MOST_REMINDERS = 5


Text = Annotated[StrictStr, checked(texts.text_faults)]
Spoken = Annotated[StrictStr, checked(texts.spoken_faults)]
Sentence = Annotated[StrictStr, checked(texts.text_faults), checked(texts.spoken_faults)]
Reminder = Annotated[StrictStr, checked(texts.reminder_faults)]
Reassurance = Annotated[StrictStr, checked(texts.reassurance_faults)]
FactId = Annotated[StrictStr, checked(texts.text_faults), checked(texts.fact_id_faults)]
Pronunciation = Annotated[Any, checked(texts.pronunciation_faults)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
Settle = Annotated[float, Field(strict=True, ge=0, le=60)]
Pressure = Annotated[float, Field(strict=True, gt=0, le=LONGEST_PRESSURE)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Length = Annotated[float, Field(strict=True, gt=0, le=60)]
Tool = Literal["ball", "roller", "hand"]
Area = Literal["buttock", "hip", "lower_back", "thigh", "calf", "leg", "belly"]


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


def _kind(step: Any) -> str | None:
    return next((f"<{kind}>" for kind in KINDS if kind in step), None) if isinstance(step, dict) else None


def _one_of(*kinds: str) -> Discriminator:
    return Discriminator(
        _kind,
        custom_error_type="no_kind",
        custom_error_message=f"not a step; a step is a mapping with one of: {', '.join(kinds)}",
    )


Say = Annotated[SayFields, Tag("<say>")]
Hold = Annotated[HoldFields, Tag("<hold>")]
Rest = Annotated[RestFields, Tag("<rest>")]
Open = Annotated[OpenFields, Tag("<open>")]
RoundStep = Annotated[Say | Hold | Rest, _one_of("say", "hold", "rest")]


class RoundsFields(Fields):
    """Spots and rests. A longer massage plays more of them and starts again from the top after the last."""

    rounds: Annotated[list[RoundStep], Field(min_length=1)]


Rounds = Annotated[RoundsFields, Tag("<rounds>")]
Technique = Annotated[TechniqueFields, Tag("<technique>")]
PlainStep = Annotated[Say | Rest | Open, _one_of("say", "rest", "open")]
SideStep = Annotated[Say | Hold | Rest | Open | Rounds, _one_of("say", "hold", "rest", "open", "rounds")]
SessionStep = Annotated[Say | Rest | Open | Technique, _one_of("say", "rest", "open", "technique")]


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

    former_fields: ClassVar = {"positions": "is called places now", "tools": "stands in each place now, as presses"}

    name: Text = Field(description="As the voice says it.")
    also_called: list[Text] = Field(default_factory=list, description="Other names that people say.")
    works_on: list[Text] = Field(default_factory=list)
    areas: Annotated[list[Area], Field(min_length=1)] = Field(
        description="The places of the body that it may help: asked for by voice."
    )
    needs: list[Text] = Field(default_factory=list)
    facts: list[FactId] = Field(default_factory=list, description="The ids of the facts that it carries.")
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
    leaving: Spoken = Field(description="Said when the person stops in the middle, once the weight is off.")


class SidesFields(Fields):
    """How the sides are called."""

    left: Text
    right: Text


class PhrasesFields(Fields):
    """What a timeline says of itself."""

    sides: SidesFields
    reassurances: Annotated[list[Reassurance], Field(min_length=1)]
    quiet: Annotated[dict[Annotated[int, Field(strict=True, gt=0, le=60)], Text], Field(min_length=1)]
    countdown: Text
    question: Text = Field(description="A word or two, asked at the end of a part.")
    left_out: Text = Field(description="Said where a spot is rested on instead of pressed.")
    softly: Text = Field(description="A reminder in each hold of a guide that was asked to be softer.")
    closing: Annotated[list[Sentence], Field(min_length=1)] = Field(description="Sentences at the end of a track.")


class PaceFields(Fields):
    """Seconds of one voice."""

    base: NotNegative
    character: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
    comma: NotNegative
    stop: NotNegative


class PaceFile(RootModel[Annotated[dict[str, PaceFields], Field(min_length=1)]]):
    """The voices of a language, by name."""


class PlacesFile(RootModel[dict[StrictStr, PlaceFields]]):
    """The places of a language, by id."""


class PronunciationsFile(RootModel[dict[Pronunciation, Pronunciation]]):
    """The sounds of words, by the word."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a script file, for an editor to complete and underline."""
    schema = ScriptFields.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A guided massage"}
