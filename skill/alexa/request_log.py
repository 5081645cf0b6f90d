"""The record of one request: a line of JSON for the log, and the labels of the metrics.

Neither identifies a person: no id of a user or a device, no slot, no word that was said. A private intent
(`skill.dialog.private_intents`) is only "safety", without the request's id. A value that the sender chooses freely is
"other" unless the skill knows it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from skill.alexa import envelope as envelopes
from skill.dialog.private_intents import SAFETY, recorded_intent
from skill.locales import LOCALES

log = logging.getLogger(__name__)

OTHER = "other"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
PLAYER = ("AudioPlayer.", "PlaybackController.")
Outcome = Literal["answered", "apologised", "refused", "postponed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One request. `mode` is spoken, track (the audio player) or none; `milliseconds` is how long the answer took."""

    request: str | None
    locale: str
    intent: str
    mode: str
    outcome: Outcome
    milliseconds: int

    def __str__(self) -> str:
        fields = {name: getattr(self, name) for name in self.__slots__}
        if self.request is None:
            del fields["request"]
        return _encode(fields)


@dataclass(slots=True)
class RequestRecord:
    """What is known of a request while it is answered; without an envelope it was refused.

    `began` is when it came, on the monotonic clock, `private` says that nothing of it may be kept.
    """

    envelope: dict[str, Any] | None = None
    response: dict[str, Any] | None = None
    private: bool = False
    failure: Literal["apologised", "postponed"] | None = None
    began: float = field(default_factory=time.monotonic)

    def line(self, seconds: float, intents: Collection[str]) -> Line:
        """What may be logged of it. `intents` are those that the skill knows."""
        milliseconds = round(seconds * 1000)
        if self.envelope is None:
            return Line(None, OTHER, OTHER, "none", "refused", milliseconds)
        request = self.envelope["request"]
        name = SAFETY if self.private else recorded_intent(envelopes.name(self.envelope))
        known = name if name == SAFETY or name in envelopes.REQUEST_TYPES or name in intents else OTHER
        request_id = request.get("requestId")
        is_id = isinstance(request_id, str) and REQUEST_ID.fullmatch(request_id)
        return Line(
            request_id if is_id and known != SAFETY else None,
            request["locale"] if request.get("locale") in LOCALES else OTHER,
            known,
            _mode(request["type"], self.response),
            self.failure or "answered",
            milliseconds,
        )


_encode = json.JSONEncoder().encode


@contextmanager
def recording(write: Callable[[Line], None], intents: Collection[str]) -> Iterator[RequestRecord]:
    """The record of the request that is answered inside; when that ends, however it ends, its line is written."""
    record = RequestRecord()
    try:
        yield record
    finally:
        write(record.line(time.monotonic() - record.began, intents))


def to_log(line: Line) -> None:
    """Log the line as JSON, at the level INFO."""
    log.info("%s", line)


def to_stdout(line: Line) -> None:
    """Write the line to the standard output, without a log record: that takes longer than all the rest of it.

    A standard output that is closed raises nothing: the request is answered all the same.
    """
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _mode(kind: str, response: Mapping[str, Any] | None) -> str:
    said: Mapping[str, Any] = (response or {}).get("response") or {}
    if kind.startswith(PLAYER) or any(one["type"].startswith(PLAYER) for one in said.get("directives") or ()):
        return "track"
    return "spoken" if "outputSpeech" in said else "none"
