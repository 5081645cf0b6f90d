"""The package that `ask deploy` takes: `skill-package/` and `ask-resources.json`, made, checked, written and read.

Layout and names as ask-cli 2 wants them; without code or infrastructure, since the skill is served elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from skill.errors import Mistakes, PackageInTheWay
from skill.locales import LOCALES
from skill.models.interaction_model import Model, model_file, render
from skill.publish.manifest import ASSETS, ICONS, Manifest, Served, icon_file, manifest
from skill.publish.store_listing import FOLDER, load_common, load_listing

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

    Raises PackageInTheWay where there is one already, unless `replace` is set.
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
    """Raise PackageInTheWay where there is a package in this folder already."""
    for name in (NAME, RESOURCES):
        if (folder / name).exists():
            raise PackageInTheWay(folder / name)


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
