"""The skill for a WSGI server: `gunicorn --config python:skill.gunicorn_conf skill.wsgi:app`."""

from __future__ import annotations

import os

from skill.app import create_app
from skill.config import Settings
from skill.seeing import to_stdout

app = create_app(Settings.from_environment(os.environ), tell=to_stdout)
