"""`massage talk`: sentences said when somebody would say them, and a transcript that reads well."""

from __future__ import annotations

import pytest

from skill.simulator.record import transcript
from skill.simulator.talk import TooLate, run_talk, talk
from tests.support.echo import FakeSkill, ask, device, tell

PART = 'Lie down on your back.<break time="10s"/><break time="10s"/><break time="10s"/>Off the ball. Ready?'


def skill() -> FakeSkill:
    return FakeSkill(
        BeginIntent=ask(PART),
        YesIntent=ask(PART),
        PauseIntent=ask("Ease off the ball. Go on?"),
        ResumeIntent=ask(PART),
        TimeLeftIntent=ask("Nine minutes. " + PART),
        StopIntent=tell("Goodbye."),
    )


def test_a_conversation_reads_well() -> None:
    """Who speaks and when, long silences in brackets, what was cut off, and how it ended."""
    echo = device(skill())
    run_talk(echo, ["open sciatica massage", "yes", "pause", "resume", "@2 stop"])
    assert transcript(echo.record).splitlines() == [
        "  0:00  You:   Alexa, open sciatica massage",
        "  0:00  Alexa: Hello.",
        "  0:01         Shall we begin?",
        "  0:04         (she listens)",
        "",
        "  0:04  You:   yes",
        "  0:04  Alexa: Lie down on your back.",
        "  0:09         (25 s of silence)",
        "",
        "  0:34  You:   Alexa, pause",
        "  0:34  Alexa: Ease off the ball.",
        "  0:38         Go on?",
        "  0:40         (she listens)",
        "",
        "  0:40  You:   resume",
        "  0:40  Alexa: Lie down —",
        "",
        "  0:42  You:   Alexa, stop",
        "  0:42  Alexa: Goodbye.",
        "  0:43         (the session is over: the skill closed it)",
    ]


def test_only_some_sentences_interrupt() -> None:
    """ "how long is left" is said thirty seconds into a part; "yes" waits for the question."""
    echo = device(skill())
    run_talk(echo, ["ask sciatica massage to begin the massage", "how long is left", "yes"])
    assert [moment.at for moment in echo.record if moment.text in ("Alexa, how long is left", "yes")] == [
        30,
        71,
    ]


def test_an_interruption_falls_into_a_silence() -> None:
    """After thirty seconds it waits for the next long silence, as somebody who listens would."""
    story = "Breathe. " * 25 + '<break time="4s"/>Now.<break time="6s"/>Ready?'
    echo = device(FakeSkill(LaunchRequest=ask(story), PauseIntent=ask("Paused. Go on?")))
    run_talk(echo, ["open sciatica massage", "pause"])
    assert [moment.at for moment in echo.record if moment.text == "Alexa, pause"] == [32]


def test_an_answer_is_not_interrupted() -> None:
    """A speech without a long silence is heard to its end, however long."""
    echo = device(FakeSkill(LaunchRequest=ask("This is a long story. " * 9 + "More?"), StopIntent=tell("Bye.")))
    run_talk(echo, ["open sciatica massage", "stop"])
    assert echo.record[-3].at == 46


def test_a_moment_that_has_passed() -> None:
    """@1 after two seconds is an error that says both numbers, rather than a sentence at another time."""
    echo = device(skill())
    run_talk(echo, [])
    echo.say("Alexa, open sciatica massage")
    echo.wait(2)
    with pytest.raises(TooLate, match="@1: 2 s"):
        run_talk(echo, ["@1 stop"])


def test_typed_line_by_line() -> None:
    """An answer is shown whole at once; an empty line lets time pass; an interruption has its second."""
    lines = list(talk(device(skill()), ["open sciatica massage", "", "yes", "pause"]))
    assert lines == [
        "  0:00  You:   Alexa, open sciatica massage",
        "  0:00  Alexa: Hello.",
        "  0:01         Shall we begin?",
        "  0:12         (nobody answers)",
        "  0:12         Are you there?",
        "",
        "  0:15  You:   yes",
        "  0:15  Alexa: Lie down on your back.",
        "  0:20         (30 s of silence)",
        "  0:50         Off the ball.",
        "  0:53         Ready?",
        "",
        "  0:45  You:   Alexa, pause",
        "  0:45  Alexa: Ease off the ball.",
        "  0:49         Go on?",
    ]
