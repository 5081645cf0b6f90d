"""The part that addresses of AWS services have in common: `region=eu-west-1`, and an `endpoint` for other services."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def region_and_endpoint(query: str, address: str) -> tuple[str, str | None]:
    """What `region=...&endpoint=...` says; None where the endpoint is Amazon's own.

    Raises ValueError for anything else; its message begins with what the whole `address` is called.
    """
    given = parse_qs(query, keep_blank_values=True)
    region, endpoint = given.pop("region", [""]), given.pop("endpoint", [None])
    if len(region) != 1 or not REGION.fullmatch(region[0]):
        raise ValueError(f"{address} without a region such as eu-west-1")
    if len(endpoint) != 1 or not (endpoint[0] is None or ENDPOINT.fullmatch(endpoint[0])):
        raise ValueError(f"{address} with an endpoint that is none")
    if given:
        raise ValueError(f"{address} with {sorted(given)[0]!r} in it")
    return region[0], endpoint[0]
