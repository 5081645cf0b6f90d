"""The command that makes the documents' tables: `massage docs`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from skill.cli.authoring import write_if_stale
from skill.publish import reference
from skill.publish.reference import Making, written
from speech.script.library import load_library

ROOT = Path(__file__).parents[2]


@click.command()
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail when a document is not current.")
@click.pass_context
def docs(ctx: click.Context, compare: bool) -> None:
    """Write the tables of README.md and docs/ from the code: commands, settings, techniques, voices, intents, limits.

    Example: massage docs --check
    """
    group = ctx.find_root().command
    assert isinstance(group, click.Group)
    stale = [file for file, text in written(ROOT, _making(group)).items() if write_if_stale(file, text, compare)]
    names = ", ".join(file.relative_to(ROOT).as_posix() for file in stale)
    if stale and compare:
        raise click.ClickException(f"not current: {names}; run: massage docs")
    click.echo(f"written: {names}" if stale else "The documents are current.")


def _making(group: click.Group) -> Making:
    library = cache(load_library)
    return {
        "commands": lambda: _commands(group),
        "settings": reference.settings,
        "voices": reference.voices,
        "techniques": lambda: reference.techniques(library()),
        "technique details": lambda: reference.technique_details(library()),
        "intents": reference.intents,
        "limits": reference.limits,
    }


def _commands(group: click.Group) -> str:
    """A list of the commands, then each with its help, its examples and its options."""
    names = sorted(group.commands)
    listed = ([f"[`massage {name}`](#massage-{name})", _about(group.commands[name])[0]] for name in names)
    parts = [reference.table(["command", "what it does"], listed)]
    parts += ["\n".join(_command(name, group.commands[name])) for name in names]
    return "\n".join(parts)


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"massage {name}")
    yield f"### massage {name}\n"
    yield f"`massage {name} {' '.join(command.collect_usage_pieces(context))}`\n"
    for paragraph in _about(command):
        yield f"{paragraph}\n"
    for example in _examples(command):
        yield f"    {example}"
    yield ""
    options = [record for each in command.params if (record := each.get_help_record(context))]
    if options:
        yield reference.table(["option", "what it does"], ([f"`{option}`", text] for option, text in options))


def _about(command: click.Command) -> list[str]:
    """The paragraphs of a command's help but for its examples, each as one line."""
    text = re.sub(r"Example: .*", "", command.help or "", flags=re.S)
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


def _examples(command: click.Command) -> list[str]:
    """The command lines after "Example:" in a command's help."""
    return re.findall(r"massage .*", (command.help or "").partition("Example: ")[2])
