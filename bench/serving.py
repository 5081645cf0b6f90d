"""This webhook, with signature check, memory and the whole conversation, beside the smallest skill there is.

Both are served by the same gunicorn with the same settings, in turns, and asked the same by the same client on the same
machine: what counts is the ratio. `make bench` runs it.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.simulator import requests
from skill.simulator.requests import Profile, Session
from tests.support.authority import CHAIN, Issued, amazon, answering, issue
from tests.support.serving import Server, free_port

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
ROUNDS, REQUESTS, CLIENTS, STARTS = 5, 600, 4, 3
SAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("LaunchRequest", {}),
    ("StartGuideIntent", {"script": "piriformis-ball", "minutes": "PT5M", "side": "left"}),
    ("ReadyIntent", {}),
    ("TimeLeftIntent", {}),
    ("AMAZON.PauseIntent", {}),
    ("AMAZON.ResumeIntent", {}),
    ("AMAZON.HelpIntent", {}),
    ("AMAZON.StopIntent", {}),
)
"""One conversation, as it is held again and again."""


@dataclass
class Measured:
    """What one of the two did: answers a second and seconds of each round, seconds to the first answer, kilobytes."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, float]:
        """The figures that are compared."""
        hundredths = statistics.quantiles(self.seconds, n=100)
        return {
            "requests a second": statistics.median(self.rates),
            "median, ms": statistics.median(self.seconds) * 1000,
            "99th percentile, ms": hundredths[98] * 1000,
            "cold start, s": statistics.median(self.starts),
            "memory a worker, MB": statistics.median(self.memory) / 1024,
        }


@dataclass(frozen=True)
class Side:
    """One of the two: how it is started, and what it takes to be let in."""

    app: str
    env: dict[str, str]
    leaf: Issued | None
    measured: Measured = field(default_factory=Measured)

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers of this body."""
        signed = {"SignatureCertChainUrl": CHAIN, "Signature-256": self.leaf.signed(body)} if self.leaf else {}
        return {"Content-Type": "application/json", **signed}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, amazon(Path(folder)) as store:
        leaf = issue("leaf", store.root, now=time.time())
        store.answers[CHAIN.removeprefix("https://s3.amazonaws.com")] = answering(leaf.pem + store.root.pem)
        database = f"sqlite:///{folder}/memory.sqlite3"
        settings = {"MASSAGE_SKILL_ID": SKILL, "MASSAGE_DATABASE_URL": database, **store.variables}
        ours = Side("skill.wsgi:app", settings, leaf)
        bare = Side("bench.bare:app", {}, None)
        _measure_starts((ours, bare), Path(folder))
        _measure_rates((ours, bare), Path(folder))
    mine, other = ours.measured.figures, bare.measured.figures
    print(f"{'':22}{'this skill':>12}{'bare skill':>12}{'ratio':>8}")
    for name in mine:
        print(f"{name:22}{mine[name]:12.1f}{other[name]:12.1f}{mine[name] / other[name]:8.2f}")


def _measure_starts(sides: Sequence[Side], folder: Path) -> None:
    for _ in range(STARTS):
        for side in sides:
            body = next(_bodies("start", 1))
            headers = side.headers(body)
            started = time.monotonic()
            with _served(side, folder, "--workers", "1") as server:
                _first_answer(server, body, headers)
                side.measured.starts.append(time.monotonic() - started)


def _measure_rates(sides: Sequence[Side], folder: Path) -> None:
    with _served(sides[0], folder) as first, _served(sides[1], folder) as second:
        for number in range(ROUNDS + 1):
            for side, server in zip(sides, (first, second), strict=True):
                asked = [(body, side.headers(body)) for body in _bodies(f"{number}", REQUESTS)]
                rate, seconds = _asked_by_many(server, asked)
                if number:  # the first round warms both up
                    side.measured.rates.append(rate)
                    side.measured.seconds.extend(seconds)
        for side, server in zip(sides, (first, second), strict=True):
            side.measured.memory.extend(_memory(server))


@contextmanager
def _served(side: Side, folder: Path, *options: str) -> Iterator[Server]:
    port = free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:skill.gunicorn_conf", *bind, *options, side.app]
    server = Server(command, side.env, port, folder / "log.txt")
    try:
        if not options:
            _first_answer(server, *_one(side))
        yield server
    finally:
        server.kill()


def _one(side: Side) -> tuple[bytes, dict[str, str]]:
    body = next(_bodies("first", 1))
    return body, side.headers(body)


def _first_answer(server: Server, body: bytes, headers: dict[str, str]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            status, _, text = server.post(body, headers)
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
            continue
        assert status == 200, f"{status} {text}\n{server.log.read_text()}"
        return
    raise AssertionError(server.log.read_text())


def _asked_by_many(server: Server, asked: Sequence[tuple[bytes, dict[str, str]]]) -> tuple[float, list[float]]:
    """Answers a second, and the seconds of each, of several clients who keep their connections."""
    seconds: list[float] = []
    failed: list[str] = []

    def ask(share: Sequence[tuple[bytes, dict[str, str]]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        for body, headers in share:
            started = time.perf_counter()
            connection.request("POST", "/alexa", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            seconds.append(time.perf_counter() - started)
            if answer.status != 200 or b"outputSpeech" not in text or b"Something went wrong" in text:
                failed.append(f"{answer.status} {text[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=ask, args=(asked[number::CLIENTS],)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and len(seconds) == len(asked), failed[:3]
    return len(asked) / (time.perf_counter() - started), seconds


def _bodies(name: str, count: int) -> Iterator[bytes]:
    """So many requests of conversations, one person after the other."""
    now = time.time()
    session = Session(attributes=GUIDED)
    for number in range(count):
        intent, slots = SAID[number % len(SAID)]
        profile = Profile(user=f"amzn1.ask.account.{name}.{number // len(SAID)}", application=SKILL)
        request = requests.launch() if intent == "LaunchRequest" else requests.intent(_intent(intent, slots))
        held = Session() if intent == "LaunchRequest" else session
        yield json.dumps(requests.envelope(profile, request, now, held)).encode()


def _intent(name: str, slots: dict[str, str]) -> dict[str, Any]:
    filled = {each: _slot(each, value) for each, value in slots.items()}
    return {"name": name, "confirmationStatus": "NONE", "slots": filled}


def _slot(name: str, value: str) -> dict[str, Any]:
    values = [{"value": {"name": value, "id": value}}]
    matched = {"authority": "x", "status": {"code": "ER_SUCCESS_MATCH"}, "values": values}
    shape: dict[str, Any] = {"name": name, "value": value, "confirmationStatus": "NONE"}
    return shape if name == "minutes" else {**shape, "resolutions": {"resolutionsPerAuthority": [matched]}}


def _memory(server: Server) -> list[int]:
    """Kilobytes of each worker, what it shares with the others included."""
    command = ["ps", "-o", "rss=", "--ppid", str(server.process.pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]


GUIDED: dict[str, Any] = {
    "v": 1, "slowest": 1.121, "introduced": True, "pending": "part",
    "guide": {
        "script": "piriformis-ball", "digest": "", "cue": "first-spot/left/0", "seconds": 1.42,
        "ask": {"seconds": 300.0, "side": "left", "only": False, "place": "floor", "talk": "normal"},
        "pressed": {"first-spot/left": 21.0},
    },
}  # fmt: skip
"""A session in the middle of a guide."""

if __name__ == "__main__":
    main()
