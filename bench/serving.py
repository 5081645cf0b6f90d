"""This webhook, with signature check, memory and the whole conversation, beside the smallest skill there is.

Both are served by the same gunicorn with the same settings, in turns, and asked the same by the same client on the same
machine: what counts is the ratio. Both start as they do once installed: with byte code, and not for the first time.
What is asked has the shape and the lengths of what Alexa sends, a household in two having a screen (`bench.asked`).
`make bench` runs it.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.asked import SKILL, bodies
from skill.server import gunicorn_conf
from tests.support.authority import CHAIN, Issued, amazon, answering, issue
from tests.support.serving import Server, free_port

ROUNDS, REQUESTS, CLIENTS, STARTS = 5, 600, 4, 3
SAME = (
    "--worker-class", gunicorn_conf.worker_class, "--threads", str(gunicorn_conf.threads), "--preload",
    "--timeout", str(gunicorn_conf.timeout), "--keep-alive", str(gunicorn_conf.keepalive), "--no-control-socket",
)  # fmt: skip
"""The settings of this skill's server, for one that is not to load any of this skill."""


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
    settings: tuple[str, ...]
    env: Mapping[str, str]
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
        installed = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/byte code"}
        settings = {"MASSAGE_SKILL_ID": SKILL, "MASSAGE_DATABASE_URL": database, **store.variables}
        ours = Side(
            "skill.server.wsgi:app", ("--config", "python:skill.server.gunicorn_conf"), {**settings, **installed}, leaf
        )
        bare = Side("bench.bare:app", SAME, installed, None)
        _measure_starts((ours, bare), Path(folder))
        _measure_rates((ours, bare), Path(folder))
    mine, other = ours.measured.figures, bare.measured.figures
    print(f"{'':22}{'this skill':>12}{'bare skill':>12}{'ratio':>8}")
    for name in mine:
        print(f"{name:22}{mine[name]:12.1f}{other[name]:12.1f}{mine[name] / other[name]:8.2f}")


def _measure_starts(sides: Sequence[Side], folder: Path) -> None:
    for number in range(STARTS + 1):
        for side in sides:
            body = next(bodies("start", 1))
            headers = side.headers(body)
            started = time.monotonic()
            with served(side, folder, "--workers", "1") as server:
                first_answer(server, body, headers)
                if number:  # the first one compiles
                    side.measured.starts.append(time.monotonic() - started)


def _measure_rates(sides: Sequence[Side], folder: Path) -> None:
    with served(sides[0], folder) as first, served(sides[1], folder) as second:
        for number in range(ROUNDS + 1):
            for side, server in zip(sides, (first, second), strict=True):
                asked = [(body, side.headers(body)) for body in bodies(f"{number}", REQUESTS)]
                rate, seconds = _asked_by_many(server, asked)
                if number:  # the first round warms both up
                    side.measured.rates.append(rate)
                    side.measured.seconds.extend(seconds)
        for side, server in zip(sides, (first, second), strict=True):
            side.measured.memory.extend(_memory(server))


@contextmanager
def served(side: Side, folder: Path, *options: str) -> Iterator[Server]:
    """One of the two as a process that listens; without options it has answered, and is ready."""
    port = free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command = [sys.executable, "-m", "gunicorn", *side.settings, *bind, *options, side.app]
    server = Server(command, side.env, port, folder / "log.txt")
    try:
        if not options:
            first_answer(server, *_one(side))
        yield server
    finally:
        server.kill()


def _one(side: Side) -> tuple[bytes, dict[str, str]]:
    body = next(bodies("first", 1))
    return body, side.headers(body)


def first_answer(server: Server, body: bytes, headers: dict[str, str]) -> None:
    """Return once it has answered this. Raises AssertionError when it never does."""
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


def _memory(server: Server) -> list[int]:
    """Kilobytes of each worker, what it shares with the others included."""
    command = ["ps", "-o", "rss=", "--ppid", str(server.process.pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]


if __name__ == "__main__":
    main()
