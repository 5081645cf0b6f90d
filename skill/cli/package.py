"""The command that makes the package for Amazon: `massage package`."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from skill.errors import Mistakes, SettingInvalid
from skill.publish.package_rules import check_package
from skill.publish.skill_package import (
    LAMBDA,
    NAME,
    Package,
    Served,
    make_package,
    read_package,
    refuse_existing,
    write_package,
)
from skill.server.compose import handlers
from skill.server.config import Settings

PUBLIC_URL = "MASSAGE_PUBLIC_URL"


@click.command()
@click.option("--url", envvar=PUBLIC_URL, help=f"Where the skill is served: https, no path. Else {PUBLIC_URL}.")
@click.option("--terms", help="Where your terms of use are, if you have some.")
@click.option("--wildcard", is_flag=True, help="The certificate there is one for all names of its domain.")
@click.option("--lambda", "function", metavar="ARN", help="The AWS Lambda function that answers instead of --url.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("alexa"), show_default=True,
              help="Folder for what `ask deploy` takes.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write again what is there already; the skill's id in .ask stays.")
@click.option("--check", "checked", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
              help="Write nothing: check the package in this folder, after changes by hand.")  # fmt: skip
def package(
    url: str | None, terms: str | None, wildcard: bool, function: str | None, out: Path, force: bool,
    checked: Path | None,
) -> None:  # fmt: skip
    """Write what Amazon takes: skill.json, interaction models and icons, ready for `ask deploy`.

    Every sentence that the store's texts quote is tried on the skill first; what breaks a rule is not written.

    Example: massage package --url https://massage.example.com --out alexa
    """
    if checked is not None:
        _refuse(read_package(checked))
        click.echo(f"{checked} keeps the rules")
        return
    if url is None:
        raise click.UsageError(f"--url is needed, or {PUBLIC_URL}: the https address where the skill is served")
    if function is not None and not LAMBDA.fullmatch(function):
        raise click.UsageError(f"--lambda: found {function!r}; allowed is arn:aws:lambda:REGION:ACCOUNT:function:NAME")
    public = _address(url)
    if not force:
        refuse_existing(out)
    _see_writable(out)
    made = make_package(Served(public, terms, function, wildcard))
    _refuse(made)
    try:
        write_package(made, out, replace=force)
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from error
    click.echo(f"{out / NAME} is written, in {len(made.models)} locales, served at {public}.")
    click.echo(f"Next, with Amazon's ask-cli: cd {out} && ask deploy")
    click.echo("Then set MASSAGE_SKILL_ID to the id that it prints, and try: massage doctor --certification")


def _see_writable(out: Path) -> None:
    """Raise an error at once, before the skill is tried for nothing."""
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise _unwritable(out, f"{there} is {'not writable' if there.is_dir() else 'no folder'}")


def _unwritable(out: Path, why: str) -> click.ClickException:
    return click.ClickException(f"--out: {out} cannot be written: {why}")


def _address(url: str) -> str:
    """The address as the settings take it. Raises SettingInvalid, by the option's name where that was given."""
    given = click.get_current_context().get_parameter_source("url") is ParameterSource.COMMANDLINE
    try:
        settings = Settings.from_environment({PUBLIC_URL: url, "MASSAGE_DATABASE_URL": "sqlite://"})
    except SettingInvalid as error:
        if not given:
            raise
        raise click.UsageError(str(error).replace(PUBLIC_URL, "--url")) from error
    return str(settings.public_url)


def _refuse(made: Package) -> None:
    """Tell what is wrong with a package, and what its texts promise and the skill does not do.

    Raises Mistakes unless all of it are warnings.
    """
    found = check_package(made, handlers())
    for finding in found:
        if finding.warning:
            click.echo(str(finding), err=True)
    if wrong := [str(finding) for finding in found if not finding.warning]:
        raise Mistakes(wrong)
    from skill.publish.certification.candidate import candidate_for
    from skill.publish.certification.conversation_checks import texts

    if broken := list(texts(candidate_for(made))):
        raise Mistakes([f"skill.json: {problem}" for problem in broken])
