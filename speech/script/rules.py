"""What must hold between the fields of a script file. Each rule reads raw data and skips what `schema` reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from speech.script.builder import slug
from speech.script.pace import CUE_RATE, SENTENCE_GAP, SLOW_RATE
from speech.script.texts import PLACEHOLDER, sentences

Path_ = tuple[str | int, ...]
Found = tuple[Path_, str]
SLOWEST_PACE = 2.0 * CUE_RATE / SLOW_RATE
"""How much longer than estimated a voice may take, with no spot pressed beyond its `at most`: MASSAGE_PACE is 2 at
most, and the person may ask for slower cues."""
_FACT = re.compile(r"[A-Z]\d{1,2}")
_RESERVED_NAME = re.compile(r"(down|begin|side|round|changeover|end|up|session)-\d+")
"""What steps without a name are called."""


def script_rules(data: Any, floors: Mapping[str, bool], seconds_of: Callable[[str], float]) -> Iterator[Found]:
    """Every broken rule of one script: the path of the field, what was found and what is allowed.

    `floors` maps the id of each known place to whether it is on the floor; `seconds_of` estimates spoken seconds.
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
    if ("places" in data) == ("session" in data) and "positions" not in data:
        yield ("places",), "a script has either places or a session, and not both"
    places = data.get("places")
    if isinstance(places, dict):
        yield from _places(places, floors)
        for place, routine in places.items():
            if isinstance(routine, dict):
                here = ("places", place)
                yield from _routine(routine, here, data.get("sides") != "none", seconds_of)
    session = data.get("session")
    if isinstance(session, list):
        yield from _steps(session, ("session",), {}, seconds_of)
        yield from _sideless(session, ("session",))
        if not any(isinstance(step, dict) and "technique" in step for step in session):
            yield ("session",), "no technique in it; a session is made of at least one"


def place_rules(data: Any) -> Iterator[Found]:
    """Every broken rule of one place: its ways down and up belong to no side, and the way down ends with a wait."""
    if not isinstance(data, dict):
        return
    for section in ("down", "up"):
        steps = _list(data.get(section))
        yield from _steps(steps, (section,), {}, lambda text: 0.0)
        yield from _sideless(steps, (section,))
    down = _list(data.get("down"))
    if down and isinstance(down[-1], dict) and "open" not in down[-1]:
        yield ("down", len(down) - 1), "the way down must end with an open step, so that the clock waits"


def _places(places: dict[Any, Any], floors: Mapping[str, bool]) -> Iterator[Found]:
    if not floors:
        return  # their file has a mistake of its own
    for place in places:
        if place not in floors:
            yield ("places", place), f"{place!r} is not a known place; allowed are {', '.join(map(str, floors))}"
    if all(floors.get(place, False) for place in places):
        off = ", ".join(str(place) for place, floor in floors.items() if not floor)
        yield ("places",), f"no version without the floor; at least one of {off} is needed"


def _routine(
    routine: dict[Any, Any], here: Path_, two_sided: bool, seconds_of: Callable[[str], float]
) -> Iterator[Found]:
    if two_sided and not _list(routine.get("changeover")):
        yield (*here, "changeover"), "is missing; both sides need one, off the ball and with a breath of rest"
    for section in ("begin", "each side", "changeover", "end"):
        steps = _list(routine.get(section))
        yield from _steps(steps, (*here, section), {}, seconds_of)
        if section == "begin" or not two_sided:
            yield from _sideless(steps, (*here, section))
    each_side = _list(routine.get("each side"))
    yield from _cautioned(each_side, (*here, "each side"))
    rounds = [step for step in each_side if isinstance(step, dict) and "rounds" in step]
    if len(rounds) != 1:
        yield (*here, "each side"), f"{len(rounds)} rounds; exactly one is needed, for a longer ask to add to"


def _steps(steps: list[Any], here: Path_, names: dict[str, str], seconds_of: Callable[[str], float]) -> Iterator[Found]:
    """The rules of a list of steps. `names` collects the holds of a whole side, rounds included."""
    for index, step in enumerate(steps):
        at = (*here, index)
        if not isinstance(step, dict):
            continue
        if "rounds" in step:
            inside = _list(step["rounds"])
            yield from _steps(inside, (*at, "rounds"), names, seconds_of)
            if inside and not (isinstance(inside[-1], dict) and "rest" in inside[-1]):
                yield (*at, "rounds", len(inside) - 1), "the last step of rounds must be a rest"
        elif "hold" in step:
            yield from _ordered(step, at, "seconds", "at most")
            following = steps[index + 1] if index + 1 < len(steps) else None
            if not (isinstance(following, dict) and "rest" in following and "hold" not in following):
                message = "no rest follows; a rest that takes the weight off is needed directly after a hold"
                yield (*at, "hold"), message
            if isinstance(step["hold"], str) and step["hold"].strip():
                yield from _name(step["hold"], (*at, "hold"), names)
            yield from _spoken_in_time(step, at, seconds_of)
        elif "rest" in step:
            yield from _ordered(step, at, "rest", "at most")


def _cautioned(each_side: list[Any], here: Path_) -> Iterator[Found]:
    """Before the first pressure a caution says what must not be felt (X1)."""
    steps: list[tuple[Path_, Any]] = []
    for index, step in enumerate(each_side):
        inside = _list(step.get("rounds")) if isinstance(step, dict) else []
        steps += [((*here, index, "rounds", number), inner) for number, inner in enumerate(inside)]
        steps += [((*here, index), step)]
    at, first = next(((at, step) for at, step in steps if isinstance(step, dict) and "hold" in step), ((), None))
    if first is not None and "caution" not in first:
        yield (*at, "hold"), "no caution; the first hold of a place says what must not be felt, and what to do then"


def _name(name: str, at: Path_, names: dict[str, str]) -> Iterator[Found]:
    """Names differ in their letters and digits: ids of cues are made of those."""
    id = slug(name)
    if not id and any(character.isalnum() for character in name):
        yield at, f"{name!r} has no letter from a to z and no digit"
    elif _RESERVED_NAME.fullmatch(id):
        yield at, f"{name!r} is what a step without a name is called; allowed are other names"
    elif id and id in names:
        yield at, f"the name {name!r} is used twice on this side (first as {names[id]!r})"
    names.setdefault(id, name)


def _sideless(steps: list[Any], here: Path_) -> Iterator[Found]:
    """No `{side}` before the first side, or where a script has no sides."""
    for index, step in enumerate(steps):
        if not isinstance(step, dict):
            continue
        yield from _sideless(_list(step.get("rounds")), (*here, index, "rounds"))
        texts: list[tuple[Path_, Any]] = [((field,), step.get(field)) for field in ("say", "again", "caution")]
        texts += [(("reminders", number), text) for number, text in enumerate(_list(step.get("reminders")))]
        for path, text in texts:
            if isinstance(text, str) and (found := PLACEHOLDER.search(text)):
                yield (*here, index, *path), f"{found.group()} has no meaning here; there is no side to name"


def _spoken_in_time(hold: dict[Any, Any], at: Path_, seconds_of: Callable[[str], float]) -> Iterator[Found]:
    length = hold.get("seconds")
    if not _number(length) or length <= 0:
        return
    opening = _seconds(hold.get("say"), seconds_of)
    if opening >= length:
        yield (*at, "say"), f"takes about {opening:.0f} s to say; the hold has {length:g}"
        return
    again = _seconds(hold.get("again"), seconds_of)
    if again >= length:
        yield (*at, "again"), f"takes about {again:.0f} s to say; the hold has {length:g}"
    extras: list[tuple[Path_, Any]] = [(("caution",), hold.get("caution"))]
    extras += [(("reminders", index), text) for index, text in enumerate(_list(hold.get("reminders")))]
    for path, text in extras:
        spoken = _seconds(text, seconds_of)
        if opening + spoken >= length:
            left = length - opening
            yield (*at, *path), f"takes about {spoken:.0f} s to say; {left:.0f} s of the hold are left for it"
            return
    most = hold.get("at most", length)
    caution = _seconds(hold.get("caution"), seconds_of)
    longest = max(opening + caution, again)
    if _number(most) and SLOWEST_PACE * longest > most:
        message = f"takes about {longest:.0f} s to say with its caution, and up to twice that; the hold has {most:g}"
        yield (*at, "say" if opening + caution >= again else "again"), message


def _seconds(text: Any, seconds_of: Callable[[str], float]) -> float:
    if not isinstance(text, str):
        return 0.0
    return sum(seconds_of(sentence) + SENTENCE_GAP for sentence in sentences(text))


def _ordered(data: dict[Any, Any], here: Path_, low: str, high: str) -> Iterator[Found]:
    least, most = data.get(low), data.get(high)
    if _number(least) and _number(most) and least > most:
        yield (*here, high), f"{most:g} is less than {least:g}, its {low!r}"


def _number(value: Any) -> TypeGuard[float]:
    """Whether this is a number that can be compared and shown: a huge whole one cannot."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
