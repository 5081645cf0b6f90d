"""The SSML tags that Alexa has, as data: attributes, their values, and what may stand in what.

Collected from public linters and libraries, since Amazon's own page is prose; the voices are Polly's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_BREAK = 10.0
"""Seconds of one `<break>` (Alexa facts, 1b)."""

Allowed = re.Pattern[str] | frozenset[str]


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its attributes with what each may hold, those it needs, and what may stand inside it."""

    attributes: Mapping[str, Allowed]
    needed: tuple[str, ...] = ()
    inside: str = "anything"  # or "text", or "nothing"
    never_in: tuple[str, ...] = ()


def _one_of(values: str) -> frozenset[str]:
    return frozenset(values.split())


_ANYTHING = re.compile(r"(?s).*\S.*")
_LOCALES = _one_of(
    "ar-SA de-DE en-AU en-CA en-GB en-IN en-US es-ES es-MX es-US fr-CA fr-FR hi-IN it-IT ja-JP nl-NL pt-BR"
)
_VOICES = _one_of(
    "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli Nicole Russell Amy Brian Emma Aditi Raveena "
    "Hans Marlene Vicki Conchita Enrique Lucia Mia Lupe Miguel Penelope Carla Giorgio Bianca Mizuki Takumi "
    "Celine Lea Mathieu Chantal Vitoria Camila Ricardo"
)
_KINDS = _one_of(
    "characters spell-out cardinal number ordinal digits fraction unit date time telephone address "
    "interjection expletive"
)

#: Section 2. A tag that is not here is one Alexa lacks.
TAGS: Mapping[str, Tag] = {
    "speak": Tag({}),
    "p": Tag({}, never_in=("p", "s")),
    "s": Tag({}, never_in=("s",)),
    "break": Tag(
        {
            "time": re.compile(r"\d+(\.\d+)?(ms|s)"),
            "strength": _one_of("none x-weak weak medium strong x-strong"),
        },
        inside="nothing",
    ),
    "emphasis": Tag({"level": _one_of("strong moderate reduced")}, needed=("level",)),
    "prosody": Tag(
        {
            "rate": re.compile(r"x-slow|slow|medium|fast|x-fast|\d+(\.\d+)?%"),
            "pitch": re.compile(r"x-low|low|medium|high|x-high|[+-]\d+(\.\d+)?%"),
            "volume": re.compile(r"silent|x-soft|soft|medium|loud|x-loud|[+-]\d+(\.\d+)?dB"),
        }
    ),
    "say-as": Tag(
        {"interpret-as": _KINDS, "format": _one_of("mdy dmy ymd md dm ym my d m y")},
        needed=("interpret-as",),
        inside="text",
    ),
    "sub": Tag({"alias": _ANYTHING}, needed=("alias",), inside="text"),
    "phoneme": Tag({"alphabet": _one_of("ipa x-sampa"), "ph": _ANYTHING}, needed=("alphabet", "ph"), inside="text"),
    "w": Tag({"role": re.compile(r"amazon:(VB|VBD|NN|SENSE_\d)")}, needed=("role",), inside="text"),
    "lang": Tag({"xml:lang": _LOCALES}, needed=("xml:lang",)),
    "voice": Tag({"name": _VOICES}, needed=("name",)),
    "audio": Tag({"src": re.compile(r"https://\S+|soundbank://soundlibrary/\S+")}, needed=("src",), inside="nothing"),
    "amazon:effect": Tag({"name": _one_of("whispered")}, needed=("name",)),
    "amazon:emotion": Tag(
        {"name": _one_of("excited disappointed"), "intensity": _one_of("low medium high")},
        needed=("name", "intensity"),
        never_in=("voice", "amazon:domain"),
    ),
    "amazon:domain": Tag(
        {"name": _one_of("news music conversational long-form fun")},
        needed=("name",),
        never_in=("voice", "amazon:emotion"),
    ),
    "alexa:name": Tag({"type": _one_of("first"), "personId": _ANYTHING}, needed=("type", "personId"), inside="nothing"),
}

#: Section 2: least and most of the numbers `prosody` takes, by attribute, with their unit.
PROSODY = {
    "rate": (20.0, float("inf"), "%"),
    "pitch": (-33.3, 50.0, "%"),
    "volume": (float("-inf"), 4.08, "dB"),
}
