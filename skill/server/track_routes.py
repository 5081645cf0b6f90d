"""`GET /tracks/<code>.mp3` and `.vtt`: a track as audio or as captions, for every sender of its code.

The track of a code never changes, so that a cache may keep it for ever. Ranges, conditions and HEAD are as in RFC 9110.
"""

from __future__ import annotations

import hashlib
import re
import threading
from typing import IO, cast

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from skill.tracks.file import ART, ART_MAX_AGE, TRACK_MAX_AGE, TrackFile
from skill.tracks.planning import Planned, Tracks
from speech.audio.captions import captions
from speech.audio.track import CHUNK, Track

MAX_SENDINGS = 24
"""Tracks that one process sends at once. A device reads slowly, and holds a thread meanwhile. One thread in four stays
free (`skill.server.gunicorn_conf`), so that requests to the skill are answered however many devices listen."""
TEXT = "text/plain; charset=utf-8"
_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-\d{1,15})")


def track_routes(tracks: Tracks) -> Blueprint:
    """The routes of these tracks."""
    routes = Blueprint("tracks", __name__)
    places = threading.Semaphore(MAX_SENDINGS)

    @routes.get("/tracks/<code>.mp3")
    def mp3(code: str) -> Response:
        return sent(_found(tracks, code).track, code, places)

    @routes.get("/tracks/<code>.vtt")
    def vtt(code: str) -> Response:
        response = Response(captions(_found(tracks, code).timeline), content_type="text/vtt; charset=utf-8")
        _kept(response, f"{code}.vtt")
        response.make_conditional(request)
        return response

    @routes.get("/tracks/art.png")
    def art() -> Response:
        headers = {"Cache-Control": f"public, max-age={ART_MAX_AGE}"}
        return Response(ART.read_bytes(), headers=headers, mimetype="image/png")

    return routes


def sent(track: Track, name: str, places: threading.Semaphore) -> Response:
    """The answer to a request for a track, whole or a part of it. Its bytes never change under this name.

    It takes one of the `places` until the track was read or the connection ended; 503 when all are taken.
    """
    if not places.acquire(blocking=False):
        return Response("Too many listen just now.\n", 503, {"Retry-After": "5"}, content_type=TEXT)
    reading = cast("IO[bytes]", TrackFile(track, places.release))
    # Several ranges, or one that cannot be read, are answered with the whole track, as RFC 9110 allows.
    response = Response(FileWrapper(reading, CHUNK), mimetype="audio/mpeg", direct_passthrough=True)
    response.content_length = track.size
    _kept(response, name)
    response.accept_ranges = "bytes"
    if "Range" not in request.headers or _is_one_range(request.headers["Range"]):
        try:
            response.make_conditional(request, accept_ranges=True, complete_length=track.size)
        except RequestedRangeNotSatisfiable:
            headers = {"Content-Range": f"bytes */{track.size}", "Accept-Ranges": "bytes"}
            return Response("No such part of it.\n", 416, headers, content_type=TEXT)
    return response


def _found(tracks: Tracks, code: str) -> Planned:
    found = tracks.find(code)
    if found is None:
        abort(404, "There is no such track.")
    return found


def _is_one_range(header: str) -> bool:
    match = _RANGE.fullmatch(header.strip())
    return match is not None and not (match[2] and int(match[1]) > int(match[2]))


def _kept(response: Response, name: str) -> None:
    response.set_etag(hashlib.sha256(name.encode()).hexdigest()[:24])
    response.headers["Cache-Control"] = f"public, max-age={TRACK_MAX_AGE}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
