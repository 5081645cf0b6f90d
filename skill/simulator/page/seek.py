"""The way to a cue of the guide as a person would go: "go forward 40 seconds", said as often as the skill needs.

The skill's moves decide where that leads: never into the middle of a hold, and over a change of side only after it was
announced.
"""

from __future__ import annotations

from dataclasses import dataclass

from skill.dialog.planner import Resources
from skill.dialog.progress import estimated_progress
from skill.simulator.device import Device
from skill.simulator.nlu import after_wake_word
from skill.simulator.page.guided import ActiveGuide
from skill.simulator.talk import addressed
from speech.timeline.plan import Cue

AT_MOST = 8
"""Sentences said on the way to one cue."""
QUICKEST = 0.2
"""Seconds from one of them to the next: a person does not speak again in the same instant."""
INTO_THE_CUE = 0.6
"""Seconds after a cue's begin that are asked for, so that whole seconds never lead before it."""
NEAR = 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """How far it is to a cue, in seconds of the timeline, and what to say next; None once it is reached.

    `insist` marks a sentence that may be needed twice: "ready", while something is still said. `back` marks a move
    that leads as far back as the skill goes: said again, it leads to the same place.
    """

    seconds: float
    move: str | None
    insist: bool = False
    back: bool = False


def way_to(device: Device, resources: Resources, guided: ActiveGuide, cue: Cue) -> Way:
    """The way from here to a cue. Within a hold nothing can be gone to but its beginning."""
    here, there = believed(device, resources, guided), _target(guided, cue)
    seconds = abs(there - here)
    if seconds < NEAR:
        return Way(seconds, None)
    if here < 0 <= there and device.session_open:
        return Way(seconds, addressed(device, "ready"), insist=True)
    if there > here:
        return Way(seconds, _named(device, f"go forward {length(round(there + INTO_THE_CUE - here))}"))
    return Way(seconds, _named(device, f"go back {length(int(here - there))}"), back=True)


def _target(guided: ActiveGuide, cue: Cue) -> float:
    span = guided.timeline.locate(cue.start).span
    return span.start if span.kind == "hold" else cue.start


def believed(device: Device, resources: Resources, guided: ActiveGuide) -> float:
    """Where the skill would assume the person to be if they spoke now: never later than what was played."""
    guide = guided.guide
    if guide.sent is None or guided.in_track:
        return guided.moment
    timeline = guided.timeline
    part = resources.planner.part(guide.script, timeline.options, timeline.locate(guide.at).moment)
    slowest = float(device.attributes["slowest"])
    return estimated_progress(guide, timeline, part, device.clock(), slowest).here.moment


def length(seconds: int) -> str:
    """Seconds as people say them: "1 minute and 5 seconds"."""
    minutes, rest = divmod(seconds, 60)
    said = [f"{number} {unit}{'s' if number > 1 else ''}" for number, unit in ((minutes, "minute"), (rest, "second"))
            if number]  # fmt: skip
    return " and ".join(said)


def _named(device: Device, sentence: str) -> str:
    """With the skill's name where no session is open."""
    if not device.session_open:
        sentence = f"ask {device.understanding.invocation_name} to {sentence}"
    return sentence if after_wake_word(sentence) is not None else addressed(device, sentence)
