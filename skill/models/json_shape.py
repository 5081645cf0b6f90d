"""Whether JSON has the shape that somebody else's documents give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def unlike(found: Any, shape: Any, where: str) -> Iterator[str]:
    """What is not of this shape, each with its place.

    A mapping has these members ("?": may be missing; others may be there too), a list these items, a type is itself.
    """
    kind: type[Any] = shape if isinstance(shape, type) else type(shape)
    if not isinstance(found, kind):
        yield f"{where} is {type(found).__name__}, not {kind.__name__}"
    elif isinstance(shape, list):
        for index, item in enumerate(found):
            yield from unlike(item, shape[0], f"{where}[{index}]")
    elif isinstance(shape, dict):
        for key, inner in shape.items():
            name = key.rstrip("?")
            if name in found:
                yield from unlike(found[name], inner, f"{where}.{name}")
            elif not key.endswith("?"):
                yield f"{where}.{name} is missing"
