"""The skill as a process of its own, reached over a socket: started, asked, told to stop, or killed."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST_START = 60.0
"""Seconds: two workers share the machine with whatever else is tested."""


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Server:
    """A process that listens at `port`; `log` holds what it writes."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], port: int, log: Path) -> None:
        self.port, self.log, self.metrics = port, log, env.get("MASSAGE_METRICS", "")
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=written, stderr=written, start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **env},
            )  # fmt: skip

    def wait_until_up(self) -> None:
        """Return once it answers. Raises AssertionError when it never does."""
        ends = time.monotonic() + LONGEST_START
        while time.monotonic() < ends and self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                self.get("/privacy")
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def get(self, path: str) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text."""
        return self._ask("GET", path, None, {})

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer at /alexa. Raises OSError or HTTPException without one."""
        return self._ask("POST", "/alexa", body, {"Content-Type": "application/json", **(headers or {})})

    def kill(self) -> None:
        """End it and all that it started, at once: nothing is closed, flushed or answered."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()


@contextmanager
def massage_serve(folder: Path, *options: str, **env: str) -> Iterator[Server]:
    """`massage serve` with a memory in this folder; it is gone afterwards."""
    port = free_port()
    command = [sys.executable, "-c", "from skill.cli.main import main; main()", "serve", "--port", str(port), *options]
    settings = {"MASSAGE_DATABASE_URL": f"sqlite:///{folder / 'memory.sqlite3'}", "MASSAGE_VERIFY": "off", **env}
    server = Server(command, settings, port, folder / "log.txt")
    try:
        server.wait_until_up()
        yield server
    finally:
        server.kill()


def lines(log: Path) -> list[dict[str, Any]]:
    """The structured lines of a log."""
    return [json.loads(line) for line in re.findall(r"^\{.*\}$", log.read_text(), re.MULTILINE)]
