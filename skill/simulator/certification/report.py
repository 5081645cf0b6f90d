"""The table that `massage doctor --certification` prints, and the checklist of what no machine can try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skill.simulator.certification.candidate import Candidate
from skill.simulator.certification.checks import tried
from skill.simulator.certification.rules import GROUPS, Rule, load_rules


@dataclass(frozen=True, slots=True)
class Result:
    """A rule and all that was found wrong by it."""

    rule: Rule
    problems: tuple[str, ...]

    def __str__(self) -> str:
        mark = "WRONG" if self.problems else "ok   "
        told = "".join(f"\n      {problem}" for problem in self.problems)
        return f"{mark} {self.rule.group}: {self.rule.rule} [{self.rule.source}]{told}"


def certify(candidate: Candidate) -> Iterator[Result]:
    """Every rule that a machine can try, in the order of the file."""
    for rule in candidate.rules.by_machine:
        yield Result(rule, tuple(tried(candidate, rule)))


def checklist() -> str:
    """`docs/certification.md`: what is tried here, and what is left for people, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rules = load_rules()
    yield from (
        "# Certification",
        "",
        "Made from `skill/simulator/certification/rules.yaml` by `massage doctor --checklist docs/certification.md`.",
        "",
        "## By hand",
        "",
        "What needs a person, a device or a network. Do it with the development version, before submitting it.",
        "",
    )
    for group in GROUPS:
        for rule in rules.by_hand:
            if rule.group == group:
                yield f"- [ ] **{rule.rule}** ({rule.source}). {rule.by_hand}."
    yield from (
        "",
        "## By machine",
        "",
        "`massage doctor --certification` tries these on the skill of this checkout, in a process of its own, and exits",
        "with 1 when one fails.",
        "",
        "| group | rule | source |",
        "|---|---|---|",
    )
    for group in GROUPS:
        yield from (f"| {group} | {one.rule} | {one.source} |" for one in rules.by_machine if one.group == group)
