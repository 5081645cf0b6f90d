"""S3: tracks that devices fetch there instead of from the skill, clips that many machines share, and the privacy page.

A track's name is its plan, so it is written once and never again; whoever writes it at the same time writes the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
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
"""Seconds for a line, and for a sign of life: what is begun within an answer's patience ends in Alexa's eight."""
RETRY_AFTER = 15.0
"""Seconds for which a bucket that failed is not asked again, so that not every answer waits for it."""
MISSING_CLIP_INTERVAL = 60.0
"""Seconds after which a clip that was not there is looked for again."""
ABSENT_CODES = ("404", "NoSuchKey", "NotFound", "403", "AccessDenied")
"""Without the permission to list a bucket, S3 says "forbidden" of what is not there."""
EXISTS_CODE = "PreconditionFailed"
IMMUTABLE_CACHING = f"public, max-age={TRACK_MAX_AGE}, immutable"
S3_ERRORS = (ClientError, BotoCoreError, OSError)
ART_NAME, PRIVACY_NAME = "tracks/art.png", "privacy"
"""What is called so here is found at these paths (`manifest.PRIVACY`)."""


class S3Tracks:
    """Puts tracks, their captions and the picture beside them into a bucket, under the paths of `/tracks`."""

    def __init__(self, bucket: AwsResource, monotonic: Monotonic = time.monotonic) -> None:
        self._s3, self._monotonic = _S3(bucket, monotonic), monotonic
        self._there: set[str] = set()

    def __call__(self, planned: Planned, seconds: float) -> bool:
        """Whether the track is there, after at most so many seconds of writing it."""
        code = planned.code
        if code in self._there:
            return True
        try:
            with self._s3.asked() as ask:
                if not ask.holds(f"tracks/{code}.mp3"):
                    self._put(ask, planned, self._monotonic() + seconds)
        except S3_ERRORS as error:
            log.warning("a track is spoken instead: it is not in the bucket (%s)", type(error).__name__)
            return False
        self._there.add(code)
        return True

    def _put(self, ask: _Asked, planned: Planned, until: float) -> None:
        """Write the track after what goes with it: who finds the one finds the others."""
        _put_art(ask)
        words = captions(planned.timeline).encode()
        ask.put_once(f"tracks/{planned.code}.vtt", words, "text/vtt; charset=utf-8", IMMUTABLE_CACHING)
        body = _Timely(planned.track, until, self._monotonic)
        ask.put_once(f"tracks/{planned.code}.mp3", body, "audio/mpeg", IMMUTABLE_CACHING)


class S3Clips(ClipFolder):
    """The clips of a bucket, with those of a folder of this machine before them, where found ones are kept."""

    def __init__(self, bucket: AwsResource, folder: Path | None = None, monotonic: Monotonic = time.monotonic) -> None:
        super().__init__(folder or clip_folder().folder)
        self._s3, self._monotonic = _S3(bucket, monotonic), monotonic
        self._lacking: dict[str, float] = {}

    def find(self, key: str) -> Clip | None:
        """The clip of this key; None when there is none, when it is damaged, or when the bucket cannot be asked."""
        clip = super().find(key)
        if clip is not None or self._monotonic() < self._lacking.get(key, 0.0):
            return clip
        try:
            with self._s3.asked() as ask:
                found = ask.get(f"clips/{key}.clip")
            if found is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(self._file(key), [found])
        except S3_ERRORS as error:
            log.warning("the clips of the bucket are not to be had (%s)", type(error).__name__)
            return None
        clip = super().find(key)
        if clip is None:
            self._lacking[key] = self._monotonic() + MISSING_CLIP_INTERVAL
        return clip

    def put(self, key: str, clip: Clip) -> None:
        """Keep a clip here and for all others. Raises OSError where either cannot be."""
        super().put(key, clip)
        self._lacking.pop(key, None)
        self._written(key)

    def share(self, key: str) -> None:
        """Give a clip that is kept here to all others, unless they have it. Raises OSError."""
        self._written(key, unless_there=True)

    def _written(self, key: str, unless_there: bool = False) -> None:
        name = f"clips/{key}.clip"
        try:
            with self._s3.asked() as ask:
                if not (unless_there and ask.holds(name)):
                    ask.put(name, self._file(key).read_bytes(), "application/octet-stream", "no-cache")
        except (ClientError, BotoCoreError) as error:
            raise OSError(f"the clip is not in the bucket ({type(error).__name__})") from error


class S3Pages:
    """The privacy page in a bucket, for those who read it where no server is; and whether the bucket is of use.

    Everything raises OSError, which tells in S3's words why it cannot be done.
    """

    def __init__(self, bucket: AwsResource) -> None:
        self._s3 = _S3(bucket, time.monotonic)

    def check(self) -> None:
        """Put what every track brings along, and read it: nothing is left that would not be there anyhow."""
        with self._asked() as ask:
            _put_art(ask)
            if ask.get(ART_NAME) is None:
                raise OSError(f"{ART_NAME} was put, and cannot be read: is s3:GetObject allowed?")

    def put(self, page: str) -> bool:
        """Have this page at `/privacy`; whether another, or none, was there."""
        with self._asked() as ask:
            if ask.get(PRIVACY_NAME) == page.encode():
                return False
            ask.put(PRIVACY_NAME, page.encode(), "text/html; charset=utf-8", "no-cache")
            return True

    def page(self) -> str | None:
        """What is at `/privacy`; None where nothing is, or where nobody may know."""
        with self._asked() as ask:
            found = ask.get(PRIVACY_NAME)
        return found.decode(errors="replace") if found is not None else None

    @contextmanager
    def _asked(self) -> Iterator[_Asked]:
        try:
            with self._s3.asked() as ask:
                yield ask
        except ClientError as error:
            raise OSError(_code(error)) from error
        except BotoCoreError as error:
            raise OSError(type(error).__name__) from error


class _S3:
    """A bucket that is left alone for a while after it failed. Nothing is opened before the first use."""

    def __init__(self, bucket: AwsResource, monotonic: Monotonic) -> None:
        self._bucket, self._monotonic = bucket, monotonic
        self._down_until = float("-inf")

    @contextmanager
    def asked(self) -> Iterator[_Asked]:
        """What asks it. Raises `S3_ERRORS`, at once where it failed just now."""
        if self._monotonic() < self._down_until:
            raise ConnectionError("the bucket failed just now")
        try:
            yield _Asked(_client(self._bucket.region, self._bucket.endpoint), self._bucket.name)
        except S3_ERRORS:
            self._down_until = self._monotonic() + RETRY_AFTER
            raise


@cache
def _client(region: str, endpoint: str | None) -> Any:
    """A client, which threads may share. Making one takes longer than asking it."""
    return boto3.Session(region_name=region).client("s3", endpoint_url=endpoint, config=CLIENT_CONFIG)


class _Asked:
    """A bucket and its objects by their names."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def holds(self, name: str) -> bool:
        return self._found(self._client.head_object, name) is not None

    def get(self, name: str) -> bytes | None:
        answer = self._found(self._client.get_object, name)
        return answer["Body"].read() if answer is not None else None

    def put(self, name: str, body: Any, kind: str, kept: str, **how: Any) -> None:
        self._client.put_object(Bucket=self._bucket, Key=name, Body=body, ContentType=kind, CacheControl=kept, **how)

    def put_once(self, name: str, body: Any, kind: str, kept: str) -> None:
        """Put it there unless it is there already."""
        try:
            self.put(name, body, kind, kept, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) != EXISTS_CODE:
                raise

    def _found(self, ask: Callable[..., Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
        try:
            return ask(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if _code(error) in ABSENT_CODES:
                return None
            raise


class _Timely(TrackFile):
    """A track that is read no more once it is too late for an answer."""

    def __init__(self, track: Any, until: float, monotonic: Monotonic) -> None:
        super().__init__(track, lambda: None)
        self._until, self._monotonic = until, monotonic

    def read(self, size: int | None = -1) -> bytes:
        if self._monotonic() > self._until:
            raise TimeoutError("the track took too long")
        return super().read(size)


def _put_art(ask: _Asked) -> None:
    ask.put(ART_NAME, ART.read_bytes(), "image/png", f"public, max-age={ART_MAX_AGE}")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
