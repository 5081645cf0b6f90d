"""Addresses of AWS resources: `s3://name?region=eu-west-1`, `dynamodb://table?region=eu-west-1`.

`&endpoint=http://...` is added where the service is not Amazon's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\?(.*)")
"""The name as Amazon allows it (S3, bucket naming rules)."""
DYNAMODB = re.compile(r"dynamodb://([A-Za-z0-9_.-]{3,255})\?(.*)")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class AwsResource:
    """A bucket or a table: its name, its region and, where it is not Amazon's own, the address of the service."""

    name: str
    region: str
    endpoint: str | None = None


def bucket_of(url: str) -> AwsResource:
    """The S3 bucket of an address. Raises ValueError for any other address."""
    return _resource(url, BUCKET, "the address of a bucket", f"{url!r} is no address of a bucket")


def dynamodb_of(url: str) -> AwsResource:
    """The DynamoDB table of an address. Raises ValueError for any other address."""
    kind = "a DynamoDB address"
    return _resource(url, DYNAMODB, kind, f"{kind} that is not dynamodb://table?region=...")


def _resource(url: str, pattern: re.Pattern[str], kind: str, other: str) -> AwsResource:
    """The resource of an address of this `kind`. Raises ValueError: for an address of something else, with `other`."""
    if (found := pattern.fullmatch(url)) is None:
        raise ValueError(other)
    given = parse_qs(found[2], keep_blank_values=True)
    region, endpoint = given.pop("region", [""]), given.pop("endpoint", [None])
    if len(region) != 1 or not REGION.fullmatch(region[0]):
        raise ValueError(f"{kind} without a region such as eu-west-1")
    if len(endpoint) != 1 or not (endpoint[0] is None or ENDPOINT.fullmatch(endpoint[0])):
        raise ValueError(f"{kind} with an endpoint that is none")
    if given:
        raise ValueError(f"{kind} with {sorted(given)[0]!r} in it")
    return AwsResource(found[1], region[0], endpoint[0])
