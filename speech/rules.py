"""What must hold between the fields of a script file. Each rule reads raw data and forgives what `schema` reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from speech.schema import sentences

Found = tuple[tuple[str | int, ...], str]
_FACT = re.compile(r"[A-Z]\d{1,2}")


def script_rules(data: Any, places: Mapping[str, bool], seconds_of: Callable[[str], float]) -> Iterator[Found]:
    """Every broken rule of one script: the path of the field, what was found and what is allowed.

    `places` maps the id of each known place to whether it is on the floor; `seconds_of` estimates spoken seconds.
    """
    if not isinstance(data, dict):
        return
    minutes = data.get("minutes")
    if isinstance(minutes, dict):
        yield from _ordered(minutes, ("minutes",), "least", "usual")
        yield from _ordered(minutes, ("minutes",), "usual", "most")
    for index, fact in enumerate(_list(data.get("facts"))):
        if isinstance(fact, str) and not _FACT.fullmatch(fact):
            yield ("facts", index), f"{fact!r} is not a fact's id, such as X1"
    if ("positions" in data) == ("session" in data):
        yield ("positions",), "a script has either positions or a session, and not both"
    positions = data.get("positions")
    if isinstance(positions, dict):
        yield from _positions(positions, places)
        for place, routine in positions.items():
            if isinstance(routine, dict):
                here = ("positions", place)
                yield from _routine(routine, here, data.get("sides", "both") == "both", seconds_of)
    if isinstance(data.get("session"), list):
        yield from _steps(data["session"], ("session",), seconds_of)


def _positions(positions: dict[Any, Any], places: Mapping[str, bool]) -> Iterator[Found]:
    for place in positions:
        if place not in places:
            yield ("positions", place), f"{place!r} is not a known position; allowed are {', '.join(places)}"
    if all(places.get(place, True) for place in positions):
        off = ", ".join(place for place, floor in places.items() if not floor)
        yield ("positions",), f"no version without the floor; at least one of {off} is needed"


def _routine(
    routine: dict[Any, Any], here: tuple[str | int, ...], two_sided: bool, seconds_of: Callable[[str], float]
) -> Iterator[Found]:
    if two_sided and not _list(routine.get("changeover")):
        yield (*here, "changeover"), "is missing; both sides need one, off the ball and with a breath of rest"
    for section in ("begin", "each side", "changeover", "end"):
        yield from _steps(_list(routine.get(section)), (*here, section), seconds_of)
    each_side = _list(routine.get("each side"))
    rounds = [step for step in each_side if isinstance(step, dict) and "rounds" in step]
    if len(rounds) != 1:
        yield (*here, "each side"), f"{len(rounds)} rounds; exactly one is needed, for a longer ask to add to"


def _steps(steps: list[Any], here: tuple[str | int, ...], seconds_of: Callable[[str], float]) -> Iterator[Found]:
    names: dict[str, int] = {}
    for index, step in enumerate(steps):
        at = (*here, index)
        if not isinstance(step, dict):
            continue
        if "rounds" in step:
            inside = _list(step["rounds"])
            yield from _steps(inside, (*at, "rounds"), seconds_of)
            if inside and not (isinstance(inside[-1], dict) and "rest" in inside[-1]):
                yield (*at, "rounds", len(inside) - 1), "the last step of rounds must be a rest"
        kind = "hold" if "hold" in step else "rest" if "rest" in step else None
        if kind:
            yield from _ordered(step, at, "seconds" if kind == "hold" else "rest", "at most")
        if kind != "hold":
            continue
        following = steps[index + 1] if index + 1 < len(steps) else None
        if not (isinstance(following, dict) and "rest" in following):
            yield (
                (*at, "hold"),
                "no rest follows; a rest that takes the weight off is needed directly after a hold",
            )
        name = str(step["hold"])
        if name in names:
            yield (
                (*at, "hold"),
                f"the name {name!r} is used twice (first in step {names[name] + 1} of this list)",
            )
        names.setdefault(name, index)
        yield from _spoken_in_time(step, at, seconds_of)


def _spoken_in_time(
    hold: dict[Any, Any], at: tuple[str | int, ...], seconds_of: Callable[[str], float]
) -> Iterator[Found]:
    length = hold.get("seconds")
    if not _number(length):
        return
    opening = _seconds(hold.get("say"), seconds_of)
    if opening >= length:
        yield (*at, "say"), f"takes about {opening:.0f} s to say; the hold has {length:g}"
        return
    extras: list[tuple[tuple[str | int, ...], Any]] = [(("caution",), hold.get("caution"))]
    extras += [(("reminders", index), text) for index, text in enumerate(_list(hold.get("reminders")))]
    for path, text in extras:
        spoken = _seconds(text, seconds_of)
        if opening + spoken >= length:
            left = length - opening
            yield (*at, *path), f"takes about {spoken:.0f} s to say; {left:.0f} s of the hold are left for it"


def _seconds(text: Any, seconds_of: Callable[[str], float]) -> float:
    return sum(seconds_of(sentence) for sentence in sentences(text)) if isinstance(text, str) else 0.0


def _ordered(data: dict[Any, Any], here: tuple[str | int, ...], low: str, high: str) -> Iterator[Found]:
    least, most = data.get(low), data.get(high)
    if _number(least) and _number(most) and least > most:
        yield (*here, high), f"{most:g} is less than {least:g}, its {low!r}"


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
