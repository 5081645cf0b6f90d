"""What Alexa takes as words in an interaction model: of a sample, of a value, of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

AMAZON_TYPES = ("AMAZON.DURATION", "AMAZON.NUMBER")
"""Amazon's slot types that the skill uses and the simulator can hear."""

LONGEST_SAMPLE = 200
"""Characters (Alexa's limit, as far as is known)."""
LONGEST_VALUE = 140
"""Characters in one slot value (Alexa's limit, as far as is known)."""

SLOT = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*'?|(?:[a-z]\.)+(?:'s)?")
_SLOT_WORD = re.compile(r"\{[a-z_]+\}(?:'s)?")


def not_sayable(text: str) -> str | None:
    """What is wrong with words that are to stand in a model, or None.

    Alexa: letters, spaces, apostrophes, hyphens, and periods in initialisms; digits are written out.
    """
    for word in SLOT.sub("", text).split():
        if not _WORD.fullmatch(word):
            return f"{word!r} is not letters, apostrophes, hyphens or an initialism; numbers are written out"
    return None


def mistakes(samples: tuple[str, ...], kinds: Mapping[str, str], *, amazon: bool) -> Iterator[str]:
    """What is wrong with the samples of one template, each kind of mistake once; `kinds` are the slots' types."""
    seen: dict[str, str] = {}
    for sample in samples:
        for kind, message in _mistakes_in(sample, kinds, amazon):
            seen.setdefault(kind, message)
    yield from seen.values()


def _mistakes_in(sample: str, kinds: Mapping[str, str], amazon: bool) -> Iterator[tuple[str, str]]:
    names = SLOT.findall(sample)
    unknown = [name for name in names if name not in kinds]
    if not sample:
        yield "empty", "it can be empty: Alexa refuses a sample without words"
    if unknown:
        yield "slot", f"{{{unknown[0]}}} is no slot; there are {', '.join(kinds)}"
        return
    if amazon and names:
        yield "amazon", f"{{{names[0]}}}: Amazon's own intents take no slots"
    if len(set(names)) < len(names):
        yield "twice", f"{sample!r} has the same slot twice"
    if re.search(r"\}\S*\{", sample):
        yield "joined", f"{sample!r}: slots need a space between them"
    for before, after in re.findall(r"\{(\w+)\} (?=\{(\w+)\})", sample):
        if kinds[before] in AMAZON_TYPES and kinds[after] in AMAZON_TYPES:
            yield "bare", f"{sample!r}: nothing tells {{{before}}} from {{{after}}}; put a word between them"
    wrong = [word for word in sample.split() if not (_SLOT_WORD.fullmatch(word) or _WORD.fullmatch(word))]
    if wrong:
        yield "words", f"{wrong[0]!r} is not letters, apostrophes, hyphens, an initialism or a slot"
    if len(sample) > LONGEST_SAMPLE:
        yield "long", f"a sample of {len(sample)} characters; Alexa takes {LONGEST_SAMPLE}"
