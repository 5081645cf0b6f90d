"""A reply in the shape of the SDK's response."""

from __future__ import annotations

from ask_sdk_model import Response
from ask_sdk_model.interfaces.connections import SendRequestDirective
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.reminders import PERMISSION
from skill.turn import Reply
from skill.utterance import Utterance


def response_of(reply: Reply) -> Response:
    """The reply as Alexa gets it."""
    if reply.asks_permission:
        return Response(directives=[_ask_permission()], should_end_session=True)
    again = reply.reprompt
    return Response(
        output_speech=_speech(reply.utterance),
        card=SimpleCard(title=reply.card.title, content=reply.card.content) if reply.card else None,
        reprompt=Reprompt(output_speech=_speech(again)) if again else None,
        should_end_session=reply.ends,
    )


def _ask_permission() -> SendRequestDirective:
    """Alexa asks the person herself, and tells in a Connections.Response (Set Up Voice Permissions for Reminders)."""
    scope = {"permissionScope": PERMISSION, "consentLevel": "ACCOUNT"}
    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest", "@version": "2", "permissionScopes": [scope]
    }  # fmt: skip
    return SendRequestDirective(name="AskFor", payload=payload, token="remind")


def _speech(utterance: Utterance) -> SsmlOutputSpeech:
    return SsmlOutputSpeech(ssml=f"<speak>{utterance.body}</speak>")
