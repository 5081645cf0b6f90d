"""The command that publishes where no server of ours is: `massage privacy`; and a bucket as an option of commands."""

from __future__ import annotations

from typing import Any

import click

from skill.aws_urls import AwsResource, bucket_of
from skill.server.privacy import page


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
    from skill.tracks.s3 import PRIVACY_NAME, S3Pages  # who has a server need not have its library

    try:
        changed = S3Pages(bucket).put(page())
    except OSError as error:
        raise click.ClickException(f"{bucket.name}: the privacy page cannot be put there ({error})") from error
    click.echo(f"{PRIVACY_NAME} {'is written' if changed else 'is current'} in {bucket.name}.")
