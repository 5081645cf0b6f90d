"""An AWS Lambda function: Alexa calls it with an envelope, and what it gives back is the answer.

Alexa does not sign what it gives to a function: the function's own permission lets only Alexa call it, and only for
this skill. Skill id and time are checked all the same (Alexa, hosting a skill as an AWS Lambda function).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from skill.alexa.envelope import MAX_REQUEST_BYTES, check_envelope, read_envelope
from skill.alexa.request_log import Line, recording, to_log
from skill.alexa.skill import Conversation
from skill.errors import RequestRefused, SettingInvalid
from skill.server.compose import build_conversation, build_memory, handlers
from skill.server.config import Settings


class Function:
    """The skill as a function. `clock` gives seconds since 1970, `write_line` gets the line of each request.

    `conversation` replaces the skill's own. Raises SettingInvalid without a skill id: there is no loopback here.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        conversation: Conversation | None = None,
        write_line: Callable[[Line], None] = to_log,
    ) -> None:
        if settings.skill_id is None:
            raise SettingInvalid("MASSAGE_SKILL_ID", "nothing", "the id of the skill that calls the function")
        self._skill_id, self._clock, self._write_line = settings.skill_id, clock, write_line
        self._conversation = conversation or build_conversation(settings, build_memory(settings, clock), clock)

    def __call__(self, event: object, context: object = None) -> dict[str, Any]:
        """The answer to an envelope.

        Raises RequestRefused for what is not this skill's to answer, and StoreUnavailable for an event that may not
        be lost: Alexa takes both for a failure, and sends an event again.
        """
        with recording(self._write_line, handlers()) as record:
            body = json.dumps(event).encode()
            if len(body) > MAX_REQUEST_BYTES:
                raise RequestRefused("The request is too large.")
            envelope = read_envelope(body)
            check_envelope(envelope, self._skill_id, self._clock())
            record.envelope = envelope
            return self._conversation.respond(envelope, record)
