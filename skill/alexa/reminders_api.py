"""Amazon's HTTP API for the device that a request came from: its time zone, and one reminder.

A request names the host of the API (`apiEndpoint`) and brings a token for it. The token is sent to Amazon's hosts only,
whatever host a request names, and a redirect is not followed. No call raises, and none takes longer than API_TIMEOUT.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from skill.alexa.http_client import call
from skill.dialog.turn import REMINDER_DELAY, Caller, Reminded

log = logging.getLogger(__name__)

PERMISSION = "alexa::alerts:reminders:skill:readwrite"
"""The permission that a skill needs to set reminders (developer.amazon.com, Alexa Reminders overview)."""
API_HOSTS = re.compile(r"https://api(\.[a-z]{2,12})?\.amazonalexa\.com/?")
"""The hosts of the API in North America, Europe and the Far East, as Amazon names them."""
API_TIMEOUT = 2.5
"""Seconds that one call may take in all: Alexa waits about eight for the whole answer."""
MAX_ANSWER_BYTES = 16 * 1024


class Amazon:
    """A client of the API. `endpoint` replaces the host that a request names: for tests on this machine."""

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint

    def reaches(self, caller: Caller) -> bool:
        """Whether the request brought a token, and named a host of Amazon's."""
        return bool(caller.token) and self._host(caller) is not None

    def time_zone(self, caller: Caller) -> str:
        """The name of the device's time zone, such as "Europe/Berlin"; "" when it is unknown."""
        if not caller.device:
            return ""
        path = f"/v2/devices/{quote(caller.device, safe='')}/settings/System.timeZone"
        status, body = self._call("GET", path, caller)
        return body if status == 200 and isinstance(body, str) else ""

    def remind(self, caller: Caller, now: float, text: str) -> Reminded:
        """Set one reminder, REMINDER_DELAY after `now` (epoch seconds), that says `text`."""
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
        return caller.endpoint.rstrip("/") if API_HOSTS.fullmatch(caller.endpoint) else None

    def _call(self, method: str, path: str, caller: Caller, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON value of the answer: 0 without an answer in time, None for a body that is not JSON."""
        host = self._host(caller)
        if host is None or not caller.token:
            return 0, None
        headers = {"Authorization": f"Bearer {caller.token}", "Accept": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = call(
                method, host + path, timeout=API_TIMEOUT, max_bytes=MAX_ANSWER_BYTES, headers=headers, body=sent
            )
        except OSError as error:
            log.warning("Amazon did not answer %s: %s", path.rpartition("/")[2], type(error).__name__)
            return 0, None
        with suppress(ValueError):
            return answer.status, json.loads(answer.body)
        return answer.status, None


def _reminded(status: int, code: str) -> Reminded:
    """By the status and the error's code (developer.amazon.com, Reminders REST API reference)."""
    if 200 <= status < 300:
        return Reminded.SET
    if "MAX_REMINDERS" in code:
        return Reminded.TOO_MANY
    if "NOT_SUPPORTED" in code:
        return Reminded.NOT_HERE
    return Reminded.NOT_ALLOWED if status in (401, 403) else Reminded.FAILED
