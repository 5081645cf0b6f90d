"""What the doctor finds, and that he tells what to do about it."""

from __future__ import annotations

import socket
import time
from email.utils import formatdate
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.cli.main import main
from skill.publish.doctor import Diagnosis, examine
from skill.server.config import VOICES
from speech.audio.voices.catalogue import voice_descriptions
from tests.support.authority import amazon, answering

FREE = 18_321


def find(part: str, env: dict[str, str], port: int = FREE) -> Diagnosis:
    """The first finding about this part; what comes after it is not tried."""
    return next(finding for finding in examine(env, port) if finding.part == part)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A set-up in which all is well as far as this machine goes."""
    return {"MASSAGE_DATABASE_URL": f"sqlite:///{tmp_path / 'memory.sqlite3'}", "MASSAGE_VERIFY": "off"}


def test_a_good_set_up(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is wrong the command says so of every part, and exits with 0."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(main, ["doctor", "--port", str(FREE)])
    assert told.exit_code == 0, told.output
    parts = {line.split(":")[0].split()[-1] for line in told.output.splitlines() if line[:5] in ("ok   ", "note ")}
    assert {"settings", "port", "memory", "key", "scripts", "model", "clips", "voice", "signatures"} <= parts


def test_a_wrong_setting_is_all_that_is_told(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that cannot be used ends the examination: its name, what is allowed, and exit code 1."""
    monkeypatch.setenv("MASSAGE_PACE", "quick")
    told = CliRunner().invoke(main, ["doctor"])
    assert told.exit_code == 1
    assert "MASSAGE_PACE" in told.output and "from 0.5 to 2.0" in told.output and told.output.count("WRONG") == 1


@pytest.mark.parametrize("part", ["port", "metrics"])
def test_a_port_that_is_taken(part: str, env: dict[str, str]) -> None:
    """Whatever holds the port is named as a possibility; nothing is fatal, since it may be the skill itself."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = find(part, {**env, "MASSAGE_METRICS": f"127.0.0.1:{port}"}, port)
    assert "not free (taken" in found.found and "choose another" in found.do and not found.fatal


def test_a_memory_that_cannot_be_written(tmp_path: Path, env: dict[str, str]) -> None:
    """A store that is down is fatal here, and the line names the file and what failed."""
    (tmp_path / "deep").write_text("in the way")
    found = find("memory", {**env, "MASSAGE_DATABASE_URL": f"sqlite:///{tmp_path / 'deep' / 'm.sqlite3'}"})
    assert found.fatal and "m.sqlite3 cannot be written" in found.found and "disk" in found.do


def test_a_key_that_others_may_read(tmp_path: Path, env: dict[str, str]) -> None:
    """The file of the id key is its owner's alone; who loses it is warned before."""
    assert "all memory is lost" in find("id key", env).found
    (tmp_path / "memory.sqlite3.id-key").chmod(0o644)
    assert find("id key", env).do.startswith("chmod 600 ")
    assert "all memory is lost" in find("id key", {**env, "MASSAGE_ID_KEY": "0123456789abcdef"}).found


@pytest.mark.parametrize(
    ("skew", "said", "fatal"),
    [(0, "right", False), (-100, "100 s behind", False), (100, "100 s ahead", False), (400, "400 s ahead", True)],
)
def test_the_clock(
    skew: float, said: str, fatal: bool, tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is held against Amazon's: at the tolerance of 150 s no request is taken any more."""
    now = float(round(time.time()))
    with amazon(tmp_path) as store:
        for name, value in store.variables.items():
            monkeypatch.setenv(name, value)
        date = f"Date: {formatdate(now, usegmt=True)}"
        store.answers["/echo.api/"] = answering(b"", "403 Forbidden", date)
        checked = {**env, **store.variables, "MASSAGE_VERIFY": "on"}
        some = islice(examine(checked, FREE, lambda: now + skew), 7)
        found = {one.part: one for one in some}
    assert "answers" in found["certificate"].found
    assert said in found["clock"].found and found["clock"].fatal is fatal


def test_amazon_cannot_be_reached(tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a way out no signature can be checked: fatal once a skill id is set, and the proxy is named."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("https_proxy", nowhere)
    monkeypatch.setenv("no_proxy", "")
    checked = {**env, "MASSAGE_VERIFY": "on"}
    assert not find("certificate", checked).fatal
    found = find("certificate", {**checked, "MASSAGE_SKILL_ID": "amzn1.ask.skill.1"})
    assert found.fatal and "HTTPS_PROXY" in found.do


@pytest.mark.parametrize("voice", VOICES)
def test_the_voice(voice: str, env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was chosen, what that costs and may be used for, and whether all is there: what is shipped, needs nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    checked, told = {**env, "MASSAGE_VOICE": voice}, voice_descriptions()[voice]
    assert find("voice", checked).found.startswith(f"{voice}: {told.who}; without MASSAGE_PUBLIC_URL")
    assert find("voice", {**checked, "MASSAGE_PUBLIC_URL": "https://a.example.com", "MASSAGE_VERIFY": "on"}).found == (
        f"{voice}: {told.who}"
    )
    assert (find("voice costs", checked).found, find("voice use", checked).found) == (told.costs, told.use)
    spoken = find("spoken", checked)
    assert bool(spoken.do) == (voice in ("pico", "gtts")) and not spoken.fatal


def test_a_voice_whose_engine_is_missing(env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing, the command that brings it, and who speaks until then."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("speech.audio.voices.catalogue.find_spec", lambda name: None if name == "lameenc" else object())
    found = find("spoken", {**env, "MASSAGE_VOICE": "pico"})
    assert "lameenc missing" in found.found and found.do.startswith("pip install '.[voice]'")
    assert "Alexa's own voice" in found.do and not found.fatal


def test_a_file_of_voices_with_a_mistake(env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file and line are told, and nothing that somebody says depends on it."""
    (tmp_path / "voices.yaml").write_text("shipped: [\n")
    monkeypatch.setattr("skill.publish.doctor.voice_descriptions", lambda: voice_descriptions(tmp_path / "voices.yaml"))
    found = find("voice", env)
    assert found.found.startswith("voices/voices.yaml:2: yaml: ") and found.do and not found.fatal


def test_roots_that_are_none(tmp_path: Path, env: dict[str, str]) -> None:
    """SSL_CERT_FILE may name what is no file of certificates."""
    (tmp_path / "roots.pem").write_text("nonsense")
    for name in ("roots.pem", "missing.pem"):
        found = find("roots", {**env, "MASSAGE_VERIFY": "on", "SSL_CERT_FILE": str(tmp_path / name)})
        assert found.fatal and "SSL_CERT_FILE" in found.do
