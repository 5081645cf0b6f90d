"""Dataclasses as JSON: each annotation does what it says, and nothing that is read raises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.codec import LARGEST, Codec, Name, Stored


@dataclass(frozen=True)
class Visit:
    day: date
    minutes: Annotated[int, Stored(most=60)]


@dataclass(frozen=True)
class Point:
    cue: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Whole:
    name: str
    at: Annotated[Point, Stored(flat=True, fields={"seconds": Annotated[float, Stored(always=True, digits=1)]})]
    kind: Annotated[Literal["a", "b"], Stored("sort", always=True, required=True)] = "a"
    speed: Annotated[float, Stored(least=0.5, most=2.0, digits=3)] = 1.0
    saved: Annotated[float, Stored(digits=0, when=lambda whole: whole.kind == "a")] = 0.0
    sent: float | None = None
    on: bool = True
    names: Annotated[tuple[Name, ...], Stored(most=3, by=str)] = ()
    visits: Annotated[tuple[Annotated[Visit, Stored(row=True)], ...], Stored(most=-2)] = ()
    pressed: Annotated[Mapping[Name, float], Stored(most=2)] = field(default_factory=dict)
    even: Annotated[str, Stored(check=lambda text: len(text) % 2 == 0)] = ""
    last: Visit | None = None
    letters: frozenset[Literal["x", "y"]] = frozenset()
    other: Annotated[int, Stored(group="elsewhere")] = 7


CODEC, ELSEWHERE = Codec(Whole), Codec(Whole, "elsewhere")
DAY = date(2027, 1, 4)
LEAST = {"name": "n", "cue": "c", "seconds": 0.0, "sort": "a"}


def test_defaults_are_left_out() -> None:
    """Only what differs from its default is written, beside what always is."""
    assert CODEC.to_json(Whole("n", Point("c"))) == LEAST
    assert CODEC.from_json(LEAST) == Whole("n", Point("c"))


def test_each_annotation_is_followed() -> None:
    """Keys, decimals, conditions, lists, rows, bounds and groups."""
    visits = tuple(Visit(date(2027, 1, day), day) for day in (1, 2, 3))
    whole = Whole("n", Point("c", 1.26), "b", 1.23456, 9.9, 0.0, False, ("a", "b"), visits, {"s": 2.5}, "ok",
                  Visit(DAY, 5), frozenset(("y", "x")), 8)  # fmt: skip
    data = CODEC.to_json(whole)
    assert json.dumps(data) == json.dumps({
        "name": "n", "cue": "c", "seconds": 1.3, "sort": "b", "speed": 1.235, "sent": 0.0, "on": False,
        "names": ["a", "b"], "visits": [["2027-01-02", 2], ["2027-01-03", 3]], "pressed": {"s": 2.5}, "even": "ok",
        "last": {"day": "2027-01-04", "minutes": 5}, "letters": ["x", "y"],
    })  # fmt: skip
    assert CODEC.to_json(Whole("n", Point("c"), saved=9.9))["saved"] == 10
    assert ELSEWHERE.to_json(whole) == {"other": 8} and ELSEWHERE.read({"other": 8, "name": "n"}) == {"other": 8}
    read = CODEC.from_json(data)
    assert read is not None and (read.visits, read.letters, read.other) == (visits[-2:], whole.letters, 7)


@pytest.mark.parametrize(("name", "data", "expected"), [
    ("speed", 9, 2.0), ("speed", -1, 0.5), ("speed", True, 1.0), ("speed", float("nan"), 1.0),
    ("speed", 2 * LARGEST, 1.0), ("sent", None, None), ("sent", "x", None), ("on", 0, True), ("even", "odd", ""),
    ("names", ["b", 1, "a", "b", "x" * 121], ("a", "b")), ("names", "ab", ()), ("pressed", {"a": "x"}, {}),
    ("pressed", {"a": 1, "b": 2, "c": 3}, {"a": 1.0, "b": 2.0}), ("pressed", [1], {}), ("last", {"day": "x"}, None),
    ("visits", [["2027-01-04", 99], ["2027-01-04"], 5], ()), ("visits", [["2027-01-04", 99]], (Visit(DAY, 60),)),
    ("letters", ["x", "z", []], {"x"}), ("letters", {"x": 1}, frozenset()),
])  # fmt: skip
def test_what_cannot_be_read_is_the_default(name: str, data: Any, expected: Any) -> None:
    """A value out of bounds becomes the bound; another type is the default; an item that cannot be read is dropped."""
    read = CODEC.from_json({**LEAST, name: data})
    assert read is not None and getattr(read, name) == expected


@pytest.mark.parametrize("missing", LEAST)
def test_without_a_needed_value_nothing_is_read(missing: str) -> None:
    """A field without a default, and one that is required, is needed; one that is always written is not."""
    read = CODEC.from_json({key: value for key, value in LEAST.items() if key != missing})
    assert (read is None) == (missing != "seconds")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
KEYS = ("name", "cue", "seconds", "sort", "speed", "saved", "sent", "on", "names", "visits", "pressed", "even", "last")


@given(st.fixed_dictionaries({}, optional={key: anything for key in KEYS}) | anything)
def test_reading_never_raises(data: Any) -> None:
    """Whatever the JSON holds, a value is read or none is, and what is written of it is read the same."""
    read = CODEC.from_json(data)
    if read is not None:
        written = CODEC.to_json(read)
        assert CODEC.to_json(CODEC.from_json(json.loads(json.dumps(written))) or Whole("", Point(""))) == written
