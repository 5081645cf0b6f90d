"""`/tracks`: whole, in ranges, under conditions, and nothing that is no plan of ours."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from skill.server.track_routes import MAX_SENDINGS, track_routes
from skill.simulator.echo import silent_tracks
from skill.tracks.code import decode, encode
from skill.tracks.planning import Planned, Tracks
from speech.audio.speakers import Speaker
from speech.audio.track import LEAD
from speech.errors import ClipMissing
from speech.timeline.options import PlanOptions
from tests.support.audio import Humming
from tests.support.guided import SETTINGS, skill_app
from tests.support.listener import shared_resources
from tests.support.scripts import built
from tests.support.silent_tracks import shared_tracks


def planned(options: PlanOptions = PlanOptions(), script: str = "piriformis-ball") -> Planned:  # noqa: B008 - frozen
    found = shared_tracks().planned(script, options, True)
    assert found is not None
    return found


def client() -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(track_routes(shared_tracks()))
    return app.test_client()


TRACK = planned()
PATH = f"/tracks/{TRACK.code}.mp3"
SIZE = TRACK.track.size
CLIENT = client()


def test_the_whole() -> None:
    """A track has its length at once, may be kept for a year, and is as long as was asked, within a second."""
    answer = CLIENT.get(PATH)
    assert answer.status_code == 200 and answer.mimetype == "audio/mpeg"
    assert answer.content_length == SIZE == len(answer.data)
    assert answer.data == TRACK.track.read(0, SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.cache_control.max_age == 31_536_000 and answer.cache_control.public
    assert answer.get_etag()[1] is False, "a strong one: the same bytes"
    assert abs(SIZE / 8_000 - 360 - LEAD / 1000) <= 1


def test_head_tells_the_same_without_the_bytes() -> None:
    """HEAD has the headers of GET, and no body."""
    head, get = CLIENT.head(PATH), CLIENT.get(PATH)
    assert head.data == b"" and head.status_code == 200
    assert dict(head.headers) == dict(get.headers)


@given(st.integers(0, SIZE - 1), st.integers(0, 300_000))
def test_any_range_is_a_slice_of_the_whole(start: int, length: int) -> None:
    """What a range gives are the bytes that the whole has there."""
    answer = CLIENT.get(PATH, headers={"Range": f"bytes={start}-{start + length}"})
    stop = min(start + length + 1, SIZE)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.content_length == stop - start
    assert answer.data == TRACK.track.read(start, stop)


def test_ranges_that_are_open() -> None:
    """From a byte to the end, and the last so many bytes."""
    assert CLIENT.get(PATH, headers={"Range": f"bytes={SIZE - 500}-"}).data == TRACK.track.read(SIZE - 500, SIZE)
    assert CLIENT.get(PATH, headers={"Range": "bytes=-192"}).data == TRACK.track.read(SIZE - 192, SIZE)


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_outside(header: str) -> None:
    """Beyond its end there is nothing: 416, with the length."""
    answer = CLIENT.get(PATH, headers={"Range": header})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("header", ["bytes=0-1,5-9", "bytes=9-3", "lines=1-2", "bytes=a-b", "bytes=--5", ""])
def test_a_range_that_is_none(header: str) -> None:
    """Several ranges, or what is no range, are answered with the whole, as RFC 9110 allows and asks."""
    answer = CLIENT.get(PATH, headers={"Range": header})
    assert answer.status_code == 200 and answer.content_length == SIZE


def test_conditions() -> None:
    """304 for a client that has it; If-Range gives the part only of the same bytes."""
    etag = CLIENT.head(PATH).headers["ETag"]
    kept = CLIENT.get(PATH, headers={"If-None-Match": etag})
    assert kept.status_code == 304 and kept.data == b"" and kept.headers["ETag"] == etag
    assert CLIENT.get(PATH, headers={"If-None-Match": '"other"'}).status_code == 200
    part = {"Range": "bytes=0-99"}
    assert CLIENT.get(PATH, headers={**part, "If-Range": etag}).status_code == 206
    assert CLIENT.get(PATH, headers={**part, "If-Range": '"other"'}).status_code == 200


def test_captions() -> None:
    """The same plan as WebVTT, complete, under the same conditions."""
    answer = CLIENT.get(f"/tracks/{TRACK.code}.vtt")
    assert answer.mimetype == "text/vtt" and answer.text.startswith("WEBVTT\n")
    assert all(cue.text in answer.text for cue in TRACK.timeline.cues if cue.start >= 0)
    assert answer.headers["ETag"] != CLIENT.head(PATH).headers["ETag"]
    again = CLIENT.get(f"/tracks/{TRACK.code}.vtt", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_so_many_at_once() -> None:
    """Beyond a limit no further track is sent, so that threads are left for requests; a track that ended makes room."""
    asked = client()
    listening = [asked.get(PATH) for _ in range(MAX_SENDINGS)]
    assert {each.status_code for each in listening} == {200}
    busy = asked.get(PATH)
    assert busy.status_code == 503 and int(busy.headers["Retry-After"]) > 0
    assert asked.get(f"/tracks/{TRACK.code}.vtt").status_code == 200
    etag = listening[0].headers["ETag"]
    listening[0].close()
    statuses = []
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": f"bytes={SIZE}-"}, {"If-None-Match": etag}, {}):
        with asked.get(PATH, headers=headers) as answer:
            statuses.append(answer.status_code)
    assert statuses == [200, 206, 416, 304, 200]
    assert [asked.head(PATH).status_code for _ in range(2)] == [200, 200]


def test_only_plans_that_exist() -> None:
    """A code whose script, voice or content is another today is a 404, and so is anything else."""
    plan = decode(TRACK.code)
    assert plan is not None
    others = [
        replace(plan, digest="0" * 10),
        replace(plan, content="0" * 12),
        replace(plan, voice="kokoro"),
        replace(plan, script="unknown"),
        replace(plan, bell=False),
        replace(plan, options=replace(plan.options, waits=True)),
        replace(plan, options=replace(plan.options, place="ceiling")),
        replace(plan, options=replace(plan.options, seconds=301.0)),
    ]
    codes = [encode(one) or "" for one in others]
    for code in (*codes, "", "x", "..", "%2e%2e%2fconfig", "a" * 5000, f"{TRACK.code}x"):
        assert CLIENT.get(f"/tracks/{code}.mp3").status_code == 404, code
        assert CLIENT.get(f"/tracks/{code}.vtt").status_code == 404, code
    assert CLIENT.post(PATH).status_code == 405


def test_a_track_takes_no_memory() -> None:
    """Half an hour is sent a little at a time: what it takes does not grow with its length."""
    long = planned(PlanOptions(seconds=1800.0), "full-session")
    assert long.track.size > 14_000_000
    answer = CLIENT.get(f"/tracks/{long.code}.mp3", buffered=False)
    tracemalloc.start()
    try:
        total = sum(len(chunk) for chunk in answer.iter_encoded())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == long.track.size and peak < 2_000_000


def test_the_picture_is_there() -> None:
    """What a screen shows beside a track is served where the track says that it is."""
    assert CLIENT.get("/tracks/art.png").data.startswith(b"\x89PNG")


def test_without_tracks_there_is_no_door() -> None:
    """A skill that speaks everything serves none."""
    assert skill_app(lambda: 0.0).test_client().get(PATH).status_code == 404
    assert SETTINGS.public_url is None


def test_a_script_without_a_clip_is_no_track() -> None:
    """A whole track in one voice, or none: where a sentence was never spoken, the guide is spoken by Alexa."""

    class NoVoice:
        def find(self, key: str) -> None:
            return None

    tracks = Tracks(shared_resources().library, "https://a.example.com", [Speaker(Humming(), NoVoice())])
    assert tracks.planned("piriformis-ball", PlanOptions(), True) is None
    with pytest.raises(ClipMissing):
        tracks.timeline_of("piriformis-ball", PlanOptions())


def test_a_script_that_waits_for_an_answer_is_no_track() -> None:
    """A step of its own may wait until the person says that they are ready, which a track cannot hear."""

    def tracks(*steps: Mapping[str, object]) -> Tracks:
        hold = {"hold": "spot", "say": "Rest your weight.", "seconds": 40, "at most": 80}
        routine = {"rounds": [hold, {"rest": 10, "at most": 40, "say": "Off."}]}
        fields = {"name": "own", "minutes": {"least": 3, "usual": 4, "most": 6}, "sides": "none"}
        own = built(own={**fields, "places": {"wall": {"each side": [*steps, routine]}}})["own"]
        resources = replace(shared_resources(), library=replace(shared_resources().library, scripts={"own": own}))
        return silent_tracks(resources)

    assert tracks().planned("own", PlanOptions(), True) is not None
    waits = tracks({"open": "next", "say": "Turn round, and say ready.", "settle": 10})
    assert waits.planned("own", PlanOptions(), True) is None
    assert waits.rendered("own", PlanOptions(), True, 5.0) is None
