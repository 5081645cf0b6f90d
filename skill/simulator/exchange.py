"""A response next to the request it answers: what the rules check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.simulator.speech_timing import spoken_sentences
from speech.ssml.reader import SsmlNotWellFormed, parse_ssml

#: Requests that a person spoke: only these are answered with words.
SPOKEN = ("LaunchRequest", "IntentRequest", "Connections.Response")


@dataclass(frozen=True, slots=True)
class Reply:
    """A request envelope and the body that answered it, whose shape has been checked."""

    request: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The request's type, such as "IntentRequest"."""
        return str(self.request["request"]["type"])

    @property
    def spoken(self) -> bool:
        """Whether it answers what a person said."""
        return self.type in SPOKEN

    @property
    def response(self) -> Mapping[str, Any]:
        """The inner response."""
        return mapping(self.body.get("response"))

    @property
    def stays_open(self) -> bool:
        """Whether the microphone opens after the speech: for false, and for an explicit null (section 1d)."""
        return "shouldEndSession" in self.response and self.response["shouldEndSession"] is not True

    @property
    def directives(self) -> list[Mapping[str, Any]]:
        """Its directives, in order."""
        return [mapping(directive) for directive in listed(self.response.get("directives"))]

    def speeches(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The speech and the reprompt's, each with its name, where there is one."""
        found = (
            ("outputSpeech", self.response.get("outputSpeech")),
            ("reprompt", mapping(self.response.get("reprompt")).get("outputSpeech")),
        )
        return [(name, mapping(speech)) for name, speech in found if speech is not None]

    @property
    def interfaces(self) -> Mapping[str, Any]:
        """The interfaces that the device said it has."""
        system = mapping(mapping(self.request.get("context")).get("System"))
        return mapping(mapping(system.get("device")).get("supportedInterfaces"))


def mapping(value: Any) -> Mapping[str, Any]:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def words_of(speech: Mapping[str, Any]) -> str:
    """The text of an `outputSpeech`, without markup; empty when it cannot be read."""
    if speech.get("type") == "PlainText":
        return str(speech.get("text", ""))
    try:
        return "".join(parse_ssml(str(speech.get("ssml", ""))).itertext())
    except SsmlNotWellFormed:
        return ""


def last_sentence(speech: Mapping[str, Any]) -> str:
    """What is said last; empty when nothing is."""
    said = spoken_sentences(words_of(speech))
    return said[-1] if said else ""
