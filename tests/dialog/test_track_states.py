"""Every request in every state of a track gets a valid answer; what is old, repeated or changed since does no harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.skill import Conversation
from skill.dialog.audio_player import KEPT_FOR
from skill.dialog.track_mode import STOPPING
from skill.models.interaction_model import model_file
from skill.server.app import create_app
from skill.simulator import envelopes
from skill.simulator.echo import silent_tracks
from skill.simulator.envelopes import Session
from skill.tracks.planning import Tracks
from speech.audio.track import LEAD
from speech.script.model import Say, Script
from tests.support.guided import SETTINGS
from tests.support.handlers import HANDLERS
from tests.support.listener import shared_resources
from tests.support.scripts import built
from tests.support.silent_tracks import shared_tracks
from tests.support.track_talk import BEGINNING, TrackTalk

MODEL: Mapping[str, Any] = json.loads(model_file().read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
INTENTS = tuple(intent["name"] for intent in MODEL["intents"])
PROVE = os.environ.get("MASSAGE_PROVE") == "1"
PLAY, STOP, CLEAR = "AudioPlayer.Play", "AudioPlayer.Stop", "AudioPlayer.ClearQueue"


def in_a_hold(talk: TrackTalk) -> None:
    talk.device.wait(next(talk.timeline.holds()).start + 20)


def in_a_rest(talk: TrackTalk) -> None:
    talk.device.wait(next(talk.timeline.holds()).end + 3)


def paused(talk: TrackTalk) -> None:
    in_a_hold(talk)
    talk.say("pause")
    talk.device.until_listening()


def ended(talk: TrackTalk) -> None:
    talk.device.wait(400)


STATES: Mapping[str, Callable[[TrackTalk], None]] = {
    "in a hold": in_a_hold, "in a rest": in_a_rest, "paused": paused, "ended": ended
}  # fmt: skip


def player(talk: TrackTalk, **changed: Any) -> dict[str, Any]:
    """What the device's player is, as the last request told it."""
    told = [body["context"]["AudioPlayer"] for _, body, _ in talk.log if "token" in body["context"]["AudioPlayer"]]
    stopped = {"token": str(talk.token), "offsetInMilliseconds": 0, "playerActivity": "STOPPED"}
    return {**(told[-1] if told else stopped), **changed}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("remembers", [True, False])
def test_every_request_in_every_state(state: str, remembers: bool) -> None:
    """Whatever is asked: a valid answer, one thing at most for the player, and safety stops the sound."""
    talk = TrackTalk(*BEGINNING, remembers=remembers)
    STATES[state](talk)
    known = talk.remembered
    for activity in ("PLAYING", "STOPPED", "FINISHED") if PROVE else ("PLAYING", "STOPPED"):
        seen = player(talk, playerActivity=activity)
        for name in INTENTS:
            talk.remember(known)
            answer = talk.post(envelopes.intent({"name": name}), seen, Session())
            kinds = [one["type"] for one in answer["response"].get("directives", ())]
            assert kinds in ([], [PLAY], [STOP], [STOP, CLEAR], ["Connections.SendRequest"]), (name, kinds)
            if name in STOPPING:
                assert kinds == [STOP, CLEAR], name
        for button in ("Play", "Pause", "Next", "Previous"):
            talk.remember(known)
            talk.post(envelopes.button(button), seen)
        talk.post(envelopes.launch(), seen, Session())


def test_every_request_of_the_player_has_a_handler() -> None:
    """Each of Amazon's events and buttons is answered on purpose."""
    events = ("Started", "Stopped", "NearlyFinished", "Finished", "Failed")
    assert all(f"AudioPlayer.Playback{event}" in HANDLERS for event in events)
    buttons = ("Play", "Pause", "Next", "Previous")
    assert all(f"PlaybackController.{button}CommandIssued" in HANDLERS for button in buttons)


def test_a_repeated_request_plays_the_same_run() -> None:
    """A request that Alexa sends again gets the run that it got, not a new one; only the captions are not kept."""
    talk = TrackTalk(*BEGINNING)
    _, body, answer = next(one for one in talk.log if one[2]["response"].get("directives"))
    again = talk.client.post("/alexa", json=body).get_json()
    first, second = (one["response"]["directives"][0]["audioItem"] for one in (answer, again))
    assert second["stream"]["token"] == first["stream"]["token"]
    assert second["metadata"] == first["metadata"] and "captionData" not in second["stream"]


def written(talk: TrackTalk, script: Script) -> Tracks:
    """From now on the scripts of this talk have this one in place of the one of its name; gives its new tracks."""
    resources = shared_resources()
    library = replace(resources.library, scripts={**resources.library.scripts, script.id: script})
    tracks = silent_tracks(replace(resources, library=library))
    conversation = Conversation(replace(resources, library=library, tracks=tracks), talk.memory, talk.clock)
    talk.client = create_app(SETTINGS, talk.clock, conversation, tracks).test_client()
    return tracks


def edited(script: Script) -> Script:
    """The script with another sentence at the beginning of each side."""
    more = Say("other", ("Now breathe with your whole back, three times.",), 6.0)
    routines = {
        place: replace(each, each_side=(more, *each.each_side)) for place, each in script.routines.items()
    }  # fmt: skip
    return replace(script, routines=routines, digest="f" * len(script.digest))


@pytest.mark.parametrize(("minutes", "plays"), [("two", 0), ("three", 1)])
def test_a_short_guide_is_spoken(minutes: str, plays: int) -> None:
    """From three minutes on a guide is a track; a shorter one is guided by voice, in an open session."""
    hold = {"hold": "spot", "say": "Rest your weight.", "seconds": 30, "at most": 60}
    steps = [{"rounds": [hold, {"rest": 10, "at most": 30, "say": "Off."}]}]
    script = built(piriformis_ball={"name": "piriformis ball release", "minutes": {"least": 2, "usual": 3, "most": 6},
                                    "sides": "both", "places": {"floor": {"each side": steps}}})  # fmt: skip
    talk = TrackTalk()
    written(talk, script["piriformis-ball"])
    for sentence in ("open sciatica massage", f"piriformis for {minutes} minutes, left side first", "ready"):
        talk.say(sentence)
        talk.device.until_listening()
    assert len(talk.plays()) == plays
    assert talk.device.session_open is not bool(plays)


def test_a_script_that_was_changed_goes_on_at_the_same_cue() -> None:
    """Edited while it was paused: resuming says so, and plays the present script from the cue where it was."""
    talk = TrackTalk(*BEGINNING)
    hold = list(talk.timeline.holds())[-1]
    talk.device.wait(hold.start + 15)
    talk.say("pause")
    talk.device.until_listening()
    before, old = talk.remembered.unfinished, talk.token
    tracks = written(talk, edited(shared_resources().library.scripts["piriformis-ball"]))
    assert talk.client.get(f"/tracks/{old.code}.mp3").status_code == 404
    assert "changed this one a little" in talk.say("resume")
    found = tracks.find(talk.token.code)
    assert found is not None and before is not None
    there = found.timeline.locate((talk.token.began - LEAD) / 1000)
    assert there.span.id == hold.id and there.position.cue == before.at.cue
    assert there.position.seconds == pytest.approx(before.at.seconds, abs=0.1)
    second = found.timeline.locate(hold.start + 15)
    assert second.position.cue != before.at.cue or abs(second.moment - there.moment) > 1


def test_a_script_that_was_changed_while_it_plays_goes_on_from_the_cue_that_was_told() -> None:
    """A new version is put into service while people lie there: the last cue that is known, and as long as was played
    since; never back to where the track began, and what was pressed meanwhile counts."""
    talk = TrackTalk(*BEGINNING)
    first, second = list(talk.timeline.holds())[:2]
    talk.device.wait(second.start + 4)
    talk.ask("where are we")
    talk.device.until_listening()
    known, old, began = talk.remembered.unfinished, talk.remembered.track, talk.clock()
    assert known is not None
    tracks = written(talk, edited(shared_resources().library.scripts["piriformis-ball"]))
    talk.device.wait(10)
    assert "changed this one a little" in talk.say("resume")
    played = talk.log[-1][1]["context"]["AudioPlayer"]["offsetInMilliseconds"] - old.offset
    assert 10_000 <= played <= (talk.clock() - began) * 1000
    found = tracks.find(talk.token.code)
    assert found is not None
    moment = found.timeline.locate(known.at).moment + played / 1000
    assert (talk.token.began - LEAD) / 1000 == pytest.approx(moment, abs=0.1)
    pressed = talk.token.pressed_before(found.timeline)
    assert pressed[second.id] >= known.pressed[second.id] + played / 1000 - 0.2
    assert pressed[first.id] == pytest.approx(known.pressed[first.id], abs=0.1)


def test_a_changed_script_without_a_memory_goes_on_at_the_same_second() -> None:
    """A code of yesterday's script is a 404; where nobody remembers the cue, its second is taken, and that is told."""
    talk = TrackTalk(*BEGINNING)
    talk.device.wait(next(talk.timeline.holds()).start + 20)
    talk.say("pause")
    before = talk.token
    fields = before.code.split(".")
    old = ".".join([*fields[:2], "0" * 10, *fields[3:]])
    assert talk.client.get(f"/tracks/{old}.mp3").status_code == 404
    remembered = talk.remembered
    assert remembered.unfinished is not None
    seen = player(talk, token=str(before).replace(before.code, old))
    fresh = TrackTalk()
    fresh.clock.move_to(talk.clock.milliseconds)
    answer = fresh.post(
        envelopes.intent({"name": "AMAZON.ResumeIntent"}), {**seen, "playerActivity": "PLAYING"}, Session()
    )
    assert "changed this one a little" in answer["response"]["outputSpeech"]["ssml"]
    assert shared_tracks().find(fresh.token.code) is not None
    assert abs(fresh.token.began - before.began - seen["offsetInMilliseconds"]) < 1_000


def test_nobody_is_told_of_a_track_that_they_had_forgotten() -> None:
    """After "forget me" a token that lies on the device is not believed, unless it plays; nor is one of long ago."""
    talk = TrackTalk(*BEGINNING)
    paused(talk)
    talk.say("open sciatica massage")
    talk.device.until_listening()
    talk.say("forget everything about me")
    talk.device.until_listening()
    talk.say("yes")
    assert "not finished" not in talk.say("open sciatica massage")

    late = TrackTalk(*BEGINNING, remembers=False)
    paused(late)
    late.device.wait(KEPT_FOR + 3600)
    assert "not finished" not in late.say("open sciatica massage")


def test_an_older_token_does_not_come_back() -> None:
    """A context that tells of an older run than is remembered is late: the newer one's place holds."""
    talk = TrackTalk(*BEGINNING)
    old = str(talk.token)
    talk.device.wait(20)
    talk.say("next")
    began = talk.token.began
    seen = {"token": old, "offsetInMilliseconds": 20_000, "playerActivity": "PLAYING"}
    talk.post(envelopes.intent({"name": "AMAZON.PauseIntent"}), seen, Session())
    talk.post(envelopes.intent({"name": "AMAZON.ResumeIntent"}), seen, Session())
    assert talk.token.began == began


def test_a_spoken_guide_ends_the_track_for_good() -> None:
    """Once something else is guided by voice, a report of the old track brings it back no more."""
    talk = TrackTalk(*BEGINNING)
    old = str(talk.token)
    paused(talk)
    talk.say("open sciatica massage")
    talk.device.until_listening()
    talk.say("wait for me")
    talk.device.until_listening()
    talk.say("yes")
    assert talk.remembered.track.state == "over"
    before = talk.remembered.unfinished
    talk.post(envelopes.player_event("PlaybackStopped", old, 200_000), {})
    talk.post(envelopes.player_event("PlaybackFinished", old, 300_240), {})
    assert talk.remembered.unfinished == before and talk.remembered.practice.finished == 0


TALK = TrackTalk(*BEGINNING)
TOKEN = str(TALK.token)
OFFSETS = st.integers(-5, 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.none() | st.text(max_size=5)
TOKENS = (
    st.just(TOKEN) | st.text(max_size=40) | st.integers(0, len(TOKEN)).map(lambda at: TOKEN[:at] + "9" + TOKEN[at:])
)
PLAYERS = st.fixed_dictionaries(
    {},
    optional={
        "token": TOKENS,
        "offsetInMilliseconds": OFFSETS,
        "playerActivity": st.sampled_from(["PLAYING", "STOPPED", "FINISHED", "IDLE", "odd"]),
    },
)


@given(PLAYERS, st.sampled_from([*INTENTS, *(name for name in HANDLERS if "Play" in name)]))
def test_no_player_is_too_odd(seen: dict[str, Any], name: str) -> None:
    """Whatever a context or an event holds for token, millisecond and activity, the answer keeps every rule."""
    request = envelopes.intent({"name": name}) if name in INTENTS else {"type": name, **seen}
    TALK.post(request, seen, Session() if name in INTENTS else None)
