"""Somebody who is guided on a simulated device, and follows what they hear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from skill.alexa.skill import Conversation
from skill.dialog.planner import Resources
from skill.server.app import create_app
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.envelopes import Profile
from skill.simulator.record import transcript
from skill.simulator.speech_timing import Voice
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.store.store import Store
from speech.timeline.plan import Span
from tests.support.amazon import FakeAmazon
from tests.support.conversing import answer_of
from tests.support.listener import Listener, device_with, shared_resources

SETTINGS = Settings("sqlite://", id_key="a key for tests only", verify=False)


def skill_app(
    clock: Callable[[], float],
    folder: Path | None = None,
    remembers: bool = True,
    resources: Resources | None = None,
    amazon: FakeAmazon | None = None,
) -> Flask:
    """The skill over HTTP with scripts that were read once, remembering in this folder or in the process."""
    settings = (
        Settings(f"sqlite:///{folder / 'memory.sqlite3'}", id_key=SETTINGS.id_key, verify=False) if folder else SETTINGS
    )
    memory = Memory(Store(settings.database_url, clock) if remembers else None, IdKey(settings.id_key))
    return create_app(settings, clock, Conversation(resources or shared_resources(), memory, clock, amazon=amazon))


class Massage:
    """A device, its listener, and the sentences said so far. The wake word is added where it is needed."""

    def __init__(
        self,
        *sentences: str,
        voice: Voice = Voice(),  # noqa: B008 - frozen
        folder: Path | None = None,
        app: Flask | None = None,
        clock: Clock | None = None,
        profile: Profile | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.listener = Listener(shared_resources(), voice)
        self.app = app or skill_app(self.clock, folder)
        self.device = device_with(self.app, self.clock, self.listener, profile)
        for sentence in sentences:
            self.say_when_asked(sentence)

    def say(self, sentence: str) -> str:
        """Say this now, whatever is being heard, and give all of the answer."""
        self.device.say(f"Alexa, {sentence}")
        return self.answer

    def say_when_asked(self, sentence: str) -> str:
        """Hear the speech to its end, and say this then."""
        self.device.until_listening()
        return self.say(sentence)

    @property
    def answer(self) -> str:
        """All that is said since the last sentence, what is still to be heard included."""
        return answer_of(self.device)

    def until(self, kind: str, section: str = "side", into: float = 0.0) -> Span:
        """Wait until a step of this kind is under way, answering "ready" at the end of each part, and a while more."""
        for _ in range(8_000):
            span = self.listener.span_at(self.clock())
            if span is not None and (span.kind, span.section) == (kind, section):
                self.device.wait(into)
                return span
            if self.clock() > self.listener.part_ends:
                self.device.until_listening()
                self.device.say("ready")
            self.device.wait(0.25)
        raise AssertionError(f"no {kind} came in {section}:\n{transcript(self.device.record)}")

    def until_question(self) -> None:
        """Hear the speech to its end."""
        self.device.until_listening()

    @property
    def to_release(self) -> float:
        """Seconds from the end of the opening until the weight comes off."""
        timeline, heard = self.listener.timeline, self.listener.heard
        assert timeline is not None
        spot = timeline.locate(heard[0].moment).span
        assert spot.kind == "hold"
        return next(one.start for one in heard if one.moment >= spot.end - 0.01) - heard[0].start
