"""Addresses of S3 buckets: `s3://name?region=eu-west-1`, with `&endpoint=...` where the service is not Amazon's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skill.aws_urls import region_and_endpoint

BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\?(.*)")
"""The name as Amazon allows it (S3, bucket naming rules)."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: its name, its region and, where it is not Amazon's own, the address of the service."""

    name: str
    region: str
    endpoint: str | None = None


def bucket_of(url: str) -> Bucket:
    """The bucket of an address. Raises ValueError for what is none."""
    found = BUCKET.fullmatch(url)
    if found is None:
        raise ValueError(f"{url!r} is no address of a bucket")
    return Bucket(found[1], *region_and_endpoint(found[2], "the address of a bucket"))
