"""What Amazon refuses in a skill's package, and what we refuse beside it: one table, checked on every package.

Each rule stands with its name and where it comes from (Alexa: its documents or what developers met; "ours": stricter
than Amazon). A limit that could not be verified only warns.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from skill.alexa.reminders_api import PERMISSION
from skill.locales import LETTERS
from skill.models.lint import Finding, Placed, Rule, findings, misshapen, repeated, shape_in
from skill.models.linter import LAUNCH_WORDS, OWN_WORDS, WAKE_WORDS, check_model
from skill.models.model_view import tidy
from skill.publish.skill_package import ICONS, LAMBDA, Package, as_text

LONGEST_SUMMARY, LONGEST_DESCRIPTION, LONGEST_INSTRUCTIONS = 160, 4_000, 4_000
SHORTEST_NAME, LONGEST_NAME = 2, 50
MOST_KEYWORDS = 30
LOCALES = frozenset(
    {
        "ar-SA", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US", "fr-CA", "fr-FR",
        "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR",
    }
)  # fmt: skip
NEEDED = ("AUDIO_PLAYER",)
SHAPE = Path(__file__).with_name("manifest_shape.yaml")
MOST_PHRASES = 3
_CLAIMS = re.compile(r"\b(cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing)?|relie(f|ves?)|guaranteed?|proven)\b", re.I)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;")
_SUBSTITUTE = re.compile(r"\bnot (a |any )?(substitute|replacement) for professional\b", re.I)
_SHOWN = ("name", "summary", "description")
HTTPS = 443
FILE = "file://"
CERTIFICATES = ("Trusted", "Wildcard")
FORGETS = "SKILL_DISABLED"
AMAZONS_NAMES = re.compile(r"alexa|amazon|(?<![a-z0-9])aws(?![a-z0-9])")
AMAZONS_OWN = (".amazonaws.com", ".on.aws")
"""Where Amazon hosts what others serve: its name there is its own."""
UNREACHABLE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid")
"""Names that are not found on the internet (RFC 6761, 6762, 8375; the others by custom)."""


def check_package(package: Package, handlers: Collection[str] | None = None) -> list[Finding]:
    """All that is wrong with a package, its interaction models included; `handlers` as in `check_model`.

    A manifest of the wrong shape is not looked at further.
    """
    wrong = list(misshapen(package.manifest, shape_in(SHAPE), "file"))
    if wrong:
        return [Finding("skill.json", "file", "shape", text, "Alexa: skill manifest schema") for text in wrong]
    found = list(findings(RULES, package, "skill.json"))
    for locale, model in package.models.items():
        found += check_model(model, f"{locale}.json", len(as_text(model)), handlers)
    return found


def _version(package: Package) -> Placed:
    if (found := package.manifest["manifest"]["manifestVersion"]) != "1.0":
        yield "manifestVersion", f'{found!r} is not "1.0"'


def _locales(package: Package) -> Placed:
    listed = package.listings
    private = package.privacy["locales"]
    if not listed:
        yield "locales", "there is none"
    for locale in listed.keys() | private.keys() | package.models.keys():
        if locale not in LOCALES:
            yield locale, f"is none of Alexa's locales: {', '.join(sorted(LOCALES))}"
        for name, there in (("store text", listed), ("privacy policy", private), ("model", package.models)):
            if locale not in there:
                yield locale, f"has no {name}"


def _interfaces(package: Package) -> Placed:
    declared = {one["type"] for one in package.manifest["manifest"]["apis"]["custom"]["interfaces"]}
    for name in NEEDED:
        if name not in declared:
            yield "interfaces", f"{name} is missing, whose directives the skill sends"


def _flags(package: Package) -> Placed:
    flags = package.privacy
    for name in ("usesHealthInfo", "isChildDirected", "containsAds", "allowsPurchases"):
        if flags[name]:
            yield name, "is true; this skill does nothing of the kind"


def _available(package: Package) -> Placed:
    public = package.store
    if public["isAvailableWorldwide"] == bool(public["distributionCountries"]):
        yield "distributionCountries", "are listed exactly where isAvailableWorldwide is false"
    if public["distributionMode"] not in ("PUBLIC", "PRIVATE"):
        yield "distributionMode", f"{public['distributionMode']!r} is not PUBLIC or PRIVATE"


def _empty(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for name in ("name", "summary", "description"):
            if not listing[name].strip():
                yield f"{locale}: {name}", "is empty"


def _lengths(package: Package) -> Placed:
    public = package.store
    for locale, listing in public["locales"].items():
        if not SHORTEST_NAME <= (length := len(listing["name"])) <= LONGEST_NAME:
            yield f"{locale}: name", f"has {length} characters; {SHORTEST_NAME} to {LONGEST_NAME}"
        for name, most in (("summary", LONGEST_SUMMARY), ("description", LONGEST_DESCRIPTION)):
            if (length := len(listing[name])) > most:
                yield f"{locale}: {name}", f"has {length:,} characters; at most {most:,}"
        if (count := len(listing["keywords"])) > MOST_KEYWORDS:
            yield f"{locale}: keywords", f"are {count}; at most {MOST_KEYWORDS}"
    if (length := len(public["testingInstructions"])) > LONGEST_INSTRUCTIONS:
        yield "testingInstructions", f"have {length:,} characters; at most {LONGEST_INSTRUCTIONS:,}"


def _name_words(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for word in re.findall(rf"[{LETTERS}]+", listing["name"].lower()):
            if word in WAKE_WORDS | OWN_WORDS:
                yield f"{locale}: name", f"{listing['name']!r} holds {word!r}"


def _claims(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        texts = {name: listing[name] for name in _SHOWN} | {"keywords": " ".join(listing["keywords"])}
        for name, text in texts.items():
            for word in _CLAIMS.finditer(text):
                yield f"{locale}: {name}", f"{word[0]!r} promises too much"


def _markup(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for name in _SHOWN:
            for tag in _MARKUP.findall(listing[name])[:1]:
                yield f"{locale}: {name}", f"{tag!r} is shown as it stands"


def _disclaimer(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        text = listing["description"]
        if "not medical advice" not in text.lower() or not _SUBSTITUTE.search(text):
            yield (
                f"{locale}: description",
                "lacks the disclaimer: that this is not medical advice, and not a substitute for professional advice",
            )


def _phrases(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        if not 1 <= (count := len(listing["examplePhrases"])) <= MOST_PHRASES:
            yield f"{locale}: examplePhrases", f"are {count}; 1 to {MOST_PHRASES}"


def _first_phrase(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        invocation = _invocation(package, locale)
        said = _words(listing["examplePhrases"][0]) if listing["examplePhrases"] else ""
        if not any(said.startswith(f"alexa {verb} {invocation}") for verb in LAUNCH_WORDS):
            yield (
                f"{locale}: examplePhrases",
                f"the first, {said!r}, is not the wake word, a launch word and {invocation!r}",
            )


def _wake_word_and_name(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        invocation = _invocation(package, locale)
        for phrase in listing["examplePhrases"]:
            if _words(phrase).startswith("alexa ") != (invocation in _words(phrase)):
                yield f"{locale}: examplePhrases", f"{phrase!r} has the wake word or {invocation!r} without the other"


def _phrases_twice(package: Package) -> Placed:
    for locale, listing in package.listings.items():
        for phrase, count in repeated(map(_words, listing["examplePhrases"])):
            yield f"{locale}: examplePhrases", f"{phrase!r} stands there {count} times"


def _reminder_told(package: Package) -> Placed:
    text = package.store["testingInstructions"]
    if not text.strip():
        yield "testingInstructions", "are empty"
    asked = any(one["name"] == PERMISSION for one in package.manifest["manifest"].get("permissions", ()))
    if asked and "remind" not in text.lower():
        yield "testingInstructions", f"do not tell how to reach the reminder, for which {PERMISSION} is asked"


def _invocation(package: Package, locale: str) -> str:
    model = package.models.get(locale, {})
    name: str = model.get("interactionModel", {}).get("languageModel", {}).get("invocationName", "")
    return name


def _words(phrase: str) -> str:
    return tidy(re.sub(r"[,.!?]", " ", phrase))


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


RULES: tuple[Rule[Package, tuple[str, str]], ...] = (
    Rule("name-words", "Alexa: blog of 2020-08: no Alexa, skill or app in a name", _name_words),
    Rule("claims", "Alexa: policy for health; ours: no promise of healing", _claims),
    Rule("markup", "ours: texts are shown as they stand", _markup),
    Rule("disclaimer", "Alexa: reviewers turn down a health skill without it in its description", _disclaimer),
    Rule("phrase-count", "Alexa: one to three example phrases", _phrases),
    Rule("phrase-first", "Alexa: functional testing: wake word, launch phrase and invocation name", _first_phrase),
    Rule("phrase-name", "Alexa: functional testing: the wake word goes with the invocation name", _wake_word_and_name),
    Rule("phrase-twice", "ours: each phrase shows something else", _phrases_twice),
    Rule("reminder-told", "Alexa: reminders guidelines: the tester is told how to reach one", _reminder_told),
    Rule("endpoint-port", "Alexa: host a custom skill as a web service: https, port 443", _port),
    Rule("endpoint-certificate", "Alexa: sslCertificateType; a self-signed one is for development", _certificate),
    Rule("domain", "Alexa: blog of 2020-08: no Alexa, Amazon or AWS in a web domain", _domain),
    Rule("reachable", "Alexa: host a custom skill as a web service: reachable from the internet", _reachable),
    Rule("policy", "Alexa: blog of 2023-02-03: a privacy policy over https for each locale",
         partial(_linked, name="privacyPolicyUrl")),
    Rule("terms", "Alexa: skill manifest schema: an https address", partial(_linked, name="termsOfUseUrl")),
    Rule("icons", "Alexa: publishingInformation: PNG of 108 and 512 pixels", _icons),
    Rule("events", "Alexa: skill manifest, events: SkillDisabled comes only where it is subscribed to", _events),
    Rule("version", "Alexa: skill manifest schema", _version),
    Rule("locales", "Alexa: list of locales; a model and a policy for each", _locales),
    Rule("empty", "Alexa: functional testing, description and detail page", _empty),
    Rule("interfaces", "Alexa: apis.custom.interfaces", _interfaces),
    Rule("flags", "Alexa: privacyAndCompliance; ours: what the skill does not do", _flags),
    Rule("available", "Alexa: skill manifest schema", _available),
    Rule("lengths", "unverified", _lengths, warns=True),
)  # fmt: skip
