"""What Alexa makes of a sentence: a request for the skill, or nothing that concerns it."""

from __future__ import annotations

from typing import Any

from skill.simulator import envelopes
from skill.simulator.invocation import Launch, parse_invocation
from skill.simulator.nlu import Understanding

EXIT = "exit"  # ends a session without asking the skill (1d: USER_INITIATED)

#: What needs no name of the skill once it put a track on (3c).
TRANSPORT = frozenset(
    f"AMAZON.{name}Intent"
    for name in (
        *("Pause", "Resume", "Next", "Previous", "Repeat", "StartOver", "Cancel", "Stop"),
        *("LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff"),
    )
)
#: During a track, with no session open, "stop" arrives as this (14).
STOP_IN_TRACK = "AMAZON.PauseIntent"


def request_of(
    words: str, understanding: Understanding, application: str, session_open: bool, track_was_last: bool
) -> tuple[dict[str, Any], bool] | None:
    """The request, and whether the skill was called by its name; None when the skill is not asked.

    `track_was_last` tells that the skill put on the track that plays, or played last.
    """
    called = parse_invocation(words, understanding.invocation_name)
    if isinstance(called, Launch):
        return envelopes.launch(), True
    heard = understanding.hear(words if called is None else called.rest)
    intent = understanding.intent_json(heard, application)
    if called is not None:
        return envelopes.intent(intent), True
    if session_open:
        if words.strip(" .!").lower() == EXIT:
            return envelopes.session_ended("USER_INITIATED"), False
        return envelopes.intent(intent), False
    if track_was_last and heard.intent in TRANSPORT:
        stops = heard.intent == "AMAZON.StopIntent"
        return envelopes.intent({**intent, "name": STOP_IN_TRACK} if stops else intent), False
    return None
