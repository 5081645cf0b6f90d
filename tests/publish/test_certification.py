"""Certification, rehearsed: the skill keeps every rule, and a skill that is broken in one way is caught by its rule."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skill.alexa.request_log import RequestRecord
from skill.alexa.skill import Conversation
from skill.cli.main import main
from skill.publish.certification.candidate import SKILL_ID, Candidate, rehearsal_parts
from skill.publish.certification.checks import CHECKS, tried
from skill.publish.certification.report import certify, checklist, notes
from skill.publish.certification.requirements import OTHERS, Requirements, load_requirements
from skill.publish.skill_package import Package, Served, make_package
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.nlu import Understanding
from skill.simulator.response_rules import RULES
from skill.tracks.planning import Tracks

ROOT = Path(__file__).parents[2]
PROVE = os.environ.get("MASSAGE_PROVE") == "1"
PACKAGE = make_package(Served("https://massage.example.com"))
MACHINE = {rule.id: rule for rule in load_requirements().by_machine}
Answer = dict[str, Any]
Spoil = Callable[[dict[str, Any], Answer], Answer]
"""Makes a wrong answer of the request and the right one."""


class Spoilt(Conversation):
    """The skill, with what it answers to some requests (all, without a name) spoilt."""

    def __init__(self, whole: Conversation, spoil: Spoil, names: tuple[str, ...] = ()) -> None:
        self.whole, self.spoil, self.names = whole, spoil, names

    def respond(self, envelope: dict[str, Any], record: RequestRecord | None = None) -> Answer:
        answer = self.whole.respond(envelope, record)
        request = envelope["request"]
        name = request.get("intent", {}).get("name", request["type"])
        return self.spoil(envelope, deepcopy(answer)) if not self.names or name in self.names else answer

    def check(self) -> None:
        self.whole.check()


@cache
def whole() -> tuple[Conversation, Tracks, Clock]:
    """The skill as it is, made once for all tests of a worker."""
    return rehearsal_parts()


def shortened(*moments: str) -> Requirements:
    """The rules, tried at these moments only and with one value of slots."""
    rules = load_requirements()
    tried = {name: rules.moments[name] for name in moments}
    return rules.model_copy(update={"moments": tried, "slot_values": ("the moon",)})


def candidate(
    spoil: Spoil | None = None, *names: str, package: Package = PACKAGE, moments: tuple[str, ...] = ("launched",)
) -> Candidate:
    """A skill on trial, of a person who was never here before."""
    conversation, tracks, clock = whole()
    given = Spoilt(conversation, spoil, names) if spoil else conversation
    made = Candidate(package, given, tracks, clock, shortened(*moments))
    made.people, made.understandings = PEOPLE, EARS
    return made


PEOPLE: Iterator[int] = count()
EARS: dict[str, Understanding] = {}
"""Shared by all who are on trial here: they share the models."""


def says(text: str, ends: bool | None = None) -> Spoil:
    """Other words, and the session open or not."""

    def spoil(_: dict[str, Any], answer: Answer) -> Answer:
        response = answer["response"]
        response["outputSpeech"] = {"type": "SSML", "ssml": f"<speak>{text}</speak>"}
        if ends is not None:
            response["shouldEndSession"] = ends
            response.pop("reprompt", None)
            if not ends:
                response["reprompt"] = {"outputSpeech": {"type": "SSML", "ssml": "<speak>Well?</speak>"}}
        return answer

    return spoil


def without(field: str) -> Spoil:
    def spoil(_: dict[str, Any], answer: Answer) -> Answer:
        answer["response"].pop(field, None)
        return answer

    return spoil


def parrot(envelope: dict[str, Any], answer: Answer) -> Answer:
    """Says back what stands in the slots."""
    slots = envelope["request"].get("intent", {}).get("slots") or {}
    said = " ".join(str(slot.get("value", "")) for slot in slots.values())
    return says(f"You said {said}. What else?", False)(envelope, answer)


def with_card(envelope: dict[str, Any], answer: Answer) -> Answer:
    answer["response"]["card"] = {"type": "Simple", "title": "Help", "content": "<speak>Help</speak>"}
    return answer


def other_version(envelope: dict[str, Any], answer: Answer) -> Answer:
    return {**answer, "version": "2.0"}


def nothing(envelope: dict[str, Any], answer: Answer) -> Answer:
    return {"version": "1.0", "response": {}}


def manifest_with(change: Callable[[Any], object]) -> Package:
    manifest = deepcopy(PACKAGE.manifest)
    change(manifest["manifest"])
    return replace(PACKAGE, manifest=manifest)


def bad_phrase(inside: Any) -> None:
    inside["publishingInformation"]["locales"]["en-US"]["examplePhrases"].append("Alexa, ask sciatica massage to sing")


def bad_instructions(inside: Any) -> None:
    """Sends the tester where nobody listens."""
    inside["publishingInformation"]["testingInstructions"] = '1. "Alexa, stop" 2. "yes"'


def bad_description(inside: Any) -> None:
    """Says nowhere how to begin."""
    inside["publishingInformation"]["locales"]["en-US"]["description"] = "A massage."


def no_disclaimer(inside: Any) -> None:
    inside["publishingInformation"]["locales"]["en-US"]["description"] = "A massage."


def policy_elsewhere(inside: Any) -> None:
    inside["privacyAndCompliance"]["locales"]["en-US"]["privacyPolicyUrl"] = "https://massage.example.com/about"


STOP, CANCEL, HOME = "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"
HELP, FALLBACK, CHOOSE = "AMAZON.HelpIntent", "AMAZON.FallbackIntent", "ChooseIntent"
SPOILT: Mapping[str, Callable[[], Candidate]] = {
    "launch": lambda: candidate(says("Hello. Shall we?"), "LaunchRequest"),
    "returning": lambda: candidate(says("Hello, all of you. Shall we?"), "LaunchRequest"),
    "one-shot": lambda: candidate(says("Welcome. What shall it be?", False), "StartGuideIntent"),
    "phrases": lambda: candidate(package=manifest_with(bad_phrase)),
    "moments": lambda: candidate(says("Bye.", True), "AMAZON.PauseIntent", moments=("paused",)),
    "help": lambda: candidate(says("There is no help.", True), HELP),
    "stop": lambda: candidate(says("Are you sure?", False), STOP),
    "cancel": lambda: candidate(says("Are you sure?", False), CANCEL),
    "home": lambda: candidate(says("Are you sure?", False), HOME),
    "session": lambda: candidate(says("I did not catch that.", False), FALLBACK),
    "reprompt": lambda: candidate(without("reprompt"), HELP),
    "ended": lambda: candidate(says("Bye.", True), "SessionEndedRequest"),
    "unanswered": lambda: candidate(says("Hello.", True), "LaunchRequest"),
    "understood-not": lambda: candidate(says("I did not catch that.", True), FALLBACK),
    "slots": lambda: candidate(parrot, CHOOSE),
    "answered": lambda: candidate(other_version, HELP),
    "speech": lambda: candidate(says("Fine & dandy. What else?"), HELP),
    "cards": lambda: candidate(with_card, HELP),
    "quick": lambda: slow(),
    "player": lambda: candidate(without("directives"), "AMAZON.PauseIntent"),
    "player-events": lambda: candidate(nothing, "PlaybackController.PauseCommandIssued"),
    "player-answers": lambda: candidate(says("It plays."), "AudioPlayer.PlaybackStarted"),
    "without-player": lambda: candidate(says("Enough.", True), "ReadyIntent"),
    "tester": lambda: candidate(package=manifest_with(bad_instructions)),
    "description": lambda: candidate(package=manifest_with(bad_description)),
    "reminder-set": lambda: candidate(without("directives"), "AMAZON.YesIntent"),
    "tracks": lambda: no_tracks(),
    "disclaimer": lambda: candidate(says("No idea. What else?"), "DisclaimerIntent"),
    "package": lambda: candidate(package=replace(manifest_with(no_disclaimer), models={})),
    "privacy": lambda: candidate(package=manifest_with(policy_elsewhere)),
    "forgotten": lambda: forgetful_of_nothing(),
    "unsigned": lambda: open_to_all(),
    "not-ours": lambda: open_to_all(),
    "too-old": lambda: open_to_all(),
}


def slow() -> Candidate:
    """A skill that takes nine seconds for each answer."""
    conversation, tracks, clock = whole()
    made = Candidate(PACKAGE, conversation, tracks, clock, shortened("launched"), seconds=count(0, 9).__next__)
    made.people, made.understandings = PEOPLE, EARS
    return made


def no_tracks() -> Candidate:
    """A skill whose address serves no tracks, though it puts them on."""
    made = candidate()
    made.app.view_functions["tracks.mp3"] = lambda code: ("", 404)
    return made


def forgetful_of_nothing() -> Candidate:
    """A skill that takes the news that it was disabled, and does nothing."""
    conversation, tracks, clock = whole()

    class Keeping(Spoilt):
        def respond(self, envelope: dict[str, Any], record: RequestRecord | None = None) -> Answer:
            if envelope["request"]["type"] == "AlexaSkillEvent.SkillDisabled":
                return {"version": "1.0", "response": {}}
            return super().respond(envelope, record)

    made = Candidate(PACKAGE, Keeping(conversation, nothing, ("none",)), tracks, clock, shortened("launched"))
    made.people, made.understandings = PEOPLE, EARS
    return made


def open_to_all() -> Candidate:
    """A skill that looks at no signature, no id and no time."""
    made = candidate()
    made.guarded = made.named = made.app
    return made


def test_the_skill_keeps_every_rule() -> None:
    """At three moments here, at every one in `make prove` and in `massage doctor --certification`."""
    trial = candidate(moments=tuple(load_requirements().moments) if PROVE else ("launched", "on a spot", "paused"))
    assert [str(result) for result in certify(trial) if result.problems] == []


def test_every_rule_has_a_skill_that_breaks_it() -> None:
    """Whoever writes a rule shows what it catches."""
    assert SPOILT.keys() == MACHINE.keys()


@pytest.mark.parametrize("id", SPOILT)
def test_a_broken_skill_is_caught(id: str) -> None:
    """Each check fails against a skill that is broken in just that way."""
    trial = SPOILT[id]()
    trial.intents = {name: ("area",) if name == CHOOSE else () for name in (STOP, CANCEL, HOME, HELP, FALLBACK, CHOOSE)}
    assert tried(trial, MACHINE[id])


def test_every_rule_can_be_tried_or_told() -> None:
    """One of three ways stands with each rule, what it names is there, no check is idle, and no id stands twice."""
    rules, known = load_requirements().rules, {rule.name for rule in RULES} | {"shape", "status"}
    for rule in rules:
        assert sum(map(bool, (rule.check, rule.answers, rule.by_hand))) == 1, rule
        assert set(rule.answers) <= known and rule.rule
        for source in rule.source.split("; "):
            assert source.partition(",")[0] in {*load_requirements().documents, *OTHERS}, rule
    assert {rule.check for rule in rules if rule.check} == CHECKS.keys()
    assert len({rule.id for rule in rules}) == len(rules)


def test_every_rule_of_the_simulator_is_in_a_rule_of_amazons() -> None:
    """No answer that an Echo would refuse goes unnoticed."""
    named = {name for rule in load_requirements().rules for name in rule.answers}
    assert named == {rule.name for rule in RULES} | {"shape", "status"}


def test_the_checklist_is_the_rules() -> None:
    """`docs/certification.md` holds each rule, those for people to be ticked, as it is generated."""
    written = (ROOT / "docs/certification.md").read_text(encoding="utf-8")
    assert written == checklist(), "run: massage doctor --checklist docs/certification.md"
    assert written.count("- [ ] ") == len(load_requirements().by_hand) and written.count("\n| ") - 1 == len(MACHINE)


def few(made: Candidate, *ids: str) -> Candidate:
    """On trial for these rules only."""
    made.rules = made.rules.model_copy(update={"rules": tuple(MACHINE[id] for id in ids)})
    return made


@pytest.mark.parametrize(
    ("set_", "noted"),
    [
        ({}, ["MASSAGE_SKILL_ID", "MASSAGE_PUBLIC_URL"]),
        ({"MASSAGE_VERIFY": "off"}, ["MASSAGE_SKILL_ID", "MASSAGE_PUBLIC_URL", "MASSAGE_VERIFY"]),
        ({"MASSAGE_SKILL_ID": SKILL_ID, "MASSAGE_PUBLIC_URL": "https://massage.example.com"}, []),
    ],
    ids=["nothing", "unverified", "all"],
)
def test_what_is_set_here_is_told(set_: dict[str, str], noted: list[str]) -> None:
    """What is tried may differ from what is served here: each difference is named, and only those."""
    settings = Settings.from_environment({"MASSAGE_DATABASE_URL": "sqlite://", **set_})
    assert [note.split()[0] for note in notes(settings)] == noted


def test_the_command_prints_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Result, rule and source of each; what is wrong below its rule; exit code 1 exactly when something is."""
    trial = "skill.publish.certification.candidate.candidate_for"
    monkeypatch.setattr(trial, lambda package: few(candidate(package=package), "privacy", "too-old"))
    told = CliRunner().invoke(main, ["doctor", "--certification"], env={"MASSAGE_SKILL_ID": None})
    assert told.exit_code == 0, told.output
    assert "\nnote: MASSAGE_SKILL_ID is not set" in told.output
    assert told.output.startswith("result") and told.output.count("\nok ") == 2 and "2 of 2" in told.output
    assert max(len(line) for line in told.output.splitlines() if not line.startswith("note: ")) <= 80
    monkeypatch.setattr(trial, lambda package: few(candidate(says("Are you sure?", False), STOP), "privacy", "stop"))
    told = CliRunner().invoke(main, ["doctor", "--certification", "--checklist", str(tmp_path / "list.md")])
    assert told.exit_code == 1 and f"{STOP} (launched): the session stays open" in told.output
    assert told.output.count("\nWRONG") == 1 and "1 of 2" in told.output
    assert (tmp_path / "list.md").read_text("utf-8") == checklist()
