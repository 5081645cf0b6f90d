"""A simulated device in front of the real app: requests and tracks go through it as bytes."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from skill.locales import language_of
from skill.models.interaction_model import model_file
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.playback import Fetch, Sound, Words, endless
from skill.simulator.speech_timing import Says, Voice
from speech.script.library import load_pace

BYTES_A_MILLISECOND = 8
"""Of an MP3 of 64 kbit/s, the only kind that the skill makes."""
FIRST = b"\xff\xfb"
"""How a frame of such an MP3 begins: MPEG 1, layer III, without a checksum."""
_CUE = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})\n(.+)")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def fetch_from(client: FlaskClient) -> Fetch:
    """A fetch from the app of this client, whatever the host of the address."""

    def fetch(url: str, offset: int) -> Sound | None:
        path = urlsplit(url).path
        if not path.startswith("/tracks/"):
            return endless(url, offset)
        start = offset * BYTES_A_MILLISECOND // 192 * 192
        answer = client.get(path, headers={"Range": f"bytes={start}-"})
        span = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status_code != 206 or answer.mimetype != "audio/mpeg" or span is None:
            return None
        size = int(span[3])
        if int(span[1]) != start or len(answer.data) != size - start or not answer.data.startswith(FIRST):
            return None
        captions = client.get(f"{path.removesuffix('.mp3')}.vtt")
        words = tuple(_words(captions.text)) if captions.status_code == 200 else ()
        return Sound(math.ceil(size / BYTES_A_MILLISECOND) / 1000, words)

    return fetch


def _words(captions: str) -> list[Words]:
    found = []
    for match in _CUE.finditer(captions):
        numbers = [int(number) for number in match.groups()[:8]]
        start, end = (_milliseconds(numbers[at : at + 4]) for at in (0, 4))
        text = match[9].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        found.append(Words(start, end, text))
    return found


def _milliseconds(parts: list[int]) -> int:
    hours, minutes, seconds, rest = parts
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


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
    understanding = understanding or Understanding.from_file(model_file(profile.locale))
    pace, fetch = load_pace(language), fetch_from(client)
    return Device(post, understanding, clock, pace.seconds_of, voice=voice, profile=profile, fetch=fetch, says=says)
