"""Track mode: what the player tells, in any order, and what everything that can be said does to a track."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.codec import Codec
from skill.dialog.audio_player import LONGEST_TOKEN, Run, token_from, token_of
from skill.simulator import envelopes
from skill.simulator.envelopes import Session
from skill.tracks.code import LONGEST_CODE
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Timeline
from tests.support.silent_tracks import shared_tracks
from tests.support.track_talk import BEGINNING, TrackTalk

RUN = Codec(Run)
PROVE = os.environ.get("MASSAGE_PROVE") == "1"
EXAMPLES = 400 if PROVE else 40
PLAY, STOP, CLEAR = "AudioPlayer.Play", "AudioPlayer.Stop", "AudioPlayer.ClearQueue"
EAGER = pytest.mark.parametrize("eager", [True, False])
EVENTS = ("PlaybackStarted", "PlaybackStopped", "PlaybackNearlyFinished", "PlaybackFinished", "PlaybackFailed")
ACTIVITIES = ("PLAYING", "STOPPED", "PAUSED", "FINISHED", "IDLE", "BUFFER_UNDERRUN")
TOLD = st.tuples(st.sampled_from(EVENTS), st.sampled_from([0, 1, 2]), st.integers(0, 400_000))
SAID = st.sampled_from(["AMAZON.PauseIntent", "AMAZON.ResumeIntent", "AMAZON.NextIntent", "TimeLeftIntent"])
SPOKEN = st.tuples(SAID, st.sampled_from([0, 1, 2]), st.integers(0, 400_000), st.sampled_from(ACTIVITIES))


def kinds(talk: TrackTalk, last: int = 1) -> list[str]:
    return [one["type"] for one in talk.directives(last)]


def test_a_long_guide_is_a_track() -> None:
    """On "ready" the track plays from its start: title, picture, captions and a token that holds the plan."""
    talk = TrackTalk(*BEGINNING)
    (play,) = talk.plays()
    stream, shown = play["audioItem"]["stream"], play["audioItem"]["metadata"]
    assert play["playBehavior"] == "REPLACE_ALL" and stream["offsetInMilliseconds"] == 0
    assert stream["url"] == shared_tracks().url(talk.token.code) and len(talk.token.code) <= LONGEST_CODE
    assert shown["title"] == "Piriformis ball release" and "left side first" in shown["subtitle"]
    assert shown["art"]["sources"][0]["url"].startswith("https://")
    assert len(json.dumps(stream["captionData"]["content"])) <= 14_000
    assert talk.device.state == "playing"


@pytest.mark.parametrize("script", sorted(shared_tracks().library.scripts))
def test_every_answer_with_a_track_is_small(script: str) -> None:
    """Whatever script in its longest version: the answer that plays it keeps to Amazon's 24 KB, captions included."""
    read = shared_tracks().library.scripts[script]
    talk = TrackTalk("open sciatica massage", f"{read.name} for {round(read.minutes.most)} minutes", "yes", "ready")
    assert len(talk.plays()) == 1


@given(st.lists(TOLD | SPOKEN, max_size=14), st.booleans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_events_in_any_order(told: list[Any], eager: bool) -> None:
    """Repeated, late, early, out of order, from an older run: nothing goes back, nothing is counted twice."""
    talk = TrackTalk(*BEGINNING, eager=eager)
    tokens = [str(talk.token)]
    for _ in range(2):
        talk.device.wait(5)
        talk.say("next")
        talk.device.until_listening()
        tokens.append(str(talk.token))
    before = talk.remembered
    for one in told:
        talk.clock.advance(1)
        if len(one) == 3:
            name, run, offset = one
            talk.post(envelopes.player_event(name, tokens[run], offset), {})
        else:
            name, run, offset, activity = one
            player = {"token": tokens[run], "offsetInMilliseconds": offset, "playerActivity": activity}
            talk.post(envelopes.intent({"name": name}), player, Session())
            played = talk.directives(1)
            tokens += [play["audioItem"]["stream"]["token"] for play in played if play["type"] == PLAY]
            tokens = [*tokens[:2], tokens[-1]]
        now = talk.remembered
        _goes_on(before.track, now.track)
        assert now.practice.finished - before.practice.finished in (0, 1)
        before = now
    assert before.practice.finished <= 1, "one guide was begun"
    assert sum(day.minutes for day in before.practice.log) <= 5
    assert sum(day.sessions for day in before.practice.log) <= 1


def _goes_on(before: Run, now: Run) -> None:
    assert now.number >= before.number
    if now.number == before.number:
        assert now.offset >= before.offset
        if before.state in ("over", "failed"):
            assert now.state == before.state
        if before.state == "paused":
            assert now.state != "playing", "only a new run plays again"


@EAGER
def test_heard_to_the_end_it_counts_once(eager: bool) -> None:
    """At its end the guide is finished: its minutes are counted, and nothing is left to go on with."""
    talk = TrackTalk(*BEGINNING, eager=eager)
    talk.device.wait(310)
    assert talk.device.state == "idle"
    assert [(day.sessions, day.minutes) for day in talk.remembered.practice.log] == [(1, 5)]
    assert talk.remembered.unfinished is None and talk.remembered.track.state == "over"
    talk.post(envelopes.player_event("PlaybackFinished", str(talk.token), 300_000), {})
    assert [(day.sessions, day.minutes) for day in talk.remembered.practice.log] == [(1, 5)]
    assert "Paused" in talk.say("pause"), "one word, whatever was meant"


def test_a_track_that_broke_off_is_not_finished() -> None:
    """Finished far from the end keeps the place instead of counting the whole."""
    talk = TrackTalk(*BEGINNING)
    talk.post(envelopes.player_event("PlaybackFinished", str(talk.token), 60_000), {})
    assert talk.remembered.practice.finished == 0
    assert talk.remembered.unfinished is not None
    assert abs(talk.timeline.locate(talk.remembered.unfinished.at).moment - 59.76) < 0.01


@EAGER
def test_stopped_alone_is_no_pause(eager: bool) -> None:
    """Stopped is sent for any request: afterwards the track still counts as playing, and questions leave it alone."""
    talk = TrackTalk(*BEGINNING, eager=eager)
    talk.device.wait(30)
    answer = talk.ask("how long is left")
    assert "four and a half minutes left" in answer and "paused" not in answer
    assert not talk.directives(3)
    talk.device.wait(60)
    assert talk.device.state == "playing" and talk.remembered.track.state == "playing"
    assert len(talk.plays()) == 1


@EAGER
@pytest.mark.parametrize("word", ["pause", "stop"])
def test_pause_is_one_word(word: str, eager: bool) -> None:
    """Without a session "stop" arrives as a pause: the sound stops, the place is kept, and one word is said."""
    talk = TrackTalk(*BEGINNING, eager=eager)
    talk.device.wait(80)
    assert len(talk.say(word).split()) <= 1
    assert kinds(talk, 2) == [STOP]
    talk.device.wait(300)
    assert talk.device.state == "idle" and not talk.device.session_open
    assert talk.remembered.track.state == "paused"


@EAGER
@pytest.mark.parametrize("remembers", [True, False])
def test_resume_to_the_moment(eager: bool, remembers: bool) -> None:
    """Pausing 12 s into a hold and resuming leaves the rest of it, after twelve seconds to get back: also without a
    memory, since the plan and all that was pressed are in the token."""
    talk = TrackTalk(*BEGINNING, eager=eager, remembers=remembers)
    timeline = talk.timeline
    hold = list(timeline.holds())[1]
    talk.device.wait(hold.start + 12 + 0.24)
    talk.say("pause")
    talk.device.wait(40)
    answer = talk.say("resume")
    assert "on the right, first spot" in answer and "Take your time getting back" in answer
    spoken = talk.log[-1][2]["response"]["outputSpeech"]["ssml"]
    assert '<break time="10s"/><break time="2000ms"/>And on we go' in spoken and "medical" not in spoken
    assert abs(talk.token.began - (hold.start + 12) * 1000 - 240) <= 50
    before = dict(zip([span.id for span in timeline.holds()], talk.token.pressed, strict=True))
    assert before[hold.id] == pytest.approx(12, abs=0.2)
    talk.device.until_listening()
    assert talk.device.state == "playing"


@pytest.mark.parametrize("moment", [70.0, 120.9, 171.0])
def test_opened_again_without_a_memory_it_goes_on_where_it_would_with_one(moment: float) -> None:
    """A session is opened at a paused track while the store is down: the place is as exact as ever, in a hold too."""
    began = []
    for remembers in (True, False):
        talk = TrackTalk(*BEGINNING, remembers=remembers)
        talk.device.wait(moment)
        for sentence in ("pause", "open sciatica massage", "yes"):
            talk.say(sentence)
            talk.device.until_listening()
        assert len(talk.plays()) == 2
        began.append(talk.token.began)
    assert began[0] == pytest.approx(began[1], abs=1)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("loop", "don't loop"),
        ("shuffle", "keep to the order"),
    ],
)
def test_no_loop_and_no_shuffle(sentence: str, answer: str) -> None:
    """Both are refused kindly, and the track goes on."""
    talk = TrackTalk(*BEGINNING)
    talk.device.wait(40)
    assert answer in talk.say(sentence)
    talk.device.wait(30)
    assert talk.device.state == "playing" and len(talk.plays()) == 1


@EAGER
@pytest.mark.parametrize(
    "sentence", ["it hurts", "sharp pain", "chest pain", "I can't get up", "I have a fever", "I'm pregnant"]
)
def test_a_safety_word_stops_everything(sentence: str, eager: bool) -> None:
    """Whatever hurts stops the sound and empties the queue, also where nothing is known of the track."""
    for remembers in (True, False):
        talk = TrackTalk(*BEGINNING, eager=eager, remembers=remembers)
        talk.device.wait(70)
        talk.ask(sentence)
        assert kinds(talk, 2) == [STOP, CLEAR]
        talk.device.until_idle()
        talk.device.wait(60)
        assert talk.device.state == "idle"


@EAGER
@pytest.mark.parametrize("sentence", ["for the disclaimer", "does it work", "who should not do this", "where are we"])
def test_a_question_leaves_the_track_alone(sentence: str, eager: bool) -> None:
    """A one-shot question is answered; then the track goes on by itself where it was."""
    talk = TrackTalk(*BEGINNING, eager=eager)
    talk.device.wait(30)
    talk.ask(sentence)
    at = talk.log[-1][1]["context"]["AudioPlayer"]["offsetInMilliseconds"]
    assert not talk.directives(3) and not talk.device.session_open
    talk.device.until_listening()
    assert talk.device.state == "playing"
    started = [body["request"] for _, body, _ in talk.log if body["request"]["type"] == "AudioPlayer.PlaybackStarted"]
    assert started[-1]["offsetInMilliseconds"] == at == 30_000


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("softer", "Softer"),
        ("talk less", "Fewer words"),
        ("slower", "Slower"),
        ("thirty more seconds", "Thirty seconds more"),
    ],
)
def test_a_move_that_changes_the_plan_plays_the_new_one(sentence: str, said: str) -> None:
    """At the same cue: another code, another run, the same place."""
    talk = TrackTalk(*BEGINNING)
    first, timeline = talk.token, talk.timeline
    hold = next(timeline.holds())
    talk.device.wait(hold.start + 5)
    assert said in talk.ask(sentence)
    assert talk.token.code != first.code and talk.token.run > first.run
    there = talk.timeline.locate((talk.token.began - 240) / 1000)
    assert there.span.id == hold.id
    talk.device.until_listening()
    assert talk.device.state == "playing"


def test_buttons_say_nothing() -> None:
    """The player's buttons move the track without a word."""
    talk = TrackTalk(*BEGINNING)
    talk.device.wait(50)
    talk.device.press("Pause")
    assert talk.device.state == "idle" and talk.remembered.track.state == "paused"
    for button in ("Play", "Next", "Previous"):
        talk.device.press(button)
        assert talk.device.state == "playing", button
        talk.device.wait(8)
    assert len(talk.plays()) == 4


def test_after_a_failure_it_is_spoken() -> None:
    """Nothing can be said when a track cannot be played; the next launch says so, and guides by voice."""
    talk = TrackTalk(*BEGINNING, lost=True)
    assert talk.device.state == "idle" and talk.remembered.track.state == "failed"
    assert "did not play" in talk.say("open sciatica massage")
    talk.device.until_listening()
    talk.say("yes")
    assert len(talk.plays()) == 1 and talk.device.session_open


def test_whoever_is_waited_for_is_guided_by_voice() -> None:
    """A track goes on by itself: a guide that waits is no track, and one that begins to wait stops being one."""
    talk = TrackTalk(*BEGINNING)
    talk.device.wait(60)
    assert "wait after each spot" in talk.ask("continue when I say so")
    assert kinds(talk, 1) == [STOP] and talk.device.session_open
    talk.device.until_listening()
    talk.say("go on by yourself")
    talk.device.until_listening()
    assert talk.device.state == "playing" and len(talk.plays()) == 2


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_spot_is_pressed_too_long(data: st.DataObject) -> None:
    """Whatever is said during a track, at whatever moment: no spot is under weight for longer than it may be."""
    talk = TrackTalk(*BEGINNING, eager=data.draw(st.booleans()))
    sentences = st.sampled_from(
        ["pause", "resume", "next", "previous", "repeat", "start over", "ask sciatica massage how long is left",
         "ask sciatica massage thirty more seconds", "ask sciatica massage for the disclaimer", "loop",
         "ask sciatica massage go back twenty seconds", "ask sciatica massage more pressure",
         "ask sciatica massage softer"]
    )  # fmt: skip
    said = []
    for _ in range(data.draw(st.integers(1, 8))):
        talk.device.until_listening()
        talk.device.wait(data.draw(st.integers(1, 60)))
        said.append(data.draw(sentences))
        talk.say(said[-1])
    talk.device.until_idle()
    talk.device.wait(320)
    for spot, (seconds, most) in pressed(talk).items():
        assert seconds <= most + 0.5, (spot, said)


def pressed(talk: TrackTalk) -> dict[tuple[int, str], tuple[float, float]]:
    """The seconds that each visit was under weight, by what the device played, and the most that it may be.

    Who hears an answer stays on the spot unless they are told to come off. "Start over" counts anew.
    """
    found: dict[tuple[int, str], tuple[float, float]] = {}
    guide = of = 0
    since, on, off_at = None, "", -1.0
    for at, body, answer in talk.log:
        request = body["request"]
        kind, name = request["type"], request.get("intent", {}).get("name", "")
        ssml = answer["response"].get("outputSpeech", {}).get("ssml", "")
        token, told = token_from(str(request.get("token", ""))), answer["response"].get("directives", ())
        if name == "AMAZON.StartOverIntent":
            guide += 1
        if "ease off" in ssml.lower() or any(one["type"] in (PLAY, STOP) for one in told):
            on, off_at = "", at
        if kind == "AudioPlayer.PlaybackStarted" and token is not None:
            timeline, began = _timeline(token.code), request["offsetInMilliseconds"] / 1000 - 0.24
            span = timeline.locate(began).span
            if since is not None and on == span.id:
                _add(found, (guide, on), at - since, span.most)
            since, of = None, guide
        if kind in ("AudioPlayer.PlaybackStopped", "AudioPlayer.PlaybackFinished") and token is not None:
            timeline, moment = _timeline(token.code), request["offsetInMilliseconds"] / 1000 - 0.24
            for span in timeline.holds():
                _add(found, (of, span.id), max(min(moment, span.end) - max(began, span.start), 0.0), span.most)
            here = timeline.locate(moment).span
            since, on = at, here.id if here.kind == "hold" and at != off_at else ""  # some tell it after the answer
    return found


def _add(found: dict[tuple[int, str], tuple[float, float]], key: tuple[int, str], seconds: float, most: float) -> None:
    before = found.get(key, (0.0, most))
    found[key] = (before[0] + seconds, max(most, before[1]))


def _timeline(code: str) -> Timeline:
    planned = shared_tracks().find(code)
    assert planned is not None
    return planned.timeline


@given(
    st.integers(0, 10**13 - 1),
    st.integers(0, 10**8),
    st.lists(st.floats(0, 2000, allow_nan=False), max_size=12),
    st.sets(st.integers(0, 11)),
)
def test_a_token_gives_itself_back(run: int, began: int, seconds: list[float], firm: set[int]) -> None:
    """A token holds the run and what was pressed, to the tenth of a second, and Amazon takes it."""
    planned = shared_tracks().planned("piriformis-ball", PlanOptions(600.0), True)
    assert planned is not None
    holds = [span.id for span in planned.timeline.holds()]
    before = dict(zip(holds, seconds, strict=False))
    firmer = {holds[index] for index in firm if index < len(holds)}
    text = token_of(planned.code, run, began, planned.timeline, before, firmer)
    token = token_from(text)
    assert len(text) <= LONGEST_TOKEN and token is not None and str(token) == text
    assert (token.code, token.run, token.began) == (planned.code, run, began)
    for span, value in token.pressed_before(planned.timeline).items():
        assert value == pytest.approx(min(before[span], 999.9), abs=0.051)


@given(st.text(max_size=60) | st.recursive(st.none() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_what_cannot_be_read_is_forgotten(data: Any) -> None:
    """Neither a foreign token nor a damaged row is an error."""
    if isinstance(data, str):
        assert token_from(data) is None or str(token_from(data)) == data
    run = RUN.from_json(data) or Run()
    assert RUN.from_json(RUN.to_json(run)) == run
