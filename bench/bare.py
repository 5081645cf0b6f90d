"""The smallest skill that ask-sdk and Flask allow: no signature, no memory, one sentence for whatever is asked.

What `bench.serving` holds this skill against: what the SDK's own web adapter does with a request, without its check of
the signature, which does not import with any OpenSSL since 3.0.10.
"""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response
from flask import Flask, jsonify, request
from flask import Response as Answer


class Hello(AbstractRequestHandler):
    """Answers everything with the same words."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        answer: Response = handler_input.response_builder.speak("Welcome. What would you like?").ask("Well?").response
        return answer


builder = SkillBuilder()
builder.add_request_handler(Hello())
skill = builder.create()
app = Flask(__name__)


@app.post("/alexa")
def alexa() -> Answer:
    envelope = skill.serializer.deserialize(request.get_data(as_text=True), RequestEnvelope)
    return jsonify(skill.serializer.serialize(skill.invoke(envelope, None)))
