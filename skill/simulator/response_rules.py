"""What Alexa refuses in a response, and what we refuse beside it: one table, one checker, run on every reply.

Each rule stands with its name and the section of our Alexa facts it comes from; "ours": stricter than Amazon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.models.lint import Rule
from skill.simulator.speech_timing import spoken_sentences
from speech.ssml.checker import MOST_CHARACTERS, check_ssml
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


MOST_TOKEN = 1_024  # characters (1a)
MOST_URL = 8_000  # characters (1a)

PLAY = "AudioPlayer.Play"
STOP = "AudioPlayer.Stop"
CLEAR = "AudioPlayer.ClearQueue"
#: Every directive of the player that this skill may send.
DIRECTIVES = (PLAY, STOP, CLEAR)
#: Not the player's, and open to every device: Alexa asks for a permission.
ASK_PERMISSION = "Connections.SendRequest"

#: Section 3a: what may be answered to an event; whatever is not named here takes any of the three.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "AudioPlayer.PlaybackStarted": (STOP, CLEAR),
    "AudioPlayer.PlaybackFinished": (STOP, CLEAR),
    "AudioPlayer.PlaybackStopped": (),
}

BEHAVIOURS = ("REPLACE_ALL", "ENQUEUE", "REPLACE_ENQUEUED")
CLEARINGS = ("CLEAR_ALL", "CLEAR_ENQUEUED")


def is_player_event(reply: Reply) -> bool:
    """Whether the request is one of the player's, which have no session."""
    return reply.type.startswith(("AudioPlayer.", "PlaybackController."))


def _silent(reply: Reply) -> Iterator[str]:
    if is_player_event(reply):
        for name in ("outputSpeech", "card", "reprompt"):
            if reply.response.get(name) is not None:
                yield f"{reply.type} is answered with {name}; it takes directives only"
        if reply.stays_open:
            yield f"{reply.type} is answered with an open session; it has none"


def _known(reply: Reply) -> Iterator[str]:
    for directive in reply.directives:
        if directive.get("type") not in (*DIRECTIVES, ASK_PERMISSION):
            yield f"{directive.get('type')!r} is not one of {', '.join((*DIRECTIVES, ASK_PERMISSION))}"


def _supported(reply: Reply) -> Iterator[str]:
    for directive in reply.directives:
        interface = str(directive.get("type")).rpartition(".")[0]
        if interface not in reply.interfaces and directive.get("type") != ASK_PERMISSION:
            yield f"{directive.get('type')} is sent to a device without {interface or 'that interface'}"


def _per_event(reply: Reply) -> Iterator[str]:
    allowed = ALLOWED.get(reply.type, DIRECTIVES)
    for directive in reply.directives:
        if directive.get("type") in DIRECTIVES and directive.get("type") not in allowed:
            yield f"{directive['type']} answers {reply.type}, which takes {' or '.join(allowed) or 'none'}"


def _one_play(reply: Reply) -> Iterator[str]:
    if (plays := len(list(_plays(reply)))) > 1:
        yield f"{plays} Play directives; a response holds one"


def _play_shape(reply: Reply) -> Iterator[str]:
    for play, stream in _plays(reply):
        if play.get("playBehavior") not in BEHAVIOURS:
            yield f"playBehavior={play.get('playBehavior')!r} is not one of {', '.join(BEHAVIOURS)}"
        for name in ("url", "token"):
            if not isinstance(stream.get(name), str) or not stream[name]:
                yield f"{name}={stream.get(name)!r}; the stream needs one, as text"
        offset = stream.get("offsetInMilliseconds")
        if not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
            yield f"offsetInMilliseconds={offset!r} is not a whole number from 0 on"


def _https(reply: Reply) -> Iterator[str]:
    for _, stream in _plays(reply):
        url = stream.get("url")
        if isinstance(url, str) and not url.startswith("https://"):
            yield f"{url[:60]!r} is not an https address"


def _previous(reply: Reply) -> Iterator[str]:
    for play, stream in _plays(reply):
        enqueues = play.get("playBehavior") == "ENQUEUE"
        if enqueues and stream.get("expectedPreviousToken") is None:
            yield "ENQUEUE without expectedPreviousToken"
        if not enqueues and stream.get("expectedPreviousToken") is not None:
            yield f"expectedPreviousToken with {play.get('playBehavior')}; only ENQUEUE takes it"


def _ends_session(reply: Reply) -> Iterator[str]:
    if reply.spoken and any(_plays(reply)) and reply.response.get("shouldEndSession") is not True:
        yield "Play without shouldEndSession true: the device would pause the stream to listen"


def _clearing(reply: Reply) -> Iterator[str]:
    for directive in reply.directives:
        if directive.get("type") == CLEAR and directive.get("clearBehavior") not in CLEARINGS:
            yield f"clearBehavior={directive.get('clearBehavior')!r} is not one of {', '.join(CLEARINGS)}"


def _captions(reply: Reply) -> Iterator[str]:
    for _, stream in _plays(reply):
        captions = stream.get("captionData")
        if captions is None:
            continue
        content = mapping(captions).get("content")
        if mapping(captions).get("type") != "WEBVTT" or not str(content).startswith("WEBVTT"):
            yield "captionData is not {type: WEBVTT, content: WEBVTT ...}"


PLAYER_RULES: tuple[Rule[Reply, str], ...] = (
    Rule("player-answer", "3a: no speech, card or reprompt to the player's events; no session", _silent),
    Rule("unknown-directive", "ours: the directives this skill has a use for", _known),
    Rule("unsupported-interface", "3c, 11: check supportedInterfaces first", _supported),
    Rule("directive-for-event", "3a: directives allowed per event", _per_event),
    Rule("one-play", "3a: one Play a response", _one_play),
    Rule("play-shape", "3a, 3b: playBehavior and stream fields", _play_shape),
    Rule("play-https", "3b: https only", _https),
    Rule("url-length", "1a: 8,000 characters", lambda reply: _too_long(reply, "url", MOST_URL)),
    Rule("token-length", "1a: 1,024 characters", lambda reply: _too_long(reply, "token", MOST_TOKEN)),
    Rule("expected-previous-token", "3a: only with ENQUEUE, and required there", _previous),
    Rule("play-ends-session", "3a: with false the device pauses the stream to listen", _ends_session),
    Rule("clear-behavior", "3a: CLEAR_ALL, CLEAR_ENQUEUED", _clearing),
    Rule("captions", "3b: WEBVTT is the only type", _captions),
)


def _plays(reply: Reply) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for directive in reply.directives:
        if directive.get("type") == PLAY:
            yield directive, mapping(mapping(directive.get("audioItem")).get("stream"))


def _too_long(reply: Reply, name: str, most: int) -> Iterator[str]:
    for _, stream in _plays(reply):
        if len(str(stream.get(name, ""))) > most:
            yield f"{name} of {len(stream[name]):,} characters; at most {most:,}"


MOST_BYTES = 24 * 1024  # the whole response, session attributes included
MOST_CARD = 8_000  # characters of a card, all its text and image addresses together
MOST_IMAGE_URL = 2_000  # characters

BODY_KEYS = ("version", "sessionAttributes", "userAgent", "response")
RESPONSE_KEYS = ("outputSpeech", "card", "reprompt", "directives", "shouldEndSession")
SPEECHES = {"SSML": "ssml", "PlainText": "text"}
PLAY_BEHAVIOURS = ("ENQUEUE", "REPLACE_ALL", "REPLACE_ENQUEUED")
CARDS = {
    "Simple": ("title", "content"),
    "Standard": ("title", "text", "image"),
    "LinkAccount": (),
    "AskForPermissionsConsent": ("permissions",),
}
#: Requests that are notices and take no answer at all (1d, 10).
NOTICES = ("SessionEndedRequest", "System.ExceptionEncountered", "AlexaSkillEvent.")


def check_response(request: Mapping[str, Any], response: Mapping[str, Any]) -> list[str]:
    """All that is wrong with the response to this request, as `rule-name: what was found`; empty when valid.

    Both are whole envelopes. A body of the wrong shape is not looked at further.
    """
    malformed = [f"shape: {message}" for message in _shape(response)]
    if malformed:
        return malformed
    reply = Reply(request, response)
    return [f"{rule.name}: {message}" for rule in RULES for message in rule.check(reply)]


def _shape(body: Any) -> Iterator[str]:
    """3a: an object with "version" "1.0" and an object "response", holding what Amazon names and no more."""
    if not isinstance(body, Mapping):
        yield f"the body is {type(body).__name__}, not an object"
        return
    if body.get("version") != "1.0":
        yield f'version is {body.get("version")!r}; it must be "1.0"'
    yield from _unknown_keys(body, BODY_KEYS, "the body")
    if not isinstance(body.get("sessionAttributes", {}), Mapping):
        yield "sessionAttributes is not an object"
    response = body.get("response")
    if not isinstance(response, Mapping):
        yield "response is missing, or not an object"
        return
    yield from _unknown_keys(response, RESPONSE_KEYS, "the response")
    for name in ("outputSpeech", "card", "reprompt"):
        if name in response and not isinstance(response[name], Mapping):
            yield f"{name} is not an object"
    directives = response.get("directives", [])
    if not isinstance(directives, list) or not all(isinstance(one, Mapping) for one in directives):
        yield "directives is not a list of objects"
    if not isinstance(response.get("shouldEndSession"), bool | None):
        yield f"shouldEndSession is {response['shouldEndSession']!r}, not true or false"


def _unknown_keys(found: Mapping[str, Any], allowed: Iterable[str], where: str) -> Iterator[str]:
    for name in sorted(set(found) - set(allowed)):
        yield f"{name!r} does not belong to {where}; it may hold {', '.join(allowed) or 'nothing more'}"


def _size(reply: Reply) -> Iterator[str]:
    try:
        size = len(json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False).encode())
    except UnicodeEncodeError as error:
        yield f"{error.object[error.start]!a} is half a character, which has no bytes in UTF-8"
        return
    if size >= MOST_BYTES:
        yield f"{size:,} bytes with the session attributes; they must be fewer than {MOST_BYTES:,}"


def _speech_type(reply: Reply) -> Iterator[str]:
    for name, speech in reply.speeches():
        field = SPEECHES.get(str(speech.get("type")))
        if field is None:
            yield f"type={speech.get('type')!r} of {name} is not one of {', '.join(SPEECHES)}"
        elif not isinstance(speech.get(field), str):
            yield f"{name} of type {speech['type']} has no {field}"
        extra = set(speech) - {"type", "playBehavior", field}
        if extra:
            yield f"{', '.join(sorted(extra))} of {name} does not belong to type {speech.get('type')}"
        behaviour = speech.get("playBehavior", PLAY_BEHAVIOURS[0])
        if behaviour not in PLAY_BEHAVIOURS:
            yield f"playBehavior={behaviour!r} of {name} is not one of {', '.join(PLAY_BEHAVIOURS)}"


def _speech_length(reply: Reply) -> Iterator[str]:
    for name, speech in reply.speeches():
        text = str(speech.get(SPEECHES.get(str(speech.get("type")), ""), ""))
        if len(text) >= MOST_CHARACTERS:
            yield f"{name} has {len(text):,} characters; they must be fewer than {MOST_CHARACTERS:,}"


def _ssml(reply: Reply) -> Iterator[str]:
    for name, speech in reply.speeches():
        if isinstance(speech.get("ssml"), str):
            yield from (f"{name}: {message}" for message in check_ssml(speech["ssml"]))


def _plain(reply: Reply) -> Iterator[str]:
    for name, speech in reply.speeches():
        text = speech.get("text")
        if isinstance(text, str):
            if not re.search(r"\w", text):
                yield f"{name} has no words"
            if _TAG.search(text):
                yield f"{name} of type PlainText holds {_TAG.findall(text)[0]!r}, which would be read out"


def _no_answer(reply: Reply) -> Iterator[str]:
    if reply.type.startswith(NOTICES):
        for name in ("outputSpeech", "card", "reprompt", "directives"):
            if reply.response.get(name):
                yield f"{name} answers {reply.type}, which takes no answer"
        if reply.stays_open:
            yield f"the session stays open after {reply.type}"


def _says_whether(reply: Reply) -> Iterator[str]:
    if "shouldEndSession" in reply.response and reply.response["shouldEndSession"] is None:
        yield "shouldEndSession is null, which opens the microphone: say true or false"
    elif reply.spoken and "shouldEndSession" not in reply.response:
        yield "shouldEndSession is missing: what happens then depends on the device; say true or false"


def _answers(reply: Reply) -> Iterator[str]:
    if reply.spoken and "outputSpeech" not in reply.response and not reply.directives:
        yield f"nothing is said and nothing done in answer to {reply.type}"


def _question(reply: Reply) -> Iterator[str]:
    if not reply.spoken:
        return
    last = last_sentence(mapping(reply.response.get("outputSpeech")))
    if reply.stays_open and not last.endswith("?"):
        yield f"the session stays open and the last sentence is no question: {last!r}"
    if not reply.stays_open and last.endswith("?"):
        yield f"the session closes on a question: {last!r}"


def _reprompt(reply: Reply) -> Iterator[str]:
    reprompt = reply.response.get("reprompt")
    if reply.spoken and reply.stays_open and reprompt is None:
        yield "the session stays open without a reprompt"
    if not reply.stays_open and reprompt is not None:
        yield "a reprompt, but the session closes: it would never be heard"
    if reprompt is not None:
        if not isinstance(reprompt.get("outputSpeech"), Mapping):
            yield "the reprompt has no outputSpeech"
        yield from _unknown_keys(reprompt, ("outputSpeech",), "the reprompt")


def _card_shape(reply: Reply) -> Iterator[str]:
    card = reply.response.get("card")
    if card is None:
        return
    fields = CARDS.get(str(card.get("type")))
    if fields is None:
        yield f"type={card.get('type')!r} is not one of {', '.join(CARDS)}"
        return
    yield from _unknown_keys(card, ("type", *fields), f"a {card['type']} card")


def _card_length(reply: Reply) -> Iterator[str]:
    texts, images = _card_texts(reply), _card_images(reply)
    total = sum(map(len, texts)) + sum(map(len, images))
    if total > MOST_CARD:
        yield f"{total:,} characters in all; at most {MOST_CARD:,}"
    for url in images:
        if len(url) > MOST_IMAGE_URL:
            yield f"an image address of {len(url):,} characters; at most {MOST_IMAGE_URL:,}"


def _card_markup(reply: Reply) -> Iterator[str]:
    for text in _card_texts(reply):
        if _TAG.search(text):
            yield f"{_TAG.findall(text)[0]!r} is shown as it stands; a card is plain text"


def _card_texts(reply: Reply) -> list[str]:
    card = mapping(reply.response.get("card"))
    return [str(card[name]) for name in ("title", "content", "text") if card.get(name) is not None]


def _card_images(reply: Reply) -> list[str]:
    image = mapping(mapping(reply.response.get("card")).get("image"))
    return [str(image[name]) for name in ("smallImageUrl", "largeImageUrl") if image.get(name) is not None]


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\?|<!")

#: `shape` comes before these and stops the look at a body that has none.
RULES = (
    Rule("size", "1a: 24 KB of old, 120 KB now: fewer than 24 KB meets both", _size),
    Rule("speech-type", "1d: outputSpeech is SSML with ssml, or PlainText with text", _speech_type),
    Rule("speech-length", "1a: under 8,000 characters, the reprompt too", _speech_length),
    Rule("ssml", "1b, 1c, 2: what the SSML checker finds", _ssml),
    Rule("plain-text", "2: tags are read out in plain text; ours: no empty speech", _plain),
    Rule("no-answer", "1d: nothing may be answered to a session that ended, or to a notice", _no_answer),
    Rule("should-end-session", "1d: null opens the microphone; ours: always said", _says_whether),
    Rule("answered", "ours: a person who spoke gets an answer", _answers),
    Rule("question", "7: the session is open if and only if something is asked", _question),
    Rule("reprompt", "1d, 7: one reprompt while the session is open, none when it closes", _reprompt),
    Rule("card-shape", "1a: the four card types and their fields", _card_shape),
    Rule("card-length", "1a: 8,000 characters together, 2,000 an image address", _card_length),
    Rule("card-markup", "2: SSML in a card fails certification", _card_markup),
    *PLAYER_RULES,
)
