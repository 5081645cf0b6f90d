"""The request envelopes that Alexa sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

#: What the audio player context says of a player that never played.
IDLE_PLAYER: Mapping[str, Any] = {"playerActivity": "IDLE"}

REMINDERS = "alexa::alerts:reminders:skill:readwrite"
#: How Alexa asks for a permission in its own words, and what people answer.
MAY_IT = "Do you give Sciatica Massage permission to update your reminders? You can say I approve, or no."
APPROVES: Mapping[str, str] = {"ACCEPTED": "I approve", "DENIED": "no"}


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose device it is, and what it can do. `interfaces` are the names of `supportedInterfaces`.

    Without a `token` Amazon's API cannot be called. `permission` is the answer to Alexa's question whether the skill
    may set reminders: ACCEPTED, DENIED or NOT_ANSWERED. An `eager` player reports a track as nearly finished when it
    begins, and as stopped before the request that stopped it; another one reports as late as possible.
    """

    user: str = "amzn1.ask.account.SIMULATED-PERSON"
    device: str = "amzn1.ask.device.SIMULATED-ECHO"
    application: str = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
    locale: str = "en-US"
    interfaces: tuple[str, ...] = ("AudioPlayer",)
    endpoint: str = "https://api.amazonalexa.com"
    token: str = ""
    permission: str = "ACCEPTED"
    eager: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, from the first request to the end; `new` until the first answer came."""

    id: str = field(default_factory=lambda: f"amzn1.echo-api.session.{uuid4()}")
    new: bool = True
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def answered(self, attributes: Mapping[str, Any] | None) -> Session:
        """The session after an answer: Alexa carries back what the last answer held, and nothing older."""
        return replace(self, new=False, attributes=dict(attributes or {}))


def request_name(envelope: Mapping[str, Any]) -> str:
    """The name of a request's intent, else the type of the request."""
    request = envelope["request"]
    return str(request.get("intent", {}).get("name", request["type"]))


def launch() -> dict[str, Any]:
    """The request of "open ..."."""
    return {"type": "LaunchRequest"}


def intent(understood: Mapping[str, Any]) -> dict[str, Any]:
    """The request of a sentence that was understood, from the intent in Alexa's own shape."""
    return {"type": "IntentRequest", "intent": dict(understood)}


def session_ended(reason: str) -> dict[str, Any]:
    """The request at the end of a session: USER_INITIATED, ERROR or EXCEEDED_MAX_REPROMPTS."""
    return {"type": "SessionEndedRequest", "reason": reason}


def permission_answered(status: str) -> dict[str, Any]:
    """The request with the person's answer to Alexa's own question about a permission."""
    payload = {"permissionScope": REMINDERS, "status": status, "isCardThrown": False}
    given = {"code": "200", "message": "OK"}
    return {"type": "Connections.Response", "name": "AskFor", "status": given, "payload": payload, "token": "remind"}


def player_event(name: str, token: str, offset: int) -> dict[str, Any]:
    """An event of the audio player, such as "PlaybackStarted"; the offset in milliseconds of the stream."""
    event = {"type": f"AudioPlayer.{name}", "token": token}
    if name == "PlaybackFailed":
        error = {"type": "MEDIA_ERROR_SERVICE_UNAVAILABLE", "message": "the stream cannot be had"}
        state = {"token": token, "offsetInMilliseconds": offset, "playerActivity": "STOPPED"}
        return {**event, "error": error, "currentPlaybackState": state}
    return {**event, "offsetInMilliseconds": offset}


def button(name: str) -> dict[str, Any]:
    """A button of the player: Play, Pause, Next or Previous."""
    return {"type": f"PlaybackController.{name}CommandIssued"}


def envelope(
    profile: Profile,
    request: Mapping[str, Any],
    now: float,
    session: Session | None,
    player: Mapping[str, Any] = IDLE_PLAYER,
) -> dict[str, Any]:
    """The whole body of a POST. `now` is in seconds since 1970; the audio player's events have no session."""
    who = {"application": {"applicationId": profile.application}, "user": {"userId": profile.user}}
    interfaces: dict[str, Any] = {name: {} for name in profile.interfaces}
    context: dict[str, Any] = {
        "System": {
            **who,
            "device": {"deviceId": profile.device, "supportedInterfaces": interfaces},
            "apiEndpoint": profile.endpoint,
            "apiAccessToken": profile.token,
        }
    }
    if "AudioPlayer" in profile.interfaces:
        context["AudioPlayer"] = dict(player)
    body: dict[str, Any] = {"version": "1.0"}
    if session is not None:
        body["session"] = {"new": session.new, "sessionId": session.id, "attributes": dict(session.attributes), **who}
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = {"requestId": f"amzn1.echo-api.request.{uuid4()}", "timestamp": stamp, "locale": profile.locale}
    return {**body, "context": context, "request": {**head, **request}}
