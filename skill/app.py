"""The app factory: settings in, a Flask app out."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from skill.config import Settings
from skill.id_key import IdKey
from skill.persistence import MemoryAdapter
from skill.store import Store
from skill.webhook import Conversation, webhook


def create_app(
    settings: Settings, clock: Callable[[], float] = time.time, conversation: Conversation | None = None
) -> Flask:
    """The skill over HTTP. `clock` gives seconds since 1970; `conversation` replaces the skill's own.

    Nothing is opened yet: a store that is down costs memory, not the start.
    """
    app = Flask(__name__)
    memory = MemoryAdapter(Store(settings.database_url, clock), IdKey(settings))
    if conversation is None:
        from skill.conversation import build_conversation  # reads every script: only for those who talk

        conversation = build_conversation(settings, memory, clock)
    app.register_blueprint(webhook(settings, conversation, memory.check, clock))
    app.register_error_handler(HTTPException, _plainly)
    return app


def _plainly(error: HTTPException) -> Response:
    """An error as one plain sentence: nobody reads it in a browser."""
    return Response(f"{error.description}\n", status=error.code, content_type="text/plain; charset=utf-8")
