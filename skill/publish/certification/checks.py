"""A check for each rule that a machine can try: what it finds wrong, as plain sentences; nothing when all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from skill.publish.certification.access_checks import another_skill, privacy_served, too_old, tracks_served, unsigned
from skill.publish.certification.candidate import Asked, Candidate
from skill.publish.certification.conversation_checks import (
    disclaimer_said,
    example_phrases,
    forgotten,
    launch,
    nobody_answers,
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
SECONDS = 8.0
"""In which a skill has to answer."""
MOST = 5
"""Mistakes of one rule that are told; the rest are counted."""
UNHEARD = 4
"""Characters of a slot's value from which on it would be noticed when said back."""


def tried(candidate: Candidate, rule: Requirement) -> list[str]:
    """All that is wrong by this rule. Raises KeyError for a check that there is not."""
    check = _answers(rule) if rule.answers else CHECKS[rule.check]
    try:
        found = list(dict.fromkeys(check(candidate)))
    except AlexaRefuses as error:
        return [str(error)]
    return found[:MOST] + ([f"and {len(found) - MOST} more"] if len(found) > MOST else [])


def _answers(rule: Requirement) -> Check:
    """Whether any answer of the whole rehearsal breaks one of these rules of the simulator."""

    def check(candidate: Candidate) -> Iterator[str]:
        rehearse(candidate)
        for exchange in candidate.log:
            for broken in exchange.broken:
                if broken.partition(":")[0] in rule.answers:
                    yield _told(exchange, broken)

    return check


def rehearse(candidate: Candidate) -> None:
    """Have everything asked that the answers' rules look at. Refused answers are in the record, like all others."""
    if candidate.rehearsed:
        return
    candidate.rehearsed = True
    _ = candidate.everything, candidate.fillings
    for check in (launch, player_words, player_events, without_player):
        try:
            list(check(candidate))
        except AlexaRefuses:
            continue


def moments_reached(candidate: Candidate) -> Iterator[str]:
    """Each moment of the rules."""
    _ = candidate.moments
    for name, why in candidate.unreached.items():
        yield f"{name}: {why}"


def help_(candidate: Candidate) -> Iterator[str]:
    """Open, a question at the end, and something of its own."""
    unknown = {one.moment: _said(one) for one in _all(candidate, "AMAZON.FallbackIntent")}
    for one in _all(candidate, "AMAZON.HelpIntent"):
        if one.response.get("shouldEndSession") is not False:
            yield _told(one, "the session is closed")
        elif not last_sentence(mapping(one.response.get("outputSpeech"))).endswith("?"):
            yield _told(one, "nothing is asked at the end")
        elif _said(one) == unknown.get(one.moment):
            yield _told(one, "it is the answer to what was not understood")


def stop(candidate: Candidate) -> Iterator[str]:
    """Stop."""
    yield from _leaves(candidate, "AMAZON.StopIntent")


def cancel(candidate: Candidate) -> Iterator[str]:
    """Cancel."""
    yield from _leaves(candidate, "AMAZON.CancelIntent")


def home(candidate: Candidate) -> Iterator[str]:
    """Go home."""
    yield from _leaves(candidate, "AMAZON.NavigateHomeIntent")


def not_understood(candidate: Candidate) -> Iterator[str]:
    """Open, with more than one sentence, the last of them a question."""
    for one in _all(candidate, "AMAZON.FallbackIntent"):
        if one.response.get("shouldEndSession") is not False:
            yield _told(one, "the session is closed")
        elif not last_sentence(mapping(one.response.get("outputSpeech"))).endswith("?"):
            yield _told(one, "nothing is asked at the end")


def slot_values(candidate: Candidate) -> Iterator[str]:
    """Answered well, and without the value in the answer."""
    for one in candidate.fillings:
        value = next(iter(one.envelope["request"]["intent"]["slots"].values()))["value"]
        yield from (_told(one, f"{value!r}: {broken}") for broken in one.broken)
        shown = mapping(one.response.get("card"))
        if len(value) >= UNHEARD and value in " ".join((_said(one), *map(str, shown.values()))):
            yield _told(one, f"{value!r} is said back")


def quick(candidate: Candidate) -> Iterator[str]:
    """Each answer of the rehearsal, on this machine."""
    rehearse(candidate)
    for one in candidate.log:
        if one.seconds > SECONDS:
            yield _told(one, f"took {one.seconds:.1f} s")


def package(candidate: Candidate) -> Iterator[str]:
    """What `massage package` would refuse."""
    for finding in check_package(candidate.package, handlers()):
        if not finding.warning:
            yield str(finding)


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        launch, returning, one_shot, example_phrases, moments_reached, help_, stop, cancel, home, session_ended,
        nobody_answers, not_understood, slot_values, quick, player_words, player_events, without_player, instructions,
        description, reminder, tracks_served, disclaimer_said, package, privacy_served, forgotten, unsigned,
        another_skill, too_old,
    )
}  # fmt: skip
"""By the names that `rules.yaml` calls them."""


def _leaves(candidate: Candidate, intent: str) -> Iterator[str]:
    for one in _all(candidate, intent):
        if one.response.get("shouldEndSession") is not True:
            yield _told(one, "the session stays open")


def _all(candidate: Candidate, intent: str) -> Iterator[Asked]:
    return (one for one in candidate.everything if one.name == intent)


def _said(exchange: Asked) -> str:
    return words_of(mapping(exchange.response.get("outputSpeech")))


def _told(exchange: Asked, what: str) -> str:
    where = f" ({exchange.moment})" if exchange.moment else ""
    return f"{exchange.name}{where}: {what}"
