"""The first screen: its length, its sample, its transcript. `test_documents.py` tests its commands and links."""

from __future__ import annotations

import re
import shlex
from itertools import groupby

import pytest
from click.testing import CliRunner

from skill.cli.main import main
from skill.server.config import VOICES
from speech.audio.mp3 import FRAME_BYTES, SILENT_FRAME
from speech.audio.voices.catalogue import voice_descriptions
from speech.timeline.grid import FRAME_MILLISECONDS
from tests.support.documents import texts
from tools.sample import FILE, sample

LEFT_OUT = "[...]"


TRANSCRIPT = re.compile(r"^    \$ massage (talk .*)\n((?:    .*\n|\n(?=    ))+)", re.MULTILINE)
TRANSCRIPTS = [(name, *found) for name, text in texts().items() for found in TRANSCRIPT.findall(text)]


@pytest.mark.parametrize(("name", "command", "shown"), TRANSCRIPTS, ids=[name for name, *_ in TRANSCRIPTS])
def test_a_transcript_is_what_the_command_prints(name: str, command: str, shown: str) -> None:
    """A conversation in a document is printed by its command; only what the mark stands for is left out."""
    printed = CliRunner().invoke(main, shlex.split(command), catch_exceptions=False).output
    at = 0
    for piece in "\n".join(line[4:] for line in shown.strip("\n").split("\n")).split(LEFT_OUT):
        found = printed.find(piece.strip("\n"), at)
        assert found >= 0, f"not printed:\n{piece}\n\nThe command prints:\n{printed}"
        at = found + len(piece.strip("\n"))


def test_the_readme_is_a_first_screen() -> None:
    """The README has at most 130 lines, and one transcript of at most 15."""
    text = texts()["README.md"]
    assert len(text.splitlines()) <= 130
    (transcript,) = TRANSCRIPT.finditer(text)
    assert len(transcript[0].rstrip("\n").splitlines()) <= 15


def test_the_sample_is_a_piece_of_the_track() -> None:
    """`make sample` makes the very file that the README links to: about twenty seconds, with a silence of seconds."""
    data = FILE.read_bytes()
    assert data == sample()
    assert f"](docs/{FILE.name})" in texts()["README.md"]
    frames = [data[at : at + FRAME_BYTES] for at in range(0, len(data), FRAME_BYTES)]
    assert 18 <= len(frames) * FRAME_MILLISECONDS / 1000 <= 22
    silences = [sum(1 for _ in group) for frame, group in groupby(frames) if frame == SILENT_FRAME]
    assert max(silences) * FRAME_MILLISECONDS >= 4000


def test_every_voice_that_can_be_chosen_is_told() -> None:
    """What MASSAGE_VOICE takes, and what the doctor and the table of voices tell of, are the same voices."""
    assert tuple(voice_descriptions()) == VOICES
