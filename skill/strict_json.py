"""Reading JSON that others wrote: what comes out can be copied, walked and written again without a surprise."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any

DEEPEST = 64  # objects and lists in each other; what Alexa sends and what we store have about a dozen

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""How a character of two halves, or a half alone, is named in JSON."""


def loads(text: str) -> Any:
    """The value in this JSON text. Raises ValueError for anything else: NaN, too large a number, too deep a nest.

    Half a character (a lone surrogate, which JSON can name and UTF-8 cannot write) becomes U+FFFD.
    """
    try:
        value = _decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if text.count("[") + text.count("{") > DEEPEST and _is_deeper(value, DEEPEST):  # fewer cannot nest deeper
        raise ValueError("nested too deeply")
    return _whole(value) if _HALF.search(text) else value


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inside)


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
