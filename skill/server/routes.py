"""The pages beside the webhook: the health of the skill, and its privacy policy."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from flask import Blueprint, Response, abort, jsonify, request

from skill.errors import SkillError
from skill.server.config import Settings
from skill.server.loopback import LOOPBACK_ONLY, is_loopback
from skill.server.privacy import page
from speech.audio.clips import ClipPack
from speech.audio.speakers import shipped_file
from speech.errors import SpeechError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}
"""Headers of every answer, unless its page sets them. Browsers take Strict-Transport-Security only over https."""
Health = Literal["ok", "down", "none"]
PACK = shipped_file()
HEALTH_CACHE_SECONDS = 10.0
"""Seconds for which a health report is given again: a check writes a row, and every sender may ask for it."""


def pages(
    settings: Settings,
    check_memory: Callable[[], None],
    check_content: Callable[[], None],
    clock: Callable[[], float],
) -> Blueprint:
    """`GET /health` and `GET /privacy`. A check raises a SkillError or SpeechError when its part does not work.

    `clock` gives seconds since 1970.
    """
    routes = Blueprint("pages", __name__)

    def check_all() -> Mapping[str, Health]:
        content = _health("content", check_content)
        return {
            "status": content,
            "memory": _health("memory", check_memory),
            "content": content,
            "clips": _health("clips", check_clips) if PACK.exists() else "none",
        }

    report = _CachedReport(check_all, clock)

    @routes.get("/health")
    def health() -> tuple[Response, int]:
        if settings.skill_id is None and not is_loopback(request):
            abort(403, LOOPBACK_ONLY)
        found = report()
        return jsonify(found), 200 if found["status"] == "ok" else 503

    @routes.get("/privacy")
    def privacy() -> Response:
        return Response(page(), content_type="text/html; charset=utf-8")

    return routes


def guarded(app: WSGIApplication) -> WSGIApplication:
    """The same app, with `HEADERS` in every answer, errors included."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            more = [one for one in HEADERS.items() if one[0].lower() not in own]
            return start_response(status, [*headers, *more], *failure)

        return app(environ, start)

    return serve


class _CachedReport:
    """The last health report, made anew when it is older than HEALTH_CACHE_SECONDS. One thread makes it at a time."""

    def __init__(self, check_all: Callable[[], Mapping[str, Health]], clock: Callable[[], float]) -> None:
        self._check_all, self._clock, self._checking = check_all, clock, threading.Lock()
        self._at, self._report = 0.0, dict[str, Health]()

    def __call__(self) -> Mapping[str, Health]:
        # While one thread checks, the others give the last report; only the first one is waited for.
        if self._checking.acquire(blocking=not self._report):
            try:
                if not self._report or abs(self._clock() - self._at) >= HEALTH_CACHE_SECONDS:
                    self._report = dict(self._check_all())
                    self._at = self._clock()
            finally:
                self._checking.release()
        return self._report


def check_clips() -> None:
    """Raise PackDamaged unless the shipped clips are there, and the first of them can be read."""
    pack = ClipPack(PACK)
    for key in islice(pack, 1):
        pack.find(key)


def _health(name: str, check: Callable[[], None]) -> Health:
    try:
        check()
    except (SkillError, SpeechError) as error:
        log.warning("%s: %s", name, error)
        return "down"
    return "ok"
