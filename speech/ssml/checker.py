"""One checker for SSML: every limit that Alexa sets, and a few of our own, each a rule with a name.

The numbers in brackets are sections of our Alexa facts: 1 (sizes, breaks, audio) and 2 (tags); *ours* is
stricter than Amazon. How long the `<audio>` clips last together (Alexa: 240 s) does not stand in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from pydantic import RootModel

from speech.errors import FilesInvalid
from speech.ssml.markup import LONGEST_BREAK
from speech.ssml.reader import SsmlNotWellFormed, break_seconds, parse_ssml
from speech.yaml_models import Fields, Text, read_yaml_as

MOST_CHARACTERS = 8_000  # the whole string, markup counted, stays under this (1a)
MOST_SILENCE = 150.0  # seconds in one speech; ours: Amazon documents no sum (1b)
MOST_CLIPS = 5  # <audio> tags in one response (1c)
PROSODY = {
    "rate": (20.0, float("inf"), "%"),
    "pitch": (-33.3, 50.0, "%"),
    "volume": (float("-inf"), 4.08, "dB"),
}
"""Least and most of the numbers that `prosody` takes, by attribute, with their unit (2)."""


class Tag(Fields):
    """One tag as `tags.yaml` describes it."""

    attributes: Mapping[Text, Text] = {}
    needed: tuple[Text, ...] = ()
    inside: Literal["anything", "text", "nothing"] = "anything"
    never_in: tuple[Text, ...] = ()


class _Tags(RootModel[dict[Text, Tag]]):
    pass


@cache
def ssml_tags() -> Mapping[str, Tag]:
    """The tags that Alexa has, by name."""
    tags, document = read_yaml_as(Path(__file__).with_name("tags.yaml"), _Tags, "ssml/tags.yaml")
    if tags is None:
        raise FilesInvalid(document.problems)
    return tags.root


def check_ssml(ssml: str) -> list[str]:
    """All that Alexa would refuse, as `rule-name: what was found and the limit`; empty when valid."""
    found = []
    if len(ssml) >= MOST_CHARACTERS:  # 1a
        found.append(f"length: {len(ssml):,} characters; they must be fewer than {MOST_CHARACTERS:,}, markup counted")
    if not (ssml.startswith("<speak>") and ssml.endswith("</speak>")):  # 2: the SDK strips and adds exactly these
        ends = f"it is {ssml[:12]!r} ... {ssml[-12:]!r}"
        found.append(f"speak-root: it must begin with <speak> and end with </speak>; {ends}")
    try:
        root = parse_ssml(ssml)
    except SsmlNotWellFormed as error:
        return [*found, f"well-formed: {error}"]
    found += [f"{name}: {message}" for name, rule in RULES.items() for message in rule(root)]
    return list(dict.fromkeys(found))


def _known_tags(root: Element) -> Iterator[str]:
    """2: only the tags Alexa has."""
    for element in root.iter():
        if element.tag not in ssml_tags():
            yield f"<{element.tag}> is no tag of Alexa's; it has {', '.join(sorted(ssml_tags()))}"


def _nesting(root: Element) -> Iterator[str]:
    """2: what may stand in what; `speak` only at the top."""
    if root.tag != "speak":
        yield f"the outermost tag is <{root.tag}>; it must be <speak>"
    for parent, element in _pairs(root, ()):
        if element.tag == "speak":
            yield f"a second <speak> stands inside <{parent[-1]}>; there is one, outermost"
        for outer in ssml_tags()[element.tag].never_in if element.tag in ssml_tags() else ():
            if outer in parent:
                yield f"<{element.tag}> stands inside <{outer}>, where Alexa does not take it"
    for element, tag in _tagged(root):
        words = _text(element).strip()
        if tag.inside == "nothing" and (words or len(element)):
            yield f"<{element.tag}> is not empty; nothing may stand inside it"
        if tag.inside == "text" and (len(element) or not words):
            yield f"<{element.tag}> must hold a word or more, and no tag"


def _attributes(root: Element) -> Iterator[str]:
    """2: only the attributes a tag has, and those it needs."""
    for element, tag in _tagged(root):
        for name in element.attrib:
            if name not in tag.attributes:
                allowed = ", ".join(tag.attributes) or "none"
                yield f"<{element.tag}> has no attribute {name!r}; it may have: {allowed}"
        for name in tag.needed:
            if name not in element.attrib:
                yield f"<{element.tag}> needs the attribute {name!r}"
        if element.tag in ("break", "prosody") and not element.attrib:
            yield f"<{element.tag}> needs one of: {', '.join(tag.attributes)}"


def _values(root: Element) -> Iterator[str]:
    """2: only the values an attribute takes (a break's time is a rule of its own)."""
    for element, tag in _tagged(root):
        for name, value in element.attrib.items():
            allowed = tag.attributes.get(name)
            if allowed is None or (element.tag, name) == ("break", "time"):
                continue
            if allowed.startswith("/"):
                if not re.fullmatch(allowed[1:-1], value):
                    yield f"{name}={value!r} of <{element.tag}> does not match {allowed[1:-1]}"
            elif value not in allowed.split():
                yield f"{name}={value!r} of <{element.tag}> is not one of {', '.join(sorted(allowed.split()))}"


def _breaks(root: Element) -> Iterator[str]:
    """1b: a unit is required, and one break is at most 10 s."""
    for element in root.iter("break"):
        time = element.get("time")
        seconds = break_seconds(element.attrib)
        if time is None:
            continue
        if seconds is None:
            yield f"time={time!r} is not a number with its unit, as in 500ms or 10s"
        elif seconds > LONGEST_BREAK:
            yield f"time={time!r} is {seconds:g} s; one break is at most {LONGEST_BREAK:g} s: chain them"


def _silence(root: Element) -> Iterator[str]:
    """1b, ours: all silence of one speech together."""
    total = sum(break_seconds(element.attrib) or 0.0 for element in root.iter("break"))
    if total > MOST_SILENCE:
        yield f"{total:g} s of silence in all; we allow {MOST_SILENCE:g} s"


def _clips(root: Element) -> Iterator[str]:
    """1c: at most five clips."""
    if (clips := len(root.findall(".//audio"))) > MOST_CLIPS:
        yield f"{clips} <audio> clips; one response holds at most {MOST_CLIPS}"


def _prosody(root: Element) -> Iterator[str]:
    """2: the numbers prosody takes."""
    for element in root.iter("prosody"):
        for name, (least, most, unit) in PROSODY.items():
            value = element.get(name, "")
            number = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)" + unit, value)
            if number and not least <= float(number[1]) <= most:
                yield f"{name}={value!r} is outside {least:g}{unit} to {most:g}{unit}"


def _not_empty(root: Element) -> Iterator[str]:
    """Ours: a speech says something; silence alone is no answer."""
    has_words = re.search(r"\w", _text(root)) or any(element.tag in ("audio", "alexa:name") for element in root.iter())
    if not has_words:
        yield "there is not one word in it"


def _placeholders(root: Element) -> Iterator[str]:
    """Ours: no `{side}` is read out."""
    for placeholder in re.findall(r"\{[^}]*\}?|\}", _text(root)):
        yield f"{placeholder!r} was never filled in"


def _escaped_once(root: Element) -> Iterator[str]:
    """2: text is escaped, once: `&amp;amp;` is read out as "amp"."""
    for entity in re.findall(r"&(?:amp|lt|gt|quot|apos|#\d+);", _text(root)):
        yield f"{entity!r} would be read out; the text was escaped twice"


RULES: Mapping[str, Callable[[Element], Iterable[str]]] = {
    "known-tag": _known_tags,
    "nesting": _nesting,
    "known-attribute": _attributes,
    "attribute-value": _values,
    "break-time": _breaks,
    "silence": _silence,
    "audio-clips": _clips,
    "prosody-range": _prosody,
    "empty-speech": _not_empty,
    "placeholder": _placeholders,
    "escaped-twice": _escaped_once,
}


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _tagged(root: Element) -> Iterator[tuple[Element, Tag]]:
    return ((element, ssml_tags()[element.tag]) for element in root.iter() if element.tag in ssml_tags())


def _pairs(element: Element, parents: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Element]]:
    """Every element below this one, each with the tags around it, outermost first."""
    around = (*parents, element.tag)
    for child in element:
        yield around, child
        yield from _pairs(child, around)
