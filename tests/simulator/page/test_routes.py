"""Who is answered at the all_routes of the page, and what may be asked there."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from skill.server.config import Settings
from skill.simulator.page.devices import MOST_DEVICES
from skill.simulator.page.page_routes import has_page
from tests.support.page import OPEN, Room
from tests.support.serving import massage_serve

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"


def all_routes(room: Room) -> list[tuple[str, str]]:
    """Every door of the page, the workshop's and the tracks' among them, with a method that it knows."""
    rules = [rule for rule in room.app.url_map.iter_rules() if rule.endpoint.startswith("page.")]
    return [
        (method, re.sub("<[^>]*>", "x", rule.rule))
        for rule in rules
        for method in sorted(rule.methods or ())
        if method != "OPTIONS"
    ]


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"Host": "evil.example"}, "127.0.0.1"),
        ({"Host": "127.0.0.1.evil.example"}, "127.0.0.1"),
        ({"Origin": "https://evil.example"}, "127.0.0.1"),
        ({"Origin": "null"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "cross-site"}, "127.0.0.1"),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"Via": "1.1 tunnel"}, "127.0.0.1"),
        ({}, "192.168.1.9"),
    ],
)
def test_nobody_else_is_answered(room: Room, headers: dict[str, str], peer: str) -> None:
    """No other machine, name, page, proxy or tunnel gets anything at any door: DNS rebinding leads nowhere."""
    tried = all_routes(room)
    assert {("GET", "/"), ("POST", "/echo/x/say"), ("GET", "/echo/sounds/x.mp3"), ("GET", "/tracks/x.mp3")} <= {*tried}
    for method, path in tried:
        answer = room.client.open(
            path, method=method, json={} if method == "POST" else None, headers=headers,
            environ_overrides={"REMOTE_ADDR": peer},
        )  # fmt: skip
        assert answer.status_code == 403, (method, path)


@pytest.mark.parametrize("public", [{"MASSAGE_SKILL_ID": SKILL}, {"MASSAGE_PUBLIC_URL": "https://massage.example.com"}])
def test_no_page_where_the_skill_is_public(public: dict[str, str]) -> None:
    """With a skill id or a public address there is no page."""
    memory = {"MASSAGE_DATABASE_URL": "sqlite://"}
    assert has_page(Settings.from_environment(memory))
    assert not has_page(Settings.from_environment({**memory, **public}))


def test_served_on_this_machine(tmp_path: Path) -> None:
    """`massage serve` serves the page, tells its address first, and writes no line for each look at a device."""
    with massage_serve(tmp_path, XDG_CACHE_HOME=str(tmp_path)) as server:
        status, headers, text = server.get("/")
        assert status == 200 and "<html" in text
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert server.get("/echo/nobody")[0] == 404
        told = server.log.read_text()
        assert f"http://127.0.0.1:{server.port}/\n" in told.splitlines(keepends=True)[0]
        assert "GET / " in told and "/echo/nobody" not in told


@pytest.mark.parametrize(
    ("options", "public"),
    [
        ((), {"MASSAGE_SKILL_ID": SKILL}),
        ((), {"MASSAGE_PUBLIC_URL": "https://massage.example.com"}),
        (("--production",), {}),
    ],
    ids=["skill id", "public address", "gunicorn"],
)
def test_not_served_to_the_world(room: Room, tmp_path: Path, options: tuple[str, ...], public: dict[str, str]) -> None:
    """No door of the page is there as soon as the skill is reached from outside, nor ever behind gunicorn.

    The tracks are the skill's own there: an Echo fetches them.
    """
    gone = [(method, path) for method, path in all_routes(room) if not path.startswith("/tracks/")]
    with massage_serve(tmp_path, *options, MASSAGE_VERIFY="on", **public) as server:
        for method, path in [*gone, ("GET", "/page/app.js"), ("GET", "/page/workshop.html")]:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
            body = b"{}" if method == "POST" else None
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            assert connection.getresponse().status == 404, (method, path)
            connection.close()
        assert "An Echo" not in server.log.read_text()


def test_only_json_is_taken(room: Room) -> None:
    """A form that any page may post is refused, and so is what is no object."""
    echo = room.echo()
    for door in ("/echo", f"{echo.path}/say", f"{echo.path}/press", f"{echo.path}/go"):
        assert room.client.post(door, data="sentence=x").status_code == 415
        assert room.client.post(door, data='{"sentence": "x"}', content_type="text/plain").status_code == 415
        assert room.client.post(door, data="{", content_type="application/json").status_code == 400
        assert room.client.post(door, json=["x"]).status_code == 400
        assert room.client.post(door, json={"sentence": "x" * 5_000}).status_code == 413


@pytest.mark.parametrize(
    ("door", "asked", "names"),
    [
        ("say", {"sentence": ""}, "sentence"),
        ("say", {"sentence": "   "}, "sentence"),
        ("say", {"sentence": 5}, "sentence"),
        ("say", {"sentence": "a" * 301}, "300"),
        ("say", {"sentence": "yes", "speed": 3}, "1, 2, 8"),
        ("say", {"sentence": "yes", "speed": "fast"}, "'fast'"),
        ("press", {"button": "Eject"}, "Play, Pause, Next, Previous"),
        ("go", {"cue": "nowhere/-/0"}, "cue"),
        ("go", {}, "cue"),
    ],
)
def test_what_cannot_be_done_is_told(room: Room, door: str, asked: dict[str, Any], names: str) -> None:
    """What is wrong is answered with the field and what it may hold, in one line, and changes nothing."""
    echo = room.echo()
    before = echo.look()
    answer = echo.post(door, **asked)
    assert answer.status_code == 400
    assert names in answer.text and answer.text.count("\n") == 1
    assert echo.look() == before


@pytest.mark.parametrize("asked", [{"kind": "toaster"}, {}, {"kind": "speaker", "locale": "de-DE"}, {"kind": ["x"]}])
def test_only_known_devices(room: Room, asked: dict[str, Any]) -> None:
    """There are two kinds of device, in the locales of the skill."""
    assert room.client.post("/echo", json=asked).status_code == 400


def test_so_many_devices_and_no_more(room: Room) -> None:
    """The device that was used longest ago goes when there are too many; what is asked of it then is a plain 404."""
    first, second = room.echo(), room.echo()
    for _ in range(MOST_DEVICES - 2):
        room.echo()
    first.look()
    room.echo()
    first.look()
    assert room.client.get(second.path).status_code == 404
    assert room.client.get("/echo/..%2F").status_code == 404


@pytest.mark.parametrize(
    "sentence", ["Alexa", "alexa,", "?!", "Alexa, 🙂", "\x00", "Alexa, \ud800", "Alexa, " + "é" * 250]
)
def test_whatever_is_said(room: Room, sentence: str) -> None:
    """There is nothing that somebody could type that breaks a device."""
    echo = room.echo()
    echo.say(OPEN)
    echo.say(sentence)
    assert echo.now["refused"] is None
    assert echo.say(OPEN)["session"]


def test_no_file_but_the_pages(room: Room) -> None:
    """Nothing beside the page's own files can be had."""
    for path in ("/page/../routes.py", "/page/%2e%2e/routes.py", "/page//etc/passwd", "/page/"):
        assert room.client.get(path).status_code in (404, 308)
