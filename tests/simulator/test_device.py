"""The simulated Echo behaves as a device and the service behind it do, to the millisecond."""

from __future__ import annotations

from typing import Any

import pytest

from skill.simulator.device import AlexaRefuses, Device, State
from skill.simulator.playback import Sound
from skill.simulator.record import Kind, Moment
from skill.simulator.speech_timing import Voice
from tests.support.echo import FakeSkill, ask, device, play, tell

PART = 'Lie down.<break time="10s"/><break time="10s"/>Off the ball. Ready?'


def doing(echo: Device, state: State) -> bool:
    """Compared in a function, since mypy takes a property for a constant."""
    return echo.state is state


def test_nobody_answers() -> None:
    """The light is on for 8 s, she asks once more, listens 8 s again, and the session ends by itself."""
    skill = FakeSkill()
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.until_idle()
    assert [(moment.at, moment.kind, moment.text) for moment in echo.record] == [
        (0, Kind.YOU, "Alexa, open sciatica massage"),
        (0, Kind.WORDS, "Hello."),
        (1, Kind.WORDS, "Shall we begin?"),
        (4, Kind.LISTENING, ""),
        (12, Kind.REPROMPT, ""),
        (12, Kind.WORDS, "Are you there?"),
        (15, Kind.LISTENING, ""),
        (23, Kind.ENDED, "nobody answered"),
    ]
    assert skill.names == ["LaunchRequest", "SessionEndedRequest"]
    assert skill.envelopes[-1]["request"]["reason"] == "EXCEEDED_MAX_REPROMPTS"
    assert doing(echo, State.IDLE) and not echo.session_open


def test_an_answer_at_the_last_moment_is_heard() -> None:
    """7.999 s after the question somebody can still answer, without the wake word."""
    skill = FakeSkill(YesIntent=tell("Good."))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.wait(11.999)
    assert doing(echo, State.LISTENING)
    echo.say("yes")
    assert skill.names == ["LaunchRequest", "YesIntent"]


def test_only_the_wake_word_is_heard_while_she_speaks() -> None:
    """Without "Alexa" nothing she hears changes anything; with it, the speech stops there."""
    skill = FakeSkill(LaunchRequest=ask(PART), PauseIntent=ask("Paused. Go on?"))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.wait(5)
    echo.say("pause")
    assert echo.record[-1] == Moment(5, Kind.YOU, "pause", note="not heard: the device is speaking")
    assert skill.names == ["LaunchRequest"]
    echo.wait(2)
    echo.say("Alexa, pause")
    assert skill.names == ["LaunchRequest", "PauseIntent"]
    assert Moment(2, Kind.SILENCE, seconds=5) in echo.record
    echo.until_listening()
    assert [moment.text for moment in echo.record if moment.kind is Kind.WORDS] == [
        "Lie down.",
        "Paused.",
        "Go on?",
    ]


def test_a_sentence_is_cut_where_the_wake_word_falls() -> None:
    """Of an interrupted sentence only the words said so far were heard."""
    skill = FakeSkill(PauseIntent=ask("Go on?"))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.wait(3)
    assert echo.words_now == "Shall we begin?"
    echo.say("Alexa, pause")
    assert Moment(1, Kind.WORDS, "Shall we —", seconds=2) in echo.record


def test_an_idle_device_needs_the_wake_word_and_the_name() -> None:
    """Without the wake word nothing is heard; without the name the sentence is not for the skill."""
    skill = FakeSkill()
    echo = device(skill)
    echo.say("open sciatica massage")
    echo.say("Alexa, pause")
    assert skill.names == []
    assert [moment.note for moment in echo.record] == [
        "not heard: the device is idle",
        "not for the skill: no session is open",
    ]


def test_one_shot() -> None:
    """ "ask sciatica massage to ..." opens a session with the intent, and no launch."""
    skill = FakeSkill(BeginIntent=ask("Ready?"))
    device(skill).say("Alexa, ask sciatica massage to begin the massage")
    assert skill.names == ["BeginIntent"]
    assert skill.envelopes[0]["session"]["new"] is True


def test_session_attributes_travel() -> None:
    """What an answer holds comes back in the next request of the session, and in no other session."""
    skill = FakeSkill(LaunchRequest=ask("Shall we?", step=1), YesIntent=ask("Go on?", step=2), StopIntent=tell("Bye."))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    for sentence in ("yes", "Alexa, stop"):
        echo.until_listening()
        echo.say(sentence)
    echo.until_idle()
    echo.say("Alexa, open sciatica massage")
    sessions = [envelope["session"] for envelope in skill.envelopes]
    assert [session["attributes"] for session in sessions] == [{}, {"step": 1}, {"step": 2}, {}]
    assert [session["new"] for session in sessions] == [True, False, False, True]
    assert len({session["sessionId"] for session in sessions[:3]}) == 1
    assert sessions[3]["sessionId"] != sessions[0]["sessionId"]
    assert len({envelope["request"]["requestId"] for envelope in skill.envelopes}) == 4


def test_stop_closes_the_session_and_the_device_falls_silent() -> None:
    """After a closing answer the device is idle, and the skill hears of nothing more."""
    skill = FakeSkill(StopIntent=tell("Goodbye."))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.wait(1.5)
    echo.say("Alexa, stop")
    assert doing(echo, State.SPEAKING) and not echo.session_open
    echo.wait(60)
    assert doing(echo, State.IDLE)
    assert skill.names == ["LaunchRequest", "StopIntent"]


def test_exit_ends_the_session_without_asking() -> None:
    """ "exit" reaches the skill as a session that ended, by the person's own will."""
    skill = FakeSkill()
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.until_listening()
    echo.say("exit")
    assert skill.envelopes[-1]["request"] | {"requestId": "", "timestamp": ""} == {
        "type": "SessionEndedRequest",
        "reason": "USER_INITIATED",
        "locale": "en-US",
        "requestId": "",
        "timestamp": "",
    }


def test_what_no_sample_fits_is_the_fallback() -> None:
    """A sentence that nothing fits still reaches the open session."""
    skill = FakeSkill(FallbackIntent=ask("Pardon?"))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.until_listening()
    echo.say("purple elephants")
    assert skill.names[-1] == "FallbackIntent"


def test_a_slow_voice_and_a_late_start() -> None:
    """The factor counts for words, not for breaks; so does the rate; she begins after the delay."""
    body = '<prosody rate="50%">Lie down.</prosody><break time="10s"/>Ready?'
    echo = device(FakeSkill(LaunchRequest=ask(body)), Voice(factor=1.2, delay=3))
    echo.say("Alexa, open sciatica massage")
    assert doing(echo, State.SPEAKING) and len(echo.record) == 1
    echo.until_listening()
    assert [(moment.at, moment.text) for moment in echo.record[1:]] == [
        (3, "Lie down."),
        (7.8, ""),
        (17.8, "Ready?"),
        (19, ""),
    ]


def test_no_millisecond_is_lost() -> None:
    """A thousand small waits bring the device to the same moment as one long wait."""
    skills = FakeSkill(), FakeSkill()
    one, many = device(skills[0]), device(skills[1])
    for echo in (one, many):
        echo.say("Alexa, open sciatica massage")
    one.wait(22.999)
    for _ in range(22_999):
        many.wait(0.001)
    assert one.record == many.record and one.clock() == many.clock()
    assert one.session_open
    one.wait(0.001)
    assert not one.session_open


def test_envelopes_are_alexas() -> None:
    """A request carries what Amazon's reference names, stamped with the simulated second."""
    skill = FakeSkill()
    echo = device(skill)
    echo.clock.advance(90)
    echo.say("Alexa, open sciatica massage")
    (envelope,) = skill.envelopes
    assert set(envelope) == {"version", "session", "context", "request"}
    assert set(envelope["context"]["System"]) == {
        "application",
        "user",
        "device",
        "apiEndpoint",
        "apiAccessToken",
    }
    assert envelope["context"]["System"]["device"]["supportedInterfaces"] == {"AudioPlayer": {}}
    assert envelope["context"]["AudioPlayer"] == {"playerActivity": "IDLE"}
    assert envelope["request"]["timestamp"] == "2027-01-11T07:31:30Z"


@pytest.mark.parametrize("answer", [ask("Say yes."), tell("Shall we?"), {}, None])
def test_an_answer_that_breaks_a_rule_is_refused(answer: Any) -> None:
    """What a real Echo would not speak raises, with the rule's name and both envelopes."""
    skill = FakeSkill(LaunchRequest=answer)
    with pytest.raises(AlexaRefuses, match="LaunchRequest") as refused:
        device(skill).say("Alexa, open sciatica massage")
    assert refused.value.rules in (("question",), ("shape", "shape"), ("shape",))
    assert refused.value.response == answer


def test_a_failing_skill_is_refused() -> None:
    """Alexa speaks nothing of an answer with a status other than 200."""
    skill = FakeSkill()
    skill.status = 500
    with pytest.raises(AlexaRefuses) as refused:
        device(skill).say("Alexa, open sciatica massage")
    assert refused.value.rules == ("status",)


def test_a_track_begins_after_the_words_and_stops_for_a_request() -> None:
    """Speech first, then the stream; a request halts it, and afterwards it goes on by itself."""
    skill = FakeSkill(LaunchRequest=tell("Here it is.", play("a")), TimeLeftIntent=tell("Nine minutes."))
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    assert doing(echo, State.SPEAKING)
    echo.wait(13)
    assert doing(echo, State.PLAYING)
    assert skill.names == ["LaunchRequest", "PlaybackStarted"]
    assert "session" not in skill.envelopes[1]
    echo.say("how long is left")
    assert echo.record[-1].note == "not heard: the device is playing"
    echo.say("Alexa, ask sciatica massage how long is left")
    assert skill.envelopes[3]["context"]["AudioPlayer"] == {
        "token": "a",
        "offsetInMilliseconds": 10_000,
        "playerActivity": "STOPPED",
    }
    echo.wait(5)
    assert skill.names[2:] == ["PlaybackStopped", "TimeLeftIntent", "PlaybackStarted"]
    assert skill.envelopes[-1]["request"]["offsetInMilliseconds"] == 10_000


def test_stop_during_a_track_arrives_as_pause() -> None:
    """With no session open, "stop" is PauseIntent; a Stop directive keeps the track quiet."""
    skill = FakeSkill(
        LaunchRequest=tell("Here it is.", play("a")),
        PauseIntent=tell("Paused.", {"type": "AudioPlayer.Stop"}),
    )
    echo = device(skill)
    echo.say("Alexa, open sciatica massage")
    echo.wait(13)
    echo.say("Alexa, stop")
    echo.wait(60)
    assert skill.names[2:] == ["PlaybackStopped", "PauseIntent"]
    assert doing(echo, State.IDLE)


def test_a_queue_plays_to_its_end() -> None:
    """NearlyFinished comes early, ENQUEUE follows only the token it names, Finished comes at the end."""
    enqueue = play("b", "ENQUEUE", expectedPreviousToken="a")
    skill = FakeSkill(
        LaunchRequest=tell("Here it is.", play("a")),
        PlaybackNearlyFinished={"version": "1.0", "response": {"directives": [enqueue]}},
    )
    echo = device(skill, fetch=lambda url, offset: Sound(30.0))
    echo.say("Alexa, open sciatica massage")
    echo.wait(100)
    assert skill.names[1:] == [
        *("PlaybackStarted", "PlaybackNearlyFinished", "PlaybackFinished"),
        *("PlaybackStarted", "PlaybackNearlyFinished", "PlaybackFinished"),
    ]
    assert [envelope["request"].get("token") for envelope in skill.envelopes[1:]] == ["a"] * 3 + ["b"] * 3
    assert skill.envelopes[-1]["request"]["offsetInMilliseconds"] == 30_000
