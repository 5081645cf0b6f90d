"""Phrases of cleaned words as one regular expression: choices, words that may be missing, beginnings of words, gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

GAP = 3
"""Words that `...` stands for, at most."""
_TOKEN = re.compile(r"\.\.\.|[()\[\]|]|[a-z0-9]+\*?|\s+")
_CLOSING = {"(": ")", "[": "]"}


def pattern_of(phrases: Sequence[str]) -> str:
    """The source of an expression that finds any of these phrases in cleaned words with a space at each end.

    `(a|b)` is a choice, `[x]` may be missing, `numb*` is any word that begins so, `...` stands for at most three words,
    `^` before a phrase: it begins the sentence. Raises ValueError, with what is wrong, for an unreadable phrase.
    """
    return rf"(?:{'|'.join(map(_phrase, phrases))})(?= )"


def _phrase(text: str) -> str:
    begins = r"(?<=\A )" if text.startswith("^") else "(?<= )"
    text = text.removeprefix("^")
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise ValueError(f"{text!r} holds something that is no word, choice or gap")
    words = [token for token in tokens if not token.isspace()]
    expression, end = _row(words, 0)
    if end != len(words):
        raise ValueError(f"{text!r} has a bracket without its partner")
    return begins + expression


def _row(tokens: list[str], at: int) -> tuple[str, int]:
    """A row of words, a space before each but the first; and where it ends."""
    expression, begun = "", False
    while at < len(tokens) and tokens[at] not in (")", "]", "|"):
        token = tokens[at]
        if token == "...":
            expression += rf"(?: \w+){{0,{GAP}}}" if begun else rf"(?:\w+ ){{0,{GAP}}}"
            at += 1
            continue
        if token in _CLOSING:
            item, at = _choices(tokens, at + 1, _CLOSING[token])
        else:
            item, at = token.replace("*", r"\w*"), at + 1
        if token == "[":
            expression += f"(?: {item})?" if begun else f"(?:{item} )?"
        else:
            expression += f" {item}" if begun else item
            begun = True
    return expression, at


def _choices(tokens: list[str], at: int, closing: str) -> tuple[str, int]:
    found = []
    while True:
        one, at = _row(tokens, at)
        found.append(one)
        if at >= len(tokens) or tokens[at] not in (closing, "|"):
            raise ValueError("a bracket is not closed")
        at += 1
        if tokens[at - 1] == closing:
            return f"(?:{'|'.join(found)})", at
