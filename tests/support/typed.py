"""What a command line of a document names, program by program, held against what is there. Nothing is run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import yaml

from skill.cli.main import main
from skill.server.app import create_app
from skill.server.config import Settings
from skill.server.webhook import PATH
from tests.support.documents import PROGRAMS, ROOT


def massage(arguments: tuple[str, ...]) -> None:
    """Raises a UsageError where the command line is none."""
    if not arguments or arguments[0].startswith("-"):
        return
    name, command, rest = main.resolve_command(main.make_context("massage", ["check"]), list(arguments))
    assert command is not None
    command.make_context(name or "", rest)


def make(arguments: tuple[str, ...]) -> None:
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[0].split()
    assert {one for one in arguments if "=" not in one} <= set(targets)


def pip(arguments: tuple[str, ...]) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for wanted in re.findall(r"\[(.*?)\]", " ".join(arguments)):
        assert set(wanted.split(",")) <= set(extras)


def python(arguments: tuple[str, ...]) -> None:
    if arguments[:1] == ("-m",):
        assert find_spec(arguments[1]) is not None


def curl(arguments: tuple[str, ...]) -> None:
    routes = {PATH, *(rule.rule for rule in create_app(Settings("sqlite://")).url_map.iter_rules())}
    for word in arguments:
        if address := re.fullmatch(r"https?://[^/]+(/.*)", word):
            assert address[1] in routes, word


def docker(arguments: tuple[str, ...]) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    named = [word.partition("=")[0] for word in arguments if re.fullmatch(r"[a-z]+=\d+", word)]
    if arguments[:2] == ("compose", "logs"):
        named += [word for word in arguments[2:] if not word.startswith("-")]
    assert set(named) <= set(services)


def anything(arguments: tuple[str, ...]) -> None:
    """Files are looked up for every program; there is nothing more to look at."""


CHECKS: Mapping[str, Callable[[tuple[str, ...]], None]] = {
    **dict.fromkeys(PROGRAMS, anything),
    **{
        "massage": massage,
        "make": make,
        "pip": pip,
        "python": python,
        "python3": python,
        "curl": curl,
        "docker": docker,
    },
}
