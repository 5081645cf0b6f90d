"""The commands that print a timeline, `massage cues` and `massage ssml`, and what all commands that plan one share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

import click

from skill.server.config import Settings
from speech.errors import SpeechError
from speech.script.library import load_library, load_pace
from speech.script.model import SIDES, Library, Script
from speech.ssml.markup import Markup
from speech.ssml.parts import parts
from speech.timeline.layout import SecondsOf
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Cue, plan

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


@click.command()
@click.argument("script", required=False)
@plan_options
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def cues(script: str | None, options: PlanOptions, as_json: bool) -> None:
    """Print a timeline; without a script, list the scripts.

    Example: massage cues piriformis-ball --minutes 8 --side left
    """
    library = load_library()
    if script is None:
        _list(library, as_json)
        return
    timeline = plan(script_named(library, script), options, estimate(library))
    if as_json:
        shown = {
            "total": round(timeline.total, 3),
            "cues": [_cue(cue) for cue in timeline.cues if cue.start >= 0],
            "before": [_cue(cue) for cue in timeline.cues if cue.start < 0],
        }
        click.echo(json.dumps(shown, indent=2))
        return
    click.echo(f"{timeline.script.name}: {timeline.total / 60:g} minutes, {timeline.options.place}")
    if abs(timeline.total - timeline.wanted) >= 1:
        click.echo(f"({timeline.wanted / 60:g} minutes were asked for; this is the nearest)")
    click.echo(f"{'start':>8} {'end':>8}  {'step':<26} {'side':<6} text")
    for cue in timeline.cues:
        click.echo(f"{cue.start:8.1f} {cue.end:8.1f}  {cue.step:<26} {cue.side or '-':<6} {cue.text}")


@click.command()
@click.argument("script")
@plan_options
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def ssml(script: str, options: PlanOptions, as_json: bool) -> None:
    """Print the spoken parts of a timeline. Example: massage ssml piriformis-ball --minutes 5 --json"""
    library = load_library()
    timeline = plan(script_named(library, script), options, estimate(library))
    cut = [
        {"ssml": part.ssml, "seconds": round(part.seconds, 1), "characters": len(part.ssml)}
        for part in parts(timeline, Markup(library.pronunciations))
    ]
    if as_json:
        click.echo(json.dumps(cut, indent=2, ensure_ascii=False))
        return
    for number, part in enumerate(cut, start=1):
        click.echo(f"part {number} of {len(cut)}: {part['seconds']} s, {part['characters']} characters")
        click.echo(f"{part['ssml']}\n")


def _list(library: Library, as_json: bool) -> None:
    if as_json:
        listed = [
            {"script": script.id, "name": script.name, "minutes": asdict(script.minutes), "places": list(script.places)}
            for script in library
        ]
        click.echo(json.dumps(listed, indent=2))
        return
    for script in library:
        lengths = f"{script.minutes.least:g} to {script.minutes.most:g} minutes, usually {script.minutes.usual:g}"
        click.echo(f"{script.id:<20} {script.name:<26} {lengths}; {', '.join(script.places)}")


def _cue(cue: Cue) -> dict[str, Any]:
    return {name: getattr(cue, name) for name in ("id", "start", "end", "step", "side", "text")}
