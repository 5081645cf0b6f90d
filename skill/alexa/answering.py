"""An envelope in, the text of its answer out, whoever carries them: the webhook, or AWS Lambda."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from typing import Any, Protocol

from skill.alexa import envelope as envelopes
from skill.alexa.request_log import of_this_request
from skill.dialog.private_intents import SAFETY, is_private
from skill.errors import RequestUnreadable, StoreConflict, StoreUnavailable

log = logging.getLogger(__name__)
_encode = json.JSONEncoder(allow_nan=False).encode

LARGEST = 256 * 1024  # bytes of a request; Alexa's own have a few thousand
TRIES = 3
PATIENCE = 1.0  # seconds after which a lost race is not run again: Alexa gives the whole answer about 8


class Conversation(Protocol):
    """What the doors need of the skill behind them."""

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


def answered(
    conversation: Conversation, envelope: dict[str, Any], monotonic: Callable[[], float] = time.monotonic
) -> str:
    """What the conversation answers, asked again when another request was faster; on a failure, a way out.

    Raises StoreUnavailable where nothing may be answered: Alexa is to send the request again.
    """
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
        raise
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


def refusal(envelope: dict[str, Any], skill_id: str | None, now: float) -> str:
    """Why this request is not ours to answer, as a sentence; "" when it is. Without a skill id everything is."""
    if skill_id is None:
        return ""
    if not envelopes.is_for(envelope, skill_id):
        log.warning("refused a request for another skill")
        return "This request is for another skill."
    if not envelopes.is_timely(envelope, now):
        log.warning("refused a request that is too old, too new, or undated")
        return "This request was not sent just now."
    return ""


def _told(value: dict[str, Any]) -> str:
    """An answer as JSON. Raises ValueError for what that cannot hold."""
    of_this_request().response = value
    return _encode(value)
