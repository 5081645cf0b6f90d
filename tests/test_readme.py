"""The README's transcript was held. Its commands, tables and links are looked at with those of all documents."""

from __future__ import annotations

import re
import shlex

from click.testing import CliRunner

from skill.cli.main import main
from skill.server.config import VOICES
from speech.audio.voices.catalogue import voices_told
from tests.support.documents import texts

LEFT_OUT = "[...]"


def test_the_transcript_is_what_the_command_prints() -> None:
    """The conversation in the README was held; only what the mark stands for is left out."""
    block = re.search(r"^    \$ massage (talk .*)\n((?:    .*\n|\n)+)", texts()["README.md"], re.MULTILINE)
    assert block is not None
    printed = CliRunner().invoke(main, shlex.split(block[1]), catch_exceptions=False).output
    at = 0
    for piece in "\n".join(line[4:] for line in block[2].strip("\n").split("\n")).split(LEFT_OUT):
        found = printed.find(piece.strip("\n"), at)
        assert found >= 0, f"not printed:\n{piece}\n\nThe command prints:\n{printed}"
        at = found + len(piece.strip("\n"))


def test_every_voice_that_can_be_chosen_is_told() -> None:
    """What MASSAGE_VOICE takes, and what the doctor and the table of voices tell of, are the same voices."""
    assert tuple(voices_told()) == VOICES
