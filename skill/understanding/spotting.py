"""Slots found anywhere in a wish: tool, area, place, script, side, ordinal and length of time. These only propose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skill.understanding.cleaning import clean
from skill.understanding.spoken_numbers import durations

SLOTS = (
    ("script", "ScriptName"), ("tool", "ToolName"), ("area", "BodyArea"), ("place", "PlaceName"),
    ("side", "SideChoice"), ("ordinal", "Ordinal"),
)  # fmt: skip
"""The slots of a wish, and the slot types of the interaction model that hold their values."""
DURATION = "AMAZON.DURATION"
TOO_COMMON = frozenset({"one", "it", "that", "this", "on", "my", "me", "both", "there", "here"})
"""Words that stand in sentences of any kind: alone they are no value."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A value found in a sentence: its slot type, its id (None for a length of time), and its words."""

    type: str
    value: str
    id: str | None
    start: int
    end: int


class Spotter:
    """The values of some slots of an interaction model, ready to be looked for."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        kinds = {kind["name"]: kind["values"] for kind in model["interactionModel"]["languageModel"]["types"]}
        self._values: dict[tuple[str, ...], list[tuple[str, str, str, str]]] = {}
        for slot, kind in SLOTS:
            for value in kinds.get(kind, ()):
                for said in (value["name"]["value"], *value["name"].get("synonyms", ())):
                    words = tuple(clean(said).split())
                    if words and not (len(words) == 1 and words[0] in TOO_COMMON):
                        self._values.setdefault(words, []).append((slot, kind, value["name"]["value"], value["id"]))
        self._longest = max(map(len, self._values), default=0)

    def spot(self, words: Sequence[str]) -> dict[str, Spotted]:
        """The longest value of each slot; of two that overlap, the longer one."""
        taken: set[int] = set()
        found: dict[str, Spotted] = {}
        for slot, one in sorted(self._all(words), key=lambda each: (each[1].start - each[1].end, each[1].start)):
            span = set(range(one.start, one.end))
            if slot not in found and not span & taken:
                found[slot] = one
                taken |= span
        return found

    def _all(self, words: Sequence[str]) -> Iterator[tuple[str, Spotted]]:
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._longest, len(words)) + 1):
                for slot, kind, value, id in self._values.get(tuple(words[start:end]), ()):
                    yield slot, Spotted(kind, value, id, start, end)
            for span in durations(words, start):
                yield "minutes", Spotted(DURATION, span.value, None, start, span.end)
