"""The package that Amazon takes: complete in every locale, refused where a rule is broken, written whole or not."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.reminders_api import PERMISSION
from skill.errors import Mistakes, SkillError
from skill.locales import LOCALES
from skill.models.interaction_model import model_file
from skill.publish.package_rules import RULES, check_package, png_size
from skill.publish.skill_package import (
    NAME,
    RESOURCES,
    Manifest,
    Package,
    Served,
    icon_file,
    make_package,
    read_package,
    write_package,
)
from skill.publish.store_listing import FOLDER, load_listing
from speech.errors import FilesInvalid
from tests.support.handlers import HANDLERS

URL = "https://massage.example.com"
SERVED = Served(URL)
MADE = make_package(SERVED)
BARE = {"interactionModel": {"languageModel": {"invocationName": "sciatica massage", "intents": []}}}
SMALL = replace(MADE, models=dict.fromkeys(LOCALES, BARE))
"""With models that cost no time to check; what is wrong with them is not looked at."""
Change = Callable[[Any], object]


def found(package: Package) -> dict[str, str]:
    """What is wrong with the manifest, by rule."""
    return {one.rule: str(one) for one in check_package(package) if one.file == "skill.json"}


def changed(change: Change) -> Package:
    """The package with its manifest changed."""
    manifest: Manifest = deepcopy(SMALL.manifest)
    change(manifest["manifest"])
    return replace(SMALL, manifest=manifest)


def english(inside: Any) -> Any:
    return inside["publishingInformation"]["locales"]["en-GB"]


def links(inside: Any) -> Any:
    return inside["privacyAndCompliance"]["locales"]["en-GB"]


def set_(where: Callable[[Any], Any], name: str, value: object) -> Change:
    return lambda inside: where(inside).__setitem__(name, value)


def public(inside: Any) -> Any:
    return inside["publishingInformation"]


def endpoint(inside: Any) -> Any:
    return inside["apis"]["custom"]["endpoint"]


BREAKS: Mapping[str, tuple[Change, str]] = {
    "version": (lambda inside: inside.update(manifestVersion="2"), "'2'"),
    "locales": (lambda inside: public(inside)["locales"].pop("en-GB"), "en-GB: has no store text"),
    "empty": (set_(english, "summary", " "), "en-GB: summary: is empty"),
    "name-words": (set_(english, "name", "Alexa Massage"), "'alexa'"),
    "claims": (set_(english, "summary", "Heals your sciatica."), "'Heals' promises"),
    "markup": (set_(english, "description", "A <b>fine</b> massage"), "'<b>'"),
    "disclaimer": (set_(english, "description", "A massage. Not medical advice."), "lacks the disclaimer"),
    "phrase-count": (set_(english, "examplePhrases", ["Alexa, open sciatica massage"] * 4), "are 4"),
    "phrase-first": (set_(english, "examplePhrases", ["Alexa, how are you"]), "is not the wake word"),
    "phrase-name": (set_(english, "examplePhrases", ["Alexa, pause"]), "without the other"),
    "phrase-twice": (set_(english, "examplePhrases", ["Alexa, open it"] * 2), "2 times"),
    "reminder-told": (set_(public, "testingInstructions", "Open it."), PERMISSION),
    "endpoint-port": (set_(endpoint, "uri", f"{URL}:8443/alexa"), "on port 8443"),
    "endpoint-certificate": (set_(endpoint, "sslCertificateType", "SelfSigned"), "'SelfSigned'"),
    "domain": (set_(links, "privacyPolicyUrl", "https://alexa.example.com/privacy"), "holds 'alexa'"),
    "reachable": (set_(endpoint, "uri", "https://massage.local/alexa"), "'massage.local' is not found outside"),
    "policy": (set_(links, "privacyPolicyUrl", "http://massage.example.com/privacy"), "no https address"),
    "terms": (set_(links, "termsOfUseUrl", "massage.example.com"), "no https address"),
    "icons": (set_(english, "largeIconUri", "file://assets/images/icon-108.png"), "108 by 108"),
    "events": (lambda inside: inside["events"].update(subscriptions=[]), "SKILL_DISABLED"),
    "interfaces": (lambda inside: inside["apis"]["custom"].update(interfaces=[]), "AUDIO_PLAYER"),
    "flags": (lambda inside: inside["privacyAndCompliance"].update(usesHealthInfo=True), "usesHealthInfo"),
    "available": (set_(public, "distributionCountries", ["GB"]), "distributionCountries"),
    "lengths": (set_(english, "summary", "x" * 161), "161 characters; at most 160"),
    "shape": (set_(english, "keywords", "massage"), "keywords is str, not list"),
}  # fmt: skip


def test_nothing_is_wrong_with_ours() -> None:
    """No rule is broken, no limit passed that only warns, and every model is whole, in each locale."""
    assert check_package(MADE, HANDLERS) == []
    assert set(MADE.models) == set(MADE.manifest["manifest"]["publishingInformation"]["locales"]) == set(LOCALES)


def test_every_rule_is_tried() -> None:
    """Whoever writes a rule shows what breaks it."""
    assert BREAKS.keys() == {rule.name for rule in RULES} | {"shape"}


@pytest.mark.parametrize("rule", BREAKS)
def test_what_breaks_a_rule_is_told(rule: str) -> None:
    """The field, what was found, and the rule with its source."""
    change, told = BREAKS[rule]
    message = found(changed(change))[rule]
    assert told in message and message.startswith("skill.json: ") and f"[{rule}; " in message


def test_an_unverified_limit_only_warns() -> None:
    """What nobody could look up refuses no package."""
    assert [one.warning for one in check_package(changed(BREAKS["lengths"][0])) if one.rule == "lengths"] == [True]


def test_an_address_is_told_once() -> None:
    """What is wrong with an address that every locale names is one message, with all of them."""
    manifest = deepcopy(SMALL.manifest)
    for one in manifest["manifest"]["privacyAndCompliance"]["locales"].values():
        one["privacyPolicyUrl"] = "https://aws.example.com/privacy"
    (told,) = [one for one in check_package(replace(SMALL, manifest=manifest)) if one.rule == "domain"]
    assert f"{', '.join(LOCALES)}: privacyPolicyUrl: 'aws.example.com' holds 'aws'" in str(told)


def test_a_function_needs_no_certificate() -> None:
    """An AWS Lambda function answers by its ARN; events go there too, and the policy stays at the address."""
    function = "arn:aws:lambda:eu-west-1:123456789012:function:massage"
    made = make_package(Served(URL, function=function))
    inside = made.manifest["manifest"]
    assert inside["apis"]["custom"]["endpoint"] == inside["events"]["endpoint"] == {"uri": function}
    assert found(replace(made, models=SMALL.models)) == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_what_the_store_shows(locale: str) -> None:
    """Name, phrases, addresses and pictures are there in each locale, in its own words."""
    inside = MADE.manifest["manifest"]
    shown, listing = inside["publishingInformation"]["locales"][locale], load_listing(locale)
    assert (
        shown["name"] == "Sciatica Massage" and shown["description"].split("\n\n").count(listing.texts.disclaimer) == 1
    )
    assert ("your GP" in shown["description"]) == (locale in ("en-GB", "en-AU"))
    assert inside["privacyAndCompliance"]["locales"][locale] == {"privacyPolicyUrl": f"{URL}/privacy"}
    assert MADE.models[locale] == json.loads(model_file(locale).read_text("utf-8"))


@pytest.mark.parametrize("pixels", [108, 512])
def test_the_icon_is_a_picture(pixels: int) -> None:
    """Whole chunks, as many rows as it says, the ground in the corners and not in the middle."""
    content = MADE.assets[icon_file(pixels)]
    chunks, at = {}, 8
    while at < len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        chunks[name] = content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + chunks[name])
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"] and png_size(content) == (pixels, pixels)
    rows = zlib.decompress(chunks[b"IDAT"])
    width = 1 + 3 * pixels
    assert len(rows) == width * pixels and set(rows[::width]) == {0}
    ground, middle = rows[1:4], rows[width * (pixels // 2) + 3 * (pixels // 2) + 1 :][:3]
    assert ground == rows[-3:] == rows[width * (pixels - 1) + 1 :][:3] != middle


def test_it_is_written_and_read(tmp_path: Path) -> None:
    """The folder holds what `ask deploy` looks for, and nothing else; what is read is what was made."""
    write_package(MADE, tmp_path / "alexa")
    there = {str(one.relative_to(tmp_path / "alexa")) for one in (tmp_path / "alexa").rglob("*") if one.is_file()}
    models = {f"{NAME}/interactionModels/custom/{locale}.json" for locale in LOCALES}
    pictures = {f"{NAME}/assets/images/icon-{pixels}.png" for pixels in (108, 512)}
    assert there == {RESOURCES, f"{NAME}/skill.json", *models, *pictures}
    assert read_package(tmp_path / "alexa") == MADE
    resources = json.loads((tmp_path / "alexa" / RESOURCES).read_text("utf-8"))
    assert resources["profiles"]["default"] == {"skillMetadata": {"src": f"./{NAME}"}}


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    """A package in the way stays as it is unless it is to be replaced; the skill's id beside it stays in any case."""
    write_package(MADE, tmp_path)
    (tmp_path / ".ask").mkdir()
    (tmp_path / ".ask/ask-states.json").write_text("{}")
    (tmp_path / NAME / "old.txt").write_text("old")
    with pytest.raises(SkillError, match="is there already; --force"):
        write_package(MADE, tmp_path)
    assert (tmp_path / NAME / "old.txt").exists()
    write_package(MADE, tmp_path, replace=True)
    assert not (tmp_path / NAME / "old.txt").exists() and (tmp_path / ".ask/ask-states.json").read_text() == "{}"
    assert {one.name for one in tmp_path.iterdir()} == {NAME, RESOURCES, ".ask"}


@pytest.mark.parametrize("there", [False, True], ids=["new", "replacing"])
def test_nothing_half_written_stays(there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails in the middle leaves what was there before, or nothing."""
    if there:
        write_package(SMALL, tmp_path)
    real = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == NAME and self.parent != tmp_path:
            raise OSError("no space left")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="no space"):
        write_package(MADE, tmp_path, replace=True)
    assert {one.name for one in tmp_path.iterdir()} == ({NAME, RESOURCES} if there else set())
    assert not there or read_package(tmp_path) == SMALL


def test_a_listing_with_mistakes(tmp_path: Path) -> None:
    """Every mistake is told with its file, line and field; an overlay says nothing new."""
    (tmp_path / "en.yaml").write_text("texts: {name: Massage, summary: ''}\ndescription: [about]\nkeywords: []\n")
    (tmp_path / "en-GB.yaml").write_text("texts: {motto: Be well}\n")
    with pytest.raises(FilesInvalid) as told:
        load_listing("en-GB", tmp_path)
    for part in (
        "en.yaml:1: summary:",
        "en.yaml:1: disclaimer:",
        "'about' is none",
        "phrases:",
        "en-GB.yaml:1: motto:",
    ):
        assert part in str(told.value)


def test_no_language_is_left_out() -> None:
    """Each file of the store's texts belongs to a locale of ours or to its language."""
    names = {file.stem for file in FOLDER.glob("*.yaml")}
    assert names <= {"common", *LOCALES, *(locale.partition("-")[0] for locale in LOCALES)}


def test_a_folder_without_a_package(tmp_path: Path) -> None:
    """What cannot be read is named."""
    with pytest.raises(Mistakes, match=re.escape(RESOURCES)):
        read_package(tmp_path)
    (tmp_path / RESOURCES).write_text("[]")
    with pytest.raises(Mistakes, match="list is not an object"):
        read_package(tmp_path)
