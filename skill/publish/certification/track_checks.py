"""Checks that play a track, and one on a device that cannot."""

from __future__ import annotations

from collections.abc import Iterator

from skill.publish.certification.candidate import Candidate
from skill.publish.certification.conversation_checks import OPEN, START
from skill.simulator.device import Device, State
from skill.simulator.talk import say_in_time

PLAYING, SILENT = State.PLAYING, State.IDLE
WORDS = {
    "pause": SILENT, "resume": PLAYING, "next": PLAYING, "previous": PLAYING, "repeat": PLAYING,
    "start over": PLAYING, "loop on": PLAYING, "loop off": PLAYING, "shuffle on": PLAYING, "shuffle off": PLAYING,
    "stop": SILENT, "cancel": SILENT,
}  # fmt: skip
"""What is said during a track without the skill's name, and what the device does afterwards."""
SECONDS_BETWEEN = 20.0
"""Seconds of a track between two of them."""


def player_words(candidate: Candidate) -> Iterator[str]:
    """Find words for the player that do not do what they say. Each begins with a track that plays, if it needs one."""
    device = playing(candidate)
    for word, wanted in WORDS.items():
        if device.state is not PLAYING and word != "resume":
            device.say("Alexa, resume")
            device.until_listening()
        if device.state is not PLAYING and word != "resume":
            yield f"“resume” leaves the device {device.state}"
            return
        device.wait(SECONDS_BETWEEN)
        device.say(f"Alexa, {word}")
        device.until_idle()
        if device.state is not wanted:
            yield f"“{word}” leaves the device {device.state}; it should be {wanted}"


def player_events(candidate: Candidate) -> Iterator[str]:
    """Find buttons that do not do what they say, and a track that does not end. The device refuses spoken answers."""
    device = playing(candidate)
    device.wait(SECONDS_BETWEEN)
    for button, wanted in (("Pause", SILENT), ("Play", PLAYING), ("Next", PLAYING), ("Previous", PLAYING)):
        device.press(button)
        if device.state is not wanted:
            yield f"the button {button} leaves the device {device.state}; it should be {wanted}"
        device.wait(SECONDS_BETWEEN)
    device.wait(1_800)
    if device.state is PLAYING:
        yield "a track of five minutes still plays after half an hour"


def without_player(candidate: Candidate) -> Iterator[str]:
    """Find a device without a player on which the same massage is not spoken."""
    device = candidate.device(candidate.person(player=False))
    for sentence in (OPEN, START, "ready"):
        say_in_time(device, sentence)
    if device.state is not State.SPEAKING or not device.session_open:
        yield f"after “ready” the device is {device.state}"


def playing(candidate: Candidate) -> Device:
    """A device that plays a track of five minutes."""
    device = candidate.device(candidate.person())
    for sentence in (OPEN, START, "ready"):
        say_in_time(device, sentence)
    device.until_listening()
    return device
