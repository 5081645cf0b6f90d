"""Whatever a file holds, nobody sees a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from speech.script.library import load_library
from speech.timeline.options import PlanOptions
from speech.timeline.plan import plan
from tests.support.package import DATA, press, problems, small_package
from tests.support.scripts import pace

values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.just(10**400), st.text(max_size=8),
        st.sampled_from(["Breathe.", "{side}", "{", "both", "press", "first spot", "say", "X1"]),
    ),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["say", "hold", "rest", "rounds", "open", "seconds", "technique", "x", 1]), inner,
                      max_size=3),
    max_leaves=4,
)  # fmt: skip


def paths(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value of a file."""
    found = [here] if here else []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += paths(value, (*here, key))
    return found


FILES = {
    "scripts/en/press.yaml": press(),
    "scripts/en/both.yaml": "name: both\nareas: [hip]\nminutes: {least: 1, usual: 4, most: 9}\n"
    "session:\n  - {technique: press, minutes: 2}\n  - say: Breathe.\n",
    **{
        f"languages/en/{name}.yaml": (DATA / "languages" / "en" / f"{name}.yaml").read_text(encoding="utf-8")
        for name in ("places", "phrases", "pronunciations")
    },
}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package whose files are written anew for each example."""
    return small_package(tmp_path_factory.mktemp("scratch"))


def write(root: Path, changed: str, text: str) -> Path:
    for name, content in {**FILES, changed: text}.items():
        (root / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    return root


def is_well_or_reported(root: Path) -> None:
    """Either everything can be planned, or each mistake is one printable line with a file and a line number."""
    found = problems(root)
    for problem in found:
        assert re.match(r"[a-z/-]+\.yaml:\d+: .+: .+", problem, re.DOTALL)
        problem.encode()
    if not found:
        for script in load_library(folder=root):
            for place in script.places:
                plan(script, PlanOptions(place=place, cue_density="many"), pace(1.0))


@given(st.sampled_from(sorted(FILES)), st.data())
def test_whatever_stands_where_something_else_should_is_reported(scratch: Path, file: str, data: st.DataObject) -> None:
    """Any value anywhere, a scalar for a mapping, a list for a text: a mistake or a plan, never a traceback."""
    content = yaml.safe_load(FILES[file])
    for _ in range(data.draw(st.integers(1, 2))):
        way = data.draw(st.sampled_from(paths(content)))
        inside = content
        for key in way[:-1]:
            inside = inside[key]
        inside[way[-1]] = data.draw(values)
    is_well_or_reported(write(scratch, file, yaml.dump(content, allow_unicode=True)))


@given(st.sampled_from(sorted(FILES)), st.data())
def test_whatever_is_typed_is_reported(scratch: Path, file: str, data: st.DataObject) -> None:
    """A slip of the hand anywhere in a file: a mistake or a plan, never a traceback."""
    text = FILES[file]
    at = data.draw(st.integers(0, len(text)))
    slip = data.draw(
        st.sampled_from(["", " ", "\n", "\t", "- ", ": ", "#", "'", '"', "{", "]", "&a ", "*a", "!!", "? "])
    )
    is_well_or_reported(write(scratch, file, text[:at] + slip + text[at + data.draw(st.integers(0, 3)) :]))
