"""One turn of the conversation: what was said and what is known, what it may ask of others, then what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

from skill.dialog.audio_player import KEPT_FOR, Order, Seen, TrackRun
from skill.dialog.planner import Mode, Planner, Resources, SpeechBuilder
from skill.dialog.progress import Guide, Progress, estimated_progress, exact_progress
from skill.dialog.state import Proposal, Remembered, Session
from skill.messages.messages import Messages
from speech.errors import PlaceUnavailable
from speech.script.model import Library, Script
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline

REMINDER_DELAY = 24 * 3600
"""Seconds from now until a reminder."""


class Reminded(Enum):
    """The outcome of setting a reminder, and the message that tells it."""

    SET = "reminder set"
    NOT_ALLOWED = "reminder not allowed"  # the permission is missing
    NOT_HERE = "reminder not here"  # this device takes no reminders, or the request brought no token
    TOO_MANY = "reminders too many"
    FAILED = "reminder failed"


@dataclass(frozen=True, slots=True)
class Caller:
    """The device that a request came from, and the API endpoint and token that the request brought."""

    endpoint: str = ""
    token: str = ""
    device: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one request; by default there is nothing of each.

    `time_zone` gives the name of the device's time zone, such as "Europe/Berlin", or "". `remind` sets one reminder,
    `REMINDER_DELAY` after now (epoch seconds), that says a text; None where none can be asked for. `forget` deletes all
    that is kept of this person and returns whether it could. `spare`: seconds that may pass before the answer.
    """

    time_zone: Callable[[], str] = str
    remind: Callable[[float, str], Reminded] | None = None
    forget: Callable[[], bool] = bool
    spare: Callable[[], float] = float


@dataclass(frozen=True, slots=True)
class Slot:
    """What was said for a slot: as heard, and the id of the value it stands for (None: not one that we know)."""

    spoken: str
    id: str | None


@dataclass(frozen=True)
class Turn:
    """A request in our own values. `name` is the intent's name, or the request's type where there is no intent.

    `now` is in epoch seconds. `player` is what the request reports of the audio player (None: the device has none),
    `live` the run of the track that this device plays, or that waits for the answer.
    """

    resources: Resources
    name: str
    slots: Mapping[str, Slot]
    now: float
    session: Session
    remembered: Remembered
    services: Services = field(default_factory=Services)
    player: Seen | None = None
    live: TrackRun | None = None
    mode: Mode = "spoken"

    @property
    def messages(self) -> Messages:
        """The messages of this locale."""
        return self.resources.messages

    @property
    def library(self) -> Library:
        """The scripts of this locale's language."""
        return self.resources.library

    @property
    def planner(self) -> Planner:
        """The planner of these scripts."""
        return self.resources.planner

    def timeline(self, script: str, options: PlanOptions) -> Timeline:
        """The timeline of a script in the mode of this turn. Raises PlaceUnavailable."""
        return self.planner.timeline(script, options, self.mode)

    @cached_property
    def progress(self) -> Progress | None:
        """The progress of this session's guide or, without one, of the unfinished guide of the last twelve hours."""
        known, guide = self.remembered, self.session.guide
        if guide is None:
            guide = known.unfinished if self.now - known.saved <= KEPT_FOR else None
        if guide is None or (timeline := self.timeline_of(guide)) is None:
            return None
        in_session = self.session.guide is not None
        if self.live is not None or guide.sent is None:
            return exact_progress(guide, timeline, playing=self.live is not None, in_session=in_session)
        part = self.planner.part(guide.script, timeline.options, timeline.locate(guide.at).moment)
        return estimated_progress(guide, timeline, part, self.now, self.session.slowest, in_session)

    @property
    def under_way(self) -> Progress | None:
        """The progress of this session's guide, or of an earlier one that may still keep the person on a spot."""
        progress = self.progress
        return progress if progress is not None and (progress.in_session or progress.on_pressure) else None

    @property
    def current(self) -> Progress | None:
        """The progress of what is under way, or of the unfinished guide that was just offered."""
        return self.progress if self.session.pending == "go on" else self.under_way

    @property
    def to_change(self) -> Progress | None:
        """The progress of the guide that a change is for: not where another guide was just proposed."""
        return self.progress if self.session.proposal is None else self.current

    def timeline_of(self, guide: Guide | Proposal) -> Timeline | None:
        """The timeline of a guide or a proposal; None when its script or its place is no longer there."""
        if guide.script not in self.library.scripts:
            return None
        try:
            return self.timeline(guide.script, guide.options)
        except PlaceUnavailable:
            return None

    def script(self, proposal: Proposal | Guide) -> Script:
        """The script of a proposal or a guide."""
        return self.library.scripts[proposal.script]

    def speech(self, text: str = "") -> SpeechBuilder:
        """Speech that begins with this text."""
        return self.resources.speech(text)

    def with_session(self, **changes: Any) -> Turn:
        """The turn with these fields of its session changed."""
        return replace(self, session=replace(self.session, **changes))

    def with_memory(self, **changes: Any) -> Turn:
        """The turn with these fields of what is remembered changed."""
        return replace(self, remembered=replace(self.remembered, **changes))

    def keeping(self, guide: Guide | None) -> Turn:
        """The turn that remembers this guide as unfinished, or none."""
        return self.with_memory(unfinished=guide, saved=self.now if guide else 0.0)

    def at_rest(self, progress: Progress) -> Turn:
        """The turn whose guide rests where the person is. A guide that was only offered stays an offer."""
        return self.with_session(guide=progress.guide if self.session.guide else None).keeping(progress.guide)

    @property
    def later(self) -> str:
        """How to come back: to the same place where it can be remembered, else to the beginning."""
        return self.messages("later" if self.remembered.available else "later from the start")


@dataclass(frozen=True, slots=True)
class Card:
    """What the Alexa app shows of an answer worth keeping: plain text, spelled as the locale spells."""

    title: str
    content: str


@dataclass(frozen=True)
class Reply:
    """What is said, what is asked again when there is no answer, and what is known afterwards.

    The session stays open exactly when there is a reprompt; then the speech ends in a question. `asks_permission`,
    `forgotten` and `order` are those of `End`. Nothing is kept of a `private` reply.
    """

    speech: SpeechBuilder
    session: Session
    remembered: Remembered
    reprompt: SpeechBuilder | None = None
    card: Card | None = None
    asks_permission: bool = False
    forgotten: bool = False
    private: bool = False
    order: Order | None = None

    @property
    def ends(self) -> bool:
        """Whether the session closes with this reply."""
        return self.reprompt is None
