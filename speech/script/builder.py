"""From the data of files that were found well to frozen values: places, steps and scripts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from speech.script.model import (
    Hold,
    Library,
    Minutes,
    Open,
    Phrases,
    Place,
    Rest,
    Rounds,
    Routine,
    Say,
    Script,
    Step,
    Technique,
)  # fmt: skip
from speech.script.texts import sentences


def build_library(language: str, data: Mapping[str, Any]) -> Library:
    """The library of a language from the data of its files, checked or compiled: JSON gives the same as YAML."""
    places = {name: build_place(name, fields) for name, fields in data["places"].items()}
    phrases = build_phrases(data["phrases"])
    scripts = build_scripts(data["scripts"], places, phrases)
    return Library(language, scripts, places, phrases, data["pronunciations"])


def build_phrases(data: Mapping[str, Any]) -> Phrases:
    """The phrases of `phrases.yaml`."""
    return Phrases(
        data["sides"], tuple(data["reassurances"]), {int(seconds): text for seconds, text in data["quiet"].items()},
        data["countdown"], data["question"], sentences(data["left out"]), data["softly"],
        tuple(sentence for text in data["closing"] for sentence in sentences(text)),
    )  # fmt: skip


def build_place(name: str, data: Mapping[str, Any]) -> Place:
    """One place of `places.yaml`."""
    also = tuple(data.get("also called", ()))
    down, up = _steps(data["down"], "down"), _steps(data["up"], "up")
    return Place(name, data["name"], also, data["floor"], down, up, data["leaving"])


def build_scripts(data: Mapping[str, Any], places: Mapping[str, Place], phrases: Phrases) -> dict[str, Script]:
    """The scripts of these files, by id in the order of their ids. `data` holds what the checks found well."""
    single = {name: _script(name, fields, places, phrases) for name, fields in data.items() if "session" not in fields}
    sessions = {
        name: _with_techniques(_script(name, fields, places, phrases), fields, single)
        for name, fields in data.items()
        if name not in single
    }
    return {name: _digested({**single, **sessions}[name]) for name in sorted(data)}


def slug(name: str) -> str:
    """The id of a step with this name: a-z, 0-9 and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _steps(data: Iterable[dict[str, Any]], section: str) -> tuple[Step, ...]:
    return tuple(_step(step, f"{section}-{index}") for index, step in enumerate(data, start=1))


def _step(data: dict[str, Any], step: str) -> Step:
    if "rounds" in data:
        return Rounds(step, _units(data["rounds"]))
    said = sentences(data["say"])
    if "hold" in data:
        name = data["hold"]
        reminders = tuple(sentence for text in data.get("reminders", ()) for sentence in sentences(text))
        return Hold(
            slug(name), name, said, sentences(data.get("again", data["say"])), data["seconds"],
            data.get("at most", data["seconds"]), sentences(data.get("caution", "")), reminders,
        )  # fmt: skip
    if "rest" in data:
        return Rest(step, said, data["rest"], data.get("at most", data["rest"]))
    if "open" in data:
        return Open(step, said, data.get("settle", 8.0))
    return Say(step, said, data.get("settle", 0.0))


def _units(data: list[dict[str, Any]]) -> tuple[tuple[Say | Hold | Rest, ...], ...]:
    units: list[tuple[Say | Hold | Rest, ...]] = []
    unit: list[Say | Hold | Rest] = []
    for index, fields in enumerate(data, start=1):
        step = _step(fields, f"round-{index}")
        assert isinstance(step, Say | Hold | Rest)
        unit.append(step)
        if isinstance(step, Rest):
            units.append(tuple(unit))
            unit = []
    return tuple(units)


def _script(name: str, data: dict[str, Any], places: Mapping[str, Place], phrases: Phrases) -> Script:
    routines = {
        place: Routine(
            tuple(routine.get("needs", ())),
            _steps(routine.get("begin", ()), "begin"), _steps(routine["each side"], "side"),
            _steps(routine.get("changeover", ()), "changeover"), _steps(routine.get("end", ()), "end"),
            tuple(routine["presses"]),
        )
        for place, routine in data.get("places", {}).items()
    }  # fmt: skip
    used = {place: places[place] for place in routines}
    return Script(
        id=name,
        name=data["name"],
        also_called=tuple(data.get("also called", ())),
        works_on=tuple(data.get("works on", ())),
        tools=_each_once(routine.presses for routine in routines.values()),
        areas=tuple(data["areas"]),
        needs=tuple(data.get("needs", ())),
        facts=tuple(data.get("facts", ())),
        minutes=Minutes(**{key: float(value) for key, value in data["minutes"].items()}),
        two_sided=data.get("sides", "both") == "both",
        routines=routines,
        session=(),
        places=used,
        phrases=phrases,
        digest="",
    )


def _with_techniques(script: Script, data: dict[str, Any], single: Mapping[str, Script]) -> Script:
    steps: list[Step | Technique] = []
    for index, step in enumerate(data["session"], start=1):
        if "technique" in step:
            inner = single[step["technique"]]
            steps.append(Technique(f"session-{index}", inner, step["minutes"]))
        else:
            steps.append(_step(step, f"session-{index}"))
    techniques = [step.script for step in steps if isinstance(step, Technique)]
    shared = {
        name: place
        for name, place in (techniques[0].places if techniques else {}).items()
        if all(name in technique.places for technique in techniques)
    }
    two_sided = any(technique.two_sided for technique in techniques)
    tools = _each_once(technique.tools for technique in techniques)
    return replace(script, tools=tools, session=tuple(steps), places=shared, two_sided=two_sided)


def _each_once(tools: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(tools)))


def _digested(script: Script) -> Script:
    said = (script.minutes, script.routines, script.session, script.places, script.phrases, script.two_sided)
    return replace(script, digest=hashlib.sha256(repr(said).encode()).hexdigest()[:10])
