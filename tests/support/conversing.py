"""Holding a written conversation with the skill itself, through `POST /alexa`, on a clock of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skill.alexa.skill import Conversation as Skill
from skill.server.app import create_app
from skill.server.compose import build_memory
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.device import AlexaRefuses, Device
from skill.simulator.echo import echo_for
from skill.simulator.envelopes import Profile
from skill.simulator.record import Kind, transcript
from skill.simulator.talk import TooLate, run_talk, say_in_time
from tests.support.amazon import FakeAmazon
from tests.support.conversation import Conversation, Given, Step, seconds
from tests.support.listener import shared_by_locale, shared_resources
from tests.support.silent_tracks import shared_tracks, track_resources, tracks_by_locale


def hold_conversation(conversation: Conversation, folder: Path) -> Device:
    """Hold it with a skill whose memory is in this folder, and give the device afterwards.

    Raises AssertionError with the file, the step, what was expected, and the transcript.
    """
    device = _device(conversation, folder)
    for step in conversation.steps:
        take_step(device, step)
    return device


def take_step(device: Device, step: Step) -> None:
    """Take one step. Raises AssertionError with the step, what was expected, and the transcript."""
    try:
        failure = STEPS[step.kind](device, step.value)
    except (AlexaRefuses, TooLate) as error:
        failure = str(error)
    if failure:
        raise AssertionError(f"{step.where}: {step.kind}: {failure}\n\n{transcript(device.record)}")


def _device(conversation: Conversation, folder: Path) -> Device:
    given, clock = conversation.given, Clock()
    settings = Settings(_database(given, folder), id_key="a key for tests only", verify=False)
    adapter = build_memory(settings, clock)
    # The scripts are the same for every conversation, and reading them takes longer than holding one.
    resources, by_locale = (
        (track_resources(), tracks_by_locale()) if given.tracks else (shared_resources(), shared_by_locale())
    )
    tracks = shared_tracks() if given.tracks is True else None
    app = create_app(settings, clock, Skill(resources, adapter, clock, by_locale, amazon=_amazon(given)), tracks)
    interfaces = ("AudioPlayer",) if given.audio_player else ()
    profile = Profile(locale=given.locale, interfaces=interfaces, eager=given.eager)
    if given.amazon is not None:
        profile = replace(profile, token="a token", permission=given.amazon.get("permission", "ACCEPTED"))
    before = given.before or (((given.earlier, given.later),) if given.earlier else ())
    for said, then in before:
        earlier = echo_for(app, clock, profile=profile)
        run_talk(earlier, said)
        earlier.until_idle()
        clock.advance(then)
    return echo_for(app, clock, voice=conversation.voice, profile=profile)


def _amazon(given: Given) -> FakeAmazon | None:
    """Amazon's doors of this conversation; without any, a request brings no token."""
    if given.amazon is None:
        return None
    return FakeAmazon(given.amazon.get("zone", ""), given.amazon.get("reminders", ["set"]))


def _database(given: Given, folder: Path) -> str:
    file = folder / "memory.sqlite3"
    if given.store_down:
        file = folder / "not-a-folder" / "memory.sqlite3"
        file.parent.write_text("a file where the folder should be")
    return f"sqlite:///{file}"


def _you(device: Device, sentence: str) -> str:
    say_in_time(device, sentence)
    return ""


def _aside(device: Device, sentence: str) -> str:
    device.say(sentence)
    return ""


def _wait(device: Device, value: Any) -> str:
    if value == "until listening":
        device.until_listening()
    elif value == "until idle":
        device.until_idle()
    else:
        device.wait(seconds(value))
    return ""


def _alexa(device: Device, expected: Any) -> str:
    answer, at = _plain(answer_of(device)), 0
    for text in _listed(expected):
        found = answer.find(_plain(text), at)
        if found < 0:
            order = ", after what came before it," if _plain(text) in answer else ""
            return f"{text!r} is not{order} in the answer:\n  {answer_of(device)}"
        at = found + len(_plain(text))
    return ""


def _not_alexa(device: Device, unexpected: Any) -> str:
    answer = _plain(answer_of(device))
    found = [text for text in _listed(unexpected) if _plain(text) in answer]
    return f"{', '.join(map(repr, found))} is in the answer:\n  {answer_of(device)}" if found else ""


def _now(device: Device, expected: str) -> str:
    said = [moment.text for moment in device.record if moment.kind is Kind.WORDS]
    last = device.words_now or (said[-1] if said else "")
    return "" if _plain(expected) in _plain(last) else f"{expected!r} is not in what is said: {last!r}"


def _press(device: Device, button: str) -> str:
    device.press(button)
    return ""


def _track(device: Device, expected: Any) -> str:
    played, at = _plain(_played(device)), 0
    for text in _listed(expected):
        found = played.find(_plain(text), at)
        if found < 0:
            return f"{text!r} is not, in this order, in what the track did:\n  {_played(device)}"
        at = found + len(_plain(text))
    return ""


def _not_track(device: Device, unexpected: Any) -> str:
    found = [text for text in _listed(unexpected) if _plain(text) in _plain(_played(device))]
    return f"{', '.join(map(repr, found))} is in what the track did:\n  {_played(device)}" if found else ""


def _played(device: Device) -> str:
    """All that the track did and said since the last sentence that was heard."""
    said = [index for index, one in enumerate(device.record) if one.kind is Kind.YOU and not one.note]
    since = device.record[said[-1] :] if said else device.record
    return " | ".join(moment.text for moment in since if moment.kind in (Kind.TRACK, Kind.PLAYED))


def _state(device: Device, expected: Mapping[str, Any]) -> str:
    wrong = []
    for name, value in expected.items():
        found = device.state.value if name == "device" else _at(device.attributes, name)
        if found != value:
            wrong.append(f"{name} is {found!r}, not {value!r}")
    return "; ".join(wrong)


def _session(device: Device, expected: str) -> str:
    found = "open" if device.session_open else "ended"
    return "" if found == expected else f"it is {found}, not {expected}"


STEPS: Mapping[str, Callable[[Device, Any], str]] = {
    "you": _you,
    "aside": _aside,
    "wait": _wait,
    "alexa": _alexa,
    "not alexa": _not_alexa,
    "now": _now,
    "press": _press,
    "track": _track,
    "not track": _not_track,
    "state": _state,
    "session": _session,
}


def answer_of(device: Device) -> str:
    """All words since the last sentence that was heard, those still to come in this speech included."""
    moments = [*device.record, *device.coming]
    said = [index for index, one in enumerate(moments) if one.kind is Kind.YOU and not one.note]
    since = moments[said[-1] :] if said else moments
    return " ".join(moment.text for moment in since if moment.kind is Kind.WORDS)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").lower().split())


def _at(value: Any, name: str) -> Any:
    for key in name.split("."):
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value
