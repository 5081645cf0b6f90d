"""Without a skill id the webhook serves this machine alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.support.posting import SKILL, client_of, envelope_of, post


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8321", "LOCALHOST", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8321"]
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_served(host: str, peer: str) -> None:
    """Without a skill id, a call from this machine, by one of its own names, is served."""
    answer = post(client_of(), envelope_of(), headers={"Host": host}, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        *(
            ({"Host": host}, "127.0.0.1")
            for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example")
        ),
        *(
            ({"Host": host}, "127.0.0.1")
            for host in ("localhost:", "localhost:80:80", "::1", "0.0.0.0", "127.0.0.2", "")
        ),
        *(
            ({name: "x"}, "127.0.0.1")
            for name in ("Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Anything")
        ),
        *(({name: "x"}, "127.0.0.1") for name in ("Via", "X-Real-IP", "Cf-Connecting-Ip", "X-Forwarded")),
        *(({"Origin": page}, "127.0.0.1") for page in ("https://evil.example", "http://localhost.evil.example")),
        *(({"Origin": page}, "127.0.0.1") for page in ("null", "", "localhost", "http://localhost@evil.example")),
        *(({"Sec-Fetch-Site": site}, "127.0.0.1") for site in ("cross-site", "same-site", "")),
        ({"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}, "127.0.0.1"),
        *(({}, peer) for peer in ("192.168.1.9", "::ffff:10.0.0.1", "fe80::1", "", "nonsense")),
    ],
)
@pytest.mark.parametrize("path", ["/alexa", "/health"])
def test_everyone_else_is_not(path: str, headers: dict[str, str], peer: str) -> None:
    """Without a skill id nothing is served to another machine, name or web page, nor through a proxy or tunnel."""
    client = client_of()
    calls: dict[str, Callable[[], TestResponse]] = {
        "/alexa": lambda: post(client, envelope_of(), headers=headers, environ_overrides={"REMOTE_ADDR": peer}),
        "/health": lambda: client.get("/health", headers=headers, environ_overrides={"REMOTE_ADDR": peer}),
    }
    answer = calls[path]()
    assert answer.status_code == 403
    assert "MASSAGE_SKILL_ID" in answer.text and answer.text.count("\n") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:8321", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:8321"},
        {"Origin": "http://[::1]:8321", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_page_of_this_machine_is_served(headers: dict[str, str]) -> None:
    """A browser that shows a page of ours, or an address that a person typed, may ask."""
    assert post(client_of(), envelope_of(), headers=headers).status_code == 200


def test_a_tunnel_is_served_with_a_skill_id() -> None:
    """With a skill id the request may come from anywhere: what it says is checked instead."""
    headers = {"Host": "anna.example", "X-Forwarded-For": "1.2.3.4"}
    in_session = envelope_of() | {"session": {"application": {"applicationId": SKILL}}}
    for envelope in (envelope_of(), in_session):
        assert post(client_of(skill_id=SKILL), envelope, headers=headers).status_code == 200
