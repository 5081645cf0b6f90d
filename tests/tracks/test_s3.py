"""Tracks and clips in a bucket, on a moto server, which is compatible with S3."""

from __future__ import annotations

import logging
import socket
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from skill.aws_urls import AwsResource
from skill.errors import SettingInvalid
from skill.server.config import Settings
from skill.tracks.planning import Planned
from skill.tracks.s3 import RETRY_AFTER, S3Clips, S3Tracks
from speech.audio.captions import captions
from speech.timeline.options import PlanOptions
from tests.support.audio import made_up_clip
from tests.support.aws import PATIENCE, REGION, client
from tests.support.silent_tracks import shared_tracks
from tests.support.stored import Hand

KEY = "0123456789abcdef01234567"
_names = count(1)


@pytest.fixture
def bucket(moto: str) -> AwsResource:
    """An empty bucket."""
    found = AwsResource(f"clips-and-tracks-{next(_names)}", REGION, moto)
    client("s3", moto).create_bucket(Bucket=found.name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return found


@pytest.fixture
def nowhere() -> AwsResource:
    """A bucket at an address where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return AwsResource("nowhere", REGION, f"http://127.0.0.1:{port}")


def planned() -> Planned:
    found = shared_tracks().planned("piriformis-ball", PlanOptions(300.0), True)
    assert found is not None
    return found


def held(bucket: AwsResource, name: str) -> dict[str, Any]:
    """An object as S3 gives it to anybody."""
    found: dict[str, Any] = client("s3", bucket.endpoint or "").get_object(Bucket=bucket.name, Key=name)
    return found | {"Body": found["Body"].read()}


def names(bucket: AwsResource) -> list[str]:
    listed = client("s3", bucket.endpoint or "").list_objects_v2(Bucket=bucket.name)
    return [one["Key"] for one in listed.get("Contents", ())]


def test_a_track_is_in_the_bucket_as_the_skill_would_serve_it(bucket: AwsResource) -> None:
    """Bytes, type and how long they may be kept are those of `/tracks`; captions and picture are beside it."""
    track = planned()
    assert S3Tracks(bucket)(track, PATIENCE)
    sound, words = (held(bucket, f"tracks/{track.code}.{kind}") for kind in ("mp3", "vtt"))
    assert sound["Body"] == b"".join(track.track.chunks()) and sound["ContentType"] == "audio/mpeg"
    assert words["Body"].decode() == captions(track.timeline)
    assert sound["CacheControl"] == words["CacheControl"] == "public, max-age=31536000, immutable"
    assert held(bucket, "tracks/art.png")["ContentType"] == "image/png"


def test_a_track_is_written_once(bucket: AwsResource) -> None:
    """What is there is never written again, by whichever machine."""
    track = planned()
    name = f"tracks/{track.code}.mp3"
    client("s3", bucket.endpoint or "").put_object(Bucket=bucket.name, Key=name, Body=b"the first")
    tracks = S3Tracks(bucket)
    assert tracks(track, PATIENCE) and tracks(track, PATIENCE)
    assert held(bucket, name)["Body"] == b"the first"


def test_machines_that_write_the_same_track_at_once(bucket: AwsResource) -> None:
    """All of them are told that it is there, and it is whole."""
    track, told = planned(), []
    threads = [threading.Thread(target=lambda: told.append(S3Tracks(bucket)(track, PATIENCE))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert told == [True] * 3
    assert len(held(bucket, f"tracks/{track.code}.mp3")["Body"]) == track.track.size


def test_a_track_that_takes_too_long_is_spoken(bucket: AwsResource, caplog: pytest.LogCaptureFixture) -> None:
    """When the time is over nothing of it is there; the next one, after a rest, is written anew."""
    hand, track = Hand(), planned()
    tracks = S3Tracks(bucket, hand)
    assert not tracks(track, -1.0)
    assert f"tracks/{track.code}.mp3" not in names(bucket)
    assert "is spoken instead" in caplog.text
    assert not tracks(track, PATIENCE)
    hand.seconds += RETRY_AFTER
    assert tracks(track, PATIENCE)


def test_a_bucket_that_is_down_is_left_alone(nowhere: AwsResource, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for it twice; clips are missing then, and nothing is raised while somebody listens."""
    caplog.set_level(logging.WARNING)
    clips, tracks = S3Clips(nowhere, Path("/nonexistent")), S3Tracks(nowhere)
    assert clips.find(KEY) is None and not tracks(planned(), 5.0)
    started = time.monotonic()
    assert clips.find(KEY) is None and not tracks(planned(), 5.0)
    assert time.monotonic() - started < 0.2
    assert "not to be had" in caplog.text


def test_a_clip_is_shared(bucket: AwsResource, tmp_path: Path) -> None:
    """What one machine keeps another finds, and has it at hand from then on."""
    clip = made_up_clip(400)
    S3Clips(bucket, tmp_path / "one").put(KEY, clip)
    other = S3Clips(bucket, tmp_path / "other")
    assert other.find(KEY) == clip
    client("s3", bucket.endpoint or "").delete_object(Bucket=bucket.name, Key=f"clips/{KEY}.clip")
    assert other.find(KEY) == clip


def test_a_clip_that_is_missing_or_damaged_is_looked_for_again_later(bucket: AwsResource, tmp_path: Path) -> None:
    """A damaged clip is none; the bucket is not asked for each sentence of each request."""
    hand = Hand()
    clips = S3Clips(bucket, tmp_path / "here", hand)
    assert clips.find(KEY) is None
    S3Clips(bucket, tmp_path / "there").put(KEY, made_up_clip(400))
    assert clips.find(KEY) is None
    hand.seconds += 60.0
    assert clips.find(KEY) == made_up_clip(400)
    damaged = "0" * 24
    client("s3", bucket.endpoint or "").put_object(Bucket=bucket.name, Key=f"clips/{damaged}.clip", Body=b"{}\nnoise")
    assert clips.find(damaged) is None
    clips.put(damaged, made_up_clip(400))
    assert S3Clips(bucket, tmp_path / "third").find(damaged) == made_up_clip(400)


def test_a_clip_that_cannot_be_shared_is_told(nowhere: AwsResource, tmp_path: Path) -> None:
    """Whoever renders clips for all learns that nobody else has them."""
    with pytest.raises(OSError, match="not in the bucket"):
        S3Clips(nowhere, tmp_path).put(KEY, made_up_clip(400))


@pytest.mark.parametrize(
    "address",
    ["s3://b?region=eu-west-1", "s3://bucket", "s3://bucket?region=x", "s3://Bucket?region=eu-west-1", "bucket",
     "s3://bucket?region=eu-west-1&key=x"],
)  # fmt: skip
def test_addresses_of_buckets_that_are_refused(address: str) -> None:
    """Name and region are told in the address, and nothing else but another service's."""
    public = {"MASSAGE_PUBLIC_URL": "https://cdn.example.com"}
    with pytest.raises(SettingInvalid, match="MASSAGE_BUCKET: found '"):
        Settings.from_environment({**public, "MASSAGE_BUCKET": address})


def test_a_bucket_needs_the_address_where_it_is_read() -> None:
    """Without it no device could be told where a track is."""
    bucket = {"MASSAGE_BUCKET": "s3://bucket?region=eu-west-1"}
    with pytest.raises(SettingInvalid, match="no MASSAGE_PUBLIC_URL beside it"):
        Settings.from_environment(bucket)
    settings = Settings.from_environment({**bucket, "MASSAGE_PUBLIC_URL": "https://cdn.example.com"})
    assert settings.bucket == AwsResource("bucket", "eu-west-1")
