"""The skill behind the webhook: ask-sdk-core around our own turns.

Only this module, `requested`, `responses`, `quick_serializer` and the store's adapter know it.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import IntentRequest, LaunchRequest, RequestEnvelope, Response
from ask_sdk_model.interfaces.connections import ConnectionsResponse

from skill.alexa.persistence import MemoryAdapter
from skill.alexa.reminders_api import Amazon
from skill.alexa.replay import remembered_answer, with_answer
from skill.alexa.request import Uncopied, caller_of, identity_of, looked_at, name_of, request_of, seen_of, slots_of
from skill.alexa.request_log import of_this_request
from skill.alexa.response import response_to, without_captions
from skill.alexa.serializer import QuickSerializer
from skill.dialog.handlers import handlers_for
from skill.dialog.handlers.anytime import not_understood
from skill.dialog.handlers.endings import apology
from skill.dialog.handlers.listening import with_player
from skill.dialog.handlers.playing import settled
from skill.dialog.planner import Resources
from skill.dialog.practice import day_at
from skill.dialog.private_intents import SAFETY, is_private
from skill.dialog.progress import Sent
from skill.dialog.services import Services
from skill.dialog.speech_builder import SpeechBuilder
from skill.dialog.state import remembered_from_json, remembered_to_json, session_from_json, session_to_json
from skill.dialog.turn import Handler, Reply, Turn
from skill.errors import RequestUnreadable, StoreConflict, StoreUnavailable
from skill.tracks.planning import Tracks

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that an answer may take before a track is played: Alexa waits for eight."""


class Conversation:
    """Answers request envelopes (plain JSON) with response envelopes (plain JSON).

    `kits` are by locale; `kit` is for a request from anywhere else. Without `amazon` there are no reminders, and all
    days are UTC's.
    """

    def __init__(
        self,
        kit: Resources,
        adapter: MemoryAdapter,
        clock: Callable[[], float],
        kits: Mapping[str, Resources] | None = None,
        amazon: Amazon | None = None,
    ) -> None:
        kit_of = _kit_of(kit, kits or {})
        handlers = handlers_for(one.messages for one in (kit, *(kits or {}).values()))
        self._serializer = QuickSerializer()
        self._kit_of = kit_of
        self._remembering = _skill(kit_of, handlers, adapter, clock, amazon)
        self._forgetful = _skill(kit_of, handlers, adapter.without_memory(), clock, amazon)

    @property
    def tracks(self) -> Tracks | None:
        """The tracks that it plays, which have to be served; None where all is spoken."""
        return self._kit_of(None).tracks

    def respond(self, envelope: dict[str, Any], remember: bool = True) -> dict[str, Any]:
        """The response envelope. Raises RequestUnreadable for what the SDK refuses, StoreConflict to be asked again.

        With `remember=False` it answers as if the store were down.
        """
        try:
            request = self._serializer.read(looked_at(envelope), RequestEnvelope)
        except Exception as error:  # the SDK raises whatever its parsers raise
            raise RequestUnreadable(type(error).__name__) from error
        if request is None or request.request is None:
            raise RequestUnreadable("no request")
        if request.session is not None and request.session.attributes:
            request.session.attributes = Uncopied(request.session.attributes)
        skill = self._remembering if remember else self._forgetful
        response = self._serializer.serialize(skill.invoke(request, None))
        assert isinstance(response, dict)
        return response

    def apology(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """A spoken way out for a request that could not be read or answered."""
        request = envelope.get("request")
        kit = self._kit_of(request.get("locale") if isinstance(request, dict) else None)
        text = SpeechBuilder(kit.markup, kit.pace).say(kit.messages("apology"))
        speech = {"type": "SSML", "ssml": f"<speak>{text.body}</speak>"}
        return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": True}}

    def check(self) -> None:
        """Raise a SpeechError unless every script can be guided in each of its places."""
        self._kit_of(None).planner.check()


_KitOf = Callable[[object], Resources]
"""The kit for a request's locale, which is whatever stands there."""


def _kit_of(kit: Resources, kits: Mapping[str, Resources]) -> _KitOf:
    return lambda locale: kits.get(locale, kit) if isinstance(locale, str) else kit


def _skill(
    kit_of: _KitOf,
    handlers: Mapping[str, Handler],
    adapter: MemoryAdapter,
    clock: Callable[[], float],
    amazon: Amazon | None,
) -> CustomSkill:
    turn_of = partial(_turn, kit_of, clock, amazon)
    builder = CustomSkillBuilder(persistence_adapter=adapter)
    builder.add_request_handler(_Disabled())
    builder.add_request_handler(_AnsweredBefore())
    builder.add_request_handler(_Answering(turn_of, handlers))
    builder.add_request_handler(_Silence())
    builder.add_exception_handler(_Apology(turn_of))
    skill = builder.create()
    assert isinstance(skill, CustomSkill)
    return skill


class _Disabled(AbstractRequestHandler):
    """The person disabled the skill: all that is kept of them is deleted (Alexa, skill events).

    Where the memory is down StoreUnavailable leaves this house, so that the event is sent again.
    """

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return name_of(request_of(handler_input)) == "AlexaSkillEvent.SkillDisabled"

    def handle(self, handler_input: HandlerInput) -> Response:
        handler_input.attributes_manager.delete_persistent_attributes()
        return Response()


class _AnsweredBefore(AbstractRequestHandler):
    """A request that came again: the answer that was given, and nothing is applied twice."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return self._answer(handler_input) is not None

    def handle(self, handler_input: HandlerInput) -> Response:
        answer = self._answer(handler_input) or {}
        if handler_input.request_envelope.session is not None:
            handler_input.attributes_manager.session_attributes = answer.get("session", {})
        response = QuickSerializer().read(answer.get("response", {}), Response)
        assert isinstance(response, Response)
        return response

    def _answer(self, handler_input: HandlerInput) -> dict[str, Any] | None:
        request = identity_of(request_of(handler_input))
        known = handler_input.attributes_manager.persistent_attributes
        return remembered_answer(str(known["answers"]), request) if request else None


class _Answering(AbstractRequestHandler):
    """Our handlers, and for an intent that has none of its own the one of what was not understood."""

    def __init__(self, turn_of: _TurnOf, handlers: Mapping[str, Handler]) -> None:
        self.turn_of = turn_of
        self.handlers = handlers

    def can_handle(self, handler_input: HandlerInput) -> bool:
        request = request_of(handler_input)
        return name_of(request) in self.handlers or isinstance(request, IntentRequest)

    def handle(self, handler_input: HandlerInput) -> Response:
        turn = settled(self.turn_of(handler_input))
        return _applied(handler_input, turn, with_player(turn, self.handlers.get(turn.name, not_understood)(turn)))


class _Silence(AbstractRequestHandler):
    """Requests that nobody waits to be answered in words."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        return Response()


class _Apology(AbstractExceptionHandler):
    """Whatever fails is answered in words; only a lost race passes, to be run again from the envelope."""

    def __init__(self, turn_of: _TurnOf) -> None:
        self.turn_of = turn_of

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        request = handler_input.request_envelope.request
        spoken = isinstance(request, LaunchRequest | IntentRequest | ConnectionsResponse)
        return spoken and not isinstance(exception, StoreConflict)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        # Not the message: it may hold what somebody said. Nor the place, where it tells what was asked.
        where = traceback.extract_tb(exception.__traceback__)[-1]
        private = is_private(name_of(request_of(handler_input)))
        at = SAFETY if private else f"{where.filename}:{where.lineno} in {where.name}"
        log.error("%s at %s", type(exception).__name__, at)
        of_this_request().failed = True
        turn = self.turn_of(handler_input)
        return _applied(handler_input, turn, apology(turn))


_TurnOf = Callable[[HandlerInput], Turn]
"""A request as a turn."""


def _turn(kit_of: _KitOf, clock: Callable[[], float], amazon: Amazon | None, handler_input: HandlerInput) -> Turn:
    kit, now = kit_of(request_of(handler_input).locale), clock()
    session = handler_input.request_envelope.session
    known = handler_input.attributes_manager.persistent_attributes
    remembered = remembered_from_json(known.get("person"), known.get("device"), known.get("available") is True)
    attributes = session.attributes if session is not None else None
    practice = remembered.practice.kept(day_at(now, remembered.zone))
    if practice is not remembered.practice:
        remembered = replace(remembered, practice=practice)
    services = Services(amazon, caller_of(handler_input.request_envelope), lambda: _forget(handler_input), _spare)
    name, slots = name_of(request_of(handler_input)), slots_of(request_of(handler_input))
    player = seen_of(handler_input.request_envelope)
    return Turn(kit, name, slots, now, session_from_json(attributes), remembered, services, player)


def _spare() -> float:
    return PATIENCE - (time.monotonic() - of_this_request().began)


def _forget(handler_input: HandlerInput) -> bool:
    """Delete all that is kept of this person; False where the memory cannot be reached."""
    manager = handler_input.attributes_manager
    if manager.persistent_attributes.get("available") is not True:
        return False
    try:
        manager.delete_persistent_attributes()
    except StoreUnavailable as error:
        log.warning("not forgotten: %s", error)
        return False
    return True


def _applied(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    """The reply as a response, with the session's state and what is remembered written back."""
    manager, envelope = handler_input.attributes_manager, handler_input.request_envelope
    of_this_request().private |= reply.private
    said = reply.speech
    sent = Sent(turn.now, said.words, said.quiet, said.words - said.cued[0], said.quiet - said.cued[1])
    session = session_to_json(replace(reply.session, sent=sent)) if not reply.ends else {}
    if envelope.session is not None:
        manager.session_attributes = session
    response = response_to(turn.name, reply)
    if reply.forgotten:
        return response
    known = manager.persistent_attributes
    known["person"], known["device"] = remembered_to_json(reply.remembered)
    request = identity_of(request_of(handler_input))
    if request and not (reply.private or is_private(turn.name) or turn.name.startswith("AudioPlayer.")):
        answer = {"response": QuickSerializer().serialize(without_captions(response)), "session": session}
        known["answers"] = with_answer(str(known["answers"]), request, answer)
    manager.save_persistent_attributes()
    return response
