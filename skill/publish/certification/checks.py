"""A check for each requirement that a machine can try: it gives what is wrong, as plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from skill.alexa.envelope import MAX_REQUEST_AGE
from skill.publish.certification.candidate import SKILL_ID, Answered, Candidate
from skill.publish.certification.conversation_checks import (
    description,
    disclaimer_said,
    example_phrases,
    forgotten,
    instructions,
    launch,
    no_answer,
    one_shot,
    player_events,
    player_words,
    playing,
    reminder,
    returning,
    session_ended,
    without_player,
)
from skill.publish.certification.requirements import Requirement
from skill.publish.package_rules import check_package
from skill.publish.skill_package import PRIVACY as PATH
from skill.server.compose import handlers
from skill.simulator import envelopes
from skill.simulator.device import AlexaRefuses
from skill.simulator.envelopes import Session
from skill.simulator.response_rules import last_sentence, mapping, words_of

REFUSED = 400


def unsigned(candidate: Candidate) -> Iterator[str]:
    """Find requests without a valid signature that are not answered with 400."""
    body = _launch(candidate, SKILL_ID, candidate.clock())
    for what, headers in candidate.rules.refused_headers.items():
        if (status := candidate.refused(candidate.guarded, body, headers)) != REFUSED:
            yield f"{what} is answered with {status}"


def another_skill(candidate: Candidate) -> Iterator[str]:
    """Find requests for another skill that are not answered with 400, or ours not with 200."""
    yield from _wanted(candidate, "a request for this skill", SKILL_ID, candidate.clock(), 200)
    for other in ("amzn1.ask.skill.11111111-1111-1111-1111-111111111111", ""):
        yield from _wanted(candidate, f"a request for {other!r}", other, candidate.clock(), REFUSED)


def too_old(candidate: Candidate) -> Iterator[str]:
    """Find requests outside the time tolerance that are not answered with 400."""
    for seconds in (-MAX_REQUEST_AGE - 10, MAX_REQUEST_AGE + 10):
        yield from _wanted(candidate, f"a request {seconds:g} s off", SKILL_ID, candidate.clock() + seconds, REFUSED)


def privacy_served(candidate: Candidate) -> Iterator[str]:
    """Find a privacy page that is not served where the manifest says."""
    answer = candidate.guarded.test_client().get(PATH, headers={"Host": "massage.example.com"})
    if answer.status_code != 200 or "html" not in answer.content_type:
        yield f"{PATH} is answered with {answer.status_code}, {answer.content_type}"
    links = candidate.package.privacy["locales"]
    for locale, link in links.items():
        if urlsplit(link["privacyPolicyUrl"]).path != PATH:
            yield f"{locale}: the manifest names {link['privacyPolicyUrl']}, which is not served here"


def tracks_served(candidate: Candidate) -> Iterator[str]:
    """Find a track that is not served as MP3: whole with 200, a range with 206."""
    playing(candidate)
    plays = [
        directive["audioItem"]["stream"]["url"]
        for exchange in candidate.log
        for directive in exchange.response.get("directives", ())
        if directive["type"] == "AudioPlayer.Play"
    ]
    if not plays:
        yield "no track is played"
        return
    client, path = candidate.app.test_client(), urlsplit(plays[-1]).path
    for headers, wanted in (({}, 200), ({"Range": "bytes=1000-1999"}, 206)):
        answer = client.get(path, headers=headers)
        if answer.status_code != wanted or answer.content_type != "audio/mpeg":
            yield f"{headers or 'a whole track'} is answered with {answer.status_code}, {answer.content_type}"


def _wanted(candidate: Candidate, what: str, skill_id: str, now: float, wanted: int) -> Iterator[str]:
    status = candidate.refused(candidate.named, _launch(candidate, skill_id, now), {})
    if status != wanted:
        yield f"{what} is answered with {status}"


def _launch(candidate: Candidate, skill_id: str, now: float) -> dict[str, object]:
    person = replace(candidate.person(), application=skill_id)
    return envelopes.envelope(person, envelopes.launch(), now, Session())


Check = Callable[[Candidate], Iterator[str]]
ANSWER_TIMEOUT = 8.0
"""Seconds in which a skill has to answer."""
MOST_PROBLEMS = 5
"""Problems of one requirement that are shown; the rest are counted."""
SHORTEST_ECHO = 4
"""Characters of a slot's value from which on an answer that repeats it can be recognised."""


def tried(candidate: Candidate, requirement: Requirement) -> list[str]:
    """All that is wrong by this requirement. Raises KeyError for an unknown check."""
    check = partial(_answers, rules=requirement.answers) if requirement.answers else CHECKS[requirement.check]
    try:
        found = list(dict.fromkeys(check(candidate)))
    except AlexaRefuses as error:
        return [str(error)]
    more = len(found) - MOST_PROBLEMS
    return found[:MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])


def _answers(candidate: Candidate, rules: tuple[str, ...]) -> Iterator[str]:
    """The answers of the whole rehearsal that break one of these rules of the simulator."""
    rehearse(candidate)
    for one in candidate.log:
        yield from (_described(one, broken) for broken in one.broken if broken.partition(":")[0] in rules)


def rehearse(candidate: Candidate) -> None:
    """Ask all that the rules for answers look at, once. Refused answers are in the log, like all others."""
    if candidate.rehearsed:
        return
    candidate.rehearsed = True
    _ = candidate.everything, candidate.fillings
    for check in (launch, player_words, player_events, without_player):
        with suppress(AlexaRefuses):
            list(check(candidate))


def moments_reached(candidate: Candidate) -> Iterator[str]:
    """Find the moments that no conversation reaches."""
    _ = candidate.moments
    return (f"{name}: {why}" for name, why in candidate.unreached.items())


def help_(candidate: Candidate) -> Iterator[str]:
    """Find help that asks nothing at its end, or that is the answer to what was not understood."""
    unknown = {one.moment: _text(one) for one in _answered(candidate, "AMAZON.FallbackIntent")}
    for one in _answered(candidate, "AMAZON.HelpIntent"):
        if wrong := _not_asking(one):
            yield _described(one, wrong)
        elif _text(one) == unknown.get(one.moment):
            yield _described(one, "it is the answer to what was not understood")


def not_understood(candidate: Candidate) -> Iterator[str]:
    """Find answers to what was not understood that ask nothing at their end."""
    for one in _answered(candidate, "AMAZON.FallbackIntent"):
        if wrong := _not_asking(one):
            yield _described(one, wrong)


def slot_values(candidate: Candidate) -> Iterator[str]:
    """Find answers to odd slot values that break a rule or repeat the value."""
    for one in candidate.fillings:
        value = next(iter(one.envelope["request"]["intent"]["slots"].values()))["value"]
        yield from (_described(one, f"{value!r}: {broken}") for broken in one.broken)
        shown = mapping(one.response.get("card"))
        if len(value) >= SHORTEST_ECHO and value in " ".join((_text(one), *map(str, shown.values()))):
            yield _described(one, f"{value!r} is said back")


def quick(candidate: Candidate) -> Iterator[str]:
    """Find answers of the rehearsal that took too long, on this machine."""
    rehearse(candidate)
    for one in candidate.log:
        if one.seconds > ANSWER_TIMEOUT:
            yield _described(one, f"took {one.seconds:.1f} s")


def package(candidate: Candidate) -> Iterator[str]:
    """Find what `massage package` would refuse."""
    return (str(one) for one in check_package(candidate.package, handlers()) if not one.warning)


def _stays_open(candidate: Candidate, intent: str) -> Iterator[str]:
    for one in _answered(candidate, intent):
        if one.response.get("shouldEndSession") is not True:
            yield _described(one, "the session stays open")


def _not_asking(one: Answered) -> str:
    """Why an answer does not ask for the next sentence; empty when it does."""
    if one.response.get("shouldEndSession") is not False:
        return "the session is closed"
    asks = last_sentence(mapping(one.response.get("outputSpeech"))).endswith("?")
    return "" if asks else "nothing is asked at the end"


def _answered(candidate: Candidate, intent: str) -> Iterator[Answered]:
    return (one for one in candidate.everything if one.name == intent)


def _text(one: Answered) -> str:
    return words_of(mapping(one.response.get("outputSpeech")))


def _described(one: Answered, problem: str) -> str:
    where = f" ({one.moment})" if one.moment else ""
    return f"{one.name}{where}: {problem}"


CHECKS: Mapping[str, Check] = {
    **{name: partial(_stays_open, intent=intent) for name, intent in (
        ("stop", "AMAZON.StopIntent"), ("cancel", "AMAZON.CancelIntent"), ("home", "AMAZON.NavigateHomeIntent"),
    )},
    **{check.__name__: check for check in (
        launch, returning, one_shot, example_phrases, moments_reached, help_, session_ended, no_answer, not_understood,
        slot_values, quick, player_words, player_events, without_player, instructions, description, reminder,
        tracks_served, disclaimer_said, package, privacy_served, forgotten, unsigned, another_skill, too_old,
    )},
}  # fmt: skip
"""The checks by the names that `requirements.yaml` calls them."""
