"""One turn of the conversation, in our own values: what was said and what is known, then what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from skill.dialog.audio_player import Order, Seen
from skill.dialog.progress import Guide
from skill.dialog.services import Services
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import Pending, Proposal, Remembered, Session
from skill.dialog.track_progress import Live
from skill.messages.loader import Messages
from skill.tracks.planning import Tracks
from speech.errors import AudioError
from speech.script.model import Library, Script
from speech.script.pace import Pace
from speech.ssml.markup import Markup
from speech.ssml.parts import ROOM_CHARACTERS, ROOM_QUIET, Part, cue_rate, next_part
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline, plan


@dataclass(frozen=True)
class Kit:
    """What every turn needs and no turn changes: scripts, messages, how long speech takes, the tracks if there are any.

    A kit that `plays` plans as tracks are planned; `playing` is the same kit for a track (None without tracks),
    `speaking` the one for spoken parts.
    """

    library: Library
    messages: Messages
    pace: Pace
    markup: Markup
    tracks: Tracks | None = None
    plays: bool = False
    timeline_of: Callable[[str, PlanOptions], Timeline] = field(init=False, compare=False, repr=False)
    part_of: Callable[[str, PlanOptions, float], Part] = field(init=False, compare=False, repr=False)
    playing: Kit | None = field(init=False, compare=False, repr=False)
    speaking: Kit = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        @lru_cache(maxsize=256)
        def spoken(script: str, options: PlanOptions) -> Timeline:
            return plan(self.library.scripts[script], options, self.pace.at_rate(cue_rate(options)).seconds_of)

        def timeline_of(script: str, options: PlanOptions) -> Timeline:
            if self.plays and self.tracks is not None:
                try:
                    return self.tracks.timeline_of(script, options)
                except AudioError:
                    pass  # it has no clips yet: then it is spoken
            return spoken(script, options)

        def part_of(script: str, options: PlanOptions, moment: float) -> Part:
            # Always the same room, so that the same moment always gives the same part.
            return next_part(timeline_of(script, options), moment, self.markup, ROOM_CHARACTERS, ROOM_QUIET)

        object.__setattr__(self, "timeline_of", timeline_of)
        # What a track sounds like changes once its clips are there, so that nothing of it is kept here.
        object.__setattr__(self, "part_of", part_of if self.plays else lru_cache(maxsize=512)(part_of))
        playing = replace(self, plays=True) if self.tracks is not None and not self.plays else None
        object.__setattr__(self, "playing", playing)
        object.__setattr__(self, "speaking", self)
        if playing is not None:
            object.__setattr__(playing, "speaking", self)

    def check(self) -> None:
        """Raise a SpeechError unless every script can be guided in each of its places."""
        for script in self.library.scripts.values():
            for place in script.places:
                self.part_of(script.id, PlanOptions(place=place), 0.0)

    def speech(self) -> SpeechBuilder:
        """Something to say, still empty."""
        return SpeechBuilder(self.markup, self.pace)

    def script(self, proposal: Proposal | Guide) -> Script:
        """The script of a proposal or a guide."""
        return self.library.scripts[proposal.script]


@dataclass(frozen=True, slots=True)
class Slot:
    """What was said for a slot: as heard, and the id of the value it stands for (None: not one that we know)."""

    spoken: str
    id: str | None


@dataclass(frozen=True)
class Turn:
    """A request in our own values. `name` is the intent's name, or the request's type where there is no intent.

    `now` is in epoch seconds. `player` is what the request tells of the audio player (None: the device has none),
    `live` the track that this device plays, or that waits for the answer.
    """

    kit: Kit
    name: str
    slots: Mapping[str, Slot]
    now: float
    session: Session
    remembered: Remembered
    services: Services = field(default_factory=Services)
    player: Seen | None = None
    live: Live | None = None

    @property
    def fresh(self) -> bool:
        """Whether no session was open: then nothing was said before this."""
        return self.session.sent is None

    @property
    def messages(self) -> Messages:
        """The messages of this locale."""
        return self.kit.messages

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
    """What is said, what is asked again when nobody answers, and what is known afterwards.

    The session stays open exactly when there is a reprompt; then the speech ends in a question. With `asks_permission`
    nothing is said: Alexa herself asks whether this skill may set reminders. After a reply that is `forgotten`
    nothing is written down, since everything was just deleted. Nothing is kept of a `private` one. `sound` is what
    the audio player is told.
    """

    speech: SpeechBuilder
    session: Session
    remembered: Remembered
    reprompt: SpeechBuilder | None = None
    card: Card | None = None
    asks_permission: bool = False
    forgotten: bool = False
    private: bool = False
    sound: Order | None = None

    @property
    def ends(self) -> bool:
        """Whether the session closes with this reply."""
        return self.reprompt is None


def with_card(reply: Reply, title: str, content: str) -> Reply:
    """The reply with something to keep: the Alexa app shows it (at most 8,000 characters in all)."""
    return replace(reply, card=Card(title, content))


def asking(turn: Turn, speech: SpeechBuilder, pending: Pending | None, reprompt: str, **session: object) -> Reply:
    """A reply that leaves the session open: its speech ends in a question, asked again in other words if need be."""
    changed = replace(turn.session, pending=pending, **session)  # type: ignore[arg-type]  # fields by name
    return Reply(speech, changed, turn.remembered, turn.kit.speech().say(reprompt))


Handler = Callable[[Turn], Reply]
