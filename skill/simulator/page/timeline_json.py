"""A timeline as the pages draw it: plain JSON, seconds from the moment the clock of the massage starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speech.timeline.placement import REMINDER
from speech.timeline.plan import Cue, Span, Timeline, cue_id_parts

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
    began: Span | None = None
    for span, after in zip(timeline.spans, [*timeline.spans[1:], None], strict=True):
        here = span if span.section == "side" and span.side else None
        began = began or here
        goes_on = after is not None and after.section == "side" and after.side == span.side
        if began is not None and not goes_on:
            yield {"side": began.side, "start": began.start, "end": span.end}
            began = None


def _cue(cue: Cue) -> dict[str, Any]:
    kind = "way down" if cue.start < 0 else "reminder" if cue_id_parts(cue.id)[2] >= REMINDER else "instruction"
    return {"id": cue.id, "start": cue.start, "end": cue.end, "text": cue.text, "kind": kind}
