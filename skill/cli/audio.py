"""The commands that make sound: `massage clips` and `massage render`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from skill.aws_urls import AwsResource
from skill.cli.serve import BucketType
from skill.cli.timelines import estimate, plan_options, script_named
from speech.audio.assembly import clip_for
from speech.audio.captions import captions
from speech.audio.chapters import tagged
from speech.audio.clips import ClipFolder, write_pack, write_whole
from speech.audio.rendering import Progress, key_of, missing, render, texts_of
from speech.audio.speakers import (
    MOST_PACK_BYTES,
    Speaker,
    clip_folder,
    shipped_clips,
    shipped_file,
    shipped_voice,
    speakers,
    spoken,
)
from speech.audio.voices import SHIPPED, VOICES, Voice, voice_named
from speech.script.library import load_library
from speech.script.model import Library, Script
from speech.timeline.options import PlanOptions

LISTED = 10
"""How many texts are listed before the rest is counted."""
INTERRUPTED = 130
"""What a command ends with that Ctrl-C ended."""


@click.command()
@click.option("--voice", "name", type=click.Choice(VOICES), default="kokoro", show_default=True, help="Who speaks.")
@click.option("--processes", type=click.IntRange(min=0), default=0, help="Speaking at once (default: one a core).")
@click.option("--check", is_flag=True, help="Fail when a shipped clip is missing or stale; render nothing.")
@click.option("--pack", is_flag=True, help="Write the file of shipped clips once none is missing.")
@click.option("--bucket", type=BucketType(), metavar="ADDRESS",
              help="Put them into this S3 bucket too, as MASSAGE_BUCKET names it.")  # fmt: skip
def clips(name: str, processes: int, check: bool, pack: bool, bucket: AwsResource | None) -> None:
    """Render every clip of the scripts that is missing. Ctrl-C keeps what is done; the same command goes on.

    Example: massage clips --voice kokoro
    """
    library = load_library()
    texts = texts_of(library)
    if check:
        if pack:
            raise click.UsageError("--check and --pack are two commands")
        _check(library, texts)
        return
    voice = voice_named(name, library, estimate(library))
    if pack and voice.made_by != shipped_voice(library).made_by:
        raise click.UsageError("shipped clips are spoken by kokoro; leave --voice out")
    folder = clip_folder()
    _render(texts, voice, folder, processes)
    if pack:
        _pack(texts, voice, folder, library)
    if bucket:
        _share(texts, voice, bucket)


def _render(texts: Sequence[str], voice: Voice, folder: ClipFolder, processes: int) -> None:
    wanted = missing(texts, voice, folder)
    if not wanted:
        click.echo(f"All {len(texts)} clips of {voice.name} are there.")
        return
    with click.progressbar(
        length=len(wanted), label=f"{len(wanted)} clips", show_eta=False, item_show_func=_time_left
    ) as bar:  # fmt: skip
        done = 0

        def show(progress: Progress) -> None:
            nonlocal done
            bar.update(progress.done - done, progress)
            done = progress.done

        try:
            render(wanted, voice, folder, processes, show)
        except KeyboardInterrupt:
            click.echo(f"\n{done} of {len(wanted)} clips were made and are kept; the same command makes the rest.")
            raise click.exceptions.Exit(INTERRUPTED) from None
    click.echo(f"{len(wanted)} clips of {voice.name} are made.")


def _share(texts: Sequence[str], voice: Voice, bucket: AwsResource) -> None:
    from skill.tracks.s3 import S3Clips  # its library is needed for a bucket only

    clips = S3Clips(bucket)
    try:
        for text in texts:
            clips.share(key_of(text, voice))
    except OSError as error:
        raise click.ClickException(f"{bucket.name}: {error}; what is there is kept") from error
    click.echo(f"All {len(texts)} clips of {voice.name} are in {bucket.name}.")


def _time_left(progress: Progress | None) -> str:
    if progress is None or progress.seconds_left is None:
        return "the first one tells how long it takes"
    if progress.seconds_left < 90:
        return f"about {progress.seconds_left:.0f} seconds left"
    return f"about {progress.seconds_left / 60:.0f} minutes left"


def _check(library: Library, texts: Sequence[str]) -> None:
    """Compares keys: what a clip is made of, not what it happened to become."""
    pack, voice = shipped_clips(library.language), shipped_voice(library)
    lacking = missing(texts, voice, pack)
    stale = set(pack) - {key_of(text, voice) for text in texts}
    if not lacking and not stale:
        click.echo(f"All {len(texts)} shipped clips are current.")
        return
    for text in lacking[:LISTED]:
        click.echo(f"no clip: {text}", err=True)
    if len(lacking) > LISTED:
        click.echo(f"and {len(lacking) - LISTED} more", err=True)
    found = f"{len(lacking)} shipped clips are missing, {len(stale)} belong to nothing that is said"
    raise click.ClickException(f"{found}; run: massage clips --pack")


def _pack(texts: Sequence[str], voice: Voice, folder: ClipFolder, library: Library) -> None:
    file = shipped_file(library.language)
    file.parent.mkdir(exist_ok=True)
    write_pack(file, {key_of(text, voice): clip_for(text, folder, voice) for text in texts})
    size = file.stat().st_size
    click.echo(f"{file.name} is written: {len(texts)} clips, {size / 1e6:.1f} MB")
    if size > MOST_PACK_BYTES:
        raise click.ClickException(
            f"{file.name} is larger than {MOST_PACK_BYTES / 1e6:.0f} MB, the most that is shipped"
        )


@click.command("render")
@click.argument("script", required=False)
@plan_options
@click.option("--voice", "name", type=click.Choice([SHIPPED, *VOICES]), default=SHIPPED, envvar="MASSAGE_VOICE",
              show_default=True, show_envvar=True, help="Who speaks.")  # fmt: skip
@click.option("--bell/--no-bell", default=True, show_default=True, help="A low note before a hold ends.")
@click.option("--way-down", is_flag=True, help="Begin with the way there, before the minutes.")
@click.option("--all", "every", is_flag=True, help="Every script, into the folder OUT, with a playlist.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The MP3 file, or the folder.")
def render_command(
    script: str | None, options: PlanOptions, name: str, bell: bool, way_down: bool, every: bool, out: Path
) -> None:
    """Write a massage as an MP3 with chapters, and its captions beside it: for any speaker, phone or car.

    Example: massage render piriformis-ball --minutes 10 --side left --way-down --out piriformis.mp3

    Example: massage render --all --out massages
    """
    if every == (script is not None):
        raise click.UsageError("name a script, or --all")
    if script is not None and out.suffix.lower() != ".mp3":
        raise click.UsageError(f"--out {out}: the file's name ends with .mp3")
    library = load_library()
    row = speakers(name, library, estimate(library))

    write = partial(_write, options, row, bell, way_down)
    try:
        if script is not None:
            write(script_named(library, script), out)
            return
        out.mkdir(parents=True, exist_ok=True)
        _write_all(library, options.place, write, out)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out} cannot be written: {error.strerror}") from error


def _write(
    options: PlanOptions, row: Sequence[Speaker], bell: bool, way_down: bool, script: Script, file: Path
) -> float:
    """Write the MP3 and its captions, each whole or not at all, and describe it. Gives its seconds.

    Raises AudioError and OSError.
    """
    speaker, timeline = spoken(script, options, row, bell)
    begin = timeline.start if way_down else 0.0
    track = speaker.track(timeline, bell, begin)
    if not file.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(file.parent))
    write_whole(file, tagged(timeline, track, begin))
    write_whole(file.with_suffix(".vtt"), [captions(timeline, begin=begin).encode()])
    place = script.places[timeline.options.place or ""]
    line = f"{file.name}: {script.name}, {timeline.total / 60:.3g} minutes {place.name}"
    line += f" after {-begin:.0f} seconds of getting there" if begin else ""
    line += f", {track.size / 1e6:.1f} MB, spoken by {speaker.voice.name}"
    if abs(timeline.total - timeline.wanted) >= 1:
        line += f" ({timeline.wanted / 60:g} minutes were asked for; this is the nearest)"
    if script.waits_in(place.id):
        line += "\n  it asks for an answer on the way, and a file cannot wait: it goes on by itself"
    if needs := script.needs_in(place.id):
        line += f"\n  lay ready: {', '.join(needs)}"
    click.echo(line)
    return timeline.total - begin


def _write_all(library: Library, place: str | None, write: Callable[[Script, Path], float], folder: Path) -> None:
    entries = []
    for script in library:
        if place is not None and place not in script.places:
            click.echo(f"{script.id} has no version for {place!r}; left out", err=True)
            continue
        seconds = write(script, folder / f"{script.id}.mp3")
        entries.append(f"#EXTINF:{seconds:.0f},{script.name.capitalize()}\n{script.id}.mp3\n")
    if not entries:
        raise click.ClickException(f"no script has a version for {place!r}")
    write_whole(folder / "massages.m3u", [entry.encode() for entry in ("#EXTM3U\n", *entries)])
    click.echo(f"massages.m3u: {len(entries)} massages")
