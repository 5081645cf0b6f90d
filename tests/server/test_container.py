"""The container's start-up script as it stands, really run: all but the engine around it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from skill.server import ready
from tests.support.dockerfile import stages
from tests.support.postgres import Server as Postgres
from tests.support.serving import Server, free_port

ROOT = Path(__file__).parents[2]
START = ROOT / "deploy" / "container" / "start.sh"
NOWHERE = "postgresql://massage@127.0.0.1:9/x"
SKILL = {"MASSAGE_SKILL_ID": "amzn1.ask.skill.0f1e", "MASSAGE_ID_KEY": "a key for tests only"}
CODE = "from skill.cli.main import main; main()"


def variables(folder: Path, secrets: Mapping[str, str], **env: str) -> dict[str, str]:
    """The environment of a container whose image holds this checkout: `python` and `massage`, and these secrets."""
    command = folder / "bin" / "massage"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\nexec python -c '{CODE}' \"$@\"\n")
    command.chmod(0o755)
    kept = folder / "secrets"
    kept.mkdir()
    for name, text in secrets.items():
        (kept / name).write_text(text + "\n")
    path = f"{command.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "SECRETS_FOLDER": str(kept), "GUNICORN_CMD_ARGS": "--workers 1", **env}


@contextmanager
def container(folder: Path, env: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """The script, started; whatever is left of it is killed."""
    port = free_port()
    server = Server([str(START), *arguments], {**env, "PORT": str(port)}, port, folder / "log.txt")
    try:
        yield server
    finally:
        server.kill()


def until_it_says(server: Server, words: str) -> None:
    """Wait until the log holds these words. Raises AssertionError when it ends, or never comes to that."""
    ends = time.monotonic() + 30
    while words not in server.log.read_text():
        assert server.process.poll() is None and time.monotonic() < ends, server.log.read_text()
        time.sleep(0.02)


def ended(server: Server) -> tuple[int, str]:
    return server.process.wait(timeout=30), server.log.read_text()


def looked_after(server: Server) -> int:
    """The exit code of the image's HEALTHCHECK, run as the engine runs it."""
    [check] = [each for each in stages((ROOT / "Dockerfile").read_text("utf-8"))[-1] if each.name == "HEALTHCHECK"]
    command = json.loads(check.text.partition("CMD ")[2])
    return subprocess.run(
        [sys.executable, *command[1:]], env={"PORT": str(server.port)}, stderr=subprocess.PIPE
    ).returncode


def test_it_waits_for_a_late_database_serves_and_ends_gracefully(tmp_path: Path, postgres_server: Postgres) -> None:
    """Secrets are settings; the server starts once the database is there, is healthy, and gets the signals itself."""
    url = postgres_server.url("late")
    env = variables(tmp_path, {**SKILL, "MASSAGE_DATABASE_URL": url, "PGPASSWORD": "not asked for here"})
    with container(tmp_path, env) as server:
        until_it_says(server, "waiting for it")
        assert looked_after(server) == 1
        with postgres_server.connected("postgres") as plain:
            plain.execute("CREATE DATABASE late")
        server.wait_until_up()
        status, _, text = server.get("/health")
        assert (status, json.loads(text)["memory"]) == (200, "ok")
        assert looked_after(server) == 0
        server.process.send_signal(signal.SIGTERM)
        code, log = ended(server)
    assert code == 0
    assert re.search(rf"\[{server.process.pid}\] \[INFO\] Shutting down", log), log


@pytest.mark.parametrize(
    ("secrets", "faults"),
    [
        ({}, {"MASSAGE_SKILL_ID: found nothing", "MASSAGE_DATABASE_URL: found nothing"}),
        ({**SKILL, "MASSAGE_DATABASE_URL": "mysql://x"}, {"MASSAGE_DATABASE_URL: found"}),
        ({**SKILL, "MASSAGE_DATABASE_URL": NOWHERE, "MASSAGE_ID_KEY": "short"}, {"MASSAGE_ID_KEY: found 5 characters"}),
    ],
    ids=["missing", "wrong", "wrong secret"],
)
def test_a_setting_that_cannot_be_used_ends_it(tmp_path: Path, secrets: dict[str, str], faults: set[str]) -> None:
    """It exits with 2 at once, and names each setting, what was found and what is allowed."""
    with container(tmp_path, variables(tmp_path, secrets)) as server:
        code, log = ended(server)
    assert code == 2
    lines = log.splitlines()
    assert len(lines) == len(faults) and all("allowed is" in line for line in lines), log
    assert {fault for fault in faults if f"start: {fault}" in log} == faults


def test_a_secret_that_cannot_be_read_ends_it(tmp_path: Path) -> None:
    """A secret that this user may not read is named, instead of being done without."""
    env = variables(tmp_path, SKILL)
    (tmp_path / "secrets" / "MASSAGE_PACE").mkdir()
    with container(tmp_path, env) as server:
        code, log = ended(server)
    assert code == 2
    assert f"cannot read the secret {tmp_path / 'secrets' / 'MASSAGE_PACE'}" in log


def test_told_to_stop_while_it_waits_it_stops(tmp_path: Path) -> None:
    """The minute for a database is not waited out: the signal ends the script and the wait at once."""
    with container(tmp_path, variables(tmp_path, {**SKILL, "MASSAGE_DATABASE_URL": NOWHERE})) as server:
        until_it_says(server, "waiting for it")
        server.process.send_signal(signal.SIGTERM)
        code, _ = ended(server)
        assert code == 143
        assert not _is_alive(server.process.pid)


def test_a_database_that_never_comes_does_not_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once the time is over the server starts without a memory, which costs memory, not guidance; and says so."""
    for name, value in {**SKILL, "MASSAGE_DATABASE_URL": NOWHERE}.items():
        monkeypatch.setenv(name, value)
    ready.main(0.0)
    assert "serving without one" in capsys.readouterr().err


def _is_alive(group: int) -> bool:
    """Whether a process of this group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
