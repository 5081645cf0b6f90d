"""From the data of files that were found well to frozen values: places, steps and scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, pairwise
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
)
from speech.script.texts import sentences, slug


def build_library(language: str, data: Mapping[str, Any]) -> Library:
    """The library of a language from the data of its files, checked or compiled: JSON gives the same as YAML."""
    places = {name: build_place(name, fields) for name, fields in data["places"].items()}
    said = data["phrases"]
    phrases = Phrases(
        said["sides"], tuple(said["reassurances"]), {int(seconds): text for seconds, text in said["quiet"].items()},
        said["countdown"], said["question"], sentences(said["left out"]), said["softly"],
        _all_sentences(said["closing"]),
    )  # fmt: skip
    scripts = build_scripts(data["scripts"], places, phrases)
    return Library(language, scripts, places, phrases, data["pronunciations"])


def build_place(name: str, data: Mapping[str, Any]) -> Place:
    """One place of `places.yaml`."""
    also = tuple(data.get("also called", ()))
    down, up = _steps(data["down"], "down"), _steps(data["up"], "up")
    return Place(name, data["name"], also, data["floor"], down, up, data["leaving"])


def build_scripts(data: Mapping[str, Any], places: Mapping[str, Place], phrases: Phrases) -> dict[str, Script]:
    """The scripts of these files, by id in the order of their ids. `data` holds what the checks found well."""
    built: dict[str, Script] = {}
    for name in sorted(data, key=lambda name: "session" in data[name]):  # the techniques before the sessions
        built[name] = _script(name, data[name], places, phrases, built)
    return {name: _digested(built[name]) for name in sorted(data)}


def _all_sentences(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(map(sentences, texts)))


def _steps(data: Iterable[dict[str, Any]], section: str) -> tuple[Step, ...]:
    return tuple(_step(step, f"{section}-{index}") for index, step in enumerate(data, start=1))


def _step(data: dict[str, Any], step: str) -> Step:
    if "rounds" in data:
        return Rounds(step, _units(data["rounds"]))
    said = sentences(data["say"])
    if "hold" in data:
        name = data["hold"]
        return Hold(
            slug(name), name, said, sentences(data.get("again", data["say"])), data["seconds"],
            data.get("at most", data["seconds"]), sentences(data.get("caution", "")),
            _all_sentences(data.get("reminders", ())),
        )  # fmt: skip
    if "rest" in data:
        return Rest(step, said, data["rest"], data.get("at most", data["rest"]))
    if "open" in data:
        return Open(step, said, data.get("settle", 8.0))
    return Say(step, said, data.get("settle", 0.0))


def _units(data: list[dict[str, Any]]) -> tuple[tuple[Say | Hold | Rest, ...], ...]:
    steps = [step for step in _steps(data, "round") if isinstance(step, Say | Hold | Rest)]
    ends = [index for index, step in enumerate(steps, start=1) if isinstance(step, Rest)]
    return tuple(tuple(steps[begin:end]) for begin, end in pairwise([0, *ends]))


def _routine(data: dict[str, Any]) -> Routine:
    return Routine(
        needs=tuple(data.get("needs", ())),
        begin=_steps(data.get("begin", ()), "begin"),
        each_side=_steps(data["each side"], "side"),
        changeover=_steps(data.get("changeover", ()), "changeover"),
        end=_steps(data.get("end", ()), "end"),
        presses=tuple(data["presses"]),
    )


def _script(
    name: str, data: dict[str, Any], places: Mapping[str, Place], phrases: Phrases, techniques: Mapping[str, Script]
) -> Script:
    routines = {place: _routine(routine) for place, routine in data.get("places", {}).items()}
    session = [
        Technique(f"session-{index}", techniques[step["technique"]], step["minutes"])
        if "technique" in step
        else _step(step, f"session-{index}")
        for index, step in enumerate(data.get("session", ()), start=1)
    ]
    inside = [step.script for step in session if isinstance(step, Technique)]
    shared: list[Mapping[str, object]] = [script.places for script in inside] or [routines]
    presses = [script.tools for script in inside] or [routine.presses for routine in routines.values()]
    return Script(
        id=name,
        name=data["name"],
        also_called=tuple(data.get("also called", ())),
        works_on=tuple(data.get("works on", ())),
        tools=tuple(dict.fromkeys(chain.from_iterable(presses))),
        areas=tuple(data["areas"]),
        needs=tuple(data.get("needs", ())),
        facts=tuple(data.get("facts", ())),
        minutes=Minutes(**{key: float(value) for key, value in data["minutes"].items()}),
        two_sided=any(script.two_sided for script in inside) if session else data.get("sides", "both") == "both",
        routines=routines,
        session=tuple(session),
        places={place: places[place] for place in shared[0] if all(place in each for each in shared)},
        phrases=phrases,
        digest="",
    )


def _digested(script: Script) -> Script:
    said = (script.minutes, script.routines, script.session, script.places, script.phrases, script.two_sided)
    return replace(script, digest=hashlib.sha256(repr(said).encode()).hexdigest()[:10])
