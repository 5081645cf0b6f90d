"""The skill manifest: Amazon's JSON, made from what the store shows and from where the skill is served.

Source of every field: the skill manifest schema, version 1.0, and Amazon's own model of it (ask_smapi_model).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.publish.store_listing import Common, Listing

Manifest = dict[str, Any]
ICONS: Mapping[str, int] = {"smallIconUri": 108, "largeIconUri": 512}
"""The icons by the manifest's name for them: pixels of a side."""
ASSETS = "assets/images/"
"""Where a package holds its pictures; the manifest names them as files of the package (ask-cli, issue 251)."""
PRIVACY = "/privacy"
"""Where the skill serves its privacy policy (skill/server/routes.py)."""
LAMBDA = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?")


@dataclass(frozen=True, slots=True)
class Served:
    """Where the skill is: `url` is its https address without a path, `terms` and `function` there need not be.

    `function` is the ARN of an AWS Lambda function that answers instead of the address; `wildcard` says that the
    address's certificate is one for all names of its domain.
    """

    url: str
    terms: str | None = None
    function: str | None = None
    wildcard: bool = False

    @property
    def endpoint(self) -> dict[str, str]:
        """Where Alexa sends requests, and the kind of certificate there."""
        if self.function is not None:
            return {"uri": self.function}
        return {"uri": f"{self.url}/alexa", "sslCertificateType": "Wildcard" if self.wildcard else "Trusted"}

    @property
    def privacy(self) -> str:
        """The address of the privacy policy, which the skill serves itself."""
        return f"{self.url}{PRIVACY}"


def manifest(served: Served, listings: Mapping[str, Listing], common: Common) -> Manifest:
    """The manifest of a skill that is served there; `listings` by locale."""
    about = {"privacyPolicyUrl": served.privacy} | ({"termsOfUseUrl": served.terms} if served.terms else {})
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "publishingInformation": {
                "locales": {locale: _localised(listing) for locale, listing in listings.items()},
                "isAvailableWorldwide": common.available_worldwide,
                "distributionMode": common.distribution,
                "distributionCountries": [],
                "category": common.category,
                "testingInstructions": common.testing_instructions,
            },
            "privacyAndCompliance": {**common.privacy, "locales": {locale: about for locale in listings}},
            "apis": {
                "custom": {
                    "endpoint": served.endpoint,
                    "interfaces": [{"type": name} for name in common.interfaces],
                }
            },
            "permissions": [{"name": name} for name in common.permissions],
            "events": {
                "endpoint": served.endpoint,
                "subscriptions": [{"eventName": name} for name in common.events],
            },
        }
    }


def icon_file(pixels: int) -> str:
    """Where a package holds its icon of this size."""
    return f"{ASSETS}icon-{pixels}.png"


def _localised(listing: Listing) -> dict[str, Any]:
    return {
        "name": listing.name,
        "summary": listing.summary,
        "description": listing.description,
        "examplePhrases": list(listing.phrases),
        "keywords": list(listing.keywords),
        **{name: f"file://{icon_file(pixels)}" for name, pixels in ICONS.items()},
    }
