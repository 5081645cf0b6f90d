"""What is served beside the webhook: how the skill is doing, and what it keeps of people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal

from flask import Blueprint, Response, abort, jsonify, request

from skill.config import Settings
from skill.errors import SkillError
from skill.loopback import LOOPBACK_ONLY, is_loopback
from skill.privacy import page
from speech.clips import ClipPack
from speech.errors import SpeechError
from speech.script_file import package_folder

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
"""What every answer carries unless its page says otherwise. Browsers take the transport's only over https."""
PLAIN = 2
"""Headers that every answer has: its type and its length."""
Health = Literal["ok", "down", "none"]
PACK = package_folder() / "clips" / "en.pack"


def pages(settings: Settings, check_memory: Callable[[], None], check_content: Callable[[], None]) -> Blueprint:
    """`GET /health` and `GET /privacy`. The checks raise a SkillError or SpeechError for what does not work."""
    doors = Blueprint("pages", __name__)

    @doors.get("/health")
    def health() -> Response:
        if settings.skill_id is None and not is_loopback(request):
            abort(403, LOOPBACK_ONLY)
        content = _health("content", check_content)
        return jsonify(
            status="ok" if content == "ok" else "down",
            memory=_health("memory", check_memory),
            content=content,
            clips=_health("clips", check_clips) if PACK.exists() else "none",
        )

    @doors.get("/privacy")
    def privacy() -> Response:
        return Response(page(), content_type="text/html; charset=utf-8")

    @doors.after_app_request
    def guarded(response: Response) -> Response:
        headers = response.headers
        headers.extend(HEADERS if len(headers) <= PLAIN else [one for one in HEADERS.items() if one[0] not in headers])
        return response

    return doors


def check_clips() -> None:
    """Raise PackDamaged unless the shipped clips are there, and the first of them can be read."""
    pack = ClipPack(PACK)
    for key in pack:
        pack.find(key)
        break


def _health(name: str, check: Callable[[], None]) -> Health:
    try:
        check()
    except (SkillError, SpeechError) as error:
        log.warning("%s: %s", name, error)
        return "down"
    return "ok"
