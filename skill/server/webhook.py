"""The endpoint of Alexa, `POST /alexa`: it checks a request, and answers it with JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, abort

from skill.alexa.envelope import MAX_REQUEST_BYTES, check_envelope, read_envelope
from skill.alexa.request_log import Line, recording
from skill.alexa.signature import CHAIN_URL, SIGNATURE, Signatures
from skill.alexa.skill import Conversation
from skill.errors import RequestRefused, SignatureRefused, StoreUnavailable
from skill.server.config import Settings
from skill.server.loopback import LOOPBACK_ONLY, is_loopback

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/alexa"
encode = json.JSONEncoder(allow_nan=False).encode


def webhook(
    app: WSGIApplication,
    settings: Settings,
    conversation: Conversation,
    clock: Callable[[], float],
    write_line: Callable[[Line], None],
    intents: Collection[str],
) -> WSGIApplication:
    """The same app with `POST /alexa`. `clock` gives seconds since 1970; `write_line` gets the line of each request.

    `intents` are the names of those that the skill knows. The endpoint stands before the app, since Flask's routing
    costs as much processor time as a whole turn of the conversation.
    """
    signatures = Signatures(clock) if settings.verify else None

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return app(environ, start_response)
        try:
            body = alexa(Request(environ)).encode()
        except HTTPException as error:
            return plainly(error)(environ, start_response)
        length = ("Content-Length", str(len(body)))
        start_response("200 OK", [("Content-Type", "application/json; charset=utf-8"), length])
        return [body]

    def alexa(request: Request) -> str:
        if request.method != "POST":
            raise MethodNotAllowed(["POST"])
        with recording(write_line, intents) as record:
            if settings.skill_id is None and not is_loopback(request):
                abort(403, LOOPBACK_ONLY)
            record.envelope = envelope = received(request)
            try:
                return encode(conversation.respond(envelope, record))
            except StoreUnavailable:
                abort(503, "This cannot be done just now. Send it again later.")

    def received(request: Request) -> dict[str, Any]:
        """The envelope that was posted. Answers 400 or 413 when it is none, or not from Alexa to this skill."""
        # One byte more than allowed, since a body without a length is cut there silently.
        request.max_content_length = MAX_REQUEST_BYTES + 1
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            raise
        except Exception:  # of the server: the connection broke, or a chunk is not valid
            abort(400, "The body did not come as it was announced.")
        if len(body) > MAX_REQUEST_BYTES:
            abort(413)
        if signatures is not None:
            _check_signature(signatures, request, body)
        try:
            envelope = read_envelope(body)
            check_envelope(envelope, settings.skill_id, clock())
        except RequestRefused as error:
            abort(400, str(error))
        return envelope

    return serve


def plainly(error: HTTPException) -> Response:
    """An error as one sentence of plain text."""
    return Response(f"{error.description}\n", status=error.code, content_type="text/plain; charset=utf-8")


def _check_signature(signatures: Signatures, request: Request, body: bytes) -> None:
    try:
        signatures.check(request.headers.get(CHAIN_URL), request.headers.get(SIGNATURE), body)
        return
    except SignatureRefused as error:
        log.warning("refused a request: %s", error)
    except Exception as error:  # a signature that cannot be checked is refused
        log.error("refused a request: the check failed (%s)", type(error).__name__)
    abort(400, "This request was not signed by Alexa.")
