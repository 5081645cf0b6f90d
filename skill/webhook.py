"""The endpoint: bytes in, JSON out. It decides who may speak to the skill, and answers every request."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Collection
from typing import Any, Protocol

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from skill import envelope as envelopes
from skill.config import Settings
from skill.errors import RequestUnreadable, SignatureRefused, StoreConflict, StoreUnavailable
from skill.loopback import LOOPBACK_ONLY, is_loopback
from skill.recording import SAFETY, is_private
from skill.seeing import Line, of_this_request, watching
from skill.signature import CHAIN_URL, SIGNATURE, Signatures

log = logging.getLogger(__name__)

LARGEST = 256 * 1024  # bytes of a request; Alexa's own have a few thousand
TRIES = 3
PATIENCE = 1.0  # seconds after which a lost race is not run again: Alexa gives the whole answer about 8


class Conversation(Protocol):
    """What the webhook needs of the skill behind it."""

    def respond(self, envelope: dict[str, Any], remember: bool = True) -> dict[str, Any]:
        """The response envelope. Raises RequestUnreadable, or StoreConflict when it should be asked again.

        Raises StoreUnavailable for what must not be lost: Alexa is to send it again.
        With `remember=False` it neither reads nor writes the memory.
        """
        ...

    def apology(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """A spoken way out of a failure, for a request that could not be read or answered."""
        ...

    def check(self) -> None:
        """Raise a SpeechError unless every script can be guided."""
        ...


def webhook(
    settings: Settings,
    conversation: Conversation,
    clock: Callable[[], float],
    tell: Callable[[Line], None],
    intents: Collection[str],
) -> Blueprint:
    """`POST /alexa`. `clock` gives seconds since 1970; `tell` gets the line of each request.

    `intents` are the names of those that the skill knows.
    """
    signatures = Signatures(clock) if settings.verify else None
    doors = Blueprint("webhook", __name__)

    @doors.post("/alexa")
    def alexa() -> Response:
        with watching(tell, intents) as watched:
            if settings.skill_id is None and not is_loopback(request):
                abort(403, LOOPBACK_ONLY)
            envelope = received()
            watched.envelope = envelope
            return answer(conversation, envelope)

    def received() -> dict[str, Any]:
        """The envelope that was posted, if it is one and its sender may speak to the skill."""
        # One byte more than allowed: a body of no announced length is cut there without a word.
        request.max_content_length = LARGEST + 1
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            raise
        except Exception:  # the server's own: a line that broke, a chunk that is none
            abort(400, "The body did not come as it was announced.")
        if len(body) > LARGEST:
            abort(413)
        if signatures is not None:
            _check_signature(signatures, body)
        try:
            envelope = envelopes.read_envelope(body)
        except ValueError as error:
            abort(400, f"{error}".capitalize() + ".")
        _check_sender(envelope, settings.skill_id, clock())
        return envelope

    return doors


def answer(
    conversation: Conversation, envelope: dict[str, Any], monotonic: Callable[[], float] = time.monotonic
) -> Response:
    """What the conversation answers, asked again when another request was faster; on a failure, a way out."""
    started = monotonic()
    try:
        for _ in range(TRIES):
            try:
                return _told(conversation.respond(envelope))
            except StoreConflict:
                if monotonic() - started > PATIENCE:
                    break
        log.warning("answering without memory: other writers were faster")
        return _told(conversation.respond(envelope, remember=False))
    except StoreUnavailable as error:
        # Only what may not be lost comes here: Alexa sends an event again until it is taken.
        log.warning("%s; it is to be sent again", error)
        of_this_request().postponed = True
        abort(503, "This cannot be done just now. Send it again later.")
    except RequestUnreadable:
        log.warning("a request that the SDK cannot read")
    except Exception as error:
        # Neither the message nor the values: both may hold what somebody said. Nor the place, where it tells that too.
        where = traceback.extract_tb(error.__traceback__)[-1]
        private = is_private(envelopes.name(envelope))
        at = SAFETY if private else f"{where.filename}, line {where.lineno} ({where.name})"
        log.error("%s in %s", type(error).__name__, at)
    of_this_request().failed = True
    if envelopes.is_spoken(envelope):
        return _told(conversation.apology(envelope))
    return _told({"version": "1.0", "response": {}})


def _check_signature(signatures: Signatures, body: bytes) -> None:
    try:
        signatures.check(request.headers.get(CHAIN_URL), request.headers.get(SIGNATURE), body)
        return
    except SignatureRefused as error:
        log.warning("refused a request: %s", error)
    except Exception as error:  # what cannot be checked is not Alexa's, whatever it is that fails
        log.error("refused a request: the check failed (%s)", type(error).__name__)
    abort(400, "This request was not signed by Alexa.")


def _check_sender(envelope: dict[str, Any], skill_id: str | None, now: float) -> None:
    if skill_id is None:
        return
    if not envelopes.is_for(envelope, skill_id):
        log.warning("refused a request for another skill")
        abort(400, "This request is for another skill.")
    if not envelopes.is_timely(envelope, now):
        log.warning("refused a request that is too old, too new, or undated")
        abort(400, "This request was not sent just now.")


def _told(value: dict[str, Any]) -> Response:
    """An answer as JSON. Raises ValueError for what that cannot hold."""
    of_this_request().response = value
    return Response(json.dumps(value, allow_nan=False), content_type="application/json; charset=utf-8")
