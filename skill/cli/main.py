"""The `massage` command: its groups of commands put together."""

from __future__ import annotations

import sys
from typing import Any

import click

from skill.cli.audio import clips, render_command
from skill.cli.authoring import build, check, docs, models
from skill.cli.package import package
from skill.cli.serve import doctor, privacy, serve
from skill.cli.simulation import talk
from skill.cli.timelines import cues, ssml
from skill.cli.understanding import understand_command
from skill.errors import SkillError
from skill.simulator.device import AlexaRefuses
from skill.simulator.talk import TooLate
from speech.errors import SpeechError


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
    """A guided sciatica self-massage for smart speakers.

    Example: massage talk "open sciatica massage" "piriformis for five minutes, left side first" "@20 pause"
    """


for command in (
    talk,
    understand_command,
    check,
    build,
    models,
    cues,
    ssml,
    clips,
    render_command,
    serve,
    doctor,
    package,
    privacy,
    docs,
):
    main.add_command(command)
