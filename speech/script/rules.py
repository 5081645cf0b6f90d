"""What must hold between the fields of a script file. Each rule reads raw data and skips what `schema` reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from speech.script.pace import CUE_RATE, SENTENCE_GAP, SLOW_RATE
from speech.script.texts import PLACEHOLDER, sentences, slug
from speech.yaml_reader import Path_

Found = tuple[Path_, str]
Steps = Sequence[Mapping[Any, Any]]
SecondsOf = Callable[[str], float]
SLOWEST_PACE = 2.0 * CUE_RATE / SLOW_RATE
"""How much longer than estimated a voice may take, with no spot pressed beyond its `at most`: MASSAGE_PACE is 2 at
most, and the person may ask for slower cues."""
_RESERVED_NAME = re.compile(r"(down|begin|side|round|changeover|end|up|session)-\d+")
"""What steps without a name are called."""


def script_rules(data: Mapping[Any, Any], floors: Mapping[str, bool], seconds_of: SecondsOf) -> Iterator[Found]:
    """Every broken rule of one script: the path of the field, what was found and what is allowed.

    `floors` maps the id of each known place to whether it is on the floor; `seconds_of` estimates spoken seconds.
    """
    minutes = mapping(data.get("minutes"))
    yield from _ordered(minutes, ("minutes",), "least", "usual")
    yield from _ordered(minutes, ("minutes",), "usual", "most")
    if ("places" in data) == ("session" in data) and "positions" not in data:
        yield ("places",), "a script has either places or a session, and not both"
    places = mapping(data.get("places"))
    if places and floors:  # without floors, their file has a mistake of its own
        yield from _places(places, floors)
    for place, routine in places.items():
        if isinstance(routine, dict):
            yield from _routine(routine, ("places", place), data.get("sides") != "none", seconds_of)
    session = mappings(data.get("session"))
    yield from _steps(session, ("session",), {}, seconds_of, sided=False)
    if session and not any("technique" in step for step in session):
        yield ("session",), "no technique in it; a session is made of at least one"


def place_rules(data: Mapping[Any, Any]) -> Iterator[Found]:
    """Every broken rule of one place: its ways down and up belong to no side, and the way down ends with a wait."""
    down, up = (mappings(data.get(section)) for section in ("down", "up"))
    for section, steps in (("down", down), ("up", up)):
        yield from _steps(steps, (section,), {}, lambda text: 0.0, sided=False)
    if down and "open" not in down[-1]:
        yield ("down", len(down) - 1), "the way down must end with an open step, so that the clock waits"


def _places(places: Mapping[Any, Any], floors: Mapping[str, bool]) -> Iterator[Found]:
    for place in places:
        if place not in floors:
            yield ("places", place), f"{place!r} is not a known place; allowed are {', '.join(map(str, floors))}"
    if all(floors.get(place, False) for place in places):
        off = ", ".join(str(place) for place, floor in floors.items() if not floor)
        yield ("places",), f"no version without the floor; at least one of {off} is needed"


def _routine(routine: Mapping[Any, Any], here: Path_, two_sided: bool, seconds_of: SecondsOf) -> Iterator[Found]:
    if two_sided and not items(routine.get("changeover")):
        yield (*here, "changeover"), "is missing; both sides need one, off the ball and with a breath of rest"
    for section in ("begin", "each side", "changeover", "end"):
        sided = two_sided and section != "begin"
        yield from _steps(mappings(routine.get(section)), (*here, section), {}, seconds_of, sided)
    each_side = mappings(routine.get("each side"))
    yield from _cautioned(each_side, (*here, "each side"))
    if (rounds := sum("rounds" in step for step in each_side)) != 1:
        yield (*here, "each side"), f"{rounds} rounds; exactly one is needed, for a longer ask to add to"


def _steps(steps: Steps, here: Path_, names: dict[str, str], seconds_of: SecondsOf, sided: bool) -> Iterator[Found]:
    """The rules of a list of steps. `names` collects the holds of a whole side, rounds included.

    `sided`: these steps belong to a side. Before the first side, or where a script has none, no text names one.
    """
    for index, step in enumerate(steps):
        at = (*here, index)
        for path, text in () if sided else _texts(step):
            if isinstance(text, str) and (found := PLACEHOLDER.search(text)):
                yield (*at, *path), f"{found.group()} has no meaning here; there is no side to name"
        if "rounds" in step:
            inside = mappings(step["rounds"])
            yield from _steps(inside, (*at, "rounds"), names, seconds_of, sided)
            if inside and "rest" not in inside[-1]:
                yield (*at, "rounds", len(inside) - 1), "the last step of rounds must be a rest"
        elif "hold" in step:
            yield from _ordered(step, at, "seconds", "at most")
            following = steps[index + 1] if index + 1 < len(steps) else {}
            if "rest" not in following or "hold" in following:
                message = "no rest follows; a rest that takes the weight off is needed directly after a hold"
                yield (*at, "hold"), message
            if isinstance(step["hold"], str) and step["hold"].strip():
                yield from _name(step["hold"], (*at, "hold"), names)
            yield from _spoken_in_time(step, at, seconds_of)
        elif "rest" in step:
            yield from _ordered(step, at, "rest", "at most")


def _cautioned(each_side: Steps, here: Path_) -> Iterator[Found]:
    """Before the first pressure a caution says what must not be felt (X1)."""
    for index, step in enumerate(each_side):
        inside = [((*here, index, "rounds", number), each) for number, each in enumerate(mappings(step.get("rounds")))]
        for at, each in (*inside, ((*here, index), step)):
            if "hold" in each:
                if "caution" not in each:
                    message = "no caution; the first hold of a place says what must not be felt, and what to do then"
                    yield (*at, "hold"), message
                return


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


def _texts(step: Mapping[Any, Any]) -> Iterator[tuple[Path_, Any]]:
    """What a step says, each with its path inside the step."""
    yield from (((field,), step.get(field)) for field in ("say", "again", "caution"))
    yield from ((("reminders", index), text) for index, text in enumerate(items(step.get("reminders"))))


def _spoken_in_time(hold: Mapping[Any, Any], at: Path_, seconds_of: SecondsOf) -> Iterator[Found]:
    length = hold.get("seconds")
    if not _number(length) or length <= 0:
        return
    opening, again, caution = (_seconds(hold.get(field), seconds_of) for field in ("say", "again", "caution"))
    for path, text in _texts(hold):
        spoken, alone = _seconds(text, seconds_of), path[0] in ("say", "again")
        room = length if alone else length - opening
        if spoken >= room:
            has = f"the hold has {length:g}" if alone else f"{room:.0f} s of the hold are left for it"
            yield (*at, *path), f"takes about {spoken:.0f} s to say; {has}"
            return
    most, longest = hold.get("at most", length), max(opening + caution, again)
    if _number(most) and SLOWEST_PACE * longest > most:
        message = f"takes about {longest:.0f} s to say with its caution, and up to twice that; the hold has {most:g}"
        yield (*at, "say" if opening + caution >= again else "again"), message


def _seconds(text: Any, seconds_of: SecondsOf) -> float:
    spoken = sentences(text) if isinstance(text, str) else ()
    return sum(seconds_of(sentence) + SENTENCE_GAP for sentence in spoken)


def _ordered(data: Mapping[Any, Any], here: Path_, low: str, high: str) -> Iterator[Found]:
    least, most = data.get(low), data.get(high)
    if _number(least) and _number(most) and least > most:
        yield (*here, high), f"{most:g} is less than {least:g}, its {low!r}"


def _number(value: Any) -> TypeGuard[float]:
    """Whether this is a number that can be compared and shown: a huge whole one cannot."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def items(value: Any) -> list[Any]:
    """The items of a list; none of anything else, which `schema` reports."""
    return value if isinstance(value, list) else []


def mapping(value: Any) -> dict[Any, Any]:
    """The fields of a mapping; none of anything else, which `schema` reports."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[Any, Any]]:
    """The items of a list, each as `mapping` gives it."""
    return [mapping(item) for item in items(value)]
