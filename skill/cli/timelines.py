"""The commands that print a timeline: `massage cues` and `massage ssml`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

import click

from skill.server.config import Settings
from speech.errors import UnknownScript
from speech.script.library import load_library
from speech.script.model import SIDES, Library, Script, Side
from speech.script.pace import load_pace
from speech.ssml.parts import CUE_RATE, Markup, parts
from speech.timeline.options import CueDensity, PlanOptions
from speech.timeline.plan import Cue, Timeline, plan

MINUTES = click.FloatRange(min=0, min_open=True, max=1440)


def _asking(command: Any) -> Any:
    """The options of plan options, shared by the commands that print a timeline."""
    options = [
        click.option("--minutes", type=MINUTES, help="Length (default: usual)."),
        click.option("--side", type=click.Choice(SIDES), default="left", show_default=True, help="First side."),
        click.option("--only", is_flag=True, help="That side only."),
        click.option("--place", help="floor, wall, chair or bed; default: the script's first."),
        click.option("--cues", "cue_density", type=click.Choice(["few", "normal", "many"]), default="normal",
                     show_default=True, help="How talkative."),
        click.option("--json", "as_json", is_flag=True, help="As JSON."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("script", required=False)
@_asking
def cues(
    script: str | None,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    cue_density: CueDensity,
    as_json: bool,
) -> None:
    """Print a timeline; without a script, list the scripts.

    Example: massage cues piriformis-ball --minutes 8 --side left
    """
    library = load_library()
    if script is None:
        _list(library, as_json)
        return
    timeline = _timeline(library, script, minutes, side, only, place, cue_density)
    if as_json:
        shown = {
            "total": round(timeline.total, 3),
            "cues": [_cue(cue) for cue in timeline.cues if cue.start >= 0],
        }
        click.echo(json.dumps(shown | {"before": [_cue(cue) for cue in timeline.cues if cue.start < 0]}, indent=2))
        return
    click.echo(f"{timeline.script.name}: {timeline.total / 60:g} minutes, {timeline.options.place}")
    if abs(timeline.total - timeline.wanted) >= 1:
        click.echo(f"({timeline.wanted / 60:g} minutes were asked for; this is the nearest)")
    click.echo(f"{'start':>8} {'end':>8}  {'step':<26} {'side':<6} text")
    for cue in timeline.cues:
        click.echo(f"{cue.start:8.1f} {cue.end:8.1f}  {cue.step:<26} {cue.side or '-':<6} {cue.text}")


@click.command()
@click.argument("script")
@_asking
def ssml(
    script: str,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    cue_density: CueDensity,
    as_json: bool,
) -> None:
    """Print the spoken parts of a timeline. Example: massage ssml piriformis-ball --minutes 5 --json"""
    library = load_library()
    timeline = _timeline(library, script, minutes, side, only, place, cue_density)
    cut = [
        {"ssml": part.ssml, "seconds": round(part.seconds, 1), "characters": len(part.ssml)}
        for part in parts(timeline, Markup(library.pronunciations))
    ]
    if as_json:
        click.echo(json.dumps(cut, indent=2, ensure_ascii=False))
        return
    for number, part in enumerate(cut, start=1):
        click.echo(
            f"part {number} of {len(cut)}: {part['seconds']} s, {part['characters']} characters\n{part['ssml']}\n"
        )


def _timeline(
    library: Library,
    script: str,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    cue_density: CueDensity,
) -> Timeline:
    seconds = None if minutes is None else minutes * 60
    seconds_of = (
        load_pace(library.language, scale=Settings.from_environment(os.environ).pace).at_rate(CUE_RATE).seconds_of
    )
    return plan(named_script(library, script), PlanOptions(seconds, side, only, place, cue_density), seconds_of)


def named_script(library: Library, name: str) -> Script:
    """The script of this id. Raises UnknownScript."""
    if name not in library.scripts:
        raise UnknownScript(name, tuple(library.scripts))
    return library.scripts[name]


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
    return {
        "id": cue.id,
        "start": cue.start,
        "end": cue.end,
        "step": cue.step,
        "side": cue.side,
        "text": cue.text,
    }
