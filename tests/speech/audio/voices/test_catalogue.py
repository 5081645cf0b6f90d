"""The file of voices: mistakes reported where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from speech.audio.voices.catalogue import CHOICES, FILE, voice_descriptions
from speech.errors import FilesInvalid

GOOD = FILE.read_text(encoding="utf-8")
PICO = GOOD.index("\npico:\n") + 1
LINE = GOOD.count("\n", 0, PICO) + 1
MISTAKES = {
    "pico: [\n": (r"voices\.yaml:\d+: yaml: ", 1),
    "pico: Pico\n": (rf"voices\.yaml:{LINE}: pico: 'Pico' is not a mapping of fields", 1),
    "pico:\n  who: 7\n  needs: x\n  costs: x\n  use: x\n  packages: []\n": (rf":{LINE + 1}: who: 7 is not text", 1),
    "pico:\n  who: x\n  needs: x\n  costs: x\n  use: x\n  packages: numpy\n": (
        rf":{LINE + 5}: packages: 'numpy' is not a list", 1
    ),
    "pico:\n  who: x\n  need: x\n  needs: x\n  costs: x\n  use: x\n  packages: []\n": (
        rf":{LINE + 2}: need: unknown field; allowed are who, needs", 1
    ),
    "nobody:\n  who: x\n  needs: x\n  costs: x\n  use: x\n  packages: []\n": (
        rf":4: file: pico is missing\n.*:{LINE}: nobody: 'nobody' is not one of 'shipped', 'pico'", 2
    ),
}  # fmt: skip


def with_pico(text: str) -> str:
    """The file with this where it tells of Pico."""
    return GOOD[:PICO] + text + GOOD[GOOD.index("\n\n", PICO) + 1 :]


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_reported_with_its_line(text: str, tmp_path: Path) -> None:
    """Whoever adds a voice is told file, line and field, never a KeyError."""
    message, mistakes = MISTAKES[text]
    file = tmp_path / "voices.yaml"
    file.write_text(with_pico(text), encoding="utf-8")
    with pytest.raises(FilesInvalid, match=message) as error:
        voice_descriptions(file)
    assert len(error.value.problems) == mistakes


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    """No file, an empty one, and one that holds no voices are mistakes as well."""
    for name, text in (("empty.yaml", ""), ("list.yaml", "- pico\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("missing.yaml", "empty.yaml", "list.yaml"):
        with pytest.raises(FilesInvalid, match=f"voices/{name}:1: "):
            voice_descriptions(tmp_path / name)


def test_what_is_told_is_whole() -> None:
    """The file that comes with the package tells of every voice that can be chosen."""
    assert tuple(voice_descriptions()) == CHOICES
