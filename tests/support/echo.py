"""A skill of a few lines behind a real simulated device, for tests of the device itself."""

from __future__ import annotations

import copy
from typing import Any

from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.speech_timing import Voice

MODEL: dict[str, Any] = {
    "interactionModel": {
        "languageModel": {
            "invocationName": "sciatica massage",
            "intents": [
                {"name": name, "samples": samples, "slots": []}
                for name, samples in {
                    "AMAZON.StopIntent": [],
                    "AMAZON.PauseIntent": [],
                    "AMAZON.ResumeIntent": [],
                    "AMAZON.YesIntent": [],
                    "AMAZON.FallbackIntent": [],
                    "TimeLeftIntent": ["how long is left"],
                    "BeginIntent": ["begin the massage"],
                }.items()
            ],
            "types": [],
        }
    }
}


def seconds_of(text: str) -> float:
    """One second a word: easy to reckon with."""
    return float(len(text.split()))


def ask(text: str, again: str = "Are you there?", **attributes: Any) -> dict[str, Any]:
    """An answer that keeps the session open."""
    return {
        "version": "1.0",
        "sessionAttributes": attributes,
        "response": {
            "outputSpeech": {"type": "SSML", "ssml": f"<speak>{text}</speak>"},
            "reprompt": {"outputSpeech": {"type": "SSML", "ssml": f"<speak>{again}</speak>"}},
            "shouldEndSession": False,
        },
    }


def tell(text: str, *directives: dict[str, Any]) -> dict[str, Any]:
    """An answer that closes the session."""
    response: dict[str, Any] = {
        "outputSpeech": {"type": "SSML", "ssml": f"<speak>{text}</speak>"},
        "shouldEndSession": True,
    }
    if directives:
        response["directives"] = list(directives)
    return {"version": "1.0", "response": response}


def play(token: str, behaviour: str = "REPLACE_ALL", **stream: Any) -> dict[str, Any]:
    """A Play directive."""
    fields = {"url": f"https://example.com/{token}.mp3", "token": token, "offsetInMilliseconds": 0, **stream}
    return {"type": "AudioPlayer.Play", "playBehavior": behaviour, "audioItem": {"stream": fields}}


class FakeSkill:
    """Answers by the name of the intent, or the type of the request, and keeps every envelope it got."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {"LaunchRequest": ask("Hello. Shall we begin?"), **answers}
        self.envelopes: list[dict[str, Any]] = []
        self.status = 200

    def post(self, envelope: dict[str, Any]) -> tuple[int, Any]:
        self.envelopes.append(envelope)
        answer = self.answers.get(self.names[-1], {"version": "1.0", "response": {}})
        return self.status, copy.deepcopy(answer)

    @property
    def names(self) -> list[str]:
        """The requests so far, without their prefixes: LaunchRequest, StopIntent, PlaybackStarted, ..."""
        requests = [envelope["request"] for envelope in self.envelopes]
        return [request.get("intent", {}).get("name", request["type"]).rpartition(".")[2] for request in requests]


def device(skill: FakeSkill, voice: Voice | None = None, **more: Any) -> Device:
    """A device in front of this skill, at one second a word."""
    return Device(
        skill.post,
        Understanding(MODEL),
        Clock(),
        seconds_of,
        voice=voice or Voice(),
        profile=Profile(),
        **more,
    )
