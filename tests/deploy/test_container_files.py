"""Dockerfile, compose.yaml and Caddyfile, read as the engine reads them: nothing here needs one."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from skill.config import described
from skill.gunicorn_conf import graceful_timeout
from skill.tracks import tracks_of
from speech.speakers import clip_folder
from tests.support.dockerfile import is_sent, stages

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
BUILD, IMAGE = stages(DOCKERFILE)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SKILL: dict[str, Any] = COMPOSE["services"]["skill"]
SETTINGS = {setting.variable for setting in described()}


def said(stage: list[Any], name: str) -> list[Any]:
    return [each for each in stage if each.name == name]
