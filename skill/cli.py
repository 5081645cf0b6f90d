"""The `massage` command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from skill.app import create_app
from skill.config import Settings
from skill.errors import SkillError
from skill.models import interaction_model, model_file, render, sample_counts, sentences_folder
from skill.simulator.clock import Clock
from skill.simulator.echo import echo_for
from skill.simulator.refused import AlexaRefuses
from skill.simulator.talk import TooLate, run_talk
from skill.simulator.talk import talk as typed_talk
from skill.simulator.transcript import transcript
from skill.simulator.voice import Voice
from speech.ask import Ask, Talk
from speech.errors import SpeechError, UnknownScript
from speech.pace import load_pace
from speech.rehearsal import rehearse
from speech.schema import json_schema
from speech.script import SIDES, Library, Script, Side
from speech.script_file import load_library, package_folder
from speech.ssml import CUE_RATE, Markup, parts
from speech.timeline import Cue, Timeline, plan

PORT = 8321
MINUTES = click.FloatRange(min=0, min_open=True, max=1440)
SCHEMA = package_folder() / "scripts" / "script.schema.json"


class Massage(click.Group):
    """Shows what went wrong in words, without a traceback, and exits with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (SpeechError, SkillError, AlexaRefuses, TooLate) as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Massage)
@click.version_option(package_name="sciatica-massage")
def main() -> None:
    r"""A guided sciatica self-massage for smart speakers.

    \b
    Example: massage talk "open sciatica massage" "piriformis for five minutes, left side first" "@20 pause"
    """


@main.command()
@click.option("--port", default=PORT, show_default=True, help="Port on the loopback address.")
def serve(port: int) -> None:
    """Serve the skill on this machine. Example: massage serve --port 8321"""
    from werkzeug.serving import make_server

    settings = Settings.from_environment(os.environ)
    app = create_app(settings)
    try:
        server = make_server("127.0.0.1", port, app, threaded=True)
    except (OSError, SystemExit):
        raise click.ClickException(f"port {port} is taken; try: massage serve --port {port + 1}") from None
    click.echo(f"The skill answers at http://127.0.0.1:{server.port}/alexa, on this machine only.")
    if settings.skill_id:
        click.echo(
            "MASSAGE_SKILL_ID is set, but signatures are not checked yet: use a tunnel, and close it afterwards."
        )
    click.echo("Try next, in another terminal:")
    click.echo('  .venv/bin/massage talk "open sciatica massage" "piriformis for five minutes, left side first"')
    click.echo(f"  curl http://127.0.0.1:{server.port}/health")
    click.echo("Ctrl-C ends it.")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nGoodbye.")


@main.command()
@click.argument("sentences", nargs=-1)
def talk(sentences: tuple[str, ...]) -> None:
    r"""Hold a conversation without waiting for real time, and print it with its seconds.

    A sentence is said once the device listens; "@20 pause" twenty seconds into what is heard. Without sentences
    it reads them line by line. Nothing is remembered afterwards.

    \b
    Example: massage talk "open sciatica massage" "yes" "@30 pause" "resume" "stop"
    """
    clock = Clock()
    environment = {**os.environ, "MASSAGE_DATABASE_URL": "sqlite://", "MASSAGE_SKILL_ID": ""}
    settings = Settings.from_environment(environment)
    _tell_stale_model(load_library())
    device = echo_for(create_app(settings, clock), clock, voice=Voice(factor=settings.pace))
    if sentences:
        try:
            run_talk(device, sentences)
        finally:
            click.echo(transcript(device.heard))
        return
    for line in typed_talk(device, _typed()):
        click.echo(line)


def _typed() -> Iterator[str]:
    if sys.stdin.isatty():
        click.echo('Say something, such as "open sciatica massage". An empty line is silence; Ctrl-D ends it.')
    for line in sys.stdin:
        yield line.rstrip("\n")


def _asking(command: Any) -> Any:
    """The options of an ask, shared by the commands that print a timeline."""
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


@main.command()
@click.argument("script", required=False)
@_asking
def cues(
    script: str | None,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    cue_density: Talk,
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
    click.echo(f"{timeline.script.name}: {timeline.total / 60:g} minutes, {timeline.ask.place}")
    if abs(timeline.total - timeline.wanted) >= 1:
        click.echo(f"({timeline.wanted / 60:g} minutes were asked for; this is the nearest)")
    click.echo(f"{'start':>8} {'end':>8}  {'step':<26} {'side':<6} text")
    for cue in timeline.cues:
        click.echo(f"{cue.start:8.1f} {cue.end:8.1f}  {cue.step:<26} {cue.side or '-':<6} {cue.text}")


@main.command()
@click.argument("script")
@_asking
def ssml(
    script: str,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    cue_density: Talk,
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


@main.command()
@click.option("--schema", is_flag=True, help="Write the JSON Schema of a script, for an editor.")
@click.option("--check", "compare", is_flag=True, help="With --schema: fail when the committed file is another.")
def check(schema: bool, compare: bool) -> None:
    """Check every script, and rehearse it in every place, length and number of cues.

    Example: massage check
    """
    if compare and not schema:
        raise click.UsageError("--check goes with --schema")
    if schema:
        _write(
            SCHEMA,
            json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
            compare,
            "massage check --schema",
        )
        return
    library = load_library()
    rehearse(library, load_pace(library.language).at_rate(CUE_RATE).seconds_of)
    _tell_stale_model(library)
    click.echo(f"{len(library.scripts)} scripts are well: {', '.join(library.scripts)}")


@main.command()
@click.option("--check", "compare", is_flag=True, help="Fail when the committed file is another.")
def models(compare: bool) -> None:
    """Write the interaction model from the sentences and the scripts. Example: massage models"""
    model = _model(load_library())
    _write(model_file(), render(model), compare, "massage models")
    click.echo(f"{sum(sample_counts(model).values())} samples in {len(sample_counts(model))} intents")


def _model(library: Library) -> dict[str, Any]:
    return interaction_model(sentences_folder(), {"scripts": library.scripts, "places": library.places})


def _tell_stale_model(library: Library) -> None:
    """A name that is new in a script is understood only once it stands in the model."""
    if render(_model(library)) != model_file().read_text(encoding="utf-8"):
        click.echo(f"{model_file().name} does not know all names and sentences yet; run: massage models", err=True)


def _write(file: Path, text: str, compare: bool, command: str) -> None:
    current = file.read_text(encoding="utf-8") if file.exists() else ""
    if compare and current != text:
        raise click.ClickException(f"{file.name} is not current; run: {command}")
    if current != text:
        file.write_text(text, encoding="utf-8")
    click.echo(f"{file.name} is {'current' if current == text else 'written'}")


def _timeline(
    library: Library,
    script: str,
    minutes: float | None,
    side: Side,
    only: bool,
    place: str | None,
    talk: Talk,
) -> Timeline:
    seconds = None if minutes is None else minutes * 60
    seconds_of = (
        load_pace(library.language, scale=Settings.from_environment(os.environ).pace).at_rate(CUE_RATE).seconds_of
    )
    return plan(_script(library, script), Ask(seconds, side, only, place, talk), seconds_of)


def _script(library: Library, name: str) -> Script:
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
