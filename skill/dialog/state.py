"""What is kept between requests, as small frozen values with a version, and their plain JSON.

What outlives a session is a person's or a device's. Whatever cannot be read is forgotten, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from skill.codec import Codec, Name, Stored
from skill.dialog.audio_player import Run
from skill.dialog.practice import Practice, zone_of
from skill.dialog.progress import SLOWEST_VOICE, Guide, Options, Sent
from skill.dialog.rested_spots import MOST, Resting

VERSION = 1
MOST_OFFERED = 20
"""Guides to choose from at once: more than anyone listens to."""
MOST_TIPS = 200
"""Tips that a person can have heard: more than there are."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guide that was said back and waits for a yes."""

    script: str
    options: Options


@dataclass(frozen=True, slots=True)
class Session:
    """The state of one conversation. `introducing` is how many seconds of the last answer were the introduction.

    `pending` is the name of the question that is open (`skill.dialog.questions`). `offered` is what there is to choose
    from, in the order in which it was said. `tips` were heard, by id, for when nothing can be remembered.
    """

    slowest: Annotated[float, Stored(always=True, least=0.5, most=2.0, digits=3)] = SLOWEST_VOICE
    introduced: Annotated[bool, Stored(always=True)] = False
    introducing: Annotated[float, Stored(digits=2)] = 0.0
    tips: Annotated[tuple[Name, ...], Stored(most=MOST_TIPS)] = ()
    guide: Guide | None = None
    proposal: Proposal | None = None
    offered: Annotated[
        tuple[Proposal, ...], Stored(most=MOST_OFFERED, when=lambda session: session.pending == "choose")
    ] = ()
    pending: Name | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What outlives a session. `saved` is when the unfinished guide was last seen (epoch seconds).

    `zone` names the device's time zone, as it was at `zone_asked` (epoch seconds); "" is UTC.
    `tips` are those that this person has heard, by id, since they last began again. `track` is the newest run of a
    track on this device, `bell` whether this person wants the low note in one.
    """

    introduction: Annotated[int, Stored(group="person", always=True)] = 0
    last: Annotated[Proposal | None, Stored(group="person")] = None
    resting: Annotated[tuple[Annotated[Resting, Stored(row=True)], ...], Stored(group="person", most=-MOST)] = ()
    tips: Annotated[tuple[Name, ...], Stored(group="person", most=MOST_TIPS)] = ()
    practice: Annotated[Practice, Stored(group="person")] = field(default_factory=Practice)
    bell: Annotated[bool, Stored(group="person")] = True
    zone: Annotated[str, Stored(group="device", check=zone_of)] = ""
    zone_asked: Annotated[
        float, Stored(group="device", always=True, when=lambda remembered: remembered.zone, digits=0)
    ] = 0.0
    track: Annotated[Run, Stored(group="device")] = field(default_factory=Run)
    unfinished: Annotated[Guide | None, Stored("guide", group="device")] = None
    saved: Annotated[
        float, Stored(group="device", always=True, when=lambda remembered: remembered.unfinished, digits=0)
    ] = 0.0
    available: bool = True


_SESSION, _PERSON, _DEVICE = Codec(Session), Codec(Remembered, "person"), Codec(Remembered, "device")


def session_to_json(session: Session) -> dict[str, Any]:
    """The session attributes."""
    return {"v": VERSION} | _SESSION.to_json(session)


def session_from_json(data: Any) -> Session:
    """The session of these attributes; a new one where they cannot be read."""
    return _SESSION.from_json(data) or Session()


def remembered_to_json(remembered: Remembered) -> tuple[dict[str, Any], dict[str, Any]]:
    """The person's row and the device's row."""
    return {"v": VERSION} | _PERSON.to_json(remembered), {"v": VERSION} | _DEVICE.to_json(remembered)


def remembered_from_json(person: Any, device: Any, available: bool) -> Remembered:
    """What the two rows tell; nothing where they cannot be read."""
    return Remembered(available=available, **_PERSON.read(person), **_DEVICE.read(device))
