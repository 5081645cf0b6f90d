"""The one place that puts the parts together: what it gives, and that nothing is read before it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from skill.server.compose import build_conversation, build_memory, build_resources, in_every_locale
from skill.server.config import Settings

ROOT = Path(__file__).parents[2]
STARTED = ("skill.server.wsgi", "skill.server.lambda_handler", "skill.server.gunicorn_conf", "__main__")
"""Modules that a server or a person starts: they read the environment at once."""
IMPORTS = """
import importlib, json, pkgutil, sys
read = []
def hook(event, given):
    if event == "open" and isinstance(given[0], str) and not given[0].endswith((".py", ".pyc", ".so")):
        read.append(given[0])
sys.addaudithook(hook)
import skill, speech
found = [one for each in (speech, skill) for one in pkgutil.walk_packages(each.__path__, each.__name__ + ".")]
for name in [one.name for one in found]:
    if not name.endswith(tuple(json.loads(sys.argv[1]))):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:  # of a package that is optional
            assert not error.name.startswith(("skill", "speech")), error
print(json.dumps(read))
"""


def test_no_import_reads_a_file_of_ours() -> None:
    """Importing any module, of any room, opens none of the package's data and no memory."""
    command = [sys.executable, "-c", IMPORTS, json.dumps(STARTED)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    ours = [name for name in json.loads(told.stdout) if str(ROOT) in name and "/.venv/" not in name]
    assert ours == []


def test_a_conversation_of_the_settings() -> None:
    """Without a public address everything is spoken; the resources of each locale say its own messages."""
    settings = Settings("sqlite://", id_key="a key for the tests")
    memory = build_memory(settings)
    assert memory.load("anna", "hall").available
    assert build_conversation(settings, memory, lambda: 0.0).tracks is None
    locales = in_every_locale(build_resources(settings.pace))
    assert locales["en-GB"].messages is not locales["en-US"].messages
    assert locales["en-GB"].library is locales["en-US"].library
