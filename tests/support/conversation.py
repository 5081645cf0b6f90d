"""A conversation written down in YAML: who says what, after how long, what is heard, what the state is.

    rule: What this conversation guards, in a sentence.
    voice: {factor: 1.2, delay: 3}         # optional: this device is slower than estimated, and late
    given:                                 # optional
      earlier: [open sciatica massage, stop]   # said in a conversation before this one
      later: 20 h                          # how long ago that was
      before: [{said: [open sciatica massage, stop], then: 20 h}]   # several conversations, each with the time after
      amazon: {zone: Europe/Berlin, reminders: [not allowed, set], permission: DENIED}   # what her own doors answer
      store: down                          # nothing can be kept
      audio player: false                  # a device without one
      tracks: true                         # longer guides are tracks; "lost": the device cannot get any
      player: late                         # a device that tells late what its player did
      locale: en-GB                        # a device of another country
    steps:
      - you: open sciatica massage         # once the device listens; "@20 pause" and "pause": as `massage talk`
      - aside: pause                       # said at once and without the wake word
      - wait: 20                           # seconds; or 20 min, 13 h, until listening, until idle
      - alexa: [one thing, another]        # in the answer to what was heard last, in this order, any case
      - not alexa: a word                  # nowhere in that answer
      - now: off the ball                  # in the sentence being said, or else the last one said
      - press: Pause                       # a button of the player: Play, Pause, Next, Previous
      - track: [plays from 0:00, Stay high]   # what the track did and said since somebody spoke, in this order
      - not track: plays                   # none of that
      - state: {device: listening, guide.script: piriformis-ball, sent: null}
      - session: open                      # or ended

The answer that `alexa` looks at is all that was heard since, and what is still to come of the speech in progress.
The names in `state` are session attributes, with dots between; `device` is what the device does; null means that
there is no such thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.locales import DEFAULT, LOCALES
from skill.simulator.speech_timing import Voice
from speech.errors import Problem
from speech.yaml_reader import Document, read_yaml

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)?")
_UNITS = {None: 1, "s": 1, "min": 60, "h": 3600}
UNTIL = ("until listening", "until idle")


class ConversationInvalid(Exception):
    """A file that is no conversation; `problems` holds every mistake with its line and step."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a conversation; `where` is its file, line and number."""

    kind: str
    value: Any
    where: str


@dataclass(frozen=True, slots=True)
class Given:
    """What holds before the first step."""

    earlier: tuple[str, ...] = ()
    later: float = 0.0
    store_down: bool = False
    audio_player: bool = True
    before: tuple[tuple[tuple[str, ...], float], ...] = ()
    amazon: Mapping[str, Any] | None = None
    locale: str = DEFAULT
    tracks: bool | str = False
    eager: bool = True


@dataclass(frozen=True, slots=True)
class Conversation:
    """One file, checked."""

    rule: str
    steps: tuple[Step, ...]
    voice: Voice = field(default_factory=Voice)
    given: Given = field(default_factory=Given)


def load_conversation(path: Path) -> Conversation:
    """Read a file. Raises `ConversationInvalid` with every mistake in it."""
    document = read_yaml(path, path.name)
    if not document.problems:
        _check(document)
    if document.problems:
        raise ConversationInvalid(sorted(document.problems))
    data = document.data
    given = data.get("given", {})
    return Conversation(
        rule=data["rule"],
        steps=tuple(
            Step(kind, value, f"{path.name}:{document.line(('steps', index))}: step {index + 1}")
            for index, step in enumerate(data["steps"])
            for kind, value in step.items()
        ),
        voice=Voice(**data.get("voice", {})),
        given=Given(
            tuple(given.get("earlier", ())),
            seconds(given.get("later", 0)),
            "store" in given,
            given.get("audio player", True),
            tuple((tuple(one["said"]), seconds(one["then"])) for one in given.get("before", ())),
            given.get("amazon"),
            given.get("locale", DEFAULT),
            given.get("tracks", False),
            "player" not in given,
        ),
    )


def seconds(value: Any) -> float:
    """The seconds of `20`, `20 min` or `13 h`."""
    match = _TIME.fullmatch(str(value).strip())
    assert match  # checked when it was read
    return float(match[1]) * _UNITS[match[2]]


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "must be a sentence"


def _texts(value: Any) -> str | None:
    texts = value if isinstance(value, list) else [value]
    return "must be a text or a list of texts" if not texts or any(map(_text, texts)) else None


def _time(value: Any) -> str | None:
    return None if _TIME.fullmatch(str(value).strip()) else "must be seconds, or a time such as 20 min or 13 h"


def _wait(value: Any) -> str | None:
    return None if value in UNTIL or not _time(value) else f"must be a time, or one of {', '.join(UNTIL)}"


def _number(value: Any) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return None if fits else "must be a number, 0 or more"


def _state(value: Any) -> str | None:
    fits = isinstance(value, dict) and value and all(isinstance(name, str) for name in value)
    return None if fits else "must be names with what they hold"


def _before(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(one, dict) and set(one) == {"said", "then"} for one in value)
    if not fits or any(_texts(one["said"]) or _time(one["then"]) for one in value):
        return "must be a list of conversations, each {said: [...], then: 20 h}"
    return None


def _amazon(value: Any) -> str | None:
    fits = isinstance(value, dict) and set(value) <= {"zone", "reminders", "permission"}
    return None if fits else "may hold zone, reminders and permission"


def _one_of(*allowed: Any) -> Callable[[Any], str | None]:
    return lambda value: None if value in allowed else f"must be {' or '.join(map(str, allowed))}"


Check = Callable[[Any], str | None]
VOICE: Mapping[str, Check] = {"factor": _number, "delay": _number}
GIVEN: Mapping[str, Check] = {
    "earlier": _texts,
    "later": _time,
    "store": _one_of("down"),
    "audio player": _one_of(True, False),
    "before": _before,
    "amazon": _amazon,
    "locale": _one_of(*LOCALES),
    "tracks": _one_of(True, "lost"),
    "player": _one_of("late"),
}
STEPS: Mapping[str, Check] = {
    "you": _text,
    "aside": _text,
    "wait": _wait,
    "alexa": _texts,
    "not alexa": _texts,
    "now": _text,
    "press": _one_of("Play", "Pause", "Next", "Previous"),
    "track": _texts,
    "not track": _texts,
    "state": _state,
    "session": _one_of("open", "ended"),
}
TOP = ("rule", "voice", "given", "steps")


def _check(document: Document) -> None:
    data = document.data
    if not isinstance(data, dict):
        document.report((), f"a conversation has {', '.join(TOP)}")
        return
    for name in data:
        if name not in TOP:
            document.report((name,), f"unknown; allowed are {', '.join(TOP)}")
    if message := _text(data.get("rule")):
        document.report(("rule",), message)
    for name, known in (("voice", VOICE), ("given", GIVEN)):
        if name in data:
            for path, message in _mapping(data[name], (name,), known):
                document.report(path, message)
    steps = data.get("steps")
    if not isinstance(steps, list) or not steps:
        document.report(("steps",), "must be a list of steps")
        return
    for index, step in enumerate(steps):
        for path, message in _mapping(step, ("steps", index), STEPS):
            document.report(path, f"step {index + 1}: {message}")
        if isinstance(step, dict) and len(step) != 1:
            document.report(("steps", index), f"step {index + 1}: a step is one thing, not {len(step)}")


def _mapping(
    value: Any, path: tuple[str | int, ...], known: Mapping[str, Check]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(value, dict):
        yield path, f"must be one of {', '.join(known)} with its value"
        return
    for name, held in value.items():
        if name not in known:
            yield (*path, name), f"unknown; allowed are {', '.join(known)}"
        elif message := known[name](held):
            yield (*path, name), f"{held!r} {message}"
