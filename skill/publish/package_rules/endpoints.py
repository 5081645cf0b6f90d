"""Rules for where things are: the endpoint, the policies, the pictures, the events."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from skill.models.lint import Placed
from skill.publish.manifest import ICONS, LAMBDA
from skill.publish.skill_package import Package

HTTPS = 443
FILE = "file://"
CERTIFICATES = ("Trusted", "Wildcard")
FORGETS = "SKILL_DISABLED"
AMAZONS_NAMES = re.compile(r"alexa|amazon|(?<![a-z0-9])aws(?![a-z0-9])")
AMAZONS_OWN = (".amazonaws.com", ".on.aws")
"""Where Amazon hosts what others serve: its name there is its own."""
UNREACHABLE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid")
"""Names that nobody outside finds (RFC 6761, 6762, 8375; the others by custom)."""


def port(package: Package) -> Placed:
    """An AWS Lambda function, or https on its own port."""
    uri = package.manifest["manifest"]["apis"]["custom"]["endpoint"]["uri"]
    if LAMBDA.fullmatch(uri):
        return
    if wrong := _not_https(uri):
        yield "apis.custom.endpoint", f"{uri!r} {wrong}, and is no ARN of an AWS Lambda function"


def certificate(package: Package) -> Placed:
    """What an authority vouches for; a function needs none."""
    endpoint = package.manifest["manifest"]["apis"]["custom"]["endpoint"]
    kind = endpoint.get("sslCertificateType")
    if not LAMBDA.fullmatch(endpoint["uri"]) and kind not in CERTIFICATES:
        yield "apis.custom.endpoint", f"sslCertificateType {kind!r} is not {' or '.join(CERTIFICATES)}"


def domain(package: Package) -> Placed:
    """Amazon's names are in no host's name."""
    for where, uri in _addresses(package):
        host = _host(uri)
        if (name := AMAZONS_NAMES.search(host)) and not host.endswith(AMAZONS_OWN):
            yield where, f"{host!r} holds {name[0]!r}"


def reachable(package: Package) -> Placed:
    """Amazon comes from outside, and so do people who read the policy."""
    for where, uri in _addresses(package):
        if (host := _host(uri)).endswith(UNREACHABLE):
            yield where, f"{host!r} is found by nobody outside its own network"


def policies(package: Package) -> Placed:
    """Every locale has one."""
    yield from _linked(package, "privacyPolicyUrl")


def terms(package: Package) -> Placed:
    """There need be none."""
    yield from _linked(package, "termsOfUseUrl")


def icons(package: Package) -> Placed:
    """Each is in the package, a PNG of its size."""
    for locale, listing in package.manifest["manifest"]["publishingInformation"]["locales"].items():
        for name, pixels in ICONS.items():
            content = package.assets.get(listing[name].removeprefix(FILE))
            if not listing[name].startswith(FILE) or content is None:
                yield f"{locale}: {name}", f"{listing[name]!r} is no file of the package"
            elif (found := png_size(content)) != (pixels, pixels):
                is_ = "no PNG" if found is None else f"{found[0]} by {found[1]} pixels"
                yield f"{locale}: {name}", f"{listing[name]!r} is {is_}; {pixels} by {pixels} is wanted"


def events(package: Package) -> Placed:
    """Whoever disables the skill is forgotten; the news comes to where the requests come."""
    inside = package.manifest["manifest"]
    told = inside.get("events", {})
    if FORGETS not in {one["eventName"] for one in told.get("subscriptions", ())}:
        yield "events", f"{FORGETS} is not subscribed to: whoever disables the skill would not be forgotten"
    elif told["endpoint"] != inside["apis"]["custom"]["endpoint"]:
        yield "events", f"go to {told['endpoint']['uri']!r}, where nobody takes them"


def png_size(content: bytes) -> tuple[int, int] | None:
    """Pixels across and down; None when it is no PNG."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _linked(package: Package, name: str) -> Placed:
    for where, uri in _addresses(package):
        if where.endswith(name) and (wrong := _not_https(uri)):
            yield where, f"{uri!r} {wrong}"


def _addresses(package: Package) -> Iterator[tuple[str, str]]:
    """Every address with its field; one that several locales name stands there once, with all of them."""
    inside = package.manifest["manifest"]
    yield "apis.custom.endpoint", inside["apis"]["custom"]["endpoint"]["uri"]
    named: dict[tuple[str, str], list[str]] = {}
    for locale, links in inside["privacyAndCompliance"]["locales"].items():
        for name, uri in links.items():
            named.setdefault((name, uri), []).append(locale)
    yield from ((f"{', '.join(locales)}: {name}", uri) for (name, uri), locales in named.items())


def _host(uri: str) -> str:
    return (_split(uri).hostname or "") if uri.startswith("https") else ""


def _not_https(uri: str) -> str:
    """What is wrong with an address; empty when nothing is."""
    parts = _split(uri)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or any(map(str.isspace, uri)):
        return "is no https address with a host's full name"
    try:
        number = parts.port
    except ValueError:
        return "names no port that there is"
    return "" if number in (None, HTTPS) else f"is on port {number}; Alexa comes to {HTTPS} only"


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError:
        return SplitResult("", "", "", "", "")
