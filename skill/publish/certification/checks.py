"""A check for each requirement that a machine can try: it gives what is wrong, as plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from skill.publish.certification.access_checks import another_skill, privacy_served, too_old, tracks_served, unsigned
from skill.publish.certification.candidate import Answered, Candidate
from skill.publish.certification.conversation_checks import (
    disclaimer_said,
    example_phrases,
    forgotten,
    launch,
    no_answer,
    one_shot,
    returning,
    session_ended,
)
from skill.publish.certification.requirements import Requirement
from skill.publish.certification.store_text_checks import description, instructions, reminder
from skill.publish.certification.track_checks import player_events, player_words, without_player
from skill.publish.package_rules.manifest_fields import check_package
from skill.server.compose import handlers
from skill.simulator.exchange import last_sentence, mapping, words_of
from skill.simulator.skill_client import AlexaRefuses

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
