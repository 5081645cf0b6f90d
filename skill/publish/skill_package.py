"""The package that `ask deploy` takes: the skill manifest, `skill-package/` and `ask-resources.json`.

Source of every field: the skill manifest schema, version 1.0, and Amazon's own model of it (ask_smapi_model). Layout
and names as ask-cli 2 wants them; without code or infrastructure, since the skill is served elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from skill.errors import Mistakes, SkillError
from skill.locales import LOCALES
from skill.models.interaction_model import Model, model_file, render
from skill.publish.store_listing import FOLDER, Common, Listing, load_common, load_listing

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
    texts = listing.texts.model_dump()
    return {
        "name": texts["name"],
        "summary": texts["summary"],
        "description": "\n\n".join(texts[name] for name in listing.description),
        "examplePhrases": list(listing.example_phrases),
        "keywords": list(listing.keywords),
        **{name: f"file://{icon_file(pixels)}" for name, pixels in ICONS.items()},
    }


PICTURES = Path(__file__).with_name("icons")
"""The skill's icon, a tennis ball, as a PNG of each size (Alexa: smallIconUri and largeIconUri)."""
NAME, RESOURCES, SKILL, MODELS = "skill-package", "ask-resources.json", "skill.json", "interactionModels/custom"
ASK_RESOURCES: Mapping[str, Any] = {
    "askcliResourcesVersion": "2020-03-31",
    "profiles": {"default": {"skillMetadata": {"src": f"./{NAME}"}}},
}


@dataclass(frozen=True, slots=True)
class Package:
    """A package in memory: its manifest, a model for each locale, and its pictures by their paths."""

    manifest: Manifest
    models: Mapping[str, Model]
    assets: Mapping[str, bytes] = field(repr=False)

    @property
    def store(self) -> Any:
        """The manifest's publishingInformation."""
        return self.manifest["manifest"]["publishingInformation"]

    @property
    def listings(self) -> Any:
        """What the store shows, by locale."""
        return self.store["locales"]

    @property
    def privacy(self) -> Any:
        """The manifest's privacyAndCompliance."""
        return self.manifest["manifest"]["privacyAndCompliance"]

    @property
    def endpoint(self) -> Any:
        """Where Alexa sends requests: `uri`, and `sslCertificateType` for an address."""
        return self.manifest["manifest"]["apis"]["custom"]["endpoint"]


def make_package(served: Served, listing: Path = FOLDER) -> Package:
    """The package of this skill, served there, not checked yet. Raises FilesInvalid for unreadable texts."""
    listings = {locale: load_listing(locale, listing) for locale in LOCALES}
    models = {locale: json.loads(model_file(locale).read_text(encoding="utf-8")) for locale in LOCALES}
    pictures = {icon_file(pixels): (PICTURES / Path(icon_file(pixels)).name).read_bytes() for pixels in ICONS.values()}
    return Package(manifest(served, listings, load_common(listing)), models, pictures)


def read_package(folder: Path) -> Package:
    """The package in this folder. Raises Mistakes where it cannot be read."""
    inside = folder / NAME
    models = {file.stem: _json(file) for file in sorted((inside / MODELS).glob("*.json"))}
    pictures = {f"{ASSETS}{file.name}": file.read_bytes() for file in sorted((inside / ASSETS).glob("*"))}
    resources = _json(folder / RESOURCES)
    if resources.get("profiles", {}).get("default", {}).get("skillMetadata") != {"src": f"./{NAME}"}:
        raise Mistakes([f"{folder / RESOURCES}: profiles.default.skillMetadata does not name ./{NAME}"])
    return Package(_json(inside / SKILL), models, pictures)


def write_package(package: Package, folder: Path, replace: bool = False) -> None:
    """Write a package whole or not at all. Other files of the folder stay: `.ask` there holds the skill's id.

    Raises SkillError where there is one already, unless `replace` is set.
    """
    if not replace:
        refuse_existing(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=".massage-package-", dir=folder))
    try:
        for name, content in _files(package):
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        _move_into_place(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def refuse_existing(folder: Path) -> None:
    """Raise SkillError where there is a package in this folder already."""
    for name in (NAME, RESOURCES):
        if (folder / name).exists():
            raise SkillError(f"{folder / name} is there already; --force writes it again")


def _move_into_place(made: Path, folder: Path) -> None:
    """Move the new files into their place; when that fails, restore the old ones."""
    there, old = folder / NAME, made / "old"
    if there.exists():
        there.rename(old)
    try:
        (made / NAME).rename(there)
    except OSError:
        if old.exists():
            old.rename(there)
        raise
    os.replace(made / RESOURCES, folder / RESOURCES)


def _files(package: Package) -> Iterator[tuple[str, bytes]]:
    yield RESOURCES, as_text(ASK_RESOURCES)
    yield f"{NAME}/{SKILL}", as_text(package.manifest)
    for locale, model in package.models.items():
        yield f"{NAME}/{MODELS}/{locale}.json", as_text(model)
    for place, content in package.assets.items():
        yield f"{NAME}/{place}", content


def as_text(data: Any) -> bytes:
    """JSON as it is written into a package."""
    return render(data).encode()


def _json(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Mistakes([f"{file}: cannot be read as JSON ({type(error).__name__})"]) from error
    if not isinstance(data, dict):
        raise Mistakes([f"{file}: {type(data).__name__} is not an object"])
    return data
