"""Reading JSON that others wrote: what comes out can be copied, walked and written again without a surprise."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any

DEEPEST = 64  # objects and lists in each other; what Alexa sends and what we store have about a dozen

_HALF = r"\\u[dD][89a-fA-F]"
_HALVES = re.compile(_HALF), re.compile(_HALF.encode())


def loads(text: str | bytes) -> Any:
    """The value in this JSON text. Raises ValueError for anything else: NaN, too large a number, too deep a nest.

    Half a character (a lone surrogate, which JSON can name and UTF-8 cannot write) becomes U+FFFD.
    """
    try:
        value = _decode(text if isinstance(text, str) else text.decode())
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _brackets(text) > DEEPEST and _is_deeper(value, DEEPEST):  # fewer cannot nest deeper
        raise ValueError("nested too deeply")
    return _whole(value) if _names_halves(text) else value


def _brackets(text: str | bytes) -> int:
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inside)


def _names_halves(text: str | bytes) -> bool:
    """Whether a character of two halves, or a half alone, is named in it."""
    return bool(_HALVES[0].search(text) if isinstance(text, str) else _HALVES[1].search(text))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError("the number is too large")
    return number


_decode = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite).decode
