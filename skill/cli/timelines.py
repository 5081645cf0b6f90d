"""The commands that print a timeline: `massage cues` and `massage ssml`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from skill.cli.plan_options import estimate, plan_options, script_named
from speech.script.library import load_library
from speech.script.model import Library
from speech.ssml.markup import Markup
from speech.ssml.parts import parts
from speech.timeline.options import PlanOptions
from speech.timeline.plan import Cue, plan


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
