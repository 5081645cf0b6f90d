"""The runner of conversations: mistakes in a file are named, and a failed step shows the transcript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from skill.simulator.device import Device
from tests.support.conversation import ConversationInvalid, Step, load_conversation
from tests.support.conversing import answer_of, take_step
from tests.support.echo import FakeSkill, ask, device, tell


def read(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "talk.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_mistake_is_named_with_line_and_step(tmp_path: Path) -> None:
    """One reading tells all: unknown keys, wrong values, steps that are two things."""
    file = read(
        tmp_path,
        """rule: ""
voice: {factor: fast}
given: {stor: down, later: soon}
steps:
  - you: hello
  - alex: hello
  - wait: a while
  - {you: hello, wait: 3}
  - session: closed
  - state: listening
extra: 1
""",
    )
    with pytest.raises(ConversationInvalid) as invalid:
        load_conversation(file)
    assert str(invalid.value).splitlines() == [
        "talk.yaml:1: rule: must be a sentence",
        "talk.yaml:2: factor: 'fast' must be a number, 0 or more",
        "talk.yaml:3: later: 'soon' must be seconds, or a time such as 20 min or 13 h",
        "talk.yaml:3: stor: unknown; allowed are earlier, later, store, audio player, before, amazon, locale, tracks, "
        "player",
        "talk.yaml:6: alex: step 2: unknown; allowed are you, aside, wait, alexa, not alexa, now, press, track, "
        "not track, state, session",
        "talk.yaml:7: wait: step 3: 'a while' must be a time, or one of until listening, until idle",
        "talk.yaml:8: steps: step 4: a step is one thing, not 2",
        "talk.yaml:9: session: step 5: 'closed' must be open or ended",
        "talk.yaml:10: state: step 6: 'listening' must be names with what they hold",
        "talk.yaml:11: extra: unknown; allowed are rule, voice, given, steps",
    ]


def test_a_file_becomes_a_conversation(tmp_path: Path) -> None:
    """Times, the voice and what is given arrive as values."""
    conversation = load_conversation(
        read(
            tmp_path,
            """rule: It is read.
voice: {factor: 1.2, delay: 3}
given: {earlier: [open sciatica massage], later: 20 h, store: down, audio player: false}
steps:
  - wait: 5 min
""",
        )
    )
    assert (conversation.voice.factor, conversation.voice.delay) == (1.2, 3)
    assert conversation.given.later == 72_000
    assert conversation.given.store_down and not conversation.given.audio_player
    assert conversation.steps == (Step("wait", "5 min", "talk.yaml:5: step 1"),)


def conversing() -> Device:
    skill = FakeSkill(
        LaunchRequest=ask("Lie down. <break time='10s'/>Off the ball. Ready?", guide={"step": 1}),
        PauseIntent=ask("Paused. Go on?"),
        StopIntent=tell("Goodbye."),
    )
    return device(skill)


def take(echo: Device, **steps: Any) -> None:
    for kind, value in steps.items():
        take_step(echo, Step(kind.replace("_", " "), value, "talk.yaml:1: step 1"))


def test_steps_that_hold() -> None:
    """Each kind of step passes when it is true."""
    echo = conversing()
    take(echo, you="open sciatica massage", alexa=["LIE", "off  the ball"], not_alexa="paused")
    take(echo, wait=5, now="lie down", state={"device": "speaking", "guide.step": 1, "guide.side": None})
    take(echo, aside="pause", session="open")
    take(echo, you="@7 pause", alexa="paused", not_alexa="off the ball", state={"guide": None})
    take(echo, wait="until listening", state={"device": "listening"})
    take(echo, you="stop", wait="until idle", session="ended", state={"device": "idle"})
    assert answer_of(echo) == "Goodbye."


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            {"alexa": ["off the ball", "lie down"]},
            "'lie down' is not, after what came before it, in the answer",
        ),
        ({"alexa": "left"}, "'left' is not in the answer"),
        ({"not_alexa": ["left", "ready"]}, "'ready' is in the answer"),
        ({"now": "ready"}, "'ready' is not in what is said: 'Lie down.'"),
        ({"state": {"guide.step": 2}}, "guide.step is 1, not 2"),
        ({"session": "ended"}, "it is open, not ended"),
        ({"you": "@0.5 pause"}, "@0.5: 1 s were heard already"),
        ({"you": "resume"}, "shape"),
    ],
)
def test_a_step_that_fails_shows_the_transcript(step: dict[str, Any], message: str) -> None:
    """A failure tells the step, what was expected, and all that was said until then."""
    skill = FakeSkill(
        LaunchRequest=ask("Lie down. <break time='10s'/>Off the ball. Ready?", guide={"step": 1}),
        ResumeIntent={},
    )
    echo = device(skill)
    take(echo, you="open sciatica massage", wait=1)
    with pytest.raises(AssertionError) as failed:
        take(echo, **step)
    assert str(failed.value).startswith("talk.yaml:1: step 1: ")
    assert message in str(failed.value)
    assert "You:   Alexa, open sciatica massage" in str(failed.value)
