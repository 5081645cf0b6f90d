"""A device that plays tracks, the skill behind it, and what both believe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from skill.alexa.skill import Conversation
from skill.dialog.audio_player import Token, token_from
from skill.dialog.practice import Practice
from skill.dialog.state import Remembered, remembered_from_json, remembered_to_json
from skill.models.interaction_model import models_folder
from skill.server.app import create_app
from skill.simulator import envelopes
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import fetch_from
from skill.simulator.envelopes import Profile, Session
from skill.simulator.nlu import Understanding
from skill.simulator.response_rules import check_response
from skill.store.id_key import IdKey
from skill.store.memory import Known, Memory
from skill.store.store import Store
from skill.tracks.planning import Tracks
from speech.script.library import load_pace
from speech.timeline.plan import Timeline
from tests.support.conversing import answer_of
from tests.support.guided import SETTINGS
from tests.support.silent_tracks import shared_tracks, track_resources

BEGINNING = ("open sciatica massage", "piriformis for five minutes, left side first", "ready")
UNDERSTANDING = Understanding.from_file(models_folder() / "en-US.json")


class TrackTalk:
    """Somebody who agreed to be counted, in front of a device that plays. `log` holds each request with its answer."""

    def __init__(
        self,
        *sentences: str,
        eager: bool = True,
        remembers: bool = True,
        lost: bool = False,
        tracks: Tracks | None = None,
    ) -> None:
        tracks = tracks or shared_tracks()
        self.clock, self.profile = Clock(), Profile(eager=eager)
        self.memory = Memory(Store("sqlite://", self.clock) if remembers else None, IdKey(SETTINGS.id_key))
        conversation = Conversation(replace(track_resources(), tracks=tracks), self.memory, self.clock)
        self.app = create_app(SETTINGS, self.clock, conversation, None if lost else tracks)
        self.client = self.app.test_client()
        self.log: list[tuple[float, dict[str, Any], dict[str, Any]]] = []
        fetch, pace = fetch_from(self.client), load_pace().seconds_of
        self.device = Device(self._post, UNDERSTANDING, self.clock, pace, profile=self.profile, fetch=fetch)
        self.remember(Remembered(introduction=99, practice=Practice(counting=True)))
        for sentence in sentences:
            self.device.until_listening()
            self.say(sentence)
        self.device.until_listening()

    def say(self, sentence: str) -> str:
        """Say this now, and give all of the answer."""
        self.device.say(f"Alexa, {sentence}")
        return answer_of(self.device)

    def ask(self, sentence: str) -> str:
        """The same in one breath with the skill's name."""
        return self.say(f"ask sciatica massage {sentence}")

    def post(self, request: dict[str, Any], player: dict[str, Any], session: Session | None = None) -> dict[str, Any]:
        """What is answered to a request that no device made. It keeps every rule."""
        body = envelopes.envelope(self.profile, request, self.clock(), session, player)
        answer: dict[str, Any] = self._post(body)[1]
        assert not check_response(body, answer), (request, answer)
        return answer

    @property
    def remembered(self) -> Remembered:
        """What is known of this person and this device."""
        known = self._known()
        return remembered_from_json(known.person, known.device, True)

    @property
    def token(self) -> Token:
        """Of the track that was put on last."""
        (play,) = self.plays()[-1:]
        found = token_from(play["audioItem"]["stream"]["token"])
        assert found is not None
        return found

    @property
    def timeline(self) -> Timeline:
        """Of the track that was put on last."""
        found = shared_tracks().find(self.token.code)
        assert found is not None
        return found.timeline

    def plays(self) -> list[dict[str, Any]]:
        """Every Play so far."""
        return [one for one in self.directives() if one["type"] == "AudioPlayer.Play"]

    def directives(self, last: int = 0) -> list[dict[str, Any]]:
        """What the player was told, in all answers or in the last so many."""
        return [one for _, _, answer in self.log[-last:] for one in answer["response"].get("directives", [])]

    def _post(self, envelope: dict[str, Any]) -> tuple[int, Any]:
        answer = self.client.post("/alexa", json=envelope)
        body: Any = answer.get_json(silent=True)
        self.log.append((self.clock(), envelope, body))
        return answer.status_code, body

    def _known(self) -> Known:
        return self.memory.load(self.profile.user, self.profile.device)

    def remember(self, remembered: Remembered) -> None:
        """From now on this is known of this person and this device, and nothing else."""
        known = self._known()
        known.person, known.device = remembered_to_json(replace(remembered, available=True))
        self.memory.save(known)
