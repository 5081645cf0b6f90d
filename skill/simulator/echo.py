"""A simulated device in front of the real app: requests and tracks go through it as bytes; tracks may be silent."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from skill.dialog.planner import Resources
from skill.locales import language_of
from skill.models.interaction_model import model_file
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.envelopes import Profile
from skill.simulator.nlu import Understanding
from skill.simulator.playback import Fetch, Sound, Words, endless
from skill.simulator.speech_timing import Says, Voice
from skill.tracks.planning import Tracks
from speech.audio.clips import BELL, Clip
from speech.audio.mp3 import SILENT_FRAME
from speech.audio.rendering import key_of, texts_of
from speech.audio.speakers import Speaker
from speech.audio.voices import Silent
from speech.script.library import load_pace
from speech.timeline.grid import FRAME_MILLISECONDS

BYTES_A_MILLISECOND = 8
"""Of an MP3 of 64 kbit/s, the only kind that the skill makes."""
FIRST = b"\xff\xfb"
"""How a frame of such an MP3 begins: MPEG 1, layer III, without a checksum."""
ADDRESS = "https://massage.example.com"
"""Where the simulated device believes the tracks to be; it asks the app itself."""
NOTE = 0.5
"""Seconds of the bell."""
_CUE = re.compile(r"(\d+:\d\d:\d\d\.\d{3}) --> (\d+:\d\d:\d\d\.\d{3})\n(.+)")
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


def _words(captions: str) -> Iterator[Words]:
    for start, end, text in _CUE.findall(captions):
        yield Words(_milliseconds(start), _milliseconds(end), html.unescape(text))


def _milliseconds(stamp: str) -> int:
    hours, minutes, seconds = stamp.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


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


class SilentClips(dict[str, Clip]):
    """Clips of silence by their keys."""

    find = dict.get


def silent_tracks(resources: Resources) -> Tracks:
    """Tracks of these scripts that consist of silence, so that no voice has to render clips first.

    Every cue has its estimated length.
    """
    seconds_of, clips = resources.pace.cue_seconds, SilentClips()
    voice = Silent(seconds_of)
    for text in texts_of(resources.library):
        milliseconds = max(round((NOTE if text == BELL else seconds_of(text)) * 1000), 1)
        frames = SILENT_FRAME * (milliseconds // FRAME_MILLISECONDS + 2)
        clips[key_of(text, voice)] = Clip(frames, milliseconds)
    return Tracks(resources.library, ADDRESS, [Speaker(voice, clips)])
