"""Requests with bounds, over real HTTP on this machine."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from skill.alexa.http_client import HttpAnswer, call
from tests.support.http_server import Server


def fetched(server: Server, **given: Any) -> HttpAnswer:
    return call("GET", f"{server.address}/a%2Fb", **{"timeout": 1.0, "max_bytes": 100, "headers": {}, **given})


def test_an_answer_within_the_bounds() -> None:
    """Status, body and date are those of the answer; the path is sent as it stands."""
    with Server(404, b"x" * 100, {"Date": "Mon"}).running() as server:
        answer = fetched(server)
        assert (answer.status, answer.body) == (404, b"x" * 100)
        assert answer.date and server.came[0][:2] == ("GET", "/a%2Fb")


def test_a_larger_answer_is_none() -> None:
    """One byte more than allowed is an error, and no more than that byte is kept."""
    with Server(body=b"x" * 101).running() as server, pytest.raises(OSError, match="more than 100 bytes"):
        fetched(server)


@pytest.mark.parametrize("server", [Server(delay=5.0), Server(body=b"x" * 100, drip=0.05)], ids=["late", "dripping"])
def test_the_time_is_for_the_whole_request(server: Server) -> None:
    """A server that answers late, or byte by byte, costs the time that was given and no more."""
    started = time.monotonic()
    with server.running(), pytest.raises(TimeoutError):
        fetched(server, timeout=0.5)
    assert time.monotonic() - started < 3.0


def test_a_name_that_is_looked_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up the host counts as well, and nothing is sent when the address comes after the end."""
    found, look_up = threading.Event(), socket.getaddrinfo

    def slow(*given: Any, **more: Any) -> Any:
        found.wait(10)
        return look_up(*given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with Server().running() as server:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            fetched(server, timeout=0.3)
        assert time.monotonic() - started < 3.0
        found.set()
        time.sleep(0.3)
        assert server.came == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://[::1", "http://a..b", "https://\u2603..x", "http://h:x"]
)
def test_an_address_that_leads_nowhere(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with an address, the caller sees an OSError."""
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(OSError):
        call("GET", address, timeout=1.0, max_bytes=1, headers={})
