"""To a cue of the guide, as a person would get there: "go forward 40 seconds", said as often as the skill needs.

The skill's own moves decide where that leads: never into the middle of a hold, and over a change of side only once that
has been announced.
"""

from __future__ import annotations

from skill.simulator.device import Device
from skill.simulator.invocation import after_wake_word
from skill.simulator.page.guided import Guided
from skill.simulator.page.suggestions import addressed
from skill.turn import Kit
from speech.timeline import Cue

AT_MOST = 8
"""Sentences said on the way to one cue."""
INTO_THE_CUE = 0.5
"""Seconds after a cue's begin that are asked for, so that rounding never leads before it."""


def move_to(device: Device, kit: Kit, guided: Guided, cue: Cue) -> str | None:
    """What is said to get from here towards this cue; None where the guide is there."""
    here = believed(device, kit, guided)
    seconds = round(cue.start + INTO_THE_CUE - here)
    if seconds > 0 and cue.start > here:
        return _named(device, f"go forward {length(seconds)}")
    return _named(device, f"go back {length(max(round(here - cue.start), 1))}") if cue.start < here else None


def believed(device: Device, kit: Kit, guided: Guided) -> float:
    """Where the skill would take the person to be if they said something now: never later than what was heard."""
    guide = guided.guide
    if guide.sent is None or guided.in_track:
        return guided.moment
    timeline = guided.timeline
    part = kit.part_of(guide.script, timeline.ask, timeline.locate(guide.at).moment)
    slowest = float(device.attributes["slowest"])
    return timeline.locate(guide.paused(timeline, part, device.clock(), slowest).at).moment


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
