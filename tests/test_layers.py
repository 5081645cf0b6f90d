"""The one way through the house: `skill` imports `speech`, and never the reverse."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READERS = ("speech/script.py", "speech/script_*.py", "speech/schema*.py")


def modules(*packages: str) -> list[str]:
    """Paths of all modules of these packages, from the root of the checkout."""
    return sorted(file.relative_to(ROOT).as_posix() for package in packages for file in (ROOT / package).rglob("*.py"))


def imported(source: str, path: str) -> Iterator[str]:
    """Dotted names of all that a module imports, wherever in it that stands; relative ones made absolute.

    `from skill import simulator` gives `skill` and `skill.simulator`.
    """
    package = Path(path).parent.parts
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(part for part in (above, node.module) if part)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    """Whether a dotted name is this package or something in it."""
    return name == package or name.startswith(package + ".")


def breaches(paths: list[str], forbidden: str, read: Callable[[str], str]) -> list[str]:
    """`path imports name`, for every import of the forbidden package."""
    return [
        f"{path} imports {name}" for path in paths for name in imported(read(path), path) if within(name, forbidden)
    ]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("forbidden", ["skill", "flask", "ask_sdk_core", "ask_sdk_model", "sqlalchemy"])
def test_speech_knows_nothing_of_the_conversation(forbidden: str) -> None:
    """`speech` turns scripts into timed speech without Alexa requests, Flask, users or storage."""
    paths = modules("speech")
    assert paths
    assert not breaches(paths, forbidden, read)


def test_the_product_runs_without_the_simulator() -> None:
    """Only the commands and the simulator itself import the simulator."""
    paths = [
        path
        for path in modules("speech", "skill")
        if not fnmatch(path, "skill/cli*.py") and not path.startswith("skill/simulator/")
    ]
    assert not breaches(paths, "skill.simulator", read)


def test_only_the_script_reader_pays_for_pydantic() -> None:
    """Everything behind the reader is frozen dataclasses, quick to import."""
    paths = [path for path in modules("speech", "skill") if not any(fnmatch(path, pattern) for pattern in READERS)]
    assert not breaches(paths, "pydantic", read)


def loaded(*first: str) -> set[str]:
    """Dotted names of all that is imported when these modules are: what functions and types import is left out."""
    found, waiting = set[str](), list(first)
    while waiting:
        path = waiting.pop()
        top = [node for node in ast.parse(read(path), path).body if isinstance(node, ast.Import | ast.ImportFrom)]
        new = set(imported("\n".join(map(ast.unparse, top)), path)) - found
        found |= new
        places = [name.replace(".", "/") for name in new]
        files = [file for place in places for file in (f"{place}.py", f"{place}/__init__.py")]
        waiting += [file for file in files if (ROOT / file).is_file()]
    return found


def test_a_function_loads_no_web_server() -> None:
    """AWS Lambda carries the requests: an instance that starts does not wait for Flask."""
    libraries = {name.partition(".")[0] for name in loaded(*modules("skill/aws"), "skill/conversation.py")}
    assert "boto3" in libraries and not {"flask", "werkzeug", "gunicorn"} & libraries


@pytest.mark.parametrize(
    "source",
    [
        "import skill.simulator",
        "import skill.simulator.device as device",
        "from skill import simulator",
        "from skill.simulator import device",
        "from . import simulator",
        "from .simulator import device",
        "def late():\n    from skill.simulator import device",
    ],
)
def test_no_way_of_importing_escapes(source: str) -> None:
    """However an import is written, relative and late ones included, it is seen."""
    assert breaches(["skill/app.py"], "skill.simulator", lambda path: source)
    assert not breaches(["skill/app.py"], "skill.simulators", lambda path: source)
