"""The routes of the page, for this machine only: static files, devices, their sounds and tracks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, abort, jsonify, request, send_from_directory
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from skill.locales import DEFAULT, LOCALES
from skill.server.config import Settings
from skill.server.loopback import LOOPBACK_ONLY, is_loopback
from skill.server.track_routes import track_routes
from skill.server.webhook import plainly
from skill.simulator.device import Device
from skill.simulator.page.devices import INTERFACES, Devices, PageDevice
from skill.simulator.page.guided import AT_MOST, QUICKEST, guided, way_to
from skill.simulator.page.snapshot import snapshot
from skill.simulator.page.workshop_routes import Workshop, one_of, workshop_routes
from speech.errors import ScriptsInvalid

STATIC = Path(__file__).parent / "static"
SPEEDS = (1, 2, 8)
BUTTONS = ("Play", "Pause", "Next", "Previous")
MOST_BYTES = 4_096
"""Bytes of a request."""
LONGEST_SENTENCE = 300
"""Characters of a sentence that a person says."""
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def has_page(settings: Settings) -> bool:
    """Whether there is a page: only where this machine alone is served."""
    return settings.skill_id is None and settings.public_url is None


def page_routes(devices: Devices, workshop: Workshop | None = None) -> Blueprint:
    """`GET /`, `/page/...`, `/echo...` and `/tracks/...`, for requests of this machine only.

    `workshop` is by default that of the package's own scripts.
    """
    routes = _guarded("index.html", workshop or Workshop())
    if devices.tracks is not None:
        routes.register_blueprint(track_routes(devices.tracks))

    @routes.post("/echo")
    def add() -> Response:
        asked = _json()
        kind = one_of(asked.get("kind"), "kind", INTERFACES)
        locale = one_of(asked.get("locale", DEFAULT), "locale", LOCALES)
        return jsonify(echo=devices.add(kind, locale).id)

    @routes.get("/echo/<id>")
    def look(id: str) -> Response:
        echo = _found(devices, id)
        with echo.used(_speed(request.args.get("speed", echo.speed))):
            pass  # what happens by itself
        return shown(echo)

    @routes.post("/echo/<id>/say")
    def say(id: str) -> Response:
        echo, asked = _found(devices, id), _json()
        sentence = asked.get("sentence")
        if not isinstance(sentence, str) or not sentence.strip() or len(sentence) > LONGEST_SENTENCE:
            abort(400, f"sentence: what is said, in 1 to {LONGEST_SENTENCE} characters.")
        with _used_now(echo, asked) as device:
            device.say(sentence)
        return shown(echo)

    @routes.post("/echo/<id>/press")
    def press(id: str) -> Response:
        echo, asked = _found(devices, id), _json()
        button = one_of(asked.get("button"), "button", BUTTONS)
        with _used_now(echo, asked) as device:
            device.press(button)
        return shown(echo)

    @routes.post("/echo/<id>/go")
    def go(id: str) -> Response:
        echo, asked = _found(devices, id), _json()
        with _used_now(echo, asked):
            _go(echo, asked.get("cue"))
        return shown(echo)

    @routes.get("/echo/sounds/<key>.mp3")
    def sound(key: str) -> Response:
        clip = devices.sounds.clip(key) or abort(404, "There is no such sound.")
        response = Response(clip.frames, mimetype="audio/mpeg")
        response.accept_ranges = "bytes"
        response.cache_control.max_age = 86_400
        response.make_conditional(request, accept_ranges=True, complete_length=len(clip.frames))
        return response

    def shown(echo: PageDevice) -> Response:
        with echo.lock:
            return jsonify(snapshot(echo, devices.sounds))

    return routes


def workshop_page(workshop: Workshop) -> Blueprint:
    """The workshop alone, at `GET /` too, while mistakes in scripts leave no device."""
    return _guarded("workshop.html", workshop)


def _guarded(first: str, workshop: Workshop) -> Blueprint:
    """The static files, `first` at `GET /`, and the routes of the workshop: for this machine only."""
    routes = Blueprint("page", __name__)
    routes.register_blueprint(workshop_routes(workshop))

    @routes.before_request
    def only_here() -> None:
        if not is_loopback(request):
            abort(403, LOOPBACK_ONLY)
        request.max_content_length = MOST_BYTES

    @routes.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @routes.get("/")
    def index() -> Response:
        return send_from_directory(STATIC, first)

    @routes.get("/page/<path:name>")
    def static(name: str) -> Response:
        return send_from_directory(STATIC, name)

    return routes


@contextmanager
def _used_now(echo: PageDevice, asked: dict[str, Any]) -> Iterator[Device]:
    """Give the device for what the person does now; an earlier refusal is shown no longer."""
    with echo.used(_speed(asked.get("speed", echo.speed))) as device:
        echo.refused = None
        yield device


def _go(echo: PageDevice, cue_id: Any) -> None:
    """Say what leads to a cue until the guide is there or comes no nearer; "go back" is said once only."""
    nearest, rested = math.inf, False
    for _ in range(AT_MOST):
        place = guided(echo.device, echo.resources, echo.remembered())
        cue = next((cue for cue in place.timeline.cues if cue.id == cue_id), None) if place else None
        if place is None or cue is None:
            abort(400, "cue: the id of a cue of the guide that is under way is needed.")
        way = way_to(echo.device, echo.resources, place, cue)
        stuck = way.seconds >= nearest and place.paused == rested
        if way.move is None or (stuck and not way.insist):
            return
        nearest, rested = way.seconds, place.paused
        echo.device.say(way.move)
        if way.back:
            return
        echo.device.wait(QUICKEST)


def _found(devices: Devices, id: str) -> PageDevice:
    return devices.find(id) or abort(404, "There is no such device any more.")


def _json() -> dict[str, Any]:
    if not request.is_json:
        raise UnsupportedMediaType("JSON is needed (Content-Type: application/json).")
    asked = request.get_json()
    if not isinstance(asked, dict):
        abort(400, "A JSON object is needed.")
    return asked


def _speed(found: Any) -> int:
    speed: int = one_of(next((speed for speed in SPEEDS if str(speed) == str(found)), found), "speed", SPEEDS)
    return speed


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class RecoveryApp:
    """A WSGI app that serves the workshop until the scripts are valid, and from then on what `whole` makes."""

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
            if not self._done and not self._workshop.files.current().mistakes:
                with suppress(ScriptsInvalid):  # saved just now: the next request sees it
                    self._app, self._done = self._whole(self._workshop), True
            return self._app
