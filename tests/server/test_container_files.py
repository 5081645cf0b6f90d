"""Dockerfile, compose.yaml and Caddyfile, read as an engine reads them: nothing here needs one."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from skill.server.config import Settings, described
from skill.server.gunicorn_conf import MAX_WORKERS, graceful_timeout
from skill.store.postgres import MOST_CONNECTIONS
from speech.audio.speakers import clip_folder
from tests.support.dockerfile import Instruction, instructions, is_sent, stages

ROOT = Path(__file__).parents[2]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BUILD, IMAGE = stages(DOCKERFILE)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SKILL: dict[str, Any] = COMPOSE["services"]["skill"]
START = ROOT / "deploy" / "container" / "start.sh"
CADDYFILE = (ROOT / "deploy" / "container" / "Caddyfile").read_text(encoding="utf-8")
CHOSEN = {"MASSAGE_SKILL_ID": "amzn1.ask.skill.0f1e", "MASSAGE_PUBLIC_URL": "https://massage.example.com"}


def of(stage: list[Instruction], name: str) -> list[Instruction]:
    return [each for each in stage if each.name == name]


def copied(stage: list[Instruction]) -> list[str]:
    """What a stage takes from the checkout."""
    return [path for each in of(stage, "COPY") if "from" not in each.options for path in each.words[:-1]]


def environment(stage: list[Instruction]) -> dict[str, str]:
    return dict(word.split("=", 1) for each in of(stage, "ENV") for word in each.words)


def filled(text: str) -> str:
    """A value of compose.yaml with the variables of its operator, as compose fills them in."""
    return re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda found: CHOSEN.get(found[1], ""), text)


@pytest.mark.parametrize("path", [*copied(BUILD), *copied(IMAGE)])
def test_what_is_copied_is_there_and_sent(path: str) -> None:
    """Each source of a COPY exists, and .dockerignore lets it through."""
    assert (ROOT / path).exists()
    assert is_sent(path, IGNORED)


@pytest.mark.parametrize(
    "path", ["secrets/id-key", ".git/config", "memory.sqlite3", ".venv/bin/python", "tests/conftest.py",
             "skill/__pycache__/app.pyc", "compose.yaml"],
)  # fmt: skip
def test_nothing_else_is_sent(path: str) -> None:
    """Secrets, history, databases and what only developers need cannot get into an image."""
    assert not is_sent(path, IGNORED)


def test_the_wheel_is_made_of_all_it_holds() -> None:
    """The stage that builds has every folder that pyproject.toml puts into the wheel, its readme and its licence."""
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    project = PROJECT["project"]
    assert {*wheel, project["readme"], *project["license-files"], "pyproject.toml"} <= {*copied(BUILD)}


def test_only_what_the_lock_holds_is_installed() -> None:
    """One command reaches an index, with the lock and its hashes; every later one takes what that brought."""
    commands = [each for each in BUILD if each.name == "RUN" and re.search(r"\bpip\b", each.text)]
    first, rest = commands[0], commands[1:]
    assert "--require-hashes" in first.text and "--requirement requirements.lock" in first.text
    shut = next(place for place, each in enumerate(BUILD) if each.name == "ENV" and "PIP_NO_INDEX=1" in each.words)
    assert rest and all(BUILD.index(each) > shut for each in rest)
    assert "--dest /wheels" in first.text and environment(BUILD)["PIP_FIND_LINKS"] == "/wheels"


def test_the_extras_are_ours_and_postgresql_is_among_them() -> None:
    """What is installed beyond the skill are extras of pyproject.toml, the driver of the database one of them."""
    [extras] = [each.text.partition("=")[2].split(",") for each in of(BUILD, "ARG") if each.text.startswith("EXTRAS")]
    assert "postgres" in extras
    assert {*extras} <= PROJECT["project"]["optional-dependencies"].keys()


def test_the_python_is_one_that_the_project_supports() -> None:
    """Both stages stand on the same image, whose Python pyproject.toml allows: what is built runs there."""
    first = instructions(DOCKERFILE)[0]
    found = re.fullmatch(r"PYTHON=python:(3\.\d+)-slim-\w+(@sha256:[0-9a-f]{64})?", first.text)
    assert found is not None, first.text
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(found[1])
    assert [stage[0].words[0] for stage in (BUILD, IMAGE)] == ["${PYTHON}"] * 2


def test_the_image_runs_as_an_ordinary_user() -> None:
    """The last user is a number other than root's, which an orchestrator can check, and the one that owns the clips."""
    last = of(IMAGE, "USER")[-1].text
    assert int(last) > 0
    assert f"--uid {last}" in " ".join(each.text for each in of(IMAGE, "RUN"))
    assert not [each for each in of(IMAGE, "RUN") if re.search(r"\b(apt-get|pip|curl|wget)\b", each.text)]


def test_the_container_begins_with_the_script() -> None:
    """ENTRYPOINT is what was copied, which may be run, and gets the signal that gunicorn ends gracefully at."""
    [entry] = of(IMAGE, "ENTRYPOINT")
    [target] = [each.words[-1] for each in of(IMAGE, "COPY") if "from" not in each.options]
    assert entry.words == [Path(target).name] and Path(target).parent == Path("/usr/local/bin")
    assert os.access(START, os.X_OK)
    assert [each.text for each in of(IMAGE, "STOPSIGNAL")] == ["SIGTERM"]


def test_every_variable_is_a_setting() -> None:
    """What is set in these files is something that the skill reads: a name that is misspelt would change nothing."""
    known = described().keys()
    for text in (DOCKERFILE, (ROOT / "compose.yaml").read_text("utf-8"), START.read_text("utf-8"), CADDYFILE):
        assert {*re.findall(r"MASSAGE_[A-Z_]*[A-Z]", text)} <= known
    targets = {secret["target"] for secret in SKILL["secrets"]}
    assert targets - known == {"PGPASSWORD"} and not targets & SKILL["environment"].keys()


def test_what_compose_sets_can_be_used() -> None:
    """With an id, an address and the secrets, the skill takes these settings as they stand."""
    secrets = {secret["target"]: "a secret for tests only" for secret in SKILL["secrets"]}
    settings = Settings.from_environment({name: filled(text) for name, text in SKILL["environment"].items()} | secrets)
    assert settings.skill_id == CHOSEN["MASSAGE_SKILL_ID"] and settings.public_url == CHOSEN["MASSAGE_PUBLIC_URL"]
    assert f"@{'database'}/" in settings.database_url and "database" in COMPOSE["services"]


def test_what_compose_names_is_there() -> None:
    """Every secret, network and volume that a service uses is defined in the file, and every bound file exists."""
    for name, service in COMPOSE["services"].items():
        secrets = {each if isinstance(each, str) else each["source"] for each in service.get("secrets", [])}
        sources = {each.partition(":")[0] for each in service.get("volumes", [])}
        assert secrets <= COMPOSE["secrets"].keys(), name
        assert {*service["networks"]} <= COMPOSE["networks"].keys(), name
        assert {*service.get("depends_on", [])} <= COMPOSE["services"].keys(), name
        assert {each for each in sources if not each.startswith(".")} <= COMPOSE["volumes"].keys(), name
        assert all((ROOT / each).is_file() for each in sources if each.startswith(".")), name


def test_only_the_proxy_is_reached_from_outside() -> None:
    """The proxy alone publishes ports, and only what needs the database shares a network with it."""
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    back = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert {*services["database"]["networks"]} == back
    assert [name for name, service in services.items() if back & {*service["networks"]}] == ["skill", "database"]


def test_the_skill_may_do_little() -> None:
    """Its root cannot be written, but for a /tmp that ends with it, and it has no rights beyond a plain user's."""
    assert SKILL["read_only"] is True and SKILL["tmpfs"] == ["/tmp"]
    assert SKILL["cap_drop"] == ["ALL"] and SKILL["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SKILL


def test_requests_in_flight_have_their_time() -> None:
    """The engine kills no container before the server has answered what it is at."""
    assert int(SKILL["stop_grace_period"].removesuffix("s")) > graceful_timeout


def test_the_database_takes_every_process() -> None:
    """As many connections are allowed as all processes of the containers may open, and three of an administrator's."""
    allowed = dict(word.split("=") for word in COMPOSE["services"]["database"]["command"] if "=" in word)
    processes = SKILL["deploy"]["replicas"] * MAX_WORKERS
    assert processes * MOST_CONNECTIONS + 3 <= int(allowed["max_connections"])


def test_the_clips_are_shared_where_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The volume of every container is the folder in which the image's user keeps clips."""
    for name, value in environment(IMAGE).items():
        monkeypatch.setenv(name, value)
    kept = clip_folder().folder.parent
    assert [Path(each.text) for each in of(IMAGE, "VOLUME")] == [kept]
    assert SKILL["volumes"] == [f"clips:{kept}"]


def test_the_proxy_finds_the_skill() -> None:
    """The proxy asks the service by its name, at the port that the image says and the script listens on."""
    found = re.search(r"name (\w+)\n\s*port (\d+)", CADDYFILE)
    assert found is not None
    assert found[1] in COMPOSE["services"]
    assert [each.text for each in of(IMAGE, "EXPOSE")] == [found[2]]
    assert f"${{PORT:-{found[2]}}}" in START.read_text("utf-8")
