"""What Amazon refuses in a skill's package, and what we refuse beside it: one table, checked on every package.

Each rule stands with its name and where it comes from (Alexa: its documents or what developers met; "ours": stricter
than Amazon). A limit that could not be verified only warns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from skill.models.lint import Finding, Placed, Rule, findings, unlike
from skill.models.linter import check_model
from skill.publish.package_rules.endpoints import ENDPOINT_RULES
from skill.publish.package_rules.store_texts import STORE_TEXT_RULES
from skill.publish.skill_package import Package, as_text

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
FLAGS = ("allowsPurchases", "containsAds", "isChildDirected", "isExportCompliant", "usesHealthInfo", "usesPersonalInfo")


def check_package(package: Package, handlers: Collection[str] | None = None) -> list[Finding]:
    """All that is wrong with a package, its interaction models included; `handlers` as in `check_model`.

    A manifest of the wrong shape is not looked at further.
    """
    wrong = list(_misshapen(package.manifest))
    if wrong:
        return [Finding("skill.json", "file", "shape", text, "Alexa: skill manifest schema") for text in wrong]
    found = list(findings(RULES, package, "skill.json"))
    for locale, model in package.models.items():
        found += check_model(model, f"{locale}.json", len(as_text(model)), handlers)
    return found


def _misshapen(found: Any) -> Iterator[str]:
    yield from unlike(found, _SHAPE, "file")
    for where, shape in (("publishingInformation", _LISTED), ("privacyAndCompliance", _PRIVATE)):
        locales = found.get("manifest", {}).get(where, {}).get("locales") if isinstance(found, dict) else None
        for locale, inside in locales.items() if isinstance(locales, dict) else ():
            yield from unlike(inside, shape, f"manifest.{where}.locales.{locale}")


_ENDPOINT = {"uri": str, "sslCertificateType?": str}
_SHAPE: Any = {
    "manifest": {
        "manifestVersion": str,
        "publishingInformation": {
            "locales": dict,
            "isAvailableWorldwide": bool,
            "distributionMode": str,
            "distributionCountries": [str],
            "category": str,
            "testingInstructions": str,
        },
        "privacyAndCompliance": {"locales": dict, **dict.fromkeys(FLAGS, bool)},
        "apis": {"custom": {"endpoint": _ENDPOINT, "interfaces": [{"type": str}]}},
        "permissions?": [{"name": str}],
        "events?": {"endpoint": _ENDPOINT, "subscriptions": [{"eventName": str}]},
    }
}
_LISTED: Any = {
    "name": str, "summary": str, "description": str, "examplePhrases": [str], "keywords": [str],
    "smallIconUri": str, "largeIconUri": str,
}  # fmt: skip
_PRIVATE: Any = {"privacyPolicyUrl": str, "termsOfUseUrl?": str}


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


RULES = (
    *STORE_TEXT_RULES,
    *ENDPOINT_RULES,
    Rule("version", "Alexa: skill manifest schema", _version),
    Rule("locales", "Alexa: list of locales; a model and a policy for each", _locales),
    Rule("empty", "Alexa: functional testing, description and detail page", _empty),
    Rule("interfaces", "Alexa: apis.custom.interfaces", _interfaces),
    Rule("flags", "Alexa: privacyAndCompliance; ours: what the skill does not do", _flags),
    Rule("available", "Alexa: skill manifest schema", _available),
    Rule("lengths", "unverified", _lengths, warns=True),
)  # fmt: skip
