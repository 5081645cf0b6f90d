"""The skill as an AWS Lambda function, with its memory in a table and its tracks in a bucket (moto servers)."""

from __future__ import annotations

import importlib
import json
import logging
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from skill.alexa.request_log import Line
from skill.alexa.skill import Conversation
from skill.aws_urls import dynamodb_of
from skill.dialog.turn import Reply, Turn
from skill.errors import RequestRefused, SettingInvalid, StoreUnavailable
from skill.models.interaction_model import models_folder
from skill.server.config import Settings
from skill.server.lambda_function import Function
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile, Session
from skill.simulator.nlu import Understanding
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
from skill.store.memory import Memory
from skill.tracks.s3 import S3Tracks
from speech.script.library import load_pace
from tests.support.aws import REGION, Dynamo, client
from tests.support.conversing import answer_of
from tests.support.listener import shared_by_locale, shared_resources

PROFILE = Profile()
BUCKET = "tracks-of-the-function"
_tables = count(1)
TALK = ("open sciatica massage", "piriformis for five minutes, left side first", "ready", "ready")


class Called:
    """A device, the function that answers it, and the line of each request."""

    def __init__(self, function: Function, lines: list[Line], clock: Clock) -> None:
        self.function, self.lines, self.answers = function, lines, list[dict[str, Any]]()
        understanding = Understanding.from_file(models_folder() / "en-US.json")
        self.device = Device(self._post, understanding, clock, load_pace().seconds_of, profile=PROFILE)

    def say(self, *sentences: str) -> str:
        """Say these, each once the device listens; the last answer."""
        for sentence in sentences:
            self.device.until_listening()
            self.device.say(f"Alexa, {sentence}")
        return answer_of(self.device)

    def plays(self) -> list[str]:
        """The addresses of the tracks that were put on."""
        told = [one for answer in self.answers for one in answer["response"].get("directives", ())]
        return [one["audioItem"]["stream"]["url"] for one in told if one["type"] == "AudioPlayer.Play"]

    def _post(self, envelope: dict[str, Any]) -> tuple[int, Any]:
        answer = self.function(json.loads(json.dumps(envelope)), None)
        assert check_response(envelope, answer) == []
        self.answers.append(answer)
        return 200, answer


@pytest.fixture
def env(moto: str, patience: None) -> Mapping[str, str]:
    """What the template gives to the function, with servers on loopback."""
    table = Dynamo.new(moto, f"function{next(_tables)}")
    made = client("s3", moto)
    if BUCKET not in [one["Name"] for one in made.list_buckets()["Buckets"]]:
        made.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return {
        "MASSAGE_SKILL_ID": PROFILE.application,
        "MASSAGE_DATABASE_URL": table.url,
        "MASSAGE_ID_KEY": "a key for tests only",
        "MASSAGE_BUCKET": f"s3://{BUCKET}?region={REGION}&endpoint={moto}",
        "MASSAGE_PUBLIC_URL": "https://cdn.example.com",
    }


def called(env: Mapping[str, str]) -> Called:
    lines: list[Line] = []
    clock = Clock()
    return Called(Function(Settings.from_environment(env), clock, write_line=lines.append), lines, clock)


def test_a_massage_from_launch_to_track(env: Mapping[str, str], moto: str) -> None:
    """Asked, guided down, and played from the bucket: the address is the CDN's, and the bytes are there."""
    asked = called(env)
    asked.say(*TALK)
    (address,) = asked.plays()
    assert address.startswith("https://cdn.example.com/tracks/1.piriformis-ball.")
    path = address.removeprefix("https://cdn.example.com/")
    body = client("s3", moto).get_object(Bucket=BUCKET, Key=path, Range="bytes=0-1")["Body"].read()
    assert body == b"\xff\xfb"
    assert [line.outcome for line in asked.lines] == ["answered"] * len(TALK)


def test_what_one_instance_was_told_another_knows(env: Mapping[str, str]) -> None:
    """Any instance of the function answers any request: what was said stands in the table."""
    called(env).say("open sciatica massage", "piriformis for five minutes, left side first", "stop")
    again = called(env)
    again.say("open sciatica massage")
    assert "piriformis" in answer_of(again.device)


def test_a_bucket_that_is_down_is_no_silence(env: Mapping[str, str]) -> None:
    """Where a track cannot be put into the bucket the massage is spoken."""
    lost = env["MASSAGE_BUCKET"].replace(BUCKET, "no-such-bucket")
    asked = called({**env, "MASSAGE_BUCKET": lost})
    asked.say(*TALK)
    assert asked.plays() == []
    assert "Ball" in json.dumps(asked.answers[-1]["response"]["outputSpeech"])


def test_a_bucket_that_comes_late_does_not_cut_a_track(env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A track that the device plays already is there, whatever the bucket says just now."""
    asked = called(env)
    asked.say(*TALK)
    monkeypatch.setattr(S3Tracks, "__call__", lambda *_: False)
    assert "left" in asked.say("ask sciatica massage how long is left")
    assert "directives" not in asked.answers[-1]["response"]


def test_who_disables_the_skill_is_forgotten(env: Mapping[str, str], moto: str) -> None:
    """All that is kept of a person is one item, and it goes; while that cannot be, the event fails to be sent again."""
    asked = called(env)
    asked.say("open sciatica massage")
    table = Dynamo(moto, dynamodb_of(env["MASSAGE_DATABASE_URL"]).name)
    assert len(table.items()) == 1
    event = envelopes.envelope(PROFILE, {"type": "AlexaSkillEvent.SkillDisabled"}, asked.device.clock(), None)
    lost = called({**env, "MASSAGE_DATABASE_URL": f"dynamodb://no-such-table?region={REGION}&endpoint={moto}"})
    with pytest.raises(StoreUnavailable):
        lost.function(event)
    assert lost.lines[-1].outcome == "postponed"
    assert asked.function(event)["response"] == {}
    assert table.items() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"context": {"System": {"application": {"applicationId": "amzn1.ask.skill.other"}}}}, "another skill"),
        ({"request": {"type": "LaunchRequest", "timestamp": "2001-01-01T00:00:00Z"}}, "not sent just now"),
        ({"request": {"type": "LaunchRequest"}}, "not sent just now"),
        ({"request": None}, "no request"),
        ({"much": "x" * 300_000}, "too large"),
    ],
    ids=["skill", "old", "undated", "nothing", "large"],
)
def test_what_is_not_ours_is_refused(change: dict[str, Any], told: str) -> None:
    """Another skill's request, an old one, or none at all is a failure, of which one line tells and nothing more."""
    lines: list[Line] = []
    settings, clock = Settings("sqlite://", PROFILE.application), Clock()
    function = Function(settings, clock, conversation_of(settings, clock), lines.append)
    envelope = envelopes.envelope(PROFILE, envelopes.launch(), clock(), Session())
    with pytest.raises(RequestRefused, match=told):
        function({**envelope, **change})
    with pytest.raises(RequestRefused):
        function("no envelope")
    assert [line.outcome for line in lines] == ["refused", "refused"]


def test_a_failure_is_spoken(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong inside, what is given back is an answer."""
    caplog.set_level(logging.ERROR)
    settings, clock, lines = Settings("sqlite://", PROFILE.application), Clock(), list[Line]()

    def fail(turn: Turn) -> Reply:
        raise RuntimeError("a secret")

    monkeypatch.setattr("skill.alexa.skill.handlers_for", lambda _: {"LaunchRequest": fail})
    broken = conversation_of(settings, clock)
    envelope = envelopes.envelope(PROFILE, envelopes.launch(), clock(), Session())
    answer = Function(settings, clock, broken, lines.append)(envelope)
    assert check_response(envelope, answer) == [] and answer["response"]["shouldEndSession"]
    assert lines[-1].outcome == "apologised" and "secret" not in caplog.text


def test_a_function_knows_its_skill() -> None:
    """Without a skill id anybody's request would be answered: there is no loopback in a function."""
    with pytest.raises(SettingInvalid, match="MASSAGE_SKILL_ID"):
        Function(Settings("sqlite://"))


def test_the_handler_is_built_from_the_environment(
    env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What Lambda calls is the skill of its variables, and each request is one line of its log."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    handler = importlib.import_module("skill.server.lambda_handler").handler
    envelope = envelopes.envelope(PROFILE, envelopes.launch(), time.time(), Session())
    assert check_response(envelope, handler(envelope, object())) == []
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["intent"] == "LaunchRequest"


def conversation_of(settings: Settings, clock: Clock) -> Conversation:
    return Conversation(shared_resources(), Memory(None, IdKey(settings.id_key)), clock, shared_by_locale())
