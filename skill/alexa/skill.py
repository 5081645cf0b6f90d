"""The skill in ask-sdk-core's terms: its request handlers, exception handler and persistence around our own turns.

The SDK is known here, and in `request`, `response` and `serializer` beside it; nowhere else.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ask_sdk_core.attributes_manager import AbstractPersistenceAdapter
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import RequestEnvelope, Response

from skill.alexa import envelope as envelopes
from skill.alexa.reminders_api import Amazon
from skill.alexa.replay import remembered_answer, with_answer
from skill.alexa.request import caller_of, player_of, slots_of, user_and_device
from skill.alexa.request_log import RequestRecord
from skill.alexa.response import response_to, without_captions
from skill.alexa.serializer import read_request, to_json
from skill.dialog.deliver import deliver
from skill.dialog.handlers import handlers_for
from skill.dialog.handlers.anytime import not_understood
from skill.dialog.moving import apology
from skill.dialog.planner import Resources
from skill.dialog.practice import day_at
from skill.dialog.private_intents import SAFETY, is_private
from skill.dialog.progress import Sent
from skill.dialog.settle import settle
from skill.dialog.state import remembered_from_json, remembered_to_json, session_from_json, session_to_json
from skill.dialog.track_mode import with_player
from skill.dialog.turn import Caller, Reply, Services, Turn
from skill.errors import StoreConflict, StoreUnavailable
from skill.store.memory import Known, Memory
from skill.store.rows import as_stored
from skill.tracks.planning import Tracks

log = logging.getLogger(__name__)

TRACK_TIMEOUT = 5.0
"""Seconds from the request after which a track is not waited for any more: Alexa waits for eight."""
MAX_TRIES = 3
RETRY_TIMEOUT = 1.0
"""Seconds after which a request is not tried again with the memory, when other requests changed it meanwhile."""
SKILL_DISABLED = "AlexaSkillEvent.SkillDisabled"


class MemoryAdapter(AbstractPersistenceAdapter):
    """The memory behind the SDK's persistence interface: the attributes are `{"known": Known}`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get_attributes(self, request_envelope: RequestEnvelope) -> dict[str, Any]:
        """What is known of the user and the device that the request names. Never raises for a store that is down."""
        return {"known": self._memory.load(*user_and_device(request_envelope))}

    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, Any]) -> None:
        """Write what changed. Raises StoreConflict when another request was faster."""
        self._memory.save(attributes["known"])

    def delete_attributes(self, request_envelope: RequestEnvelope) -> None:
        """Delete all of this person. Raises StoreUnavailable."""
        self._memory.forget(user_and_device(request_envelope)[0])


class Conversation:
    """Answers request envelopes (plain JSON) with response envelopes (plain JSON).

    `in_locales` are the resources by locale; `resources` are for a request from anywhere else. Without `amazon` there
    are no reminders, and all days are UTC's.
    """

    def __init__(
        self,
        resources: Resources,
        memory: Memory,
        clock: Callable[[], float],
        in_locales: Mapping[str, Resources] | None = None,
        amazon: Amazon | None = None,
    ) -> None:
        self._resources, self._in_locales = resources, in_locales or {}
        self._memory, self._clock, self._amazon = MemoryAdapter(memory), clock, amazon
        self._handlers = handlers_for(one.messages for one in (resources, *self._in_locales.values()))
        builder = CustomSkillBuilder(persistence_adapter=self._memory)
        builder.request_handler(_is_disabled)(_forget_person)
        builder.request_handler(self._is_answered)(self._answer)
        builder.request_handler(lambda _: True)(lambda _: Response())  # a request that only informs needs no answer
        builder.exception_handler(lambda _, error: not isinstance(error, StoreUnavailable))(self._answer_failure)
        self._skill = builder.create()

    @property
    def tracks(self) -> Tracks | None:
        """The tracks that it plays, which have to be served; None where all is spoken."""
        return self._resources.tracks

    def respond(self, envelope: dict[str, Any], record: RequestRecord | None = None) -> dict[str, Any]:
        """The response envelope for a request envelope that was checked; what becomes of it is noted in `record`.

        A failure is answered in words. Raises StoreUnavailable for an event that Alexa has to send again.
        """
        record = record or RequestRecord()
        record.envelope = envelope
        try:
            request = read_request(envelope)
            if request.session is not None:
                request.session.attributes = None  # the SDK would copy them, and they are read from the envelope
            record.response = to_json(self._skill.invoke(request, record))
        except StoreUnavailable as error:
            log.warning("%s; it is to be sent again", error)
            record.failure = "postponed"
            raise
        return record.response

    def check(self) -> None:
        """Raise a SpeechError unless every script can be guided in each of its places."""
        self._resources.planner.check()

    def _is_answered(self, handler_input: HandlerInput) -> bool:
        return _name(handler_input) in self._handlers or envelopes.kind(_envelope(handler_input)) == "IntentRequest"

    def _answer(self, handler_input: HandlerInput) -> Response:
        """The answer of the handler, or of `not_understood` for an intent that has none. A conflict is tried again."""
        manager, started = handler_input.attributes_manager, time.monotonic()
        for _ in range(MAX_TRIES):
            try:
                return self._answer_once(handler_input)
            except StoreConflict:
                if time.monotonic() - started > RETRY_TIMEOUT:
                    break
                manager.persistent_attributes = self._memory.get_attributes(handler_input.request_envelope)
        log.warning("answering without memory: other requests were faster")
        manager.persistent_attributes = {"known": Known()}
        return self._answer_once(handler_input)

    def _answer_once(self, handler_input: HandlerInput) -> Response:
        """A request that comes again gets the answer that was given, and is not applied twice."""
        identity = _identity(handler_input)
        given = remembered_answer(_known(handler_input).answers, identity) if identity else None
        if given is not None:
            _set_session(handler_input, given.get("session", {}))
            return given.get("response", {})  # type: ignore[no-any-return]  # JSON, which `to_json` leaves as it is
        turn = settle(self._turn(handler_input))
        reply = deliver(self._handlers.get(turn.name, not_understood)(turn))
        return _applied(handler_input, turn, with_player(turn, reply))

    def _turn(self, handler_input: HandlerInput) -> Turn:
        """The request, its session and what is remembered, in our own values."""
        envelope, known, now = handler_input.request_envelope, _known(handler_input), self._clock()
        remembered = remembered_from_json(known.person, known.device, known.available)
        practice = remembered.practice.kept(day_at(now, remembered.zone))
        if practice is not remembered.practice:
            remembered = replace(remembered, practice=practice)
        caller, ends = caller_of(envelope), _record(handler_input).began + TRACK_TIMEOUT
        return Turn(
            self._in_locales.get(caller.locale, self._resources),
            _name(handler_input),
            slots_of(envelope),
            now,
            session_from_json(_envelope(handler_input)["session"].get("attributes") if envelope.session else None),
            remembered,
            self._services(caller, partial(_forget, handler_input), lambda: ends - time.monotonic()),
            player_of(envelope),
        )

    def _services(self, caller: Caller, forget: Callable[[], bool], spare: Callable[[], float]) -> Services:
        if (amazon := self._amazon) is None:
            return Services(forget=forget, spare=spare)
        remind = partial(amazon.remind, caller) if amazon.reaches(caller) else None
        return Services(partial(amazon.time_zone, caller), remind, forget, spare)

    def _answer_failure(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """An apology where a person waits for words, else an empty answer."""
        # Not the message: it may hold what the person said. Nor the place, where it says what was asked.
        record, envelope = _record(handler_input), _envelope(handler_input)
        record.failure, where = "apologised", traceback.extract_tb(exception.__traceback__)[-1]
        private = is_private(envelopes.name(envelope))
        at = SAFETY if private else f"{where.filename}:{where.lineno} in {where.name}"
        log.error("%s at %s", type(exception).__name__, at)
        if envelopes.kind(envelope) not in envelopes.SPOKEN_TYPES:
            return Response()
        try:
            return self._apologise(handler_input)
        except Exception as error:  # session or memory cannot be used, or the memory not be written: without both then
            log.error("%s in an apology", type(error).__name__)
            record.envelope = {**envelope, "session": {}}
            handler_input.attributes_manager.persistent_attributes = {"known": Known()}
            return self._apologise(handler_input)

    def _apologise(self, handler_input: HandlerInput) -> Response:
        turn = self._turn(handler_input)
        return _applied(handler_input, turn, deliver(apology(turn)))


def _is_disabled(handler_input: HandlerInput) -> bool:
    return _name(handler_input) == SKILL_DISABLED


def _forget_person(handler_input: HandlerInput) -> Response:
    """Delete all that is kept of a person who disabled the skill (Alexa, skill events).

    Raises StoreUnavailable when it cannot be deleted, so that Alexa sends the event again.
    """
    handler_input.attributes_manager.delete_persistent_attributes()
    return Response()


def _applied(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    """The reply as a response, with session and memory written. Raises StoreConflict, and ValueError for no JSON."""
    record, speech = _record(handler_input), reply.speech
    record.private |= reply.private
    sent = Sent(turn.now, speech.words, speech.quiet, speech.words - speech.cued[0], speech.quiet - speech.cued[1])
    session = session_to_json(replace(reply.session, sent=sent)) if not reply.ends else {}
    response = to_json(response_to(turn.name, reply))
    answer = as_stored({"response": without_captions(response), "session": session})
    if not reply.forgotten:
        known = _known(handler_input)
        known.person, known.device = remembered_to_json(reply.remembered)
        identity = _identity(handler_input)
        if identity and not (record.private or is_private(turn.name) or turn.name.startswith("AudioPlayer.")):
            known.answers = with_answer(known.answers, identity, answer)
        handler_input.attributes_manager.save_persistent_attributes()
    _set_session(handler_input, session)
    return response  # type: ignore[no-any-return]  # as JSON, which stays as it is


def _record(handler_input: HandlerInput) -> RequestRecord:
    assert isinstance(handler_input.context, RequestRecord)
    return handler_input.context


def _envelope(handler_input: HandlerInput) -> dict[str, Any]:
    """The request envelope as it came."""
    return _record(handler_input).envelope or {}


def _name(handler_input: HandlerInput) -> str:
    return envelopes.name(_envelope(handler_input))


def _identity(handler_input: HandlerInput) -> str | None:
    """What identifies a repeated request: its id, and the name of what it asks for."""
    request = handler_input.request_envelope.request
    return f"{_name(handler_input)} {request.request_id}" if request and request.request_id else None


def _known(handler_input: HandlerInput) -> Known:
    known = handler_input.attributes_manager.persistent_attributes["known"]
    assert isinstance(known, Known)
    return known


def _set_session(handler_input: HandlerInput, attributes: dict[str, Any]) -> None:
    if handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = attributes


def _forget(handler_input: HandlerInput) -> bool:
    """Delete all that is remembered of this person; False where the memory cannot be reached."""
    if not _known(handler_input).available:
        return False
    try:
        handler_input.attributes_manager.delete_persistent_attributes()
    except StoreUnavailable as error:
        log.warning("not forgotten: %s", error)
        return False
    return True
