"""The guide that a device plays: the moment of its timeline that is really reached, and the way to another one.

The way is the one of a person: "go forward 40 seconds", said as often as the skill needs. The skill's moves decide
where that leads: never into the middle of a hold, and over a change of side only after it was announced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from skill.dialog.audio_player import token_from
from skill.dialog.planner import Resources
from skill.dialog.progress import AT_THE_END, Guide, estimated_progress
from skill.dialog.state import Remembered, session_from_json
from skill.simulator.device import Device, State
from skill.simulator.nlu import after_wake_word
from skill.simulator.record import Kind
from skill.simulator.speech_timing import Speech
from skill.simulator.talk import addressed
from skill.tracks.planning import Planned
from speech.errors import PlaceUnavailable
from speech.ssml.parts import Part
from speech.timeline.placement import REMINDER
from speech.timeline.plan import Cue, Timeline, cue_id_parts

STEP = ("id", "name", "kind", "section", "side", "start", "end")


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """Steps, sides and cues; the way down has negative seconds."""
    return {
        "script": timeline.script.id,
        "title": timeline.script.name,
        "total": timeline.total,
        "start": timeline.start,
        "sides": list(_sides(timeline)),
        "steps": [{name: getattr(span, name) for name in STEP} for span in timeline.spans],
        "cues": [_cue(cue) for cue in timeline.cues],
    }


def _sides(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """The stretches on one side, each of any number of steps."""
    for side, spans in groupby(timeline.spans, lambda span: span.side if span.section == "side" else None):
        if side:
            stretch = list(spans)
            yield {"side": side, "start": stretch[0].start, "end": stretch[-1].end}


def _cue(cue: Cue) -> dict[str, Any]:
    kind = "way down" if cue.start < 0 else "reminder" if cue_id_parts(cue.id)[2] >= REMINDER else "instruction"
    return {"id": cue.id, "start": cue.start, "end": cue.end, "text": cue.text, "kind": kind}


SOON = 50
"""Milliseconds after which a guide that moves is at a later moment."""


@dataclass(frozen=True)
class ActiveGuide:
    """A timeline and the moment that is reached on it. `guide` is the skill's own view of it.

    `moves` is false while something else is said, or the device waits for an answer.
    """

    timeline: Timeline
    moment: float
    paused: bool
    guide: Guide
    in_track: bool = False
    moves: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the page draws it."""
        left = round(self.timeline.left(self.moment), 3)
        mode = "track" if self.in_track else "spoken"
        where = {"at": round(self.moment, 3), "left": left, "paused": self.paused, "moves": self.moves, "mode": mode}
        return timeline_json(self.timeline) | where


def guided(device: Device, resources: Resources, remembered: Remembered) -> ActiveGuide | None:
    """The guide that runs now or was left unfinished; None where there is none."""
    token = token_from(device.stream.token) if device.stream else None
    planned = resources.tracks.find(token.code) if token and resources.tracks else None
    guide = session_from_json(device.attributes).guide if device.session_open else None
    if planned is not None and (device.state is State.PLAYING or device.player.waits):
        return _in_track(device, planned)
    if guide is not None and guide.sent is not None:
        return _spoken(device, resources, guide)
    guide = guide or remembered.unfinished
    if guide is None or guide.script not in resources.library.scripts:
        return None
    if planned is not None and planned.timeline.script.id == guide.script and guide.sent is None:
        return ActiveGuide(planned.timeline, planned.timeline.locate(guide.at).moment, True, guide, True)
    try:
        timeline = resources.planner.timeline(guide.script, guide.options)
    except PlaceUnavailable:
        return None
    return ActiveGuide(timeline, timeline.locate(guide.at).moment, True, replace(guide, sent=None))


def _in_track(device: Device, planned: Planned) -> ActiveGuide:
    assert device.stream is not None, "it is played"
    timeline, moment = planned.timeline, planned.moment_at(device.stream.offset)
    guide = Guide(timeline.script.id, timeline.script.digest, timeline.options, timeline.locate(moment).position)
    return ActiveGuide(timeline, moment, False, guide, True, device.state is State.PLAYING)


def _spoken(device: Device, resources: Resources, guide: Guide) -> ActiveGuide | None:
    if guide.script not in resources.library.scripts:
        return None
    timeline = resources.planner.timeline(guide.script, guide.options)
    part = resources.planner.part(guide.script, timeline.options, timeline.locate(guide.at).moment)
    now = device.clock.milliseconds
    moment, soon = (heard_until(part, device.speech, at) for at in (now, now + SOON))
    return ActiveGuide(timeline, moment, False, guide, moves=soon > moment)


def heard_until(part: Part, speech: Speech | None, now: int) -> float:
    """The moment of a part that is reached in a speech that holds it, by its sentences; silences last as planned.

    A speech without the part, such as a reprompt, comes after it; so does the waiting for an answer.
    """
    end = part.end if part.last else part.end - AT_THE_END  # what begins there is of the next part
    cues = [piece for piece in part.pieces if piece.text is not None]
    moment: float | None = None
    for segment in speech.segments if speech else ():
        if not cues or segment.kind is not Kind.WORDS or segment.rate == 1.0 or segment.text != cues[0].text:
            continue  # a silence, or what is said around the part, at the usual pace
        cue = cues.pop(0)
        if now < segment.start:
            before = max(cue.moment - (segment.start - now) / 1000, part.start)
            return before if moment is None else moment
        share = (now - segment.start) / (segment.end - segment.start)
        if share < 1:
            return cue.moment + cue.seconds * share
        moment = min(cue.moment + cue.seconds + (now - segment.end) / 1000, cues[0].moment if cues else end)
    return end if moment is None else moment


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
