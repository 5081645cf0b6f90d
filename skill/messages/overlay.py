"""What one locale says in another way: texts in place of the language's own, and words in place of words.

    texts:
      emergency number: nine nine nine      # in place of the text of this name; the same {placeholders}
    instead of:
      a doctor: a GP                        # in every text, wherever these words stand

Nothing new can be said here: an overlay that names what the language does not have is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from skill.messages.messages import placeholders
from speech.yaml_reader import Document, Path_

INSTEAD = "instead of"
"""The key of an overlay under which words stand for other words; it is not laid over anything."""
_PLACEHOLDER = r"\{[^{}]*\}"


def laid_over(source: Any, overlay: Document) -> Any:
    """The source's data with the overlay's in its place, and its words replaced.

    Mistakes are reported to the overlay, each with its line: an unknown name, other placeholders, no text for a text.
    """
    data = dict(overlay.data) if isinstance(overlay.data, dict) else {}
    if not data and not overlay.problems:
        overlay.report((), "a mapping is needed")
    words = data.pop(INSTEAD, {})
    if not isinstance(words, dict) or not all(
        isinstance(part, str) and part for pair in words.items() for part in pair
    ):
        overlay.report((INSTEAD,), "words, and beside each what is said instead, are needed")
        words = {}
    return _merged(source, data, (), overlay, _instead_of(words))


def _merged(source: Any, other: Any, path: Path_, overlay: Document, change: Callable[[str], str]) -> Any:
    """The source with the other in its place; all that is said (texts, and what answers say) is changed."""
    if isinstance(source, dict) and isinstance(other, dict):
        for key in other:
            if key not in source:
                overlay.report((*path, key), f"{key!r} is unknown; a locale only replaces what stands there")
        return {
            key: _merged(value, other.get(key, value), (*path, key), overlay, change) for key, value in source.items()
        }
    if isinstance(source, str) and isinstance(other, str):
        if not other.strip():
            overlay.report(path, "nothing is said here")
        elif placeholders(source) != placeholders(other):
            named = ", ".join(sorted(placeholders(source))) or "none"
            overlay.report(path, f"the placeholders are others than those it replaces ({named})")
        return change(other) if path[0] == "texts" or path[-1] == "say" else other
    if source != other and not (isinstance(source, list) and isinstance(other, list)):
        overlay.report(path, f"{other!r} is not what stands there: text for text, a list for a list")
    return other


def _instead_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces whole words, never inside {placeholders}, and begins with a capital where a capital stood."""
    if not words:
        return str
    known = {found.lower(): said for found, said in words.items()}
    longest_first = "|".join(re.escape(found) for found in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"{_PLACEHOLDER}|\b(?:{longest_first})\b", re.IGNORECASE)

    def said(match: re.Match[str]) -> str:
        found = match[0]
        other = known.get(found.lower(), found)
        return other[0].upper() + other[1:] if found[0].isupper() else other

    return lambda text: pattern.sub(said, " ".join(text.split()))
