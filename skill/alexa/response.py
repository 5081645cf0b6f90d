"""A reply in the shape of the SDK's response."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from ask_sdk_model import Directive, Response
from ask_sdk_model.interfaces import audioplayer
from ask_sdk_model.interfaces.connections import SendRequestDirective
from ask_sdk_model.interfaces.display import Image, ImageInstance
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.alexa.reminders_api import PERMISSION
from skill.dialog.audio_player import Order, Play, Stop
from skill.dialog.planner import SpeechBuilder
from skill.dialog.turn import Reply


def response_to(name: str, reply: Reply) -> Response:
    """The reply to the intent or request of this name, as Alexa gets it. Some requests allow no speech."""
    if name == "SessionEndedRequest":
        return Response()
    directives = list(_player(reply.order))
    if name.startswith(("AudioPlayer.", "PlaybackController.")):
        return Response(directives=directives or None)
    if reply.asks_permission:
        return Response(directives=[_ask_permission(), *directives], should_end_session=True)
    again = reply.reprompt
    return Response(
        output_speech=_speech(reply.speech) if reply.speech.body or not directives else None,
        directives=directives or None,
        card=SimpleCard(title=reply.card.title, content=reply.card.content) if reply.card else None,
        reprompt=Reprompt(output_speech=_speech(again)) if again else None,
        should_end_session=reply.ends,
    )


def without_captions(response: dict[str, Any]) -> dict[str, Any]:
    """The response, as JSON, as it is kept in case Alexa asks again: without captions, so that its row stays small."""
    if "directives" not in response:
        return response
    kept = copy.deepcopy(response)
    for one in kept["directives"]:
        one.get("audioItem", {}).get("stream", {}).pop("captionData", None)
    return kept


def _player(order: Order | None) -> Iterator[Directive]:
    match order:
        case Play():
            captions = audioplayer.CaptionData(content=order.captions, object_type=audioplayer.CaptionType.WEBVTT)
            stream = audioplayer.Stream(
                url=order.url, token=order.token, offset_in_milliseconds=order.offset, caption_data=captions
            )
            art = Image(content_description=order.title, sources=[ImageInstance(url=order.art)])
            shown = audioplayer.AudioItemMetadata(title=order.title, subtitle=order.subtitle, art=art)
            item = audioplayer.AudioItem(stream=stream, metadata=shown)
            yield audioplayer.PlayDirective(play_behavior=audioplayer.PlayBehavior.REPLACE_ALL, audio_item=item)
        case Stop():
            yield audioplayer.StopDirective()
            if order.clear:
                yield audioplayer.ClearQueueDirective(clear_behavior=audioplayer.ClearBehavior.CLEAR_ALL)


def _ask_permission() -> SendRequestDirective:
    """Have Alexa ask the person; a Connections.Response follows (Set Up Voice Permissions for Reminders)."""
    scope = {"permissionScope": PERMISSION, "consentLevel": "ACCOUNT"}
    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest", "@version": "2", "permissionScopes": [scope]
    }  # fmt: skip
    return SendRequestDirective(name="AskFor", payload=payload, token="remind")


def _speech(speech: SpeechBuilder) -> SsmlOutputSpeech:
    return SsmlOutputSpeech(ssml=f"<speak>{speech.body}</speak>")
