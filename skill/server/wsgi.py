"""The skill for a WSGI server: `gunicorn --config python:skill.server.gunicorn_conf skill.server.wsgi:app`."""

from __future__ import annotations

import os

from skill.alexa.request_log import to_stdout
from skill.server.app import create_app
from skill.server.config import Settings

app = create_app(Settings.from_environment(os.environ), write_line=to_stdout)
