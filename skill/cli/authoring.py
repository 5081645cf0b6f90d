"""The commands that check and build what is written by hand: check, build, models and docs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import click

from skill.locales import DEFAULT, LANGUAGES, LOCALES, language_of
from skill.models.interaction_model import locale_model, model_file, render, sample_counts, stale_models
from skill.models.linter import check_model
from skill.publish import reference
from skill.publish.answer_rules import answer_problems
from skill.server.compose import build_resources, handlers, in_every_locale
from skill.server.content import COMPILED_FILE, compile_content
from skill.simulator.coverage import cover, read_people
from skill.simulator.nlu import Understanding
from speech.errors import FilesInvalid, Problem
from speech.script.facts import load_facts
from speech.script.library import load_library, load_pace, package_folder
from speech.script.model import Library
from speech.script.schema import json_schema
from speech.ssml.rehearsal import rehearse

SCHEMA = package_folder() / "scripts" / "script.schema.json"


@click.command()
@click.option("--schema", is_flag=True, help="Write the JSON Schema of a script, for an editor.")
@click.option("--check", "compare", is_flag=True, help="With --schema: fail when the committed file is another.")
def check(schema: bool, compare: bool) -> None:
    """Check every script, rehearse it in every place, length and number of cues, and check the committed models.

    Example: massage check
    """
    if compare and not schema:
        raise click.UsageError("--check goes with --schema")
    if schema:
        _write(SCHEMA, render(json_schema()), compare, "massage check --schema")
        return
    for library in _libraries().values():
        rehearse(library, load_pace(library.language).cue_seconds)
        click.echo(f"{len(library.scripts)} scripts are well: {', '.join(library.scripts)}")
    tell_stale_models(LOCALES)
    _check_models()
    _check_answers()


@click.command()
@click.option("--check", "compare", is_flag=True, help="Fail when the compiled file is missing or another.")
def build(compare: bool) -> None:
    """Compile scripts and messages into one file, from which a server starts without reading YAML.

    The build of the package does the same. Example: massage build
    """
    _write(COMPILED_FILE, compile_content(), compare, "massage build")


@click.command()
@click.option("--check", "compare", is_flag=True, help="Fail when a committed file is another.")
@click.option(
    "--coverage",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How much of this file's sentences the committed model understands.",
)
@click.option("--locale", type=click.Choice(LOCALES), default=DEFAULT, show_default=True,
              help="With --coverage: whose English.")  # fmt: skip
def models(compare: bool, coverage: Path | None, locale: str) -> None:
    """Write the interaction model of each locale from the sentences and the scripts.

    Example: massage models --coverage tests/understanding/en.yaml
    """
    if coverage:
        _show_coverage(coverage, locale)
        return
    libraries = _libraries()
    for each in LOCALES:
        model = locale_model(each, libraries[language_of(each)])
        _write(model_file(each), render(model), compare, "massage models")
        click.echo(f"{sum(sample_counts(model).values())} samples in {len(sample_counts(model))} intents")


def _show_coverage(file: Path, locale: str) -> None:
    """Understood of all, beside what that costs in samples, and every miss."""
    committed = model_file(locale)
    found = cover(Understanding.from_file(committed), *read_people(file))
    counts = sample_counts(json.loads(committed.read_text(encoding="utf-8")))
    for name, count in sorted(counts.items(), key=lambda item: -item[1]):
        click.echo(f"{count:5} samples  {name}")
    click.echo(f"{sum(counts.values()):5} samples in all ({committed.name})")
    for miss in found.misses:
        click.echo(f"missed: {miss}")
    for miss in found.fallen:
        click.echo(f"taken wrongly: {miss}")
    click.echo(f"{found.understood} of {found.sentences} sentences understood: {found.share:.1%}")


def _check_models() -> None:
    """Check every committed model with the linter; warnings are printed and fail nothing."""
    found = []
    for locale in LOCALES:
        text = model_file(locale).read_text(encoding="utf-8")
        found += check_model(json.loads(text), model_file(locale).name, len(text.encode()), handlers())
    for finding in found:
        click.echo(str(finding), err=True)
    if not all(finding.warning for finding in found):
        raise click.ClickException("a committed model breaks a rule")


def _check_answers() -> None:
    """Check facts and answers. Raises FilesInvalid."""
    facts, found = load_facts(), set[Problem]()
    for locale, resources in in_every_locale(build_resources()).items():
        model = json.loads(model_file(locale).read_text(encoding="utf-8"))
        found |= set(answer_problems(resources, facts, tuple(sample_counts(model))))
    if found:
        raise FilesInvalid(tuple(sorted(found)))


def tell_stale_models(locales: Sequence[str]) -> None:
    """Name each committed model that lacks a name or a sentence. Raises ScriptsInvalid and Mistakes."""
    for locale in stale_models(locales):
        click.echo(f"{locale}.json does not know all names and sentences yet; run: massage models", err=True)


def _libraries() -> Mapping[str, Library]:
    return {language: load_library(language) for language in LANGUAGES}


def _write(file: Path, text: str, compare: bool, command: str) -> None:
    stale = write_if_stale(file, text, compare)
    if stale and compare:
        raise click.ClickException(f"{file.name} is not current; run: {command}")
    click.echo(f"{file.name} is {'written' if stale else 'current'}")


def write_if_stale(file: Path, text: str, compare: bool) -> bool:
    """Write a file that holds another text, or only `compare` it. True where it held another one."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    if not compare:
        file.write_text(text, encoding="utf-8")
    return True


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
    library = cache(load_library)
    making = {
        "commands": lambda: _commands(group),
        "settings": reference.settings,
        "voices": reference.voices,
        "techniques": lambda: reference.techniques(library()),
        "technique details": lambda: reference.technique_details(library()),
        "intents": reference.intents,
        "limits": reference.limits,
    }
    stale = [file for file, text in reference.written(ROOT, making).items() if write_if_stale(file, text, compare)]
    names = ", ".join(file.relative_to(ROOT).as_posix() for file in stale)
    if stale and compare:
        raise click.ClickException(f"not current: {names}; run: massage docs")
    click.echo(f"written: {names}" if stale else "The documents are current.")


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
    for example in re.findall(r"massage .*", (command.help or "").partition("Example: ")[2]):
        yield f"    {example}"
    yield ""
    options = [record for each in command.params if (record := each.get_help_record(context))]
    if options:
        yield reference.table(["option", "what it does"], ([f"`{option}`", text] for option, text in options))


def _about(command: click.Command) -> list[str]:
    """The paragraphs of a command's help but for its examples, each as one line."""
    text = re.sub(r"Example: .*", "", command.help or "", flags=re.S)
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
