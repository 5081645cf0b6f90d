"""A simulated device in front of the real app: every request goes through `POST /alexa`, as bytes."""

from __future__ import annotations

from typing import Any

from flask import Flask

from skill.locales import language_of
from skill.models.interaction_model import models_folder
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.speech_timing import Says, Voice
from skill.simulator.track_fetching import fetch_from
from speech.script.pace import load_pace


def echo_for(
    app: Flask,
    clock: Clock,
    *,
    voice: Voice = Voice(),  # noqa: B008 - frozen
    profile: Profile = Profile(),  # noqa: B008 - frozen
    understanding: Understanding | None = None,
    says: Says | None = None,
) -> Device:
    """A device that hears with the committed model of its locale and speaks at the estimated pace.

    `clock` is the one the app was made with; `understanding` and `says` are had where they are shared or measured.
    """
    client = app.test_client()

    def post(envelope: dict[str, Any]) -> tuple[int, Any]:
        answer = client.post("/alexa", json=envelope)
        return answer.status_code, answer.get_json(silent=True)

    language = language_of(profile.locale)
    understanding = understanding or Understanding.from_file(models_folder() / f"{profile.locale}.json")
    pace, fetch = load_pace(language), fetch_from(client)
    return Device(post, understanding, clock, pace.seconds_of, voice=voice, profile=profile, fetch=fetch, says=says)
