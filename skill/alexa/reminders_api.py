"""Amazon's own HTTP doors that a request opens for us: the device's time zone, and one reminder.

A request names where they stand (`apiEndpoint`) and brings a token that opens them. A token goes to Amazon's hosts
only, whatever a request names; a redirect is not followed. Nothing here raises, and nothing takes longer than
LONGEST: Alexa gives an answer about eight seconds.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from skill.dialog.services import REMINDER_DELAY, Caller, Reminded

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)

PERMISSION = "alexa::alerts:reminders:skill:readwrite"
"""What somebody allows before a skill may set reminders (developer.amazon.com, Alexa Reminders overview)."""
AMAZON = re.compile(r"https://api(\.[a-z]{2,12})?\.amazonalexa\.com/?")
"""The hosts that Amazon names for these doors, in North America, Europe and the Far East."""
CONNECT, READ, LONGEST = 1.0, 1.5, 2.5
"""Seconds: to be connected, to wait for a byte, and in all."""
MOST_BYTES = 16 * 1024


class Amazon:
    """Asks Amazon. `endpoint` takes the place of the one that a request names: for tests on this machine."""

    def __init__(self, endpoint: str | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._endpoint = endpoint
        self._monotonic = monotonic

    def reaches(self, caller: Caller) -> bool:
        """Whether there is a token, and a host that it may be shown to."""
        return bool(caller.token) and self._host(caller) is not None

    def time_zone(self, caller: Caller) -> str:
        """The name of the device's time zone, such as "Europe/Berlin"; "" where it cannot be told."""
        if not caller.device:
            return ""
        path = f"/v2/devices/{quote(caller.device, safe='')}/settings/System.timeZone"
        status, body = self._call("GET", path, caller)
        return body if status == 200 and isinstance(body, str) else ""

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        """Set one reminder for this time tomorrow. `now` is in epoch seconds, `text` is what is said then."""
        if not self.reaches(caller):
            return Reminded.NOT_HERE
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000")
        reminder = {
            "requestTime": stamp,
            "trigger": {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": REMINDER_DELAY},
            "alertInfo": {"spokenInfo": {"content": [{"locale": caller.locale, "text": text}]}},
            "pushNotification": {"status": "DISABLED"},
        }
        status, body = self._call("POST", "/v1/alerts/reminders", caller, reminder)
        return _reminded(status, str(body.get("code", "")) if isinstance(body, Mapping) else "")

    def _host(self, caller: Caller) -> str | None:
        if self._endpoint is not None:
            return self._endpoint
        return caller.endpoint.rstrip("/") if AMAZON.fullmatch(caller.endpoint) else None

    def _call(self, method: str, path: str, caller: Caller, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON of the answer; 0 where there was none in time, None where it is no JSON."""
        host = self._host(caller)
        if host is None or not caller.token:
            return 0, None
        import requests  # a tenth of the time to start, for what is hardly ever asked

        headers = {"Authorization": f"Bearer {caller.token}", "Accept": "application/json"}
        started = self._monotonic()
        try:
            with requests.request(
                method, host + path, json=body, headers=headers, timeout=(CONNECT, READ), allow_redirects=False,
                stream=True,
            ) as answer:  # fmt: skip
                return answer.status_code, _json(self._read(answer, started))
        except (requests.RequestException, TimeoutError, UnicodeError) as error:
            log.warning("Amazon did not answer %s: %s", path.rpartition("/")[2], type(error).__name__)
            return 0, None

    def _read(self, answer: requests.Response, started: float) -> bytes:
        """The body. Raises TimeoutError for one that drips or does not end."""
        found = bytearray()
        for byte in answer.iter_content(1):  # a larger piece waits until it is full, however slowly it fills
            found += byte
            if len(found) > MOST_BYTES or self._monotonic() - started > LONGEST:
                raise TimeoutError
        return bytes(found)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _reminded(status: int, code: str) -> Reminded:
    """By the status and the error's code (developer.amazon.com, Reminders REST API reference)."""
    if 200 <= status < 300:
        return Reminded.SET
    if "MAX_REMINDERS" in code:
        return Reminded.TOO_MANY
    if "NOT_SUPPORTED" in code:
        return Reminded.NOT_HERE
    return Reminded.NOT_ALLOWED if status in (401, 403) else Reminded.FAILED
