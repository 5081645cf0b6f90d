"""The commands for running a server: `massage serve`, `massage doctor` and `massage privacy`."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from skill.alexa.request_log import to_stdout
from skill.aws_urls import AwsResource, bucket_of
from skill.server.app import METRICS, create_app
from skill.server.config import Settings
from skill.server.privacy import page
from speech.errors import ScriptsInvalid

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from skill.simulator.page.workshop_routes import Workshop

PORT = 8321
PORTS = click.IntRange(0, 65_535)


@click.command()
@click.option("--port", type=PORTS, default=PORT, show_default=True, help="Port to listen on.")
@click.option("--production", is_flag=True, help="With gunicorn, behind a proxy that ends TLS.")
@click.option("--host", help="With --production: the address to listen on, instead of the loopback address.")
def serve(port: int, production: bool, host: str | None) -> None:
    """Serve the skill on this machine, and an Echo to talk to in the browser. Example: massage serve --port 8321"""
    settings = Settings.from_environment(os.environ)
    if production:
        host = host or "127.0.0.1"
        address = f"[{host}]:{port}" if ":" in host and "[" not in host else f"{host}:{port}"
        served = ["--config", "python:skill.server.gunicorn_conf", "--bind", address, "skill.server.wsgi:app"]
        sys.stdout.flush()
        # This process becomes gunicorn: so that it gets the signals and is the process that a supervisor sees.
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *served])
    if host is not None:
        raise click.UsageError("--host goes with --production")
    from skill.simulator.page.page_routes import has_page

    here_alone = has_page(settings)
    app, mistakes = _served(settings, here_alone)
    try:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    except (OSError, SystemExit):
        raise click.ClickException(f"port {port} is taken; try: massage serve --port {port + 1}") from None
    address = f"http://127.0.0.1:{server.port}"
    for line in _recovery(mistakes, address) if mistakes else _welcome(settings, address, here_alone):
        click.echo(line)
    click.echo("Ctrl-C ends it.")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nGoodbye.")


@click.command()
@click.option("--port", type=PORTS, default=PORT, show_default=True, help="The port that the skill is to listen on.")
@click.option("--certification", is_flag=True, help="Run Amazon's tests on the skill, as far as a machine can.")
@click.option("--checklist", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write what is tried, and what only people can try, as Markdown.")  # fmt: skip
def doctor(port: int, certification: bool, checklist: Path | None) -> None:
    """Try every part of this set-up, and tell what is wrong and what to do. Exits with 1 if the skill cannot work so.

    With --certification it rehearses what Amazon tests before a skill is published, and exits with 1 if a rule fails.

    Example: massage doctor --certification
    """
    if checklist is not None:
        from skill.publish.certification.report import checklist as checklist_text

        checklist.write_text(checklist_text(), encoding="utf-8")
        click.echo(f"{checklist} is written")
    if certification:
        _certify(os.environ)
    if certification or checklist is not None:
        return
    from skill.publish.doctor import examine

    fatal = False
    for diagnosis in examine(os.environ, port):
        click.echo(str(diagnosis))
        fatal = fatal or diagnosis.fatal
    if fatal:
        sys.exit(1)


def _certify(env: Mapping[str, str]) -> None:
    """Print every rule with what was found. Exits with 1 if one is broken; the skill is not served meanwhile."""
    from skill.publish.certification.candidate import candidate_for
    from skill.publish.certification.report import certify, head, notes
    from skill.publish.skill_package import Served, make_package
    from skill.simulator.echo import ADDRESS

    settings = Settings.from_environment(env)
    url = settings.public_url or ADDRESS
    logging.disable(logging.ERROR)  # many requests are refused on purpose
    try:
        click.echo(head())
        kept = []
        for result in certify(candidate_for(make_package(Served(url)))):
            click.echo(str(result))
            kept.append(not result.problems)
    finally:
        logging.disable(logging.NOTSET)
    click.echo(f"{sum(kept)} of {len(kept)} rules are kept. What only people can try: docs/certification.md")
    for note in notes(settings):
        click.echo(f"note: {note}")
    if not all(kept):
        sys.exit(1)


def _welcome(settings: Settings, address: str, here_alone: bool) -> Iterator[str]:
    if here_alone:
        yield f"An Echo to talk to: {address}/"
    yield f"The skill answers at {address}/alexa, on this machine only."
    if not settings.verify:
        yield "MASSAGE_VERIFY is off: anything on this machine may post, signed or not."
    yield "Try next, in another terminal:"
    yield '  .venv/bin/massage talk "open sciatica massage" "piriformis for five minutes, left side first"'
    yield f"  curl {address}/health"


def _recovery(mistakes: ScriptsInvalid, address: str) -> Iterator[str]:
    yield str(mistakes)
    yield f"The script writer's workshop shows where: {address}/page/workshop.html"
    yield "Until this is mended nothing else is served; then all of the skill is, at once."


def _served(settings: Settings, here_alone: bool) -> tuple[WSGIApplication, ScriptsInvalid | None]:
    """The skill or, where scripts have mistakes and only this machine is served, the workshop to correct them."""
    if not here_alone:
        return _skill_app(settings), None
    from skill.simulator.page.page_routes import RecoveryApp
    from skill.simulator.page.workshop_routes import Workshop

    workshop = Workshop()
    try:
        return _skill_app(settings, workshop), None
    except ScriptsInvalid as error:
        return RecoveryApp(partial(_skill_app, settings), workshop), error


def _skill_app(settings: Settings, workshop: Workshop | None = None) -> Flask:
    """The whole skill, with the page where there is a workshop."""
    app = create_app(settings, write_line=to_stdout)
    if settings.metrics is not None:
        try:
            app.extensions[METRICS].serve(settings.metrics)
        except OSError as error:
            raise click.ClickException(f"MASSAGE_METRICS: no listener there ({error.strerror})") from None
    if workshop is not None:
        from skill.simulator.page.devices import Devices
        from skill.simulator.page.page_routes import page_routes

        devices = Devices(settings)
        app.register_blueprint(page_routes(devices, workshop))
        Thread(target=devices.speak_ahead, daemon=True).start()
    return app


class QuietHandler(WSGIRequestHandler):
    """Logs no line for the polls of the page."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log a request."""
        if not self.path.startswith("/echo/"):
            super().log_request(code, size)


class BucketType(click.ParamType):
    """The address of an S3 bucket, as MASSAGE_BUCKET takes it."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AwsResource:
        """The bucket. Raises click.BadParameter."""
        try:
            return value if isinstance(value, AwsResource) else bucket_of(value)
        except ValueError as error:
            self.fail(f"{error}; allowed is s3://name?region=eu-west-1", param, ctx)


@click.command()
@click.option("--bucket", type=BucketType(), metavar="ADDRESS",
              help="Put it into this S3 bucket, whose CDN has it at /privacy, instead of printing it.")  # fmt: skip
def privacy(bucket: AwsResource | None) -> None:
    """Print the privacy page, or publish it where only a function answers: the page that a server has at /privacy.

    Run it again after an upgrade; `massage doctor` says whether a bucket has the page of this version.

    Example: massage privacy
    """
    if bucket is None:
        click.echo(page(), nl=False)
        return
    from skill.tracks.s3 import PRIVACY_NAME, S3Pages  # its library is needed for a bucket only

    try:
        changed = S3Pages(bucket).put(page())
    except OSError as error:
        raise click.ClickException(f"{bucket.name}: the privacy page cannot be put there ({error})") from error
    click.echo(f"{PRIVACY_NAME} {'is written' if changed else 'is current'} in {bucket.name}.")
