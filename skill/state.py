"""What is kept between requests, as small frozen values with a version, and their plain JSON.

The session's state travels in the session attributes. What outlives a session is a person's (what was heard, the last
ask) or a device's (the unfinished guide). Whatever cannot be read is forgotten, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any, Literal, get_args

from skill.guide import SLOWEST_VOICE, Guide, Sent
from speech.ask import Ask, Talk
from speech.script import SIDES
from speech.timeline import Position

VERSION = 1
MOST_SPOTS, LONGEST_SPOT = 200, 120
"""Visits to spots that one guide can have, and characters of a visit's id: more than any script makes."""
SENT = tuple(field.name for field in fields(Sent))
Pending = Literal["start", "go on", "part", "more", "choose"]
"""What a yes or a no would answer: start the proposal, go on with the guide, ready for its next part, anything else."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guide that was said back and waits for a yes."""

    script: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Session:
    """The state of one conversation. `introducing` is how many seconds of the last answer were the introduction."""

    guide: Guide | None = None
    proposal: Proposal | None = None
    pending: Pending | None = None
    sent: Sent | None = None
    slowest: float = SLOWEST_VOICE
    introduced: bool = False
    introducing: float = 0.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What outlives a session. `saved` is when the unfinished guide was last seen (epoch seconds)."""

    introduction: int = 0
    last: Proposal | None = None
    unfinished: Guide | None = None
    saved: float = 0.0
    available: bool = True


def session_to_json(session: Session) -> dict[str, Any]:
    """The session attributes."""
    data: dict[str, Any] = {
        "v": VERSION,
        "slowest": round(session.slowest, 3),
        "introduced": session.introduced,
    }
    if session.introducing:
        data["introducing"] = round(session.introducing, 2)
    if session.guide:
        data["guide"] = _guide_to_json(session.guide)
    if session.proposal:
        data["proposal"] = {"script": session.proposal.script, "ask": asdict(session.proposal.ask)}
    if session.pending:
        data["pending"] = session.pending
    if session.sent:
        data["sent"] = {name: round(value, 2) for name, value in asdict(session.sent).items()}
    return data


def session_from_json(data: Any) -> Session:
    """The session of these attributes; a new one where they cannot be read."""
    if not isinstance(data, dict):
        return Session()
    sent = data.get("sent")
    return Session(
        guide=_guide(data.get("guide")),
        proposal=_proposal(data.get("proposal")),
        pending=data["pending"] if data.get("pending") in get_args(Pending) else None,
        sent=Sent(*(_number(sent.get(key)) for key in SENT)) if isinstance(sent, dict) else None,
        slowest=min(max(_number(data.get("slowest"), SLOWEST_VOICE), 0.5), 2.0),
        introduced=data.get("introduced") is True,
        introducing=_number(data.get("introducing")),
    )


def remembered_to_json(remembered: Remembered) -> tuple[dict[str, Any], dict[str, Any]]:
    """The person's row and the device's row."""
    person: dict[str, Any] = {"v": VERSION, "introduction": remembered.introduction}
    if remembered.last:
        person["last"] = {"script": remembered.last.script, "ask": asdict(remembered.last.ask)}
    device: dict[str, Any] = {"v": VERSION}
    if remembered.unfinished:
        device |= {"guide": _guide_to_json(remembered.unfinished), "saved": round(remembered.saved)}
    return person, device


def remembered_from_json(person: Any, device: Any, available: bool) -> Remembered:
    """What the two rows tell; nothing where they cannot be read."""
    person = person if isinstance(person, dict) else {}
    device = device if isinstance(device, dict) else {}
    return Remembered(
        introduction=int(_number(person.get("introduction"))),
        last=_proposal(person.get("last")),
        unfinished=_guide(device.get("guide")),
        saved=_number(device.get("saved")),
        available=available,
    )


def _guide_to_json(guide: Guide) -> dict[str, Any]:
    data: dict[str, Any] = {
        "script": guide.script, "digest": guide.digest, "ask": asdict(guide.ask), "cue": guide.at.cue,
        "seconds": round(guide.at.seconds, 2), "pressed": dict(guide.pressed),
    }  # fmt: skip
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
    ask = _ask(data.get("ask"))
    if ask is None:
        return None
    return Guide(
        data["script"], str(data.get("digest", "")), ask, Position(data["cue"], _number(data.get("seconds"))),
        _number(data["sent"]) if "sent" in data else None, _number(data.get("lead")), _number(data.get("quiet")),
        _pressed(data.get("pressed")),
    )  # fmt: skip


def _pressed(data: Any) -> dict[str, float]:
    spots = islice(data.items(), MOST_SPOTS) if isinstance(data, Mapping) else ()
    return {str(spot)[:LONGEST_SPOT]: max(_number(seconds), 0.0) for spot, seconds in spots}


def _proposal(data: Any) -> Proposal | None:
    if not (isinstance(data, dict) and isinstance(data.get("script"), str)):
        return None
    ask = _ask(data.get("ask"))
    return Proposal(data["script"], ask) if ask else None


def _ask(data: Any) -> Ask | None:
    if not isinstance(data, dict) or data.get("side") not in SIDES or data.get("talk") not in get_args(Talk):
        return None
    seconds, place = data.get("seconds"), data.get("place")
    return Ask(
        None if seconds is None else min(max(_number(seconds), 1.0), 86_400.0), data["side"],
        data.get("only") is True, place if isinstance(place, str) else None, data["talk"],
    )  # fmt: skip


def _number(value: Any, default: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:
        return default
    return float(value)
