"""One checker for SSML: every limit that Alexa sets, and a few of our own, each a rule with a name.

The numbers in brackets are sections of our Alexa facts: 1 (sizes, breaks, audio) and 2 (tags); *ours* is
stricter than Amazon. How long the `<audio>` clips last together (Alexa: 240 s) does not stand in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from speech.ssml.reader import Element, SsmlNotWellFormed, break_seconds, parse_ssml
from speech.ssml.tags import LONGEST_BREAK, PROSODY, TAGS, Tag

MOST_CHARACTERS = 8_000  # the whole string, markup counted, stays under this (1a)
MOST_SILENCE = 150.0  # seconds in one speech; ours: Amazon documents no sum (1b)
MOST_CLIPS = 5  # <audio> tags in one response (1c)


def check_ssml(ssml: str) -> list[str]:
    """All that Alexa would refuse, as `rule-name: what was found and the limit`; empty when valid."""
    found = [f"{name}: {message}" for name, rule in TEXT_RULES.items() for message in rule(ssml)]
    try:
        root = parse_ssml(ssml)
    except SsmlNotWellFormed as error:
        return [*found, f"well-formed: {error}"]
    found += [f"{name}: {message}" for name, rule in TREE_RULES.items() for message in rule(root)]
    return list(dict.fromkeys(found))


def _length(ssml: str) -> Iterator[str]:
    """1a: outputSpeech under 8,000 characters, markup counted."""
    if len(ssml) >= MOST_CHARACTERS:
        yield f"{len(ssml):,} characters; they must be fewer than {MOST_CHARACTERS:,}, markup counted"


def _root(ssml: str) -> Iterator[str]:
    """2: one `speak`, bare: the SDK strips and adds exactly `<speak>` and `</speak>`, nothing near them."""
    if not (ssml.startswith("<speak>") and ssml.endswith("</speak>")):
        yield f"it must begin with <speak> and end with </speak>; it is {ssml[:12]!r} ... {ssml[-12:]!r}"


def _known_tags(root: Element) -> Iterator[str]:
    """2: only the tags Alexa has."""
    for element in root.walk():
        if element.tag not in TAGS:
            yield f"<{element.tag}> is no tag of Alexa's; it has {', '.join(sorted(TAGS))}"


def _nesting(root: Element) -> Iterator[str]:
    """2: what may stand in what; `speak` only at the top."""
    if root.tag != "speak":
        yield f"the outermost tag is <{root.tag}>; it must be <speak>"
    for parent, element in _pairs(root, ()):
        tag = TAGS.get(element.tag)
        if element.tag == "speak":
            yield f"a second <speak> stands inside <{parent[-1]}>; there is one, outermost"
        if tag is None:
            continue
        for outer in tag.never_in:
            if outer in parent:
                yield f"<{element.tag}> stands inside <{outer}>, where Alexa does not take it"
    for element in root.walk():
        tag = TAGS.get(element.tag)
        if tag is None:
            continue
        if tag.inside == "nothing" and (element.text().strip() or _elements(element)):
            yield f"<{element.tag}> is not empty; nothing may stand inside it"
        if tag.inside == "text" and (_elements(element) or not element.text().strip()):
            yield f"<{element.tag}> must hold a word or more, and no tag"


def _attributes(root: Element) -> Iterator[str]:
    """2: only the attributes a tag has, and those it needs."""
    for element, tag in _tagged(root):
        for name in element.attributes:
            if name not in tag.attributes:
                allowed = ", ".join(tag.attributes) or "none"
                yield f"<{element.tag}> has no attribute {name!r}; it may have: {allowed}"
        for name in tag.needed:
            if name not in element.attributes:
                yield f"<{element.tag}> needs the attribute {name!r}"
        if element.tag in ("break", "prosody") and not element.attributes:
            yield f"<{element.tag}> needs one of: {', '.join(tag.attributes)}"


def _values(root: Element) -> Iterator[str]:
    """2: only the values an attribute takes (a break's time is a rule of its own)."""
    for element, tag in _tagged(root):
        for name, value in element.attributes.items():
            allowed = tag.attributes.get(name)
            if allowed is None or (element.tag, name) == ("break", "time"):
                continue
            if isinstance(allowed, frozenset):
                if value not in allowed:
                    yield f"{name}={value!r} of <{element.tag}> is not one of {', '.join(sorted(allowed))}"
            elif not allowed.fullmatch(value):
                yield f"{name}={value!r} of <{element.tag}> does not match {allowed.pattern}"


def _breaks(root: Element) -> Iterator[str]:
    """1b: a unit is required, and one break is at most 10 s."""
    for element in _named(root, "break"):
        time = element.attributes.get("time")
        seconds = break_seconds(element.attributes)
        if time is None:
            continue
        if seconds is None:
            yield f"time={time!r} is not a number with its unit, as in 500ms or 10s"
        elif seconds > LONGEST_BREAK:
            yield f"time={time!r} is {seconds:g} s; one break is at most {LONGEST_BREAK:g} s: chain them"


def _silence(root: Element) -> Iterator[str]:
    """1b, ours: all silence of one speech together."""
    total = sum(break_seconds(element.attributes) or 0.0 for element in _named(root, "break"))
    if total > MOST_SILENCE:
        yield f"{total:g} s of silence in all; we allow {MOST_SILENCE:g} s"


def _clips(root: Element) -> Iterator[str]:
    """1c: at most five clips."""
    clips = sum(1 for _ in _named(root, "audio"))
    if clips > MOST_CLIPS:
        yield f"{clips} <audio> clips; one response holds at most {MOST_CLIPS}"


def _prosody(root: Element) -> Iterator[str]:
    """2: the numbers prosody takes."""
    for element in _named(root, "prosody"):
        for name, (least, most, unit) in PROSODY.items():
            value = element.attributes.get(name, "")
            number = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)" + unit, value)
            if number and not least <= float(number[1]) <= most:
                yield f"{name}={value!r} is outside {least:g}{unit} to {most:g}{unit}"


def _not_empty(root: Element) -> Iterator[str]:
    """Ours: a speech says something; silence alone is no answer."""
    has_words = re.search(r"\w", root.text()) or any(element.tag in ("audio", "alexa:name") for element in root.walk())
    if not has_words:
        yield "there is not one word in it"


def _placeholders(root: Element) -> Iterator[str]:
    """Ours: no `{side}` is read out."""
    for placeholder in re.findall(r"\{[^}]*\}?|\}", root.text()):
        yield f"{placeholder!r} was never filled in"


def _escaped_once(root: Element) -> Iterator[str]:
    """2: text is escaped, once: `&amp;amp;` is read out as "amp"."""
    for entity in re.findall(r"&(?:amp|lt|gt|quot|apos|#\d+);", root.text()):
        yield f"{entity!r} would be read out; the text was escaped twice"


TEXT_RULES: Mapping[str, Callable[[str], Iterable[str]]] = {"length": _length, "speak-root": _root}

TREE_RULES: Mapping[str, Callable[[Element], Iterable[str]]] = {
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


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.walk() if element.tag == tag)


def _tagged(root: Element) -> Iterator[tuple[Element, Tag]]:
    return ((element, TAGS[element.tag]) for element in root.walk() if element.tag in TAGS)


def _elements(element: Element) -> list[Element]:
    return [child for child in element.children if isinstance(child, Element)]


def _pairs(element: Element, parents: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Element]]:
    """Every element below this one, each with the tags around it, outermost first."""
    around = (*parents, element.tag)
    for child in _elements(element):
        yield around, child
        yield from _pairs(child, around)
