"""What a handler decides, with the turn as it leaves it. `skill.dialog.deliver` makes the reply of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from skill.dialog.audio_player import Order, PlayOn
from skill.dialog.planner import SpeechBuilder
from skill.dialog.progress import Progress
from skill.dialog.state import Proposal
from skill.dialog.turn import Card, Turn


@dataclass(frozen=True)
class GoOn:
    """Say something, then go on with the guide from this moment of its timeline.

    Without a moment it goes on from where the person is: with time to get back into place where they have `left` it,
    else at once, since they have not moved.
    """

    turn: Turn
    progress: Progress
    speech: SpeechBuilder
    moment: float | None = None
    left: bool = False


@dataclass(frozen=True)
class Begin:
    """Say something, then begin the proposed guide."""

    turn: Turn
    proposal: Proposal
    speech: SpeechBuilder


@dataclass(frozen=True)
class Ask:
    """Say something that ends in a question of this name (`skill.dialog.questions`); the session stays open.

    `reprompt` takes the place of the question's own. `resting` is a guide that comes to rest until the answer.
    `offered` are the guides to choose from. Nothing is kept of a `private` answer.
    """

    turn: Turn
    speech: SpeechBuilder
    question: str
    reprompt: SpeechBuilder | None = None
    resting: Progress | None = None
    offered: tuple[Proposal, ...] = ()
    private: bool = False


@dataclass(frozen=True)
class Propose:
    """Say something, then propose a guide in one sentence; `briefly` by its name where it was proposed before."""

    turn: Turn
    proposal: Proposal
    speech: SpeechBuilder
    briefly: bool = False


@dataclass(frozen=True)
class Choose:
    """Say something, then ask which of these guides: by default those that were offered before, else a good three."""

    turn: Turn
    speech: SpeechBuilder
    offered: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Say something, then go back to the guide or to the question that was open.

    A `long` answer is not heard under pressure: the weight comes off first. A proposal that was open is repeated
    `in_full` or by its name. Where neither a guide nor a question that stays is open, `otherwise` follows.
    """

    turn: Turn
    text: str
    long: bool = False
    in_full: bool = False
    card: Card | None = None
    otherwise: Ask | Propose | None = None


@dataclass(frozen=True)
class End:
    """Say something and close the session.

    With `asks_permission` nothing is said: Alexa asks whether this skill may set reminders. After an end that is
    `forgotten` nothing is written, since everything was deleted. `order` is for the audio player.
    """

    turn: Turn
    speech: SpeechBuilder
    asks_permission: bool = False
    forgotten: bool = False
    order: Order | None = None


@dataclass(frozen=True)
class Silent:
    """Say nothing: the answer to an event of the audio player or to its buttons, which may start another track.

    With `progress` the track plays from `moment` on, if that guide can be one.
    """

    turn: Turn
    order: Order = field(default_factory=PlayOn)
    progress: Progress | None = None
    moment: float = 0.0


Outcome = GoOn | Begin | Ask | Propose | Choose | Answer | End | Silent
Handler = Callable[[Turn], Outcome]


def rest(turn: Turn, progress: Progress, text: str) -> Ask:
    """Say something; the guide rests where the person is, and whether to go on with it is asked."""
    return Ask(turn, turn.speech(text), "go on", resting=progress)
