"""Conversations with the skill, from the spoken word to the database and back: one YAML file each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.conversation import load_conversation
from tests.support.conversing import hold_conversation

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_conversation(file: Path, tmp_path: Path) -> None:
    """Each file states its own rule."""
    hold_conversation(load_conversation(file), tmp_path)
