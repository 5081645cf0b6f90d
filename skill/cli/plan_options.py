"""What the commands that plan a massage share: its options, its script, and the estimated seconds of speech."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from skill.server.config import Settings
from speech.errors import SpeechError
from speech.script.library import load_pace
from speech.script.model import SIDES, Library, Script
from speech.timeline.layout import SecondsOf
from speech.timeline.options import PlanOptions

MOST_MINUTES = 1440
_OPTIONS = (
    click.option("--minutes", type=click.FloatRange(min=0, min_open=True, max=MOST_MINUTES),
                 help="Length (default: usual)."),
    click.option("--side", type=click.Choice(SIDES), default="left", show_default=True, help="First side."),
    click.option("--only", is_flag=True, help="That side only."),
    click.option("--place", help="floor, wall, chair or bed; default: the script's first."),
    click.option("--cues", "cue_density", type=click.Choice(["few", "normal", "many"]), default="normal",
                 show_default=True, help="How talkative."),
)  # fmt: skip


def plan_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a plan, which it receives as one `options: PlanOptions`."""

    @wraps(command)
    def planned(
        *, minutes: float | None, side: Any, only: bool, place: str | None, cue_density: Any, **rest: Any
    ) -> None:
        seconds = None if minutes is None else minutes * 60
        command(options=PlanOptions(seconds, side, only, place, cue_density), **rest)

    for option in reversed(_OPTIONS):
        planned = option(planned)
    return planned


def script_named(library: Library, name: str) -> Script:
    """The script of this id. Raises SpeechError."""
    if name not in library.scripts:
        raise SpeechError(f"no script is called {name!r}; there are: {', '.join(library.scripts)}")
    return library.scripts[name]


def estimate(library: Library) -> SecondsOf:
    """The estimated seconds of a cue, at the pace of the settings. Raises SettingInvalid."""
    scale = Settings.from_environment(os.environ).pace
    return load_pace(library.language, scale=scale).cue_seconds
