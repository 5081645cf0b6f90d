"""What is kept between requests, as small frozen values with a version, and their plain JSON.

The session's state travels in the session attributes. What outlives a session is a person's (what was heard, the last
ask) or a device's (the unfinished guide). Whatever cannot be read is forgotten, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any, Literal, get_args

from skill.dialog.audio_player import Run, run_from_json, run_to_json
from skill.dialog.practice import Practice, zone_of
from skill.dialog.practice_json import practice_from_json, practice_to_json
from skill.dialog.progress import SLOWEST_VOICE, Guide, Sent
from skill.dialog.rested_spots import Resting, resting_from_json, resting_to_json
from skill.tracks.options_json import names, options_from_json, options_to_json
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Position

VERSION = 1
MOST_SPOTS, LONGEST_SPOT = 200, 120
"""Visits to spots that one guide can have, and characters of a visit's id: more than any script makes."""
MOST_OFFERED = 20
"""Guides to choose from at once: more than anyone listens to."""
MOST_TIPS = 200
"""Tips that a person can have heard: more than there are."""
SENT = tuple(one.name for one in fields(Sent))
Pending = Literal[
    "start",
    "go on",
    "part",
    "more",
    "choose",
    "count",
    "remind",
    "forget",
    "plan",
    "tip",
    "softer",
    "end",
    "again",
    "calm",
]
"""What a yes or a no would answer: start the proposal, go on with the guide, ready for its next part, anything else."""

PENDING = get_args(Pending)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guide that was said back and waits for a yes."""

    script: str
    options: PlanOptions


@dataclass(frozen=True, slots=True)
class Session:
    """The state of one conversation. `introducing` is how many seconds of the last answer were the introduction.

    `offered` is what there is to choose from, in the order in which it was said, while `pending` is "choose".
    `tips` are those that were heard, by id, for when nothing can be remembered.
    """

    guide: Guide | None = None
    proposal: Proposal | None = None
    pending: Pending | None = None
    sent: Sent | None = None
    slowest: float = SLOWEST_VOICE
    introduced: bool = False
    introducing: float = 0.0
    tips: tuple[str, ...] = ()
    offered: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What outlives a session. `saved` is when the unfinished guide was last seen (epoch seconds).

    `zone` names the device's time zone, as it was told at `zone_asked` (epoch seconds); "" is UTC.
    `tips` are those that this person has heard, by id, since they last began again. `track` is the newest run of a
    track on this device, `bell` whether this person wants the low note in one.
    """

    introduction: int = 0
    last: Proposal | None = None
    unfinished: Guide | None = None
    saved: float = 0.0
    available: bool = True
    practice: Practice = field(default_factory=Practice)
    zone: str = ""
    zone_asked: float = 0.0
    resting: tuple[Resting, ...] = ()
    tips: tuple[str, ...] = ()
    track: Run = field(default_factory=Run)
    bell: bool = True


def session_to_json(session: Session) -> dict[str, Any]:
    """The session attributes."""
    data: dict[str, Any] = {
        "v": VERSION,
        "slowest": round(session.slowest, 3),
        "introduced": session.introduced,
    }
    if session.introducing:
        data["introducing"] = round(session.introducing, 2)
    if session.tips:
        data["tips"] = list(session.tips)
    if session.guide:
        data["guide"] = _guide_to_json(session.guide)
    if session.proposal:
        data["proposal"] = {"script": session.proposal.script, "ask": options_to_json(session.proposal.options)}
    if session.offered and session.pending == "choose":
        offered = session.offered[:MOST_OFFERED]
        data["offered"] = [{"script": one.script, "ask": options_to_json(one.options)} for one in offered]
    if session.pending:
        data["pending"] = session.pending
    if session.sent:
        data["sent"] = {name: round(getattr(session.sent, name), 2) for name in SENT}
    return data


def session_from_json(data: Any) -> Session:
    """The session of these attributes; a new one where they cannot be read."""
    if not isinstance(data, dict):
        return Session()
    sent = data.get("sent")
    return Session(
        guide=_guide(data.get("guide")),
        proposal=_proposal(data.get("proposal")),
        offered=_offered(data.get("offered")),
        pending=data["pending"] if data.get("pending") in PENDING else None,
        sent=Sent(*(_number(sent.get(key)) for key in SENT)) if isinstance(sent, dict) else None,
        slowest=min(max(_number(data.get("slowest"), SLOWEST_VOICE), 0.5), 2.0),
        introduced=data.get("introduced") is True,
        introducing=_number(data.get("introducing")),
        tips=_tips(data.get("tips")),
    )


def remembered_to_json(remembered: Remembered) -> tuple[dict[str, Any], dict[str, Any]]:
    """The person's row and the device's row."""
    person: dict[str, Any] = {"v": VERSION, "introduction": remembered.introduction}
    if remembered.last:
        person["last"] = {"script": remembered.last.script, "ask": options_to_json(remembered.last.options)}
    if remembered.resting:
        person["resting"] = resting_to_json(remembered.resting)
    if remembered.tips:
        person["tips"] = list(remembered.tips)
    if practice := practice_to_json(remembered.practice):
        person["practice"] = practice
    if not remembered.bell:
        person["bell"] = False
    device: dict[str, Any] = {"v": VERSION}
    if remembered.zone:
        device |= {"zone": remembered.zone, "zone_asked": round(remembered.zone_asked)}
    if remembered.track != Run():
        device["track"] = run_to_json(remembered.track)
    if remembered.unfinished:
        device |= {"guide": _guide_to_json(remembered.unfinished), "saved": round(remembered.saved)}
    return person, device


def remembered_from_json(person: Any, device: Any, available: bool) -> Remembered:
    """What the two rows tell; nothing where they cannot be read."""
    person = person if isinstance(person, dict) else {}
    device = device if isinstance(device, dict) else {}
    zone = device.get("zone")
    return Remembered(
        introduction=int(_number(person.get("introduction"))),
        last=_proposal(person.get("last")),
        unfinished=_guide(device.get("guide")),
        saved=_number(device.get("saved")),
        available=available,
        tips=_tips(person.get("tips")),
        resting=resting_from_json(person.get("resting")),
        practice=practice_from_json(person.get("practice")),
        zone=zone if isinstance(zone, str) and zone_of(zone) else "",
        zone_asked=_number(device.get("zone_asked")),
        track=run_from_json(device.get("track")),
        bell=person.get("bell") is not False,
    )


def _guide_to_json(guide: Guide) -> dict[str, Any]:
    data: dict[str, Any] = {
        "script": guide.script, "digest": guide.digest, "ask": options_to_json(guide.options), "cue": guide.at.cue,
        "seconds": round(guide.at.seconds, 3), "pressed": dict(guide.pressed),
    }  # fmt: skip
    if guide.firmer:
        data["firmer"] = list(guide.firmer)
    if guide.sent is not None:
        data |= {
            "sent": round(guide.sent, 2),
            "lead": round(guide.lead, 2),
            "quiet": round(guide.lead_quiet, 2),
        }
    return data


def _guide(data: Any) -> Guide | None:
    if not (isinstance(data, dict) and isinstance(data.get("script"), str) and isinstance(data.get("cue"), str)):
        return None
    options = options_from_json(data.get("ask"))
    if options is None:
        return None
    return Guide(
        data["script"], str(data.get("digest", "")), options, Position(data["cue"], _number(data.get("seconds"))),
        _number(data["sent"]) if "sent" in data else None, _number(data.get("lead")), _number(data.get("quiet")),
        _pressed(data.get("pressed")), names(data.get("firmer"), MOST_SPOTS),
    )  # fmt: skip


def _pressed(data: Any) -> dict[str, float]:
    spots = islice(data.items(), MOST_SPOTS) if isinstance(data, Mapping) else ()
    return {str(spot)[:LONGEST_SPOT]: max(_number(seconds), 0.0) for spot, seconds in spots}


def _proposal(data: Any) -> Proposal | None:
    if not (isinstance(data, dict) and isinstance(data.get("script"), str)):
        return None
    options = options_from_json(data.get("ask"))
    return Proposal(data["script"], options) if options else None


def _tips(data: Any) -> tuple[str, ...]:
    read = data[:MOST_TIPS] if isinstance(data, list) else ()
    return tuple(dict.fromkeys(one for one in read if isinstance(one, str) and len(one) <= LONGEST_SPOT))


def _offered(data: Any) -> tuple[Proposal, ...]:
    read = map(_proposal, data[:MOST_OFFERED]) if isinstance(data, list) else ()
    return tuple(one for one in read if one is not None)


def _number(value: Any, default: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:
        return default
    return float(value)
