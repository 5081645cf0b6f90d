"""The skill behind the webhook: ask-sdk-core around our own turns. Only this module and the store's adapter know it."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import IntentRequest, Request, RequestEnvelope, Response
from ask_sdk_model.slu.entityresolution import StatusCode
from ask_sdk_model.ui import Reprompt, SsmlOutputSpeech

from skill.config import Settings
from skill.errors import RequestUnreadable, StoreConflict
from skill.guide import Sent
from skill.handlers import HANDLERS
from skill.handlers.answers import not_understood
from skill.handlers.endings import apology
from skill.handlers.playing import settled
from skill.once import remembered_answer, with_answer
from skill.persistence import MemoryAdapter
from skill.state import remembered_from_json, remembered_to_json, session_from_json, session_to_json
from skill.turn import Handler, Kit, Reply, Slot, Turn
from skill.utterance import Utterance
from skill.words import load_words
from speech.pace import load_pace
from speech.script_file import load_library
from speech.ssml import Markup

log = logging.getLogger(__name__)


class Conversation:
    """Answers request envelopes (plain JSON) with response envelopes (plain JSON)."""

    def __init__(self, kit: Kit, adapter: MemoryAdapter, clock: Callable[[], float]) -> None:
        self._serializer = DefaultSerializer()
        self._kit = kit
        self._remembering = _skill(kit, adapter, clock)
        self._forgetful = _skill(kit, adapter.without_memory(), clock)

    def respond(self, envelope: dict[str, Any], remember: bool = True) -> dict[str, Any]:
        """The response envelope. Raises RequestUnreadable for what the SDK refuses, StoreConflict to be asked again.

        With `remember=False` it answers as if the store were down.
        """
        try:
            request = self._serializer.deserialize(json.dumps(envelope), RequestEnvelope)
        except Exception as error:  # the SDK raises whatever its parsers raise
            raise RequestUnreadable(type(error).__name__) from error
        if request is None or request.request is None:
            raise RequestUnreadable("no request")
        skill = self._remembering if remember else self._forgetful
        response = self._serializer.serialize(skill.invoke(request, None))
        assert isinstance(response, dict)
        return response

    def apology(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """A spoken way out for a request that could not be read or answered."""
        text = Utterance(self._kit.markup, self._kit.pace).say(self._kit.words("apology"))
        speech = {"type": "SSML", "ssml": f"<speak>{text.body}</speak>"}
        return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": True}}


def build_conversation(settings: Settings, adapter: MemoryAdapter, clock: Callable[[], float]) -> Conversation:
    """The conversation in English. Raises ScriptsInvalid or WordsInvalid where the content holds mistakes."""
    return Conversation(build_kit(settings.pace), adapter, clock)


def build_kit(pace: float = 1.0) -> Kit:
    """Scripts, words and pace in English. `pace` scales every estimate of spoken seconds."""
    library = load_library()
    return Kit(library, load_words(), load_pace(scale=pace), Markup(library.pronunciations))


def _skill(kit: Kit, adapter: MemoryAdapter, clock: Callable[[], float]) -> CustomSkill:
    builder = CustomSkillBuilder(persistence_adapter=adapter)
    builder.add_request_handler(_AnsweredBefore())
    for name, handler in HANDLERS.items():
        builder.add_request_handler(_Answering(name, handler, kit, clock))
    builder.add_request_handler(_Answering(None, not_understood, kit, clock))
    builder.add_request_handler(_Silence())
    builder.add_exception_handler(_Apology(kit, clock))
    skill = builder.create()
    assert isinstance(skill, CustomSkill)
    return skill


def _request(handler_input: HandlerInput) -> Request:
    request = handler_input.request_envelope.request
    assert request is not None, "an envelope without a request is refused before it comes here"
    return request


def _name(handler_input: HandlerInput) -> str:
    request = _request(handler_input)
    intent = request.intent if isinstance(request, IntentRequest) else None
    return str(intent.name if intent is not None else request.object_type)


class _AnsweredBefore(AbstractRequestHandler):
    """A request that came again: the answer that was given, and nothing is applied twice."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return self._answer(handler_input) is not None

    def handle(self, handler_input: HandlerInput) -> Response:
        answer = self._answer(handler_input) or {}
        if handler_input.request_envelope.session is not None:
            handler_input.attributes_manager.session_attributes = answer.get("session", {})
        response = DefaultSerializer().deserialize(json.dumps(answer.get("response", {})), Response)
        assert isinstance(response, Response)
        return response

    def _answer(self, handler_input: HandlerInput) -> dict[str, Any] | None:
        request_id = _request(handler_input).request_id
        known = handler_input.attributes_manager.persistent_attributes
        return remembered_answer(known, request_id) if request_id else None


class _Answering(AbstractRequestHandler):
    """One of our handlers. Without a name it answers every intent that has none of its own."""

    def __init__(self, name: str | None, handler: Handler, kit: Kit, clock: Callable[[], float]) -> None:
        self.name, self.handler, self.kit, self.clock = name, handler, kit, clock

    def can_handle(self, handler_input: HandlerInput) -> bool:
        if self.name is None:
            return isinstance(handler_input.request_envelope.request, IntentRequest)
        return _name(handler_input) == self.name

    def handle(self, handler_input: HandlerInput) -> Response:
        turn = settled(_turn(handler_input, self.kit, self.clock()))
        return _applied(handler_input, turn, self.handler(turn))


class _Silence(AbstractRequestHandler):
    """Requests that nobody waits to be answered in words."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        return Response()


class _Apology(AbstractExceptionHandler):
    """Whatever fails is answered in words; only a lost race passes, to be run again from the envelope."""

    def __init__(self, kit: Kit, clock: Callable[[], float]) -> None:
        self.kit, self.clock = kit, clock

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        spoken = _name(handler_input) == "LaunchRequest" or isinstance(
            handler_input.request_envelope.request, IntentRequest
        )
        return spoken and not isinstance(exception, StoreConflict)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        where = traceback.extract_tb(exception.__traceback__)[-1]
        # Not the message: it may hold what somebody said.
        log.error("%s at %s:%s in %s", type(exception).__name__, where.filename, where.lineno, where.name)
        turn = _turn(handler_input, self.kit, self.clock())
        return _applied(handler_input, turn, apology(turn))


def _turn(handler_input: HandlerInput, kit: Kit, now: float) -> Turn:
    session = handler_input.request_envelope.session
    known = handler_input.attributes_manager.persistent_attributes
    remembered = remembered_from_json(known.get("person"), known.get("device"), known.get("available") is True)
    attributes = session.attributes if session is not None else None
    return Turn(kit, _name(handler_input), _slots(handler_input), now, session_from_json(attributes), remembered)


def _slots(handler_input: HandlerInput) -> Mapping[str, Slot]:
    request = handler_input.request_envelope.request
    intent = request.intent if isinstance(request, IntentRequest) else None
    slots = (intent.slots or {}) if intent is not None else {}
    return {name: Slot(str(slot.value), _id(slot)) for name, slot in slots.items() if slot.value}


def _id(slot: Any) -> str | None:
    authorities = slot.resolutions.resolutions_per_authority if slot.resolutions else None
    for authority in authorities or ():
        if authority.status and authority.status.code == StatusCode.ER_SUCCESS_MATCH and authority.values:
            return str(authority.values[0].value.id)
    return None


def _applied(handler_input: HandlerInput, turn: Turn, reply: Reply) -> Response:
    """The reply as a response, with the session's state and what is remembered written back."""
    manager, envelope = handler_input.attributes_manager, handler_input.request_envelope
    said = reply.utterance
    sent = Sent(turn.now, said.words, said.quiet, said.words - said.cued[0], said.quiet - said.cued[1])
    session = session_to_json(replace(reply.session, sent=sent)) if not reply.ends else {}
    if envelope.session is not None:
        manager.session_attributes = session
    response = Response() if turn.name == "SessionEndedRequest" else _response(reply)
    known = manager.persistent_attributes
    known["person"], known["device"] = remembered_to_json(reply.remembered)
    if request_id := _request(handler_input).request_id:
        answer = {"response": DefaultSerializer().serialize(response), "session": session}
        manager.persistent_attributes = with_answer(known, request_id, answer)
    manager.save_persistent_attributes()
    return response


def _response(reply: Reply) -> Response:
    again = reply.reprompt
    return Response(
        output_speech=_speech(reply.utterance),
        reprompt=Reprompt(output_speech=_speech(again)) if again else None,
        should_end_session=reply.ends,
    )


def _speech(utterance: Utterance) -> SsmlOutputSpeech:
    return SsmlOutputSpeech(ssml=f"<speak>{utterance.body}</speak>")
