"""Amazon's API over real HTTP on this machine: what is sent, what comes back, and what never leaves."""

from __future__ import annotations

import time
from typing import Any

import pytest

from skill.alexa.reminders_api import API_TIMEOUT, Amazon
from skill.dialog.turn import Caller, Reminded
from tests.support.http_server import Server

NOW = 1_800_000_000.25
TOKEN = "a secret token"


def caller(endpoint: str = "https://api.eu.amazonalexa.com", token: str = TOKEN) -> Caller:
    return Caller(endpoint, token, "amzn1.ask.device.A/B", "en-GB")


def test_a_reminder_is_one_post_with_the_requests_own_token() -> None:
    """One reminder, a day from now, spoken in the request's locale, with no push to a phone."""
    with Server(status=201, body=b'{"alertToken": "x", "status": "ON"}').running() as server:
        assert Amazon(server.address).remind(caller(), NOW, "Time for it.") is Reminded.SET
    ((method, path, headers, sent),) = server.came
    assert (method, path) == ("POST", "/v1/alerts/reminders")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Content-Type"] == "application/json"
    assert sent == {
        "requestTime": "2027-01-15T08:00:00.000",
        "trigger": {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": 86_400},
        "alertInfo": {"spokenInfo": {"content": [{"locale": "en-GB", "text": "Time for it."}]}},
        "pushNotification": {"status": "DISABLED"},
    }


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b'{"code": "UNAUTHORIZED"}', Reminded.NOT_ALLOWED),
        (403, b"", Reminded.NOT_ALLOWED),
        (403, b'{"code": "DEVICE_NOT_SUPPORTED"}', Reminded.NOT_HERE),
        (403, b'{"code": "MAX_REMINDERS_EXCEEDED"}', Reminded.TOO_MANY),
        (400, b'{"code": 7}', Reminded.FAILED),
        (429, b"slow down", Reminded.FAILED),
        (500, b"[]", Reminded.FAILED),
        (503, b"\xff\xfe", Reminded.FAILED),
    ],
)
def test_every_refusal_has_a_name(status: int, body: bytes, expected: Reminded) -> None:
    """Whatever Amazon answers, and whatever the body holds, is one of five outcomes."""
    with Server(status, body).running() as server:
        assert Amazon(server.address).remind(caller(), NOW, "Time for it.") is expected


def test_the_time_zone_is_a_name_in_json() -> None:
    """The device's id is escaped in the path; what is no name is no time zone."""
    with Server(body=b'"Europe/Berlin"').running() as server:
        assert Amazon(server.address).time_zone(caller()) == "Europe/Berlin"
        assert server.came[0][:2] == ("GET", "/v2/devices/amzn1.ask.device.A%2FB/settings/System.timeZone")
        for server.status, server.body in ((403, b'"Europe/Berlin"'), (200, b"{}"), (200, b"?"), (204, b"")):
            assert Amazon(server.address).time_zone(caller()) == ""


@pytest.mark.parametrize(
    "server", [Server(delay=6.0), Server(body=b'"' + b"x" * 90_000, drip=0.0), Server(body=b'"' * 400, drip=0.05)]
)
def test_a_call_has_a_time_limit(server: Server) -> None:
    """An answer that is late, endless or dripping is none, within the time that a spoken answer has."""
    started = time.monotonic()
    with server.running():
        assert Amazon(server.address).time_zone(caller()) == ""
        took = time.monotonic() - started
    assert took < API_TIMEOUT + 2.0


def test_a_door_that_is_closed_is_a_failure() -> None:
    """No server listens there: no error, no reminder."""
    with Server().running() as server:
        address = server.address
    assert Amazon(address).remind(caller(), NOW, "Time for it.") is Reminded.FAILED
    assert Amazon(address).time_zone(caller()) == ""


def test_a_redirect_is_not_followed() -> None:
    """A token goes where it was sent, and nowhere else."""
    with Server().running() as other, Server(307).running() as server:
        server.headers["Location"] = f"{other.address}/v1/alerts/reminders"
        assert Amazon(server.address).remind(caller(), NOW, "Time for it.") is Reminded.FAILED
        assert other.came == []


FORGED = (
    "http://api.amazonalexa.com", "https://api.amazonalexa.com.evil.example", "https://evil.example/api.amazonalexa.com",
    "https://api.amazonalexa.com@evil.example", "https://api.amazonalexa.com:444", "https://evil.amazonalexa.com#.example",
    "https://api.amazonalexa.com/path", "https://amazonalexa.com", "", "https://api.amazonalexa.com\n.evil.example",
)  # fmt: skip


@pytest.mark.parametrize("endpoint", FORGED)
def test_a_token_is_shown_to_amazon_only(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that names another host, or no https, opens nothing: nothing at all is sent."""

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("sent")

    monkeypatch.setattr("http.client.HTTPConnection.connect", never)
    amazon = Amazon()
    assert not amazon.reaches(caller(endpoint))
    assert amazon.remind(caller(endpoint), NOW, "Time for it.") is Reminded.NOT_HERE
    assert amazon.time_zone(caller(endpoint)) == ""
    assert amazon.remind(caller(token=""), NOW, "Time for it.") is Reminded.NOT_HERE


@pytest.mark.parametrize("region", ["", ".eu", ".fe"])
def test_amazons_three_hosts_are_reached(region: str) -> None:
    """North America, Europe and the Far East, as Amazon names them."""
    assert Amazon().reaches(caller(f"https://api{region}.amazonalexa.com"))
