"""docs/scaling.md says what was measured, and what follows from that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.million import DOCUMENT, Assumed, figures, needed, rendered, with_block


def test_the_document_is_what_the_figures_give() -> None:
    """Between its marks stands what the last run found and what is reckoned from it: nobody writes a number by hand."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_block(text, figures()) == text


def test_twice_the_people_need_twice_as_much() -> None:
    """Requests a second double with the people, and are the product that the table tells."""
    assumed = Assumed()
    once, twice = (
        dict((row[0], row[2]) for row in needed(figures(), each))
        for each in (assumed, replace(assumed, people=2 * assumed.people))
    )
    name = "requests a second at the peak"
    assert float(once[name]) == pytest.approx(assumed.people * assumed.turns * assumed.peak / 86_400, abs=1)
    assert float(twice[name].replace(",", "")) == pytest.approx(2 * float(once[name]), abs=1)


def test_a_document_without_its_marks_is_refused() -> None:
    """Figures are never lost in silence: where they have no place, it is said."""
    with pytest.raises(ValueError, match=r"scaling\.md: found no"):
        with_block("# How far it grows\n", figures())


def test_a_slower_skill_needs_more_processors() -> None:
    """What was measured, and no constant, decides how many processors are needed."""
    found = figures()
    slower = replace(found, served=tuple(replace(each, skill_ms=each.skill_ms * 10) for each in found.served))
    assert rendered(found, Assumed()) != rendered(slower, Assumed())
    once, tenfold = (float(dict((row[0], row[2]) for row in needed(each, Assumed()))["processors for the skill"])
                     for each in (found, slower))  # fmt: skip
    assert tenfold == pytest.approx(10 * once, rel=0.1)
