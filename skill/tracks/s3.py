"""S3: tracks that devices fetch from a bucket instead of the skill, clips shared by machines, and the privacy page.

The name of a track is its plan, so it is written once; two machines that write it at the same time write the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.aws_urls import AwsResource
from skill.tracks.file import ART, ART_MAX_AGE, TRACK_MAX_AGE, TrackFile
from skill.tracks.planning import Planned
from speech.audio.captions import captions
from speech.audio.clips import Clip, ClipFolder, write_whole
from speech.audio.speakers import clip_folder

log = logging.getLogger(__name__)

Monotonic = Callable[[], float]
CLIENT_CONFIG = Config(connect_timeout=0.5, read_timeout=1.5, retries={"total_max_attempts": 2})
"""Timeouts in seconds, so short that a call which an answer waits for ends before Alexa's eight seconds are over."""
RETRY_AFTER = 15.0
"""Seconds for which a bucket that failed is not asked again, so that not every answer waits for it."""
MISSING_CLIP_INTERVAL = 60.0
"""Seconds after which a missing clip is looked for again."""
ABSENT_CODES = ("404", "NoSuchKey", "NotFound", "403", "AccessDenied")
"""Codes for an object that is not there: "forbidden" without the permission to list the bucket (S3, HeadObject)."""
EXISTS_CODES = ("PreconditionFailed",)
IMMUTABLE_CACHING = f"public, max-age={TRACK_MAX_AGE}, immutable"
ART_NAME, PRIVACY_NAME = "tracks/art.png", "privacy"
"""Names of objects, which are their paths at the public address (`manifest.PRIVACY`)."""


class S3Tracks:
    """Writes tracks, their captions and their picture to a bucket, under the paths of `/tracks`."""

    def __init__(self, bucket: AwsResource, monotonic: Monotonic = time.monotonic) -> None:
        self._bucket, self._monotonic = _Bucket(bucket, monotonic), monotonic
        self._written_codes: set[str] = set()

    def __call__(self, planned: Planned, seconds: float) -> bool:
        """Whether the track is in the bucket. Writing it there takes at most this many seconds."""
        code = planned.code
        if code in self._written_codes:
            return True
        try:
            if not self._bucket.has(f"tracks/{code}.mp3"):
                self._put(planned, self._monotonic() + seconds)
        except OSError as error:
            log.warning("a track is spoken instead: it is not in the bucket (%s)", error)
            return False
        self._written_codes.add(code)
        return True

    def _put(self, planned: Planned, until: float) -> None:
        """Write the track last: a device that finds it finds its captions and picture as well."""
        self._bucket.put_art()
        words, track = captions(planned.timeline).encode(), _TimedTrackFile(planned.track, until, self._monotonic)
        for name, body, kind in (("vtt", words, "text/vtt; charset=utf-8"), ("mp3", track, "audio/mpeg")):
            self._bucket.put(f"tracks/{planned.code}.{name}", body, kind, IMMUTABLE_CACHING, once=True)


class S3Clips(ClipFolder):
    """The clips of a bucket, behind a folder of this machine that keeps each clip that was found there."""

    def __init__(self, bucket: AwsResource, folder: Path | None = None, monotonic: Monotonic = time.monotonic) -> None:
        super().__init__(folder or clip_folder().folder)
        self._bucket, self._monotonic = _Bucket(bucket, monotonic), monotonic
        self._retry_at: dict[str, float] = {}

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None where there is none, it is damaged, or the bucket cannot be reached."""
        clip = super().find(key)
        if clip is not None or self._monotonic() < self._retry_at.get(key, 0.0):
            return clip
        try:
            found = self._bucket.get(f"clips/{key}.clip")
            if found is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._file(key), [found])
        except OSError as error:
            log.warning("the clips of the bucket are not to be had (%s)", error)
            return None
        clip = super().find(key)
        if clip is None:
            self._retry_at[key] = self._monotonic() + MISSING_CLIP_INTERVAL
        return clip

    def put(self, key: str, clip: Clip) -> None:
        """Keep a clip in the folder and in the bucket. Raises OSError where either fails."""
        super().put(key, clip)
        self._retry_at.pop(key, None)
        self.share(key, unless_there=False)

    def share(self, key: str, unless_there: bool = True) -> None:
        """Copy a clip of the folder to the bucket, by default `unless_there` already. Raises OSError."""
        name = f"clips/{key}.clip"
        try:
            if not (unless_there and self._bucket.has(name)):
                self._bucket.put(name, self._file(key).read_bytes(), "application/octet-stream", "no-cache")
        except OSError as error:
            raise OSError(f"the clip is not in the bucket ({error})") from error


class S3Pages:
    """The privacy page in a bucket, where no server serves it, and a check of the bucket.

    Every method raises OSError with S3's own code.
    """

    def __init__(self, bucket: AwsResource) -> None:
        self._bucket = _Bucket(bucket, time.monotonic)

    def check(self) -> None:
        """Write and read the picture of the tracks, which belongs in the bucket anyway."""
        self._bucket.put_art()
        if self._bucket.get(ART_NAME) is None:
            raise OSError(f"{ART_NAME} was put, and cannot be read: is s3:GetObject allowed?")

    def put(self, page: str) -> bool:
        """Write this page to `/privacy`; False where it is there already."""
        if self._bucket.get(PRIVACY_NAME) == page.encode():
            return False
        self._bucket.put(PRIVACY_NAME, page.encode(), "text/html; charset=utf-8", "no-cache")
        return True

    def page(self) -> str | None:
        """The page at `/privacy`; None where there is none, or it may not be read."""
        found = self._bucket.get(PRIVACY_NAME)
        return found.decode(errors="replace") if found is not None else None


class _Bucket:
    """The objects of a bucket, by their names. Nothing is opened before the first use.

    Every method raises OSError with S3's own code, and at once for `RETRY_AFTER` seconds after a failure.
    """

    def __init__(self, bucket: AwsResource, monotonic: Monotonic) -> None:
        self._bucket, self._monotonic = bucket, monotonic
        self._retry_at = float("-inf")

    def has(self, name: str) -> bool:
        with self._client(*ABSENT_CODES) as client:
            client.head_object(Bucket=self._bucket.name, Key=name)
            return True
        return False

    def get(self, name: str) -> bytes | None:
        with self._client(*ABSENT_CODES) as client:
            return bytes(client.get_object(Bucket=self._bucket.name, Key=name)["Body"].read())
        return None

    def put(self, name: str, body: Any, content_type: str, caching: str, once: bool = False) -> None:
        """Write an object; with `once` only where there is none."""
        unless = {"IfNoneMatch": "*"} if once else {}
        with self._client(*(EXISTS_CODES if once else ())) as client:
            client.put_object(
                Bucket=self._bucket.name, Key=name, Body=body, ContentType=content_type, CacheControl=caching, **unless
            )

    def put_art(self) -> None:
        self.put(ART_NAME, ART.read_bytes(), "image/png", f"public, max-age={ART_MAX_AGE}")

    @contextmanager
    def _client(self, *expected: str) -> Iterator[Any]:
        """A client of S3. A failure with one of the expected codes only ends its use."""
        if self._monotonic() < self._retry_at:
            raise ConnectionError("the bucket failed just now")
        try:
            yield _client(self._bucket.region, self._bucket.endpoint)
        except (ClientError, BotoCoreError, OSError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            if isinstance(error, ClientError) and code in expected:
                return
            self._retry_at = self._monotonic() + RETRY_AFTER
            if isinstance(error, OSError):
                raise
            raise OSError(code) from error


@cache
def _client(region: str, endpoint: str | None) -> Any:
    """A client, which threads share: making one takes longer than a call."""
    return boto3.Session(region_name=region).client("s3", endpoint_url=endpoint, config=CLIENT_CONFIG)


class _TimedTrackFile(TrackFile):
    """A track that raises TimeoutError when it is read too late for an answer."""

    def __init__(self, track: Any, until: float, monotonic: Monotonic) -> None:
        super().__init__(track, lambda: None)
        self._until, self._monotonic = until, monotonic

    def read(self, size: int | None = -1) -> bytes:
        if self._monotonic() > self._until:
            raise TimeoutError("the track took too long")
        return super().read(size)
