"""Rules for where things are: the endpoint, the policies, the pictures, the events."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from skill.models.lint import Placed, Rule
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
"""Names that are not found on the internet (RFC 6761, 6762, 8375; the others by custom)."""


def _port(package: Package) -> Placed:
    uri = package.endpoint["uri"]
    if LAMBDA.fullmatch(uri):
        return
    if wrong := _not_https(uri):
        yield "apis.custom.endpoint", f"{uri!r} {wrong}, and is no ARN of an AWS Lambda function"


def _certificate(package: Package) -> Placed:
    endpoint = package.endpoint
    kind = endpoint.get("sslCertificateType")
    if not LAMBDA.fullmatch(endpoint["uri"]) and kind not in CERTIFICATES:
        yield "apis.custom.endpoint", f"sslCertificateType {kind!r} is not {' or '.join(CERTIFICATES)}"


def _domain(package: Package) -> Placed:
    for where, uri in _addresses(package):
        host = _host(uri)
        if (name := AMAZONS_NAMES.search(host)) and not host.endswith(AMAZONS_OWN):
            yield where, f"{host!r} holds {name[0]!r}"


def _reachable(package: Package) -> Placed:
    for where, uri in _addresses(package):
        if (host := _host(uri)).endswith(UNREACHABLE):
            yield where, f"{host!r} is not found outside its own network"


def _policies(package: Package) -> Placed:
    yield from _linked(package, "privacyPolicyUrl")


def _terms(package: Package) -> Placed:
    yield from _linked(package, "termsOfUseUrl")


def _icons(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for name, pixels in ICONS.items():
            content = package.assets.get(listing[name].removeprefix(FILE))
            if not listing[name].startswith(FILE) or content is None:
                yield f"{locale}: {name}", f"{listing[name]!r} is no file of the package"
            elif (found := png_size(content)) != (pixels, pixels):
                is_ = "no PNG" if found is None else f"{found[0]} by {found[1]} pixels"
                yield f"{locale}: {name}", f"{listing[name]!r} is {is_}; {pixels} by {pixels} is wanted"


def _events(package: Package) -> Placed:
    subscribed = package.manifest["manifest"].get("events", {})
    if FORGETS not in {one["eventName"] for one in subscribed.get("subscriptions", ())}:
        yield "events", f"{FORGETS} is not subscribed to: a person who disables the skill would not be forgotten"
    elif subscribed["endpoint"] != package.endpoint:
        yield "events", f"go to {subscribed['endpoint']['uri']!r}, where nothing takes them"


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
    yield "apis.custom.endpoint", package.endpoint["uri"]
    named: dict[tuple[str, str], list[str]] = {}
    for locale, links in package.privacy["locales"].items():
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


ENDPOINT_RULES = (
    Rule("endpoint-port", "Alexa: host a custom skill as a web service: https, port 443", _port),
    Rule("endpoint-certificate", "Alexa: sslCertificateType; a self-signed one is for development", _certificate),
    Rule("domain", "Alexa: blog of 2020-08: no Alexa, Amazon or AWS in a web domain", _domain),
    Rule("reachable", "Alexa: host a custom skill as a web service: reachable from the internet", _reachable),
    Rule("policy", "Alexa: blog of 2023-02-03: a privacy policy over https for each locale", _policies),
    Rule("terms", "Alexa: skill manifest schema: an https address", _terms),
    Rule("icons", "Alexa: publishingInformation: PNG of 108 and 512 pixels", _icons),
    Rule("events", "Alexa: skill manifest, events: SkillDisabled comes only to who subscribes", _events),
)  # fmt: skip
