"""The sentences of `massage talk`: each is said when a person would say it, and no real time passes.

A sentence is said once the device listens. `@20 pause` is said twenty seconds into the speech. What
stands in `interrupting.yaml` interrupts a guided part by itself. The wake word is added where it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from skill.simulator.device import WINDOW, Device, State
from skill.simulator.nlu import after_wake_word, read_list
from skill.simulator.record import Transcript

_TIMED = re.compile(r"@\s*(\d+(?:\.\d+)?)\s+(.*\S)")


class TooLate(ValueError):
    """`@20 pause` after more than twenty seconds of speech; `asked` and `elapsed` are seconds."""

    def __init__(self, asked: float, elapsed: float) -> None:
        super().__init__(f"@{asked:g}: {elapsed:g} s were heard already")
        self.asked = asked
        self.elapsed = elapsed


def run_talk(device: Device, sentences: Iterable[str]) -> None:
    """Say these sentences one after the other, and let the last answer end. Raises `TooLate`."""
    for sentence in sentences:
        say_in_time(device, sentence)
    device.until_listening()


def talk(device: Device, lines: Iterable[str]) -> Iterator[str]:
    """The transcript of a conversation typed line by line: after each line, what follows undisturbed.

    An empty line is an answer that never came. A sentence that interrupts is said into what was shown last; its own
    line shows the second.
    """
    writer = Transcript()
    for line in lines:
        if line.strip():
            shown = say_in_time(device, line)
        else:
            device.until_listening()
            shown = len(device.record)
            device.wait(WINDOW)
        yield from writer.lines([*device.record[shown:], *device.coming])


def say_in_time(device: Device, sentence: str) -> int:
    """Let time pass until this sentence is due, and say it. Gives the moments of the record before it.

    Raises `TooLate`.
    """
    sentence = sentence.strip()
    if timed := _TIMED.fullmatch(sentence):
        _wait_into(device, float(timed[1]))
        sentence = timed[2]
    elif (moment := _interruption(device, sentence)) is not None:
        _wait_into(device, moment)
    else:
        device.until_listening()
    before = len(device.record)
    device.say(addressed(device, sentence))
    return before


def _wait_into(device: Device, seconds: float) -> None:
    elapsed = _elapsed(device)
    if seconds < elapsed:
        raise TooLate(seconds, elapsed)
    device.wait(seconds - elapsed)


def _elapsed(device: Device) -> float:
    """Seconds since the first sound of the speech in progress; negative before it."""
    return 0.0 if device.speech is None else (device.clock.milliseconds - device.speech.start) / 1000


def _interruption(device: Device, sentence: str) -> float | None:
    """Where the sentence interrupts by itself, in seconds since the first sound; None when it waits for the end."""
    listed, speech = read_list("interrupting.yaml"), device.speech
    words = after_wake_word(sentence)
    found = device.understanding.hear(sentence if words is None else words)
    if speech is None or found.intent not in listed["intents"]:
        return None
    soonest = max(listed["seconds"], _elapsed(device))
    moments = (
        max(soonest, start + listed["into it"]) for start, end in speech.silences(listed["silence"]) if end > soonest
    )
    return next(moments, None)


def addressed(device: Device, sentence: str) -> str:
    """The sentence with the wake word, where the device does not listen without it."""
    if device.state is State.LISTENING or after_wake_word(sentence) is not None:
        return sentence
    return f"Alexa, {sentence}"
