"""What is served while a script has a mistake: the workshop alone, and everything else as soon as it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import HTTPException

from skill.server.webhook import plainly
from skill.simulator.page.page_routes import workshop_page
from skill.simulator.page.workshop_routes import Workshop
from speech.errors import ScriptsInvalid

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Mending:
    """The workshop as a WSGI app, until `whole` makes the skill with it; a request finds out when that can be."""

    def __init__(self, whole: Callable[[Workshop], Flask], workshop: Workshop) -> None:
        self._whole, self._workshop = whole, workshop
        self._lock, self._done = Lock(), False
        self._app = Flask(__name__)
        self._app.register_blueprint(workshop_page(workshop))
        self._app.register_error_handler(HTTPException, plainly)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self._newest()(environ, start_response)

    def _newest(self) -> Flask:
        with self._lock:
            if not self._done and not self._workshop.files.seen().mistakes:
                with suppress(ScriptsInvalid):  # saved just now: the next request sees it
                    self._app, self._done = self._whole(self._workshop), True
            return self._app
