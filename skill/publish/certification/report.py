"""The table that `massage doctor --certification` prints, and the checklist of what no machine can try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

from skill.publish.certification.candidate import Candidate
from skill.publish.certification.checks import tried
from skill.publish.certification.requirements import AMAZON, GROUPS, Requirement, load_requirements
from skill.server.config import Settings

WIDTHS = (6, 44, 26)
"""Characters of each column: with two between them they fit a terminal of eighty."""

CHECKLIST = Path(__file__).with_name("checklist.md")


@dataclass(frozen=True, slots=True)
class Result:
    """A rule and all that was found wrong by it."""

    rule: Requirement
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Its row of the table, with what is wrong below it."""
        row = _row("WRONG" if self.problems else "ok", self.rule.rule, self.rule.source)
        return "\n".join([*row, *(f"       {problem}" for problem in self.problems)])


def head() -> str:
    """The first row of the table."""
    return "\n".join(_row("result", "rule", "source"))


def certify(candidate: Candidate) -> Iterator[Result]:
    """Every rule that a machine can try, in the order of the file."""
    for rule in candidate.rules.by_machine:
        yield Result(rule, tuple(tried(candidate, rule)))


def notes(settings: Settings) -> Iterator[str]:
    """What is set here otherwise than in the skill that was tried, a sentence each."""
    if settings.skill_id is None:
        yield "MASSAGE_SKILL_ID is not set here. Amazon wants requests for other skills to be refused: set it."
    if settings.public_url is None:
        yield "MASSAGE_PUBLIC_URL is not set here: the package was tried with an address that stands for yours."
    if not settings.verify:
        yield "MASSAGE_VERIFY is off here: signatures are not checked, which Amazon refuses."


def checklist() -> str:
    """`docs/certification.md`: what is tried by machine, and what is left for people, as Markdown."""
    requirements = load_requirements()
    by_hand = [f"- [ ] **{one.rule}** ({one.source}). {one.by_hand}." for one in _grouped(requirements.by_hand)]
    by_machine = [f"| {one.group} | {one.rule} | {one.source} |" for one in _grouped(requirements.by_machine)]
    documents = [f"- {name}: <{AMAZON}{address}>" for name, address in requirements.documents.items()]
    return CHECKLIST.read_text(encoding="utf-8").format(
        *("\n".join(lines) for lines in (by_hand, by_machine, documents))
    )


def _grouped(requirements: Iterable[Requirement]) -> Iterable[Requirement]:
    return sorted(requirements, key=lambda one: GROUPS.index(one.group))


def _row(*cells: str) -> Iterator[str]:
    """A row as lines, each cell wrapped to its column."""
    lines = zip_longest(*(wrap(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)), fillvalue="")
    for line in lines:
        yield "  ".join(part.ljust(width) for part, width in zip(line, WIDTHS, strict=True)).rstrip()
