"""A walk at random through everything that can be said, on a simulated device, with somebody who follows it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random

from skill.dialog.state import session_from_json
from skill.models.interaction_model import model_file
from skill.models.model_view import SLOT
from skill.simulator.clock import Clock
from skill.simulator.device import State
from skill.simulator.envelopes import Profile
from skill.simulator.record import transcript
from skill.simulator.speech_timing import Voice
from speech.script.model import SIDES
from tests.support.amazon import FakeAmazon
from tests.support.guided import skill_app
from tests.support.listener import Listener, device_with, shared_resources

MOVES = (
    "pause", "resume", "next", "previous", "repeat", "start over", "ready", "how long is left", "yes", "no", "help",
    "loop on", "shuffle on", "loop off", "shuffle off", "read the disclaimer", "who should not do this", "banana boat",
    "without the floor", "stop", "cancel", "go home", "thirty more seconds", "another two minutes", "more time",
    "make it shorter", "softer", "more pressure", "talk less", "talk more", "slower", "faster", "other side",
    "skip this side", "go back one minute", "skip forward thirty seconds", "fast forward", "what's next",
    "where are we", "continue when I say so", "go on by yourself",
)  # fmt: skip
ASKS = (
    "piriformis for five minutes, left side first", "glutes for twelve minutes, right side first", "ten minutes",
    "sacrum for five minutes left side only", "right side only", "at the wall", "piriformis for ten minutes",
    "two minutes", "an hour", "in bed", "both sides", "start a massage", "left only", "glutes",
)  # fmt: skip
CALLS = (
    "open sciatica massage", "ask sciatica massage how long is left", "ask sciatica massage to pause",
    "ask sciatica massage to start the piriformis for five minutes, left side first", "ask sciatica massage to resume",
    "ask sciatica massage for help", "ask sciatica massage next", "tell sciatica massage stop",
)  # fmt: skip
MODEL = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
VALUES = {kind["name"]: [value["name"]["value"] for value in kind["values"]] for kind in MODEL["types"]} | {
    "AMAZON.DURATION": ["one minute", "five minutes", "thirty seconds", "half an hour", "two hours"],
    "AMAZON.NUMBER": ["one", "two", "three", "ten", "ninety"],
}
"""What may be said for a slot, by its type."""
LASTING = ("thirty more seconds", "more time", "more pressure", "go back thirty seconds", "softer")
"""What could keep somebody on one spot: said now and then as often as the usual."""
USUAL = ("ready", "yes", "resume", "how long is left", "previous", "repeat", "next", "pause", "ready", "ready")
"""Said far more often than the rest, so that a walk gets somewhere."""


def anything(random: Random) -> str:
    """Any sentence of the model: each intent is as likely as the next, and so is each of its samples and values."""
    intent = random.choice([intent for intent in MODEL["intents"] if intent["samples"]])
    kinds = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
    sample: str = random.choice(intent["samples"])
    return SLOT.sub(lambda slot: random.choice(VALUES[kinds[slot[1]]]), sample)


@dataclass
class Walk:
    """Somebody who says anything at any moment."""

    seed: int
    voice: Voice = field(default_factory=Voice)
    positions: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.clock = Clock()
        self.listener = Listener(shared_resources(), self.voice)
        amazon = FakeAmazon("Europe/Berlin", ["not allowed", "set"])
        app = skill_app(self.clock, amazon=amazon)
        self.device = device_with(app, self.clock, self.listener, Profile(token="a token"))

    def go(self, turns: int) -> None:
        """Say so many things; every answer is held against the device's rules. Raises AssertionError."""
        for _ in range(turns):
            sentence = self._sentence()
            self._wait()
            before, kind, was_open = self.listener.moment_at(self.clock()), self.device.state, self.device.session_open
            called = sentence if kind is State.LISTENING else f"Alexa, {sentence}"
            try:
                self.device.say(called)
                self._never_later(before, called)
                self._alike()
                self._as_meant(sentence, was_open)
            except AssertionError as error:
                raise AssertionError(f"seed {self.seed}: {error}\n{transcript(self.device.record[-60:])}") from error

    def _sentence(self) -> str:
        if not self.device.session_open:
            return self.random.choice((*CALLS, CALLS[0], CALLS[0], CALLS[0], CALLS[3], CALLS[3]))
        kind = self.random.random()
        if kind < 0.5:
            return self.random.choice(USUAL)
        if kind < 0.55:
            return self.random.choice(LASTING)
        if kind < 0.75:
            return self.random.choice(MOVES)
        if kind < 0.85:
            return anything(self.random)
        return self.random.choice(ASKS if kind < 0.95 else CALLS)

    def _wait(self) -> None:
        kind = self.random.random()
        if kind < 0.35:
            self.device.until_listening()
            self.device.wait(self.random.uniform(0, 3))
        elif kind < 0.95:
            self.device.wait(self.random.choice((1, 4, 12, 30, 60, 120)) * self.random.random())
        elif kind < 0.99:
            self.device.until_idle()
        else:
            self.device.until_idle()
            self.device.wait(self.random.choice((600, 40_000, 90_000)))

    def _alike(self) -> None:
        """Where both sides were asked for, both are planned to be pressed for the same time, whatever was said.

        More time for one visit, after the other side was done, is the exception; whoever asks is told.
        """
        timeline = self.listener.timeline
        if timeline is None or timeline.options.only or timeline.options.left_out:
            return
        if any("/" in name for name in timeline.options.extra):
            return
        left, right = (sum(span.end - span.start for span in timeline.holds() if span.side == side) for side in SIDES)
        assert abs(left - right) < 0.1, f"{left:.1f} s on the left, {right:.1f} s on the right"

    def _as_meant(self, sentence: str, was_open: bool) -> None:
        """Stop ends the conversation, and help keeps it open, at any moment."""
        if sentence in ("stop", "cancel", "go home"):
            assert not self.device.session_open, f"{sentence!r} did not end it"
        if sentence == "help" and was_open:
            assert self.device.session_open, "help ended it"

    def _never_later(self, before: float | None, sentence: str) -> None:
        """Where the guide was put at rest is no later than where the person was."""
        guide = session_from_json(self.device.attributes).guide
        if before is None or guide is None or guide.sent is not None or self.listener.timeline is None:
            return
        if "sciatica" in sentence or guide.script != self.listener.timeline.script.id:
            return
        found = self.listener.timeline.locate(guide.at).moment
        assert found <= before + 0.05, f"{found:.1f} s is later than {before:.1f} s after {sentence!r}"
        self.positions += 1
