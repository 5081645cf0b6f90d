"""What Alexa refuses in a response, and what we refuse beside it: one table, one checker, run on every reply.

Each rule stands with its name and the section of our Alexa facts it comes from; "ours": stricter than Amazon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skill.models.lint import Rule
from skill.simulator.exchange import Reply, last_sentence, mapping
from skill.simulator.player_rules import PLAYER_RULES
from speech.ssml.checker import MOST_CHARACTERS, check_ssml

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


def _told(reply: Reply) -> Iterator[str]:
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
    Rule("no-answer", "1d: nothing may be answered to a session that ended, or to a notice", _told),
    Rule("should-end-session", "1d: null opens the microphone; ours: always said", _says_whether),
    Rule("answered", "ours: a person who spoke gets an answer", _answers),
    Rule("question", "7: the session is open if and only if something is asked", _question),
    Rule("reprompt", "1d, 7: one reprompt while the session is open, none when it closes", _reprompt),
    Rule("card-shape", "1a: the four card types and their fields", _card_shape),
    Rule("card-length", "1a: 8,000 characters together, 2,000 an image address", _card_length),
    Rule("card-markup", "2: SSML in a card fails certification", _card_markup),
    *PLAYER_RULES,
)
