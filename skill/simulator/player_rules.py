"""What a response may do to the audio player, and what an answer to its events may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skill.models.lint import Rule
from skill.simulator.exchange import Reply, mapping

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
