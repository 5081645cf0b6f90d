"""The Flask app of the settings."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask
from werkzeug.exceptions import HTTPException

from skill.alexa.request_log import Line, to_log
from skill.alexa.skill import Conversation
from skill.server.compose import build_conversation, build_memory, handlers
from skill.server.config import Settings
from skill.server.routes import guarded, pages
from skill.server.track_routes import track_routes
from skill.server.webhook import plainly, webhook
from skill.tracks.planning import Tracks

METRICS = "massage-metrics"
"""The name of the extension of the app that counts the requests (`skill.server.metrics.Metrics`)."""


def create_app(
    settings: Settings,
    clock: Callable[[], float] = time.time,
    conversation: Conversation | None = None,
    tracks: Tracks | None = None,
    write_line: Callable[[Line], None] = to_log,
) -> Flask:
    """The skill over HTTP. `clock` gives seconds since 1970.

    `conversation` replaces the skill's own; `tracks`, those that it plays, the ones of the shipped clips.
    `write_line` gets the line of each request.
    The store is not opened yet: one that is down does not prevent the start.
    """
    app, writers = Flask(__name__), [write_line]
    if settings.metrics is not None:
        from skill.server.metrics import Metrics  # loaded only when metrics are on

        app.extensions[METRICS] = metrics = Metrics()
        writers.append(metrics.count)

    def write(line: Line) -> None:
        for write_one in writers:
            write_one(line)

    memory = build_memory(settings, clock)
    if conversation is None:
        conversation = build_conversation(settings, memory, clock, tracks)
        tracks = conversation.tracks
    if tracks is not None:
        app.register_blueprint(track_routes(tracks))
    app.register_blueprint(pages(settings, memory.check, conversation.check, clock))
    app.register_error_handler(HTTPException, plainly)
    served = webhook(app.wsgi_app, settings, conversation, clock, write, handlers())
    app.wsgi_app = guarded(served)  # type: ignore[assignment, method-assign]  # as Flask's docs wrap an app
    return app
