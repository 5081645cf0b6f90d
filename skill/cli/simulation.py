"""The command that holds a conversation with a simulated device: `massage talk`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from skill.cli.authoring import tell_stale_models
from skill.locales import DEFAULT, LOCALES
from skill.server.app import create_app
from skill.server.compose import build_resources
from skill.server.config import Settings
from skill.simulator.clock import Clock
from skill.simulator.echo import echo_for, silent_tracks
from skill.simulator.envelopes import Profile
from skill.simulator.record import transcript
from skill.simulator.speech_timing import Voice
from skill.simulator.talk import run_talk
from skill.simulator.talk import talk as typed_talk


@click.command()
@click.option("--locale", type=click.Choice(LOCALES), default=DEFAULT, show_default=True, help="Whose English.")
@click.option("--track", is_flag=True, help="Play longer massages as tracks, as with MASSAGE_PUBLIC_URL.")
@click.argument("sentences", nargs=-1)
def talk(locale: str, track: bool, sentences: tuple[str, ...]) -> None:
    """Hold a conversation without waiting for real time, and print it with its seconds.

    A sentence is said once the device listens; "@20 pause" twenty seconds into what is heard. Without sentences
    it reads them line by line. Nothing is remembered afterwards. With --track, longer massages are played
    as silent tracks: each sentence takes its estimated seconds.

    Example: massage talk "open sciatica massage" "yes" "@30 pause" "resume" "stop"

    Example: massage talk --track "open sciatica massage" "yes" "ready" "@90 pause" "@20 resume" "@60 stop"
    """
    clock = Clock()
    public = {"MASSAGE_SKILL_ID": "", "MASSAGE_PUBLIC_URL": ""}
    environment = {**os.environ, **public, "MASSAGE_DATABASE_URL": "sqlite://", "MASSAGE_VERIFY": "off"}
    settings = Settings.from_environment(environment)
    tell_stale_models((locale,))
    app = create_app(settings, clock, tracks=silent_tracks(build_resources(settings.pace)) if track else None)
    device = echo_for(app, clock, voice=Voice(factor=settings.pace), profile=Profile(locale=locale))
    if sentences:
        try:
            run_talk(device, sentences)
        finally:
            click.echo(transcript(device.record))
        return
    for line in typed_talk(device, _typed()):
        click.echo(line)


def _typed() -> Iterator[str]:
    if sys.stdin.isatty():
        click.echo('Say something, such as "open sciatica massage". An empty line is silence; Ctrl-D ends it.')
    for line in sys.stdin:
        yield line.rstrip("\n")
