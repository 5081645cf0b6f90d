"""The list of facts: whole, sourced, and mistakes reported where they stand."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from speech.errors import FilesInvalid
from speech.script.facts import load_facts

FACTS = load_facts()
DROPPED = re.compile(
    r"\b(heal(s|ing)?|cures?|toxins?|detox\w*|game.changer|substantial\w*|miracle\w*|guarantee\w*)\b", re.I
)


def test_every_group_of_the_source_is_there() -> None:
    """No fact was lost on the way: each group has as many as its source."""
    assert Counter(name[0] for name in FACTS) == {
        "W": 6, "P": 3, "G": 4, "M": 4, "L": 4, "S": 3, "E": 3, "B": 1, "R": 2, "T": 8, "H": 4, "N": 4, "Q": 6,
        "C": 2, "D": 4, "X": 13,
    }  # fmt: skip


def test_what_care_added_has_a_source_of_its_own() -> None:
    """All of X is added; of the article's facts exactly those that care completed."""
    added = {fact.id for fact in FACTS.values() if fact.sources != ("article",)}
    assert added == {"E2", "T4", "H1", "N3", "Q2"} | {name for name in FACTS if name.startswith("X")}


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.id)
def test_no_fact_says_what_was_dropped_on_purpose(fact: object) -> None:
    """Healing, cures, toxins and guarantees are no facts here."""
    assert not DROPPED.search(str(fact))


def test_the_study_is_described_as_what_it_was() -> None:
    """The study's limits belong to the fact itself: therapists, low back pain, no comparison without massage."""
    for said in ("therapist", "low back pain", "not self-massage", "nobody in it went without"):
        assert said in FACTS["H1"].says


HEAD = "sources: {article: the article}\nfacts:\n"
MISTAKES = {
    "  W1: {says: x, source: blog}": "facts.yaml:3: source: 'blog' is not of the sources article",
    "  W1: {says: x}": "facts.yaml:3: source: is missing",
    "  W1: {says: ' ', source: article}": "facts.yaml:3: says: ' ' is not text",
    "  W1: {says: x, source: article, benefit: maybe}": "facts.yaml:3: benefit: 'maybe' is neither true nor false",
    "  W1: {says: x, source: article, proof: y}": "3: proof: unknown field; allowed are says, source, benefit",
    "  w1: {says: x, source: article}": "facts.yaml:3: w1: 'w1' is not a fact's id, such as X1",
    "  W1: words": "facts.yaml:3: W1: 'words' is not a mapping of fields",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_reported_with_its_line(tmp_path: Path, text: str) -> None:
    """Whoever edits the list is told file, line and field, never a traceback."""
    file = tmp_path / "facts.yaml"
    file.write_text(HEAD + text + "\n", encoding="utf-8")
    with pytest.raises(FilesInvalid) as caught:
        load_facts(file)
    assert MISTAKES[text] in str(caught.value)


def test_a_file_without_facts_is_refused(tmp_path: Path) -> None:
    """A list without facts or without sources is a mistake too, and one that cannot be read."""
    for text in ("facts: {}\n", "- 1\n", "a: [\n"):
        (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(FilesInvalid):
            load_facts(tmp_path / "facts.yaml")
