"""One test for each rule that a response can break; a rule without a test fails here."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from skill.simulator.envelopes import Profile, Session, envelope, launch, player_event, session_ended
from skill.simulator.response_rules import RULES, check_response

OPEN: dict[str, Any] = {
    "version": "1.0",
    "sessionAttributes": {},
    "response": {
        "outputSpeech": {"type": "SSML", "ssml": "<speak>Hello. Shall we begin?</speak>"},
        "reprompt": {"outputSpeech": {"type": "SSML", "ssml": "<speak>Say yes or no.</speak>"}},
        "shouldEndSession": False,
    },
}
PLAY: dict[str, Any] = {
    "type": "AudioPlayer.Play",
    "playBehavior": "REPLACE_ALL",
    "audioItem": {
        "stream": {"url": "https://example.com/a.mp3", "token": "a", "offsetInMilliseconds": 0},
    },
}
STOP: dict[str, Any] = {"type": "AudioPlayer.Stop"}
NOTHING: dict[str, Any] = {"version": "1.0", "response": {}}

NOTICES = session_ended("USER_INITIATED")
STARTED = player_event("PlaybackStarted", "a", 0)
STOPPED = player_event("PlaybackStopped", "a", 0)
FAILED = player_event("PlaybackFailed", "a", 0)
BUTTON = {"type": "PlaybackController.NextCommandIssued"}
EXCEPTION = {"type": "System.ExceptionEncountered"}


def asked(request: dict[str, Any], profile: Profile = Profile()) -> dict[str, Any]:  # noqa: B008 - frozen
    return envelope(profile, request, 1_800_000_000, Session())


def changed(path: str, value: Any, base: dict[str, Any] = OPEN) -> dict[str, Any]:
    """The base response with one thing in it set, by a dotted path; None takes it away."""
    body = copy.deepcopy(base)
    *way, last = path.split(".")
    here = body
    for name in way:
        here = here.setdefault(name, {})
    here[last] = value
    if value is None:
        del here[last]
    return body


def ssml(text: str) -> dict[str, str]:
    return {"type": "SSML", "ssml": f"<speak>{text}</speak>"}


def closing(**response: Any) -> dict[str, Any]:
    return {
        "version": "1.0",
        "response": {"outputSpeech": ssml("Goodbye."), "shouldEndSession": True, **response},
    }


def playing(**stream: Any) -> dict[str, Any]:
    directive = copy.deepcopy(PLAY)
    directive["audioItem"]["stream"].update(stream)
    return closing(directives=[directive])


def event(*directives: dict[str, Any], **response: Any) -> dict[str, Any]:
    return {"version": "1.0", "response": {"directives": list(directives), **response}}


BROKEN: list[tuple[str, dict[str, Any], Any]] = [
    ("shape", launch(), None),
    ("shape", launch(), {}),
    ("shape", launch(), changed("version", "2.0")),
    ("shape", launch(), changed("extra", 1)),
    ("shape", launch(), changed("response.extra", 1)),
    ("shape", launch(), changed("response.outputSpeech", "Hello?")),
    ("shape", launch(), changed("response.directives", {})),
    ("shape", launch(), changed("response.shouldEndSession", "false")),
    ("shape", launch(), changed("sessionAttributes", [])),
    ("size", launch(), changed("sessionAttributes.much", "x" * 24 * 1024)),
    ("speech-type", launch(), changed("response.outputSpeech.playBehavior", "LATER")),
    ("speech-type", launch(), changed("response.reprompt.outputSpeech.type", "Text")),
    (
        "speech-length",
        launch(),
        changed("response.reprompt.outputSpeech", {"type": "PlainText", "text": "a" * 8_000}),
    ),
    ("ssml", launch(), changed("response.reprompt.outputSpeech", ssml("Salt & pepper."))),
    ("ssml", launch(), changed("response.outputSpeech", ssml('One.<break time="11s"/> Two?'))),
    ("plain-text", launch(), changed("response.reprompt.outputSpeech", {"type": "PlainText", "text": " "})),
    (
        "plain-text",
        launch(),
        changed("response.reprompt.outputSpeech", {"type": "PlainText", "text": "<p>Hi</p>"}),
    ),
    ("no-answer", NOTICES, closing()),
    ("no-answer", NOTICES, event(STOP)),
    ("no-answer", EXCEPTION, closing()),
    ("no-answer", NOTICES, changed("response.shouldEndSession", False, NOTHING)),
    ("should-end-session", launch(), {**OPEN, "response": {**OPEN["response"], "shouldEndSession": None}}),
    ("should-end-session", launch(), {"version": "1.0", "response": {"outputSpeech": ssml("Goodbye.")}}),
    ("answered", launch(), changed("response.shouldEndSession", True, NOTHING)),
    ("question", launch(), changed("response.outputSpeech", ssml("Shall we? Say yes."))),
    ("question", launch(), closing(outputSpeech=ssml("Goodbye. Or not?"))),
    ("reprompt", launch(), changed("response.reprompt", None)),
    ("reprompt", launch(), closing(reprompt=OPEN["response"]["reprompt"])),
    ("reprompt", launch(), changed("response.reprompt", {})),
    ("reprompt", launch(), changed("response.reprompt.directives", [])),
    ("card-shape", launch(), changed("response.card", {"type": "Fancy"})),
    ("card-shape", launch(), changed("response.card", {"type": "Simple", "title": "T", "text": "x"})),
    (
        "card-length",
        launch(),
        changed("response.card", {"type": "Simple", "title": "T", "content": "x" * 8_000}),
    ),
    (
        "card-length",
        launch(),
        changed("response.card", {"type": "Standard", "image": {"largeImageUrl": "https://e.com/" + "x" * 2_000}}),
    ),
    (
        "card-markup",
        launch(),
        changed("response.card", {"type": "Simple", "content": "Wait <break time='1s'/>"}),
    ),
    ("player-answer", STARTED, event(outputSpeech=ssml("Hello."))),
    ("player-answer", BUTTON, event(card={"type": "Simple", "content": "Hello."})),
    ("player-answer", STARTED, event(shouldEndSession=False)),
    ("unknown-directive", launch(), closing(directives=[{"type": "AudioPlayer.Rewind"}])),
    ("directive-for-event", STARTED, event(PLAY)),
    ("directive-for-event", STOPPED, event(STOP)),
    ("one-play", launch(), closing(directives=[PLAY, PLAY])),
    ("play-shape", launch(), playing(offsetInMilliseconds=-1)),
    ("play-shape", launch(), playing(token="")),
    ("play-shape", launch(), closing(directives=[{**PLAY, "playBehavior": "NOW"}])),
    ("play-https", launch(), playing(url="http://example.com/a.mp3")),
    ("url-length", launch(), playing(url="https://example.com/" + "x" * 8_000)),
    ("token-length", launch(), playing(token="x" * 1_025)),
    ("expected-previous-token", launch(), playing(expectedPreviousToken="b")),
    ("expected-previous-token", FAILED, event({**PLAY, "playBehavior": "ENQUEUE"})),
    ("play-ends-session", launch(), changed("response.directives", [PLAY])),
    (
        "clear-behavior",
        launch(),
        closing(directives=[{"type": "AudioPlayer.ClearQueue", "clearBehavior": "ALL"}]),
    ),
    ("captions", launch(), playing(captionData={"type": "SRT", "content": "1"})),
]


@pytest.mark.parametrize(("rule", "request_", "body"), BROKEN)
def test_each_rule_refuses_by_its_name(rule: str, request_: dict[str, Any], body: Any) -> None:
    """A response that breaks one limit is refused with the name of just that rule."""
    assert {problem.partition(":")[0] for problem in check_response(asked(request_), body)} == {rule}


def test_a_directive_for_an_interface_the_device_lacks() -> None:
    """A device without AudioPlayer gets no AudioPlayer directive."""
    problems = check_response(asked(launch(), Profile(interfaces=())), playing())
    assert [problem.partition(":")[0] for problem in problems] == ["unsupported-interface"]


def test_half_a_character_has_no_size() -> None:
    """Text that cannot be sent as UTF-8 is a broken rule, not a checker that breaks."""
    problems = check_response(asked(launch()), changed("sessionAttributes.n", "\ud800"))
    assert [problem.partition(":")[0] for problem in problems] == ["size"]
    assert "\\ud800" in problems[0]


def test_every_rule_has_a_test() -> None:
    """The table above breaks each rule there is, so that no rule is only written down."""
    tested = {rule for rule, _, _ in BROKEN} | {"unsupported-interface"}
    assert {rule.name for rule in RULES} == tested - {"shape"}


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (launch(), OPEN),
        (launch(), closing()),
        (launch(), closing(outputSpeech={"type": "PlainText", "text": "Salt & pepper."})),
        (launch(), closing(card={"type": "Standard", "title": "T", "text": "Five < six."})),
        (launch(), playing(captionData={"type": "WEBVTT", "content": "WEBVTT\n\n"})),
        (launch(), closing(directives=[STOP])),
        (NOTICES, NOTHING),
        (STARTED, event(STOP)),
        (STOPPED, NOTHING),
        (FAILED, event(PLAY)),
        (BUTTON, event(PLAY)),
    ],
)
def test_what_alexa_takes_is_not_refused(request_: dict[str, Any], body: dict[str, Any]) -> None:
    """Valid answers of every kind break no rule."""
    assert check_response(asked(request_), body) == []
